//! Which rules can be kept.

use email_address::{EmailAddress, Options};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Access;
use gatelog_meta::{AlertRule, Comparison};
use gatelog_query::pql::{self, Context, Diagnostic};

use crate::resolve::Unresolved;
use crate::tenant::Tenant;

/// The longest name.
pub const NAME_CHARACTERS_MAX: usize = 100;

/// The longest query, in bytes: it has to fit into the link of a message.
pub const QUERY_BYTES_MAX: usize = 4 << 10;

/// The shortest time that is counted.
pub const PERIOD_SECONDS_MIN: u32 = 5 * 60;

/// The longest time that is counted.
pub const PERIOD_SECONDS_MAX: u32 = 7 * 24 * 3_600;

/// The longest address of a webhook, in bytes.
pub const WEBHOOK_BYTES_MAX: usize = 2 << 10;

/// People who are told by e-mail: each is one message, and a list is better kept where mail is.
pub const RECIPIENTS_MAX: usize = 10;

/// The longest pause between reminders.
pub const REMIND_HOURS_MAX: u32 = 7 * 24;

/// Why a rule cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRule {
    /// It needs a name of 1 to [`NAME_CHARACTERS_MAX`] characters.
    #[error("a name has 1 to {NAME_CHARACTERS_MAX} characters")]
    Name,
    /// The query cannot be read.
    #[error("the query cannot be read")]
    Query(Vec<Diagnostic>),
    /// The query is longer than [`QUERY_BYTES_MAX`].
    #[error("the query has more than {QUERY_BYTES_MAX} bytes")]
    QueryTooLong,
    /// Records would have to be read one by one, every minute.
    #[error("no index answers the query")]
    Scan,
    /// There are never fewer than none.
    #[error("there are never fewer than 0 events")]
    NeverFewer,
    /// It is shorter or longer than what can be counted.
    #[error("a period has 5 minutes to 7 days")]
    Period,
    /// It is no address.
    #[error("a webhook is an address that begins with https:// or http://")]
    Webhook,
    /// Nobody would be told.
    #[error("an alert needs a webhook or a recipient")]
    NoDestination,
    /// It is no address of e-mail.
    #[error("{0:?} is no e-mail address")]
    Recipient(String),
    /// There are more than [`RECIPIENTS_MAX`].
    #[error("an alert has no more than {RECIPIENTS_MAX} recipients")]
    TooManyRecipients,
    /// Reminders come after 1 to [`REMIND_HOURS_MAX`] hours.
    #[error("reminders come after 1 to {REMIND_HOURS_MAX} hours")]
    Remind,
    /// The directory does not say what the query means.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
}

impl Tenant {
    /// Checks that a rule can be counted every minute.
    ///
    /// # Errors
    /// [`InvalidRule`], the first thing that is wrong.
    pub fn check_rule(&self, rule: &AlertRule, now: UnixMicros) -> Result<(), InvalidRule> {
        if !(1..=NAME_CHARACTERS_MAX).contains(&rule.name.chars().count()) {
            return Err(InvalidRule::Name);
        }
        if rule.query.len() > QUERY_BYTES_MAX {
            return Err(InvalidRule::QueryTooLong);
        }
        let filter = pql::compile(&rule.query, &Context { now }).map_err(InvalidRule::Query)?;
        if Access::is_scan(&self.resolve(Some(self.names()), filter)?.filter) {
            return Err(InvalidRule::Scan);
        }
        if rule.comparison == Comparison::Fewer && rule.threshold == 0 {
            return Err(InvalidRule::NeverFewer);
        }
        if !(PERIOD_SECONDS_MIN..=PERIOD_SECONDS_MAX).contains(&rule.period_seconds) {
            return Err(InvalidRule::Period);
        }
        check_destinations(rule)?;
        if rule.remind_hours.is_some_and(|hours| !(1..=REMIND_HOURS_MAX).contains(&hours)) {
            return Err(InvalidRule::Remind);
        }
        Ok(())
    }
}

fn check_destinations(rule: &AlertRule) -> Result<(), InvalidRule> {
    if rule.webhook.as_ref().is_some_and(|webhook| !is_webhook(webhook)) {
        return Err(InvalidRule::Webhook);
    }
    if let Some(wrong) = rule.recipients.iter().find(|recipient| !is_recipient(recipient)) {
        return Err(InvalidRule::Recipient(wrong.clone()));
    }
    if rule.recipients.len() > RECIPIENTS_MAX {
        return Err(InvalidRule::TooManyRecipients);
    }
    rule.destinations().next().map(drop).ok_or(InvalidRule::NoDestination)
}

fn is_webhook(address: &str) -> bool {
    let is_address = ["https://", "http://"]
        .iter()
        .any(|start| address.strip_prefix(start).is_some_and(|host| !host.is_empty()));
    let is_printable = address.bytes().all(|byte| byte.is_ascii_graphic());
    is_address && is_printable && address.len() <= WEBHOOK_BYTES_MAX
}

/// Whether it is an address as people have them: without a name, quotes or an IP address, and in
/// ASCII, as not every server takes others (RFC 6531).
fn is_recipient(address: &str) -> bool {
    let options = Options::default().without_display_text().without_domain_literal();
    let is_known = EmailAddress::parse_with_options(address, options).is_ok();
    is_known && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}
