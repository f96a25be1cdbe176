//! When an alert began and ended, and what became of its messages.

use gatelog_auth::Scope;
use gatelog_meta::{AlertChange, AlertSending, Destination, Occasion};

use crate::moment::{Moment, exact};
use crate::problem::Problem;
use crate::text::visible;
use crate::visitor::Visit;

/// One line of the history.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) time: Moment,
    pub(super) what: String,
    /// `failure`, `success`, or nothing that has a colour.
    pub(super) kind: &'static str,
    pub(super) detail: String,
    /// Why it failed and what follows, for administrators: an answer may name who was not reached.
    pub(super) error: Option<String>,
}

/// All of it, newest first.
///
/// # Errors
/// [`Problem::Meta`].
pub(super) fn turns(visit: &Visit, number: i64) -> Result<Vec<Turn>, Problem> {
    let changes = visit.meta().alert_changes(number)?;
    let sendings = visit.meta().alert_sendings(number)?;
    // What was sent follows from a change, and so stands above one of the same time.
    let sent = sendings.iter().map(|sending| (sending.time, Turn::sent(visit, sending)));
    let turned = changes.iter().map(|change| (change.time, Turn::changed(visit, change)));
    let mut turns: Vec<_> = sent.chain(turned).collect();
    turns.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    Ok(turns.into_iter().map(|(_, turn)| turn).collect())
}

/// What a destination is called; addresses of people are for those who can change them.
pub(super) fn whom(visit: &Visit, destination: &Destination) -> String {
    match destination {
        Destination::Webhook => visit.texts.alerts.webhook_itself.to_owned(),
        Destination::Mail(address) if visit.may(Scope::Admin) => visible(address).into_owned(),
        Destination::Mail(_) => visit.texts.alerts.somebody.to_owned(),
    }
}

impl Turn {
    fn changed(visit: &Visit, change: &AlertChange) -> Self {
        let texts = &visit.texts.alerts;
        let (what, kind) = match change.is_firing {
            true => (texts.began, "failure"),
            false => (texts.ended, "success"),
        };
        Self {
            time: visit.moment(change.time),
            what: what.to_owned(),
            kind,
            detail: visit.texts.counted(change.count, visit.texts.nouns.event),
            error: None,
        }
    }

    fn sent(visit: &Visit, sending: &AlertSending) -> Self {
        let (texts, whom) = (&visit.texts.alerts, whom(visit, &sending.destination));
        let again = sending.next.map(|next| {
            let time = exact(next, &visit.zone, visit.texts);
            format!(" ({})", (texts.again)(&time))
        });
        let error = sending.error.as_deref();
        Self {
            time: visit.moment(sending.time),
            what: if error.is_some() { (texts.unsent)(&whom) } else { (texts.sent)(&whom) },
            kind: if error.is_some() { "failure" } else { "" },
            detail: match sending.occasion {
                Occasion::Begin => texts.began.to_owned(),
                Occasion::Remind => texts.reminder.to_owned(),
                Occasion::End => texts.ended.to_owned(),
            },
            error: error
                .filter(|_| visit.may(Scope::Admin))
                .map(|error| format!("{}{}", visible(error), again.unwrap_or_default())),
        }
    }
}
