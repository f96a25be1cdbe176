//! How far people came: from the events of many visits to a count for each step.
//!
//! What a visit was for is said by its events, and so is the last step it reached; that it skipped
//! a step counts as having passed it, as nobody was asked for it (a second factor) or as two were
//! taken at once.

use gatelog_event::catalogue::{Action, Meaning};
use gatelog_event::fields::Outcome;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::Position;
use hashbrown::HashMap;

use crate::visits::{Mark, PROOFS, Step, cut};

/// After so long without an event nobody comes back to a visit: providers end them by then.
const UNDER_WAY_MICROS: i64 = 3_600_000_000;

/// Steps of every flow, the begin and the end among them.
pub(super) const STEPS: usize = 4;

/// What a visit is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Flow {
    /// To sign in.
    #[default]
    SignIn,
    /// To make an account.
    SignUp,
    /// To replace a forgotten password.
    Reset,
}

/// An event of a visit, as far as it counts here.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    pub(super) position: Position,
    pub(super) step: Step,
    /// What the event itself says the visit is for.
    pub(super) flow: Flow,
    /// What went wrong.
    pub(super) failure: Option<Failure>,
}

/// What went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Failure {
    /// The source's error code, if it gave one.
    pub(super) code: Option<String>,
    /// The event type that failed.
    pub(super) event_type: String,
}

/// All events of visits, by what those of one visit have in common.
#[derive(Debug, Default)]
pub(super) struct Visits(HashMap<Mark, Vec<Happening>>);

#[derive(Debug, Default)]
struct Visit<'v> {
    flow: Flow,
    /// Which of the actions that are steps of something succeeded.
    reached: Vec<Action>,
    /// The last event.
    last: Option<&'v Happening>,
    /// The last thing that went wrong.
    failure: Option<&'v Failure>,
}

/// How far the visits of one flow came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many reached each step.
    pub(super) reached: [u64; STEPS],
    /// How many may still go on.
    pub(super) under_way: u64,
    /// How many ended after each step, by what went wrong last; most first.
    pub(super) ended: [Vec<Ending>; STEPS],
}

/// Visits that ended after one step for one reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// What went wrong; nothing if somebody just left.
    pub(super) failure: Option<Failure>,
    pub(super) count: u64,
    /// The last event of the latest of them.
    pub(super) example: Position,
}

impl Flow {
    /// All of them, in the order in which they are shown.
    pub(super) const ALL: [Self; 3] = [Self::SignIn, Self::SignUp, Self::Reset];

    /// The value of the parameter `flow`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignUp => "sign-up",
            Self::Reset => "reset",
        }
    }

    /// What an event says the visit is for; [`Flow::SignIn`] if nothing else.
    pub(super) fn of(meaning: &Meaning<'_>) -> Self {
        let section = meaning.event_type.map(|known| known.section);
        match meaning.action {
            Action::Signup => Self::SignUp,
            Action::PasswordReset => Self::Reset,
            _ => Self::ALL
                .into_iter()
                .find(|flow| section.is_some() && flow.section() == section)
                .unwrap_or_default(),
        }
    }

    /// The catalogue's section whose events are of this flow alone, if there is one.
    pub(super) fn section(self) -> Option<&'static str> {
        match self {
            Self::SignIn => None,
            Self::SignUp => Some("Register"),
            Self::Reset => Some("Forgot password"),
        }
    }

    /// What reaches each step after the first, which every visit has reached.
    pub(super) fn steps(self) -> [&'static [Action]; STEPS - 1] {
        match self {
            Self::SignIn => [&PROOFS, &[Action::MfaVerify], &[Action::Login]],
            Self::SignUp => [
                &PROOFS,
                &[Action::PasswordSet, Action::IdentityAdd, Action::MfaEnroll],
                &[Action::Signup],
            ],
            Self::Reset => [&PROOFS, &[Action::PasswordSet], &[Action::PasswordReset]],
        }
    }
}

impl Visits {
    /// Adds an event. The order of events does not matter.
    pub(super) fn add(&mut self, mark: Mark, happening: Happening) {
        self.0.entry(mark).or_default().push(happening);
    }

    /// How far all visits came by `now`, for each of [`Flow::ALL`].
    pub(super) fn progress(&mut self, now: UnixMicros) -> [Progress; 3] {
        let mut visits = Vec::new();
        for (mark, happenings) in &mut self.0 {
            happenings.sort_by_key(|happening| happening.position);
            visits.extend(visits_of(mark, happenings));
        }
        Flow::ALL.map(|flow| Progress::of(visits.iter().filter(|visit| visit.flow == flow), now))
    }
}

/// The visits of one mark.
fn visits_of<'v>(mark: &Mark, happenings: &'v [Happening]) -> Vec<Visit<'v>> {
    let numbers = cut(mark, happenings.iter().map(|happening| happening.step));
    let mut visits: Vec<Visit<'v>> = Vec::new();
    for (happening, number) in happenings.iter().zip(numbers) {
        let Some(number) = number else { continue };
        if number >= visits.len() {
            visits.push(Visit::default());
        }
        visits.get_mut(number).into_iter().for_each(|visit| visit.add(happening));
    }
    visits
}

