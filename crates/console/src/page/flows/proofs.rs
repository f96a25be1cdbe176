//! Proofs that failed, by their kind: how often somebody did not succeed to show who they are.
//!
//! These are attempts, not visits: who mistypes a password twice and is right then counts twice
//! here, and among those who came further.

use gatelog_event::catalogue::{Action, Meaning};
use gatelog_event::fields::Outcome;
use hashbrown::HashMap;

use super::narrowed;
use super::progress::Flow;
use crate::filter::LogFilter;
use crate::visitor::Visit;
use crate::visits::PROOFS;

/// How many proofs of one kind failed.
#[derive(Debug)]
pub(super) struct FailedProofs {
    pub(super) title: &'static str,
    pub(super) count: String,
    /// Their events.
    pub(super) link: String,
}

/// How often each kind of proof failed in each flow, among the events that were looked at.
#[derive(Debug, Default)]
pub(super) struct FailedAttempts(HashMap<(Flow, Action), u64>);

impl FailedAttempts {
    /// Counts an event if it is one.
    pub(super) fn note(&mut self, flow: Flow, meaning: &Meaning<'_>) {
        if meaning.outcome == Outcome::Failure && PROOFS.contains(&meaning.action) {
            *self.0.entry((flow, meaning.action)).or_default() += 1;
        }
    }

    /// The kinds of proof that failed in a flow, most first.
    pub(super) fn of(&self, flow: Flow, visit: &Visit, filter: &LogFilter) -> Vec<FailedProofs> {
        let count = |action| Some((action, *self.0.get(&(flow, action))?));
        let mut failed: Vec<(Action, u64)> = PROOFS.into_iter().filter_map(count).collect();
        failed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let view = |(action, count): (Action, u64)| FailedProofs {
            title: title(visit, action),
            count: visit.texts.number(count),
            link: visit.links.filtered(&narrowed(filter, &query(action, flow))),
        };
        failed.into_iter().map(view).collect()
    }
}

/// The question about the failures of a kind of proof: which flow it was for, its section says.
fn query(action: Action, flow: Flow) -> String {
    let section = match flow.section() {
        Some(section) => format!("section = \"{section}\""),
        None => {
            let others: Vec<String> = Flow::ALL
                .into_iter()
                .filter_map(Flow::section)
                .map(|section| format!("\"{section}\""))
                .collect();
            format!("NOT section IN ({})", others.join(", "))
        }
    };
    let action = action.name();
    format!("tab = \"user\" AND outcome = \"failure\" AND action = \"{action}\" AND {section}")
}

fn title(visit: &Visit, action: Action) -> &'static str {
    let texts = &visit.texts.flows;
    match action {
        Action::PasswordVerify => texts.by_password,
        Action::CodeVerify => texts.by_code,
        Action::PasskeyVerify => texts.by_passkey,
        Action::SocialVerify => texts.by_social,
        Action::SsoVerify => texts.by_sso,
        _ => texts.otherwise,
    }
}
