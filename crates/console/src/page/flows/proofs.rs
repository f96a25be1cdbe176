//! Proofs that failed, by their kind: how often somebody did not succeed to show who they are.
//!
//! These are attempts, not visits: who mistypes a password twice and is right then counts twice
//! here, and among those who came further.

use gatelog_event::catalogue::{Action, meaning};
use gatelog_event::fields::Outcome;
use gatelog_ledger::KindCount;

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

/// The kinds of proof that failed in a flow, most first.
pub(super) fn failed_proofs(
    visit: &Visit,
    filter: &LogFilter,
    flow: Flow,
    kinds: &[KindCount],
) -> Vec<FailedProofs> {
    let count = |action: Action| -> u64 {
        let is_failure = |kind: &&KindCount| {
            let meaning = meaning(kind.source, &kind.event_type, kind.result);
            meaning.action == action
                && meaning.outcome == Outcome::Failure
                && Flow::of(&meaning) == flow
        };
        kinds.iter().filter(is_failure).map(|kind| kind.count).sum()
    };
    let mut failed: Vec<(Action, u64)> =
        PROOFS.map(|action| (action, count(action))).into_iter().filter(|it| it.1 > 0).collect();
    failed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let view = |(action, count): (Action, u64)| FailedProofs {
        title: title(visit, action),
        count: visit.texts.number(count),
        link: visit.links.filtered(&narrowed(filter, &query(action, flow))),
    };
    failed.into_iter().map(view).collect()
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
