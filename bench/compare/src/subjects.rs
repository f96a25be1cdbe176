//! Whom the questions are about: the busiest application and user, and somebody's e-mail address.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use crate::progress::Progress;
use crate::rows::{Batch, Month};

/// Rows that are read at once.
const BATCH_ROWS: usize = 5_000;

/// Whom the questions are about.
#[derive(Debug)]
pub(crate) struct Subjects {
    pub(crate) application: String,
    pub(crate) user: String,
    /// Half of all addresses were typed more often: one in a haystack, and not in all of it.
    pub(crate) e_mail: String,
}

/// How often each was met.
#[derive(Default)]
struct Census {
    applications: BTreeMap<String, u64>,
    users: BTreeMap<String, u64>,
    e_mails: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'p> {
    application_id: Option<&'p str>,
    user_id: Option<&'p str>,
    #[serde(borrow)]
    payload: Option<Typed<'p>>,
}

/// What somebody typed.
#[derive(Deserialize)]
struct Typed<'p> {
    #[serde(borrow)]
    identifier: Option<Identifier<'p>>,
}

#[derive(Deserialize)]
struct Identifier<'p> {
    value: Option<&'p str>,
}

/// Reads the whole month once, before any engine does.
///
/// # Errors
/// When it has no application, user or address.
pub(crate) async fn choose(month: Month) -> anyhow::Result<Subjects> {
    let progress = Progress::begin(month.events as u64, "choosing what to ask about");
    let (mut census, mut batches) = (Census::default(), month.batches(BATCH_ROWS));
    while let Some(batch) = batches.recv().await {
        census.count(&batch)?;
        progress.advance(batch.rows);
    }
    progress.finish();
    census.subjects()
}

impl Census {
    fn count(&mut self, batch: &Batch) -> anyhow::Result<()> {
        let add = |counts: &mut BTreeMap<String, u64>, value: Option<&str>| {
            let Some(value) = value else { return };
            match counts.get_mut(value) {
                Some(count) => *count += 1,
                None => drop(counts.insert(value.to_owned(), 1)),
            }
        };
        for row in batch.rows() {
            // Some payloads hold what is read here in other shapes; they are nobody's.
            let Ok(payload) = serde_json::from_str::<Payload<'_>>(row?.payload.get()) else {
                continue;
            };
            add(&mut self.applications, payload.application_id);
            add(&mut self.users, payload.user_id);
            let typed = payload.payload.and_then(|typed| typed.identifier?.value);
            add(&mut self.e_mails, typed.filter(|typed| typed.contains('@')));
        }
        Ok(())
    }

    fn subjects(self) -> anyhow::Result<Subjects> {
        Ok(Subjects {
            application: busiest(&self.applications).context("the rows name no application")?,
            user: busiest(&self.users).context("the rows name no user")?,
            e_mail: middle(&self.e_mails).context("nobody typed an e-mail address")?,
        })
    }
}

/// The value met most often.
fn busiest(counts: &BTreeMap<String, u64>) -> Option<String> {
    by_count(counts).last().copied().cloned()
}

/// A value that half of the others were met more often than.
fn middle(counts: &BTreeMap<String, u64>) -> Option<String> {
    by_count(counts).get(counts.len() / 2).copied().cloned()
}

/// The values, those met most often last; of several the first by name is the last.
fn by_count(counts: &BTreeMap<String, u64>) -> Vec<&String> {
    let mut values: Vec<_> = counts.iter().rev().collect();
    values.sort_by_key(|(_, count)| **count);
    values.into_iter().map(|(value, _)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_are_asked_about_and_an_address_of_the_middle() {
        let payload = |user: &str, e_mail: &str| {
            format!(
                "{{\"tenantId\":\"default\",\"id\":\"i\",\"key\":\"k\",\"createdAt\":1,\"payload\":\
                 {{\"userId\":\"{user}\",\"applicationId\":\"shop\",\"payload\":\
                 {{\"identifier\":{{\"type\":\"email\",\"value\":\"{e_mail}\"}}}}}}}}\n"
            )
        };
        let lines = [
            payload("ada", "ada@acme.example"),
            payload("bob", "bob"),
            payload("bob", "bob"),
            payload("ada", "bob@acme.example"),
            payload("eve", "bob@acme.example"),
            payload("eve", "bob@acme.example"),
            payload("eve", "eve@acme.example"),
            payload("ada", "eve@acme.example"),
        ];
        let batch = Batch { lines: lines.concat().into_bytes(), rows: 8 };
        let mut census = Census::default();
        census.count(&batch).unwrap();
        let subjects = census.subjects().unwrap();
        assert_eq!((&*subjects.application, &*subjects.user), ("shop", "ada"));
        assert_eq!(subjects.e_mail, "eve@acme.example");
        assert!(Census::default().subjects().is_err());
    }
}
