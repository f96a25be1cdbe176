//! Rows of Logto's table that are kept here are removed there.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use gatelog_event::time::UnixMicros;
use gatelog_query::pql::Literal;
use gatelog_server::Config;
use gatelog_server::secrets_key::read_key;
use gatelog_server::system::environment;
use gatelog_source::kinds::{self, Kind};
use gatelog_source::postgres::prune::{self, Confirm, Confirming, OldRow, Pruned};
use serde::Deserialize;
use tokio::sync::watch;

use crate::answers::{Answers, Parameters};
use crate::arguments::Prune;
use crate::command::serve::environment_names;
use crate::output;
use crate::output::progress::Progress;

const DAY_MICROS: i64 = 86_400_000_000;

/// Ids that are asked for at once: a question has to fit into an address.
const IDS_PER_QUESTION: usize = 100;

pub(super) fn run(arguments: &Prune) -> anyhow::Result<()> {
    let Prune { name, config, older_than_days, dry_run, place } = arguments;
    let config = Config::load(Some(config), environment_names())?;
    let source = config.sources.iter().find(|source| source.name == *name);
    let Some(source) = source else { bail!("the configuration has no source `{name}`") };
    if Kind::from_name(&source.kind) != Some(Kind::LogtoDatabase) {
        bail!("`{name}` is no Logto database: only from that rows are removed");
    }
    let key_file = config.server.secrets_key_file.as_ref();
    let key = key_file.map(|path| read_key(path, &config.server.data)).transpose()?;
    let (settings, password) = kinds::database(source, key.as_ref(), |path| std::fs::read(path))
        .map_err(anyhow::Error::msg)?;
    let now = environment().clock.now();
    let age = i64::from(*older_than_days).saturating_mul(DAY_MICROS);
    let request =
        prune::Prune { older_than: now.saturating_add(age.saturating_neg()), is_dry_run: *dry_run };
    let answers = Answers::open(place, Some(&source.tenant))?;
    let asked = Asked(Arc::new(Mutex::new(answers)));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot start the async runtime")?;
    let progress = Progress::of_steps_without_end("rows");
    let (tell_progress, mut told) = watch::channel(Pruned::default());
    let mut note = |pruned| {
        tell_progress.send_replace(pruned);
    };
    let pruned = runtime.block_on(async {
        let pruning = prune::prune(&settings, password.as_ref(), request, &asked, &mut note);
        let mut pruning = pin!(pruning);
        loop {
            tokio::select! {
                pruned = &mut pruning => return pruned,
                Ok(()) = told.changed() => progress.reach(told.borrow().old_rows),
            }
        }
    });
    progress.finish();
    tell(pruned.map_err(|trouble| anyhow::anyhow!("{trouble}"))?, *dry_run);
    Ok(())
}

fn tell(pruned: Pruned, is_dry_run: bool) {
    let Pruned { old_rows, removed_rows, unconfirmed_rows, changed_rows } = pruned;
    let number = output::grouped;
    let removed = if is_dry_run { "would be removed" } else { "removed" };
    output::note(&format!("{} old rows, {} {removed}", number(old_rows), number(removed_rows)));
    if unconfirmed_rows > 0 {
        output::note(&format!(
            "{} stay because they are not stored here: look at `gatelog source list`",
            number(unconfirmed_rows)
        ));
    }
    if changed_rows > 0 {
        output::note(&format!("{} stay because they have just changed", number(changed_rows)));
    }
}

/// Asks a data directory or a server whether events are stored.
struct Asked(Arc<Mutex<Answers>>);

#[derive(Deserialize)]
struct Page {
    events: Vec<Stored>,
}

#[derive(Deserialize)]
struct Stored {
    id: String,
    time: String,
    r#type: String,
}

impl Confirm for Asked {
    fn are_stored<'c>(&'c self, rows: &'c [OldRow]) -> Confirming<'c> {
        Box::pin(async move {
            let mut are_stored = Vec::with_capacity(rows.len());
            for rows in rows.chunks(IDS_PER_QUESTION) {
                let parameters = question(rows);
                let answers = Arc::clone(&self.0);
                // It waits for its own runtime, which no other may do.
                let page = tokio::task::spawn_blocking(move || {
                    let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.get("/v1/events", &parameters)
                });
                let page = page.await.map_err(|error| error.to_string())?;
                let page = page.map_err(|error| format!("{error:#}"))?;
                let page: Page = serde_json::from_str(&page).map_err(|error| error.to_string())?;
                let stored = page.events.into_iter().filter_map(|event| {
                    let time = UnixMicros::parse_rfc3339(&event.time)?;
                    Some((event, time))
                });
                let stored: Vec<_> = stored.collect();
                let is_stored = |row: &OldRow| {
                    let is_row =
                        |(event, time): &(Stored, _)| row.is_event(&event.id, *time, &event.r#type);
                    stored.iter().any(is_row)
                };
                are_stored.extend(rows.iter().map(is_stored));
            }
            Ok(are_stored)
        })
    }
}

/// The events with the ids of rows.
fn question(rows: &[OldRow]) -> Parameters {
    let quoted = |row: &OldRow| Literal::from(row.id.as_str()).to_string();
    let ids: Vec<String> = rows.iter().map(quoted).collect();
    let times = || rows.iter().map(|row| row.time);
    let mut parameters = vec![
        ("q", format!("source = \"logto\" AND id IN {}", ids.join(","))),
        ("limit", "1000".to_owned()),
    ];
    if let (Some(first), Some(last)) = (times().min(), times().max()) {
        parameters.push(("from", first.to_string()));
        parameters.push(("to", last.saturating_add(1).to_string()));
    }
    parameters
}
