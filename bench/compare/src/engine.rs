//! What is asked of an engine, and how it is measured.

use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;

use crate::agreement::Answer;
use crate::percentiles::Percentiles;
use crate::process::Process;
use crate::progress::Progress;
use crate::questions::{Asked, Question};
use crate::rows::{Batch, Month};

/// Times that a question is asked before it is measured, unless it is slow.
const WARMING_RUNS: usize = 5;

/// Times that a question is measured at most, and at least.
const RUNS_MAX: usize = 500;
const RUNS_MIN: usize = 3;

/// No question is warmed, or measured, for longer than this unless it takes long by itself.
const WARMING_MAX: Duration = Duration::from_secs(2);
const MEASURING_MAX: Duration = Duration::from_secs(10);

/// A running engine that holds nothing yet. Dropping it ends it and removes its directory.
pub(crate) trait Engine {
    /// Its name for people.
    const NAME: &'static str;

    /// Rows that are sent to it at once.
    const BATCH_ROWS: usize;

    /// What it answers, in its own words.
    type Reply;

    /// The process that it is, or that started all it is.
    fn process(&self) -> &Process;

    /// Takes rows.
    ///
    /// # Errors
    /// When one is not kept.
    async fn load(&mut self, batch: Batch) -> anyhow::Result<()>;

    /// When it returns, all rows that were taken are kept and can be found.
    ///
    /// # Errors
    /// When one is not kept.
    async fn commit_load(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    /// What is due after a bulk load, by the engine itself or by its operator; not measured.
    ///
    /// # Errors
    /// When that fails.
    async fn end_load(&mut self) -> anyhow::Result<()>;

    /// What a row takes on disk, all included but the write-ahead log, in bytes. None if all rows
    /// are in that log still.
    ///
    /// # Errors
    /// When the engine does not say.
    async fn bytes_per_row(&mut self) -> anyhow::Result<Option<f64>>;

    /// Asks and waits for all of the answer.
    ///
    /// # Errors
    /// When it neither answers nor refuses.
    async fn ask(&mut self, asked: &Asked) -> anyhow::Result<Self::Reply>;

    /// Reads an answer; no part of what is measured.
    ///
    /// # Errors
    /// When it is not what the question calls for.
    fn read(asked: &Asked, reply: Self::Reply) -> anyhow::Result<Answer>;
}

/// What was found of an engine.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) engine: &'static str,
    pub(crate) load: Load,
    pub(crate) bytes_per_event: Option<f64>,
    /// In the order of the questions.
    pub(crate) answers: Vec<Answered>,
}

/// What loading took, from the first row to the last answer.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Load {
    pub(crate) events: u64,
    pub(crate) seconds: f64,
    /// Of all the engine's processes.
    pub(crate) cpu_seconds: f64,
}

/// The answer to one question, and how long it took.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    #[serde(skip)]
    pub(crate) answer: Answer,
    pub(crate) runs: usize,
    /// None if the engine refuses.
    pub(crate) durations: Option<Percentiles>,
}

/// Loads the month and asks all questions.
///
/// # Errors
/// When a row is not kept or a question not answered.
pub(crate) async fn measure<E: Engine>(
    engine: &mut E,
    month: Month,
    questions: &[Question],
) -> anyhow::Result<Measured> {
    let load = load(engine, month).await?;
    let bytes_per_event = engine.bytes_per_row().await?;
    let progress = Progress::begin(questions.len() as u64, &format!("asking {}", E::NAME));
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        let answered = answered(engine, &question.asked).await;
        answers.push(answered.with_context(|| format!("{}: {}", E::NAME, question.name))?);
        progress.advance(1);
    }
    progress.finish();
    Ok(Measured { engine: E::NAME, load, bytes_per_event, answers })
}

async fn load<E: Engine>(engine: &mut E, month: Month) -> anyhow::Result<Load> {
    let progress = Progress::begin(month.events as u64, &format!("loading {}", E::NAME));
    let mut batches = month.batches(E::BATCH_ROWS);
    let mut events = 0;
    let (begun, cpu_begun) = (Instant::now(), engine.process().cpu_seconds()?);
    while let Some(batch) = batches.recv().await {
        let rows = batch.rows;
        let kept = engine.load(batch).await;
        kept.with_context(|| format!("{} keeps no rows", E::NAME))?;
        events += rows;
        progress.advance(rows);
    }
    engine.commit_load().await.with_context(|| format!("{} keeps no rows", E::NAME))?;
    let cpu_seconds = engine.process().cpu_seconds()? - cpu_begun;
    let load = Load { events, seconds: begun.elapsed().as_secs_f64(), cpu_seconds };
    progress.finish();
    engine.end_load().await.with_context(|| format!("{} cannot end the load", E::NAME))?;
    Ok(load)
}

async fn answered<E: Engine>(engine: &mut E, asked: &Asked) -> anyhow::Result<Answered> {
    let begun = Instant::now();
    let answer = E::read(asked, engine.ask(asked).await?)?;
    if answer == Answer::Refused {
        return Ok(Answered { answer, runs: 0, durations: None });
    }
    for _ in 1..WARMING_RUNS {
        if begun.elapsed() < WARMING_MAX {
            engine.ask(asked).await?;
        }
    }
    let (mut durations, all_begun) = (Vec::new(), Instant::now());
    while durations.len() < RUNS_MAX
        && (durations.len() < RUNS_MIN || all_begun.elapsed() < MEASURING_MAX)
    {
        let begun = Instant::now();
        engine.ask(asked).await?;
        durations.push(begun.elapsed());
    }
    Ok(Answered { answer, runs: durations.len(), durations: Percentiles::of(durations) })
}