impl<'v> Visit<'v> {
    fn add(&mut self, happening: &'v Happening) {
        let Happening { step, flow, failure, .. } = happening;
        self.flow = self.flow.max(*flow);
        self.last = Some(happening);
        self.failure = failure.as_ref().or(self.failure);
        if step.outcome == Outcome::Success && !self.reached.contains(&step.action) {
            self.reached.push(step.action);
        }
    }

    /// The last step it reached.
    fn furthest(&self) -> usize {
        let has = |actions: &[Action]| self.reached.iter().any(|action| actions.contains(action));
        self.flow.steps().iter().rposition(|actions| has(actions)).map_or(0, |step| step + 1)
    }
}

impl Progress {
    fn of<'v>(visits: impl Iterator<Item = &'v Visit<'v>>, now: UnixMicros) -> Self {
        let mut progress = Self::default();
        let mut endings: [HashMap<Option<&Failure>, (u64, &Happening)>; STEPS] = Default::default();
        for visit in visits {
            let (furthest, Some(last)) = (visit.furthest(), visit.last) else { continue };
            progress.reached.iter_mut().take(furthest + 1).for_each(|count| *count += 1);
            if furthest + 1 == STEPS {
                continue;
            }
            if last.step.time.saturating_add(UNDER_WAY_MICROS) > now {
                progress.under_way += 1;
                continue;
            }
            let Some(endings) = endings.get_mut(furthest) else { continue };
            let (count, latest) = endings.entry(visit.failure).or_insert((0, last));
            *count += 1;
            if last.position > latest.position {
                *latest = last;
            }
        }
        progress.ended = endings.map(|endings| {
            let ending = |(failure, (count, latest)): (Option<&Failure>, (u64, &Happening))| {
                Ending { failure: failure.cloned(), count, example: latest.position }
            };
            let mut ended: Vec<Ending> = endings.into_iter().map(ending).collect();
            ended.sort_by(|one, other| {
                other.count.cmp(&one.count).then_with(|| one.failure.cmp(&other.failure))
            });
            ended
        });
        progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MICROS: i64 = 60_000_000;

    fn now() -> UnixMicros {
        UnixMicros::parse_rfc3339("2026-11-20T14:29:31Z").unwrap()
    }

    /// `a 120 identify ok`: interaction, minutes ago, action, outcome or error code, and what for.
    /// Events have the number of their line as their id.
    fn progress(lines: &[&str]) -> [Progress; 3] {
        let mut visits = Visits::default();
        for (number, line) in lines.iter().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            let [interaction, minutes, action, end, flow] = words[..] else { panic!("{line}") };
            let minutes: i64 = minutes.parse().unwrap();
            let code = (end != "ok").then(|| end.to_owned());
            let failure =
                code.map(|code| Failure { code: Some(code), event_type: action.to_owned() });
            let step = Step {
                time: now().saturating_add(-minutes * MINUTE_MICROS),
                action: Action::from_name(action).unwrap(),
                outcome: if failure.is_none() { Outcome::Success } else { Outcome::Failure },
            };
            let flow = Flow::ALL.into_iter().find(|known| known.name() == flow).unwrap();
            let position = Position { time: step.time, seq: number as u64 };
            let mark = Mark::Interaction(interaction.to_owned());
            visits.add(mark, Happening { position, step, flow, failure });
        }
        visits.progress(now())
    }

    /// What went wrong, how often, and the number of the line with the example.
    fn told(ended: &[Ending]) -> Vec<(Option<&str>, u64, u64)> {
        let mut told = Vec::new();
        for Ending { failure, count, example } in ended {
            let code = failure.as_ref().and_then(|failure| failure.code.as_deref());
            told.push((code, *count, example.seq));
        }
        told
    }

    #[test]
    fn visits_count_for_the_last_step_they_reached() {
        let [sign_in, sign_up, reset] = progress(&[
            // Signed in without being asked for a second factor, after a wrong password.
            "a 120 login.start ok sign-in",
            "a 119 password.verify wrong sign-in",
            "a 118 password.verify ok sign-in",
            "a 117 login ok sign-in",
            // Gave up after wrong passwords.
            "b 130 password.verify wrong sign-in",
            "c 125 password.verify wrong sign-in",
            // Left before a second factor.
            "d 300 identify ok sign-in",
            // Has time left.
            "e 5 login.start ok sign-in",
            // Went over to another flow.
            "f 90 identify ok sign-in",
            "f 89 code.verify ok sign-up",
            "f 88 signup ok sign-up",
            "g 90 code.verify ok reset",
        ]);
        assert_eq!(sign_in.reached, [5, 2, 1, 1]);
        assert_eq!(sign_in.under_way, 1);
        assert_eq!(told(&sign_in.ended[0]), [(Some("wrong"), 2, 5)]);
        assert_eq!(told(&sign_in.ended[1]), [(None, 1, 6)]);
        assert_eq!(sign_up.reached, [1, 1, 1, 1]);
        assert_eq!(reset.reached, [1, 1, 0, 0]);
    }

    #[test]
    fn the_order_of_events_does_not_matter() {
        let mut lines = vec![
            "a 180 password.verify early sign-in",
            "a 170 password.verify late sign-in",
            "a 160 identify ok sign-in",
        ];
        let [forwards, ..] = progress(&lines);
        assert_eq!(told(&forwards.ended[1]), [(Some("late"), 1, 2)]);
        lines.swap(0, 1);
        assert_eq!(progress(&lines)[0], forwards);
    }
}
