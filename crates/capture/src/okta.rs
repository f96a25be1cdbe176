//! Okta's event hooks beside their events: the question that Okta asks once.
//!
//! Before an event hook sends anything, Okta asks its address whether it is meant: a GET with a
//! value in a header, which the answer repeats. What the hook sends then is what the ready mapping
//! `okta` reads. The endpoint is not here.

use gatelog_event::json::write_string;

/// The header of the question, in lower case as HTTP/2 has it.
pub const CHALLENGE_HEADER: &str = "x-okta-verification-challenge";

/// The body of the answer, which is `application/json`.
pub fn answer(challenge: &str) -> Vec<u8> {
    let mut body = br#"{"verification":"#.to_vec();
    write_string(challenge, &mut body);
    body.push(b'}');
    body
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn a_challenge_comes_back_as_json() {
        assert_eq!(answer("f00-b4r"), br#"{"verification":"f00-b4r"}"#);
        assert_eq!(answer("a\"}\n\\"), br#"{"verification":"a\"}\n\\"}"#);
    }
}
