//! Questions to begin with: together they lead through the break-in.

use form_urlencoded::Serializer;
use gatelog_testkit::ATTACKER_NETWORK;

use super::company::Company;

/// A question, and where its answer is.
pub(super) struct Step {
    pub(super) question: &'static str,
    /// The question in PQL.
    pub(super) query: String,
}

/// The console's own name of the range of time in which the break-in happened.
const RANGE: &str = "24h";

/// The steps of the tour, one after the other.
pub(super) fn steps(company: &Company) -> [Step; 6] {
    let (victim, administrator) = (company.victim(), &company.administrator().name);
    [
        Step::new(
            "Which sign-ins failed in the last 24 hours, in all three systems?",
            r#"outcome = "failure" AND action IN ("identify", "password.verify", "login")"#,
        ),
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
        Step::new("And who has read and changed what here, in Gatelog?", r#"source = "gatelog""#),
    ]
}

impl Step {
    fn new(question: &'static str, query: impl Into<String>) -> Self {
        Self { question, query: query.into() }
    }

    /// The page of the console at `console` that answers it.
    pub(super) fn link(&self, console: &str) -> String {
        let mut parameters = Serializer::new(String::new());
        parameters.append_pair("q", &self.query).append_pair("range", RANGE);
        format!("{console}logs?{}", parameters.finish())
    }
}
