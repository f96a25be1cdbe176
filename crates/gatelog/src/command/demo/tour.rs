//! Questions to begin with: together they lead through the break-in.

use form_urlencoded::Serializer;
use gatelog_testkit::ATTACKER_NETWORK;

use super::company::Company;

/// A question, and where its answer is.
pub(super) struct Step {
    pub(super) question: &'static str,
    /// The question in PQL.
    pub(super) query: String,
    /// The console's own name of a range of time; nothing for all of it.
    range: Option<&'static str>,
}

/// The steps of the tour, one after the other.
pub(super) fn steps(company: &Company) -> [Step; 6] {
    let (victim, administrator) = (company.victim(), &company.administrator().name);
    [
        Step {
            question: "Which sign-ins failed in the last 24 hours, in all three systems?",
            query: r#"outcome = "failure" AND action IN ("identify", "password.verify", "login")"#
                .to_owned(),
            range: Some("24h"),
        },
        Step::new(
            "Most came from one network. What else came from there?",
            format!(r#"ip = "{ATTACKER_NETWORK}""#),
        ),
        Step::new(
            "Was one of its passwords right?",
            format!(r#"ip = "{ATTACKER_NETWORK}" AND action = "login" AND outcome = "success""#),
        ),
        Step::new(
            "Whose account is it, and what else was done with it, everywhere?",
            format!(r#"actor[name = "{}" OR identifier = "{}"]"#, victim.name, victim.email),
        ),
        Step::new(
            "What did the intruder read and change as an administrator, and who stopped it?",
            format!(
                r#"tab = "admin" AND (ip = "{ATTACKER_NETWORK}" OR actor.name = "{administrator}")"#
            ),
        ),
        Step::new(
            "And who has read and changed what here, in Gatelog?",
            r#"source = "gatelog""#.to_owned(),
        ),
    ]
}

impl Step {
    fn new(question: &'static str, query: String) -> Self {
        Self { question, query, range: None }
    }

    /// The page of the console at `console` that answers it.
    pub(super) fn link(&self, console: &str) -> String {
        let mut parameters = Serializer::new(String::new());
        parameters.append_pair("q", &self.query);
        if let Some(range) = self.range {
            parameters.append_pair("range", range);
        }
        format!("{console}logs?{}", parameters.finish())
    }
}
