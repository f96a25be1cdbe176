//! The result, for people and programs.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::agreement::{Said, differences};
use crate::back_fill::BackFill;
use crate::engine::{Answered, Measured};
use crate::questions::{Question, grouped};

/// Everything that was measured. Shown as tables in Markdown.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    events: usize,
    /// The names of the questions, in the order of each engine's answers.
    questions: Vec<String>,
    /// Gatelog first.
    engines: Vec<Measured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back_fill: Option<BackFill>,
    /// How answers differ, by question.
    pub(crate) differences: Vec<String>,
}

impl Report {
    /// Compares the answers.
    pub(crate) fn new(
        events: usize,
        questions: &[Question],
        engines: Vec<Measured>,
        back_fill: Option<BackFill>,
    ) -> Self {
        let mut found = Vec::new();
        for (number, question) in questions.iter().enumerate() {
            let answers: Vec<_> = engines.iter().filter_map(|it| it.said(number)).collect();
            let name = &question.name;
            found.extend(differences(&answers).into_iter().map(|it| format!("{name}: {it}")));
        }
        let questions = questions.iter().map(|question| question.name.clone()).collect();
        Self { events, questions, engines, back_fill, differences: found }
    }

    fn load_rows(&self) -> Vec<Vec<String>> {
        let row = |what: &str, cell: &dyn Fn(&Measured) -> String| {
            let cells = self.engines.iter().map(cell);
            std::iter::once(what.to_owned()).chain(cells).collect()
        };
        let per = |events: u64, seconds: f64| grouped(rounded(events as f64 / seconds.max(1e-9)));
        vec![
            row("bulk, events for each second of its processor time", &|it| {
                per(it.load.events, it.load.cpu_seconds)
            }),
            row("bulk, events per second, one connection", &|it| {
                per(it.load.events, it.load.seconds)
            }),
            row("bytes on disk per event, without write-ahead log", &|it| {
                it.bytes_per_event.map_or_else(|| "-".to_owned(), |bytes| format!("{bytes:.1}"))
            }),
        ]
    }

    fn answer_rows(&self) -> Vec<Vec<String>> {
        let peers = self.engines.get(1..).unwrap_or_default();
        let row = |(number, question): (usize, &String)| {
            let answer = |it: &Measured| it.answers.get(number).and_then(|it| it.durations);
            let own = self.engines.first().and_then(answer);
            let cells = self
                .engines
                .iter()
                .map(|engine| engine.answers.get(number).map_or_else(String::new, in_ms));
            let ratios = peers.iter().map(|peer| match (own, answer(peer)) {
                (Some(own), Some(peer)) => ratio(peer.p50_ms / own.p50_ms.max(1e-6)),
                _ => "-".to_owned(),
            });
            std::iter::once(question.clone()).chain(cells).chain(ratios).collect()
        };
        self.questions.iter().enumerate().map(row).collect()
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let names = self.engines.iter().map(|engine| engine.engine.to_owned());
        let load_head = format!("{} events", grouped(self.events as u64));
        let mut head: Vec<String> = std::iter::once(load_head).chain(names).collect();
        write_table(formatter, &head, &self.load_rows())?;
        writeln!(formatter)?;
        if let Some(first) = head.first_mut() {
            "p50 / p99 ms".clone_into(first);
        }
        let peers = self.engines.iter().skip(1);
        head.extend(peers.map(|peer| format!("{} / Gatelog", peer.engine)));
        write_table(formatter, &head, &self.answer_rows())?;
        let Some(back_fill) = self.back_fill else { return Ok(()) };
        writeln!(formatter)?;
        let head = format!("back-fill of {} rows", grouped(back_fill.rows));
        let head = [head, "rows/s".to_owned(), "CPU s".to_owned()];
        write_table(formatter, &head, &back_fill_rows(back_fill))
    }
}

fn back_fill_rows(back_fill: BackFill) -> Vec<Vec<String>> {
    let rate = |seconds: f64| grouped(rounded(back_fill.rows as f64 / seconds.max(1e-9)));
    let row = |what: &str, rate: String, cpu_seconds: Option<f64>| {
        let cpu_seconds = cpu_seconds.map_or_else(|| "-".to_owned(), |it| format!("{it:.1}"));
        vec![what.to_owned(), rate, cpu_seconds]
    };
    vec![
        row("Gatelog", rate(back_fill.seconds), Some(back_fill.cpu_seconds)),
        row("PostgreSQL meanwhile", "-".to_owned(), Some(back_fill.postgresql_cpu_seconds)),
        row("PostgreSQL alone, read by nobody", rate(back_fill.copy_seconds), None),
    ]
}

impl Measured {
    /// Its answer to the question with this number.
    fn said(&self, number: usize) -> Option<Said<'_>> {
        Some((self.engine, &self.answers.get(number)?.answer))
    }
}

