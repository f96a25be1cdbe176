//! Whom an event is about, and whom a message was for: as rows show it, and as a filter that finds
//! just those rows.
//!
//! Authgear keeps one user with each event, whoever did it. In its own records that is
//! `context.user_id`, and where it forgets that (most mutations of the Admin API, since 2026-08)
//! the payload's user, which is what it means to keep. The event's fields have that user as the
//! target of what somebody else did, and as the actor of everything else.

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::catalogue::Tab;
use gatelog_event::fields::{Fields, IndexedField, Party};
use gatelog_event::limits::INDEXED_VALUE_BYTES_MAX;
use gatelog_event::source::Source;
use gatelog_query::{DataPath, Field, Filter, RecordTest, Test, UnindexedField, Value, ValueTest};

use super::schema::activity_type::{ActivityType, is_one_of};

const USER: &str = "user";
const RECIPIENT: &str = "recipient";

/// Where an event of Authgear's own has whom a message was for.
const RECIPIENT_PATH: [&str; 2] = ["payload", "recipient"];

/// What the names of messages begin with: those event types, and no others, have a recipient.
const MESSAGES: [&str; 3] = ["EMAIL_", "SMS_", "WHATSAPP_"];

/// The user an event is about.
pub(super) fn user<'f>(fields: &'f Fields<'_>) -> Option<&'f str> {
    let is_user = |party: &Party<'_>| party.kind.as_deref() == Some(USER);
    let Fields { actor, target, .. } = fields;
    let acts = || Some(actor).filter(|actor| actor.kind.is_none() || is_user(actor));
    let target_id = Some(target).filter(|target| is_user(target)).and_then(|it| it.id.as_deref());
    target_id.or_else(|| acts()?.id.as_deref())
}

/// Events whose [`user`] is one of these. Most of them are found by the index alone: records are
/// read only of events that somebody else may have caused, or that have a target.
pub(super) fn user_is_one_of(ids: &[String]) -> Filter {
    let is_named = |field| one_of(field, ids);
    let kind_is = |field, kind: &str| Filter::equals(Field::Unindexed(field), kind);
    let is_missing = |field| Filter::Field(field, Test::Missing);
    let targets_user = || kind_is(UnindexedField::TargetKind, USER);
    let has_target = || not(is_missing(Field::Indexed(IndexedField::TargetId)));
    let knows_kinds = [Source::Authgear, Source::Logto].map(source_is).to_vec();
    let may_be_by_another = Filter::Or(vec![
        has_target(),
        Filter::equals(Field::Tab, Tab::Admin.name()),
        is_named(IndexedField::ApplicationId),
        not(Filter::Or(knows_kinds)),
    ]);
    let is_by_user = Filter::Or(vec![
        is_missing(Field::Unindexed(UnindexedField::ActorKind)),
        kind_is(UnindexedField::ActorKind, USER),
    ]);
    let is_about_another = Filter::And(vec![has_target(), targets_user()]);
    Filter::Or(vec![
        Filter::And(vec![is_named(IndexedField::TargetId), targets_user()]),
        Filter::And(vec![
            is_named(IndexedField::ActorId),
            Filter::Or(vec![
                not(may_be_by_another),
                Filter::And(vec![is_by_user, not(is_about_another)]),
            ]),
        ]),
    ])
}

fn source_is(source: Source) -> Filter {
    Filter::equals(Field::Source, source.name())
}

/// Whom a message was for that another source, or our own form, tells of.
pub(super) fn recipient<'f>(
    activity_type: ActivityType,
    fields: &'f Fields<'_>,
) -> Option<&'f str> {
    let target = Some(&fields.target).filter(|_| is_message(activity_type))?;
    target.id.as_deref().filter(|_| target.kind.as_deref() == Some(RECIPIENT))
}

fn is_message(activity_type: ActivityType) -> bool {
    MESSAGES.iter().any(|start| activity_type.name().starts_with(start))
}

/// Events with one of these as the recipient, in exactly these letters: of Authgear's own records
/// the payload's, of others [`recipient`].
pub(super) fn recipient_is_one_of(recipients: &[String]) -> Filter {
    let is_own = || source_is(Source::Authgear);
    let stated = |text: &String| in_record(ValueTest::Equals(Value::Text(text.clone())));
    let messages = ActivityType::all().iter().filter(|it| is_message(**it));
    Filter::Or(vec![
        Filter::And(vec![is_own(), Filter::Or(recipients.iter().map(stated).collect())]),
        Filter::And(vec![
            one_of(IndexedField::TargetId, recipients),
            is_one_of(messages),
            Filter::equals(Field::Unindexed(UnindexedField::TargetKind), RECIPIENT),
            not(Filter::And(vec![is_own(), not(in_record(ValueTest::Missing))])),
        ]),
    ])
}

fn in_record(test: ValueTest) -> Filter {
    match DataPath::new(RECIPIENT_PATH.map(str::to_owned).to_vec()) {
        Some(path) => Filter::Record(RecordTest::Value(path, test)),
        // Two names are a path.
        None => Filter::Or(Vec::new()),
    }
}

/// The index holds only the beginning of a long value. A text that could be such a beginning is
/// not looked for, rather than found in the wrong rows.
fn one_of(field: IndexedField, values: &[String]) -> Filter {
    /// A value is cut between characters, which have up to four bytes.
    const WHOLE_BYTES_MAX: usize = INDEXED_VALUE_BYTES_MAX - 4;
    let whole = values.iter().filter(|value| value.len() <= WHOLE_BYTES_MAX);
    let values: BTreeSet<String> = whole.cloned().collect();
    Filter::Field(Field::Indexed(field), Test::OneOf(Arc::new(values)))
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}
