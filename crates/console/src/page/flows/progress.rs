//! How far people came: from the events of many interactions to a count for each step.
//!
//! An interaction is one visit to the sign-in pages. What it was for is said by its events, and so
//! is the last step it reached; that it skipped a step counts as having passed it, as nobody was
//! asked for it (a second factor) or as two were taken at once.

use std::collections::HashMap;

use gatelog_event::catalogue::{Action, Meaning};
use gatelog_event::fields::Outcome;
use gatelog_event::time::UnixMicros;

/// After so long without an event nobody comes back to an interaction: providers end them by then.
const UNDER_WAY_MICROS: i64 = 3_600_000_000;

/// Steps of every flow, the begin and the end among them.
pub(super) const STEPS: usize = 4;

/// Actions that show who somebody is.
const PROOFS: &[Action] = &[
    Action::Identify,
    Action::PasswordVerify,
    Action::CodeVerify,
    Action::PasskeyVerify,
    Action::SocialVerify,
    Action::SsoVerify,
];

/// What an interaction is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// To sign in.
    #[default]
    SignIn,
    /// To make an account.
    SignUp,
    /// To replace a forgotten password.
    Reset,
}

/// An event of an interaction, as far as it counts here.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    pub(super) time: UnixMicros,
    pub(super) action: Action,
    pub(super) outcome: Outcome,
    /// What the event itself says the interaction is for.
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

/// All interactions, by their ids.
#[derive(Debug, Default)]
pub(super) struct Interactions(HashMap<String, Interaction>);

#[derive(Debug, Default)]
struct Interaction {
    flow: Flow,
    /// Which of the actions that are steps of something succeeded.
    reached: Vec<Action>,
    last: Option<UnixMicros>,
    /// The last thing that went wrong, and when.
    failure: Option<(UnixMicros, Failure)>,
}

/// How far the interactions of one flow came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many reached each step.
    pub(super) reached: [u64; STEPS],
    /// How many may still go on.
    pub(super) under_way: u64,
    /// How many ended after each step, by what went wrong last; most first.
    pub(super) ended: [Vec<Ending>; STEPS],
}

/// Interactions that ended after one step for one reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// What went wrong; nothing if somebody just left.
    pub(super) failure: Option<Failure>,
    pub(super) count: u64,
    /// The latest of them.
    pub(super) example: String,
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

    /// What an event says the interaction is for; [`Flow::SignIn`] if nothing else.
    pub(super) fn of(meaning: &Meaning<'_>) -> Self {
        let section = meaning.event_type.map(|known| known.section);
        match (meaning.action, section) {
            (Action::Signup, _) | (_, Some("Register")) => Self::SignUp,
            (Action::PasswordReset, _) | (_, Some("Forgot password")) => Self::Reset,
            _ => Self::SignIn,
        }
    }

    /// What reaches each step after the first, which every interaction has reached.
    pub(super) fn steps(self) -> [&'static [Action]; STEPS - 1] {
        match self {
            Self::SignIn => [PROOFS, &[Action::MfaVerify], &[Action::Login]],
            Self::SignUp => [
                PROOFS,
                &[Action::PasswordSet, Action::IdentityAdd, Action::MfaEnroll],
                &[Action::Signup],
            ],
            Self::Reset => [PROOFS, &[Action::PasswordSet], &[Action::PasswordReset]],
        }
    }
}

impl Interactions {
    /// Adds an event. The order of events does not matter.
    pub(super) fn add(&mut self, interaction: &str, happening: Happening) {
        let Happening { time, action, outcome, flow, failure } = happening;
        let found = match self.0.get_mut(interaction) {
            Some(found) => found,
            None => self.0.entry(interaction.to_owned()).or_default(),
        };
        found.flow = found.flow.max(flow);
        found.last = found.last.max(Some(time));
        if outcome == Outcome::Success && !found.reached.contains(&action) {
            found.reached.push(action);
        }
        let is_later = found.failure.as_ref().is_none_or(|(other, _)| *other <= time);
        if let Some(failure) = failure.filter(|_| is_later) {
            found.failure = Some((time, failure));
        }
    }