/// A table whose columns line up; all but the first are numbers.
fn write_table(
    formatter: &mut Formatter<'_>,
    head: &[String],
    rows: &[Vec<String>],
) -> fmt::Result {
    let lines = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let widths: Vec<usize> = (0..head.len())
        .map(|column| lines().filter_map(|line| line.get(column)).map(String::len).max())
        .map(Option::unwrap_or_default)
        .collect();
    for (number, line) in lines().enumerate() {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            match column {
                0 => write!(formatter, "| {cell:<width$} |")?,
                _ => write!(formatter, " {cell:>width$} |")?,
            }
        }
        writeln!(formatter)?;
        if number == 0 {
            for (column, width) in widths.iter().enumerate() {
                let (left, right) = if column == 0 { ("|", "-") } else { ("", ":") };
                write!(formatter, "{left}{}{right}|", "-".repeat(width + 1))?;
            }
            writeln!(formatter)?;
        }
    }
    Ok(())
}

fn in_ms(answered: &Answered) -> String {
    answered.durations.map_or_else(
        || "refused".to_owned(),
        |durations| format!("{} / {}", ms(durations.p50_ms), ms(durations.p99_ms)),
    )
}

/// As many digits as mean something.
fn ms(ms: f64) -> String {
    match ms {
        ..10.0 => format!("{ms:.2}"),
        ..100.0 => format!("{ms:.1}"),
        _ => grouped(rounded(ms)),
    }
}

fn ratio(ratio: f64) -> String {
    match ratio {
        ..10.0 => format!("{ratio:.1}"),
        _ => grouped(rounded(ratio)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, not negative, and a conversion of floating point saturates"
)]
fn rounded(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::Answer;
    use crate::engine::Load;
    use crate::percentiles::Percentiles;
    use crate::questions::Asked;

    fn measured(engine: &'static str, total: u64, p50_ms: Option<f64>) -> Measured {
        let load = Load { events: 1_000_000, seconds: 20.0, cpu_seconds: 12.5 };
        let durations = p50_ms.map(|p50_ms| Percentiles { p50_ms, p99_ms: p50_ms * 2.0 });
        let answer = match durations {
            Some(_) => Answer::Page { ids: Vec::new(), total },
            None => Answer::Refused,
        };
        let answers = vec![Answered { answer, runs: 3, durations }];
        Measured { engine, load, bytes_per_event: Some(63.25), answers }
    }

    fn report(engines: Vec<Measured>) -> Report {
        let questions = [Question { name: "all event types".to_owned(), asked: Asked::Types }];
        Report::new(1_000_000, &questions, engines, None)
    }

    #[test]
    fn engines_stand_side_by_side() {
        let engines = vec![measured("Gatelog", 7, Some(0.5)), measured("Other", 7, Some(622.4))];
        let expected = "\
| 1,000,000 events                                   | Gatelog |  Other |
|----------------------------------------------------|--------:|-------:|
| bulk, events for each second of its processor time |  80,000 | 80,000 |
| bulk, events per second, one connection            |  50,000 | 50,000 |
| bytes on disk per event, without write-ahead log   |    63.2 |   63.2 |

| p50 / p99 ms    |     Gatelog |       Other | Other / Gatelog |
|-----------------|------------:|------------:|----------------:|
| all event types | 0.50 / 1.00 | 622 / 1,245 |           1,245 |
";
        assert_eq!(report(engines).to_string(), expected);
    }

    #[test]
    fn a_back_fill_stands_beside_its_database() {
        let mut report = report(Vec::new());
        report.back_fill = Some(BackFill {
            rows: 1_000_000,
            seconds: 10.0,
            cpu_seconds: 12.25,
            postgresql_cpu_seconds: 4.5,
            copy_seconds: 4.0,
        });
        let expected = "\
| back-fill of 1,000,000 rows      |  rows/s | CPU s |
|----------------------------------|--------:|------:|
| Gatelog                          | 100,000 |  12.2 |
| PostgreSQL meanwhile             |       - |   4.5 |
| PostgreSQL alone, read by nobody | 250,000 |     - |
";
        assert!(report.to_string().ends_with(expected), "{report}");
    }

    #[test]
    fn what_is_refused_has_no_ratio_and_is_no_difference() {
        let report = report(vec![measured("Gatelog", 7, None), measured("Other", 7, Some(1.0))]);
        assert!(report.differences.is_empty());
        let table = report.to_string();
        let line = table.lines().last().unwrap();
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        assert_eq!(cells, ["", "all event types", "refused", "1.00 / 2.00", "-", ""]);
    }

    #[test]
    fn a_difference_names_its_question() {
        let engines = vec![measured("Gatelog", 7, Some(1.0)), measured("Other", 8, Some(1.0))];
        let expected = ["all event types: Other answers 8 as the total, Gatelog 7"];
        assert_eq!(report(engines).differences, expected);
    }
}