    /// How far those of one flow came by `now`.
    pub(super) fn progress(&self, flow: Flow, now: UnixMicros) -> Progress {
        let mut progress = Progress::default();
        let mut endings: HashMap<(usize, Option<&Failure>), (u64, UnixMicros, &str)> =
            HashMap::new();
        for (id, interaction) in self.0.iter().filter(|(_, found)| found.flow == flow) {
            let furthest = interaction.furthest();
            progress.reached.iter_mut().take(furthest + 1).for_each(|count| *count += 1);
            let last = interaction.last.unwrap_or(now);
            if furthest + 1 == STEPS {
                continue;
            }
            if last.saturating_add(UNDER_WAY_MICROS) > now {
                progress.under_way += 1;
                continue;
            }
            let failure = interaction.failure.as_ref().map(|(_, failure)| failure);
            let ending = endings.entry((furthest, failure)).or_insert((0, last, id));
            ending.0 += 1;
            if (last, id.as_str()) > (ending.1, ending.2) {
                (ending.1, ending.2) = (last, id);
            }
        }
        for ((step, failure), (count, _, example)) in endings {
            let (failure, example) = (failure.cloned(), example.to_owned());
            let ended = progress.ended.get_mut(step);
            ended.into_iter().for_each(|ended| {
                ended.push(Ending { failure: failure.clone(), count, example: example.clone() });
            });
        }
        for ended in &mut progress.ended {
            ended.sort_by(|one, other| {
                other.count.cmp(&one.count).then_with(|| one.failure.cmp(&other.failure))
            });
        }
        progress
    }
}

impl Interaction {
    /// The last step it reached.
    fn furthest(&self) -> usize {
        let has = |actions: &[Action]| self.reached.iter().any(|action| actions.contains(action));
        self.flow.steps().iter().rposition(|actions| has(actions)).map_or(0, |step| step + 1)
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
    fn interactions(lines: &[&str]) -> Interactions {
        let mut interactions = Interactions::default();
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let [id, minutes, action, end, flow] = words[..] else { panic!("{line}") };
            let minutes: i64 = minutes.parse().unwrap();
            let code = (end != "ok").then(|| end.to_owned());
            let failure =
                code.map(|code| Failure { code: Some(code), event_type: action.to_owned() });
            let happening = Happening {
                time: now().saturating_add(-minutes * MINUTE_MICROS),
                action: Action::from_name(action).unwrap(),
                outcome: if failure.is_none() { Outcome::Success } else { Outcome::Failure },
                flow: Flow::ALL.into_iter().find(|known| known.name() == flow).unwrap(),
                failure,
            };
            interactions.add(id, happening);
        }
        interactions
    }

    fn ending(code: Option<&str>, count: u64, example: &str) -> Ending {
        let failure = code.map(|code| Failure {
            code: Some(code.to_owned()),
            event_type: "password.verify".to_owned(),
        });
        Ending { failure, count, example: example.to_owned() }
    }

    #[test]
    fn interactions_count_for_the_last_step_they_reached() {
        let found = interactions(&[
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
        let progress = found.progress(Flow::SignIn, now());
        assert_eq!(progress.reached, [5, 2, 1, 1]);
        assert_eq!(progress.under_way, 1);
        assert_eq!(progress.ended[0], [ending(Some("wrong"), 2, "c")]);
        assert_eq!(progress.ended[1], [ending(None, 1, "d")]);
        assert_eq!(found.progress(Flow::SignUp, now()).reached, [1, 1, 1, 1]);
        assert_eq!(found.progress(Flow::Reset, now()).reached, [1, 1, 0, 0]);
    }

    #[test]
    fn the_order_of_events_does_not_matter() {
        let mut lines = vec![
            "a 180 password.verify early sign-in",
            "a 170 password.verify late sign-in",
            "a 160 identify ok sign-in",
        ];
        let forwards = interactions(&lines).progress(Flow::SignIn, now());
        lines.reverse();
        assert_eq!(interactions(&lines).progress(Flow::SignIn, now()), forwards);
        assert_eq!(forwards.ended[1], [ending(Some("late"), 1, "a")]);
    }
}
