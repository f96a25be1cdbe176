//! What follows from a number of events.

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Alert, AlertState, Comparison, Occasion};

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// What an alert is after `count` events were found, and what is to be told.
///
/// Its beginning is told once: at once, or when it is muted no longer and fires still. An end is
/// told only to whoever was told of the beginning.
pub fn decide(alert: &Alert, count: u64, now: UnixMicros) -> (AlertState, Option<Occasion>) {
    let (rule, state) = (&alert.rule, alert.state);
    let threshold = u64::from(rule.threshold);
    let is_firing = match rule.comparison {
        Comparison::More => count > threshold,
        Comparison::Fewer => count < threshold,
    };
    let is_muted = alert.muted_until.is_some_and(|until| now < until);
    let occasion = match (is_firing, state.told) {
        (true, None) => Some(Occasion::Begin),
        (true, Some(told)) => {
            let is_due =
                |hours: u32| now.micros() - told.micros() >= i64::from(hours) * HOUR_MICROS;
            rule.remind_hours.is_some_and(is_due).then_some(Occasion::Remind)
        }
        (false, Some(_)) => rule.tells_end.then_some(Occasion::End),
        (false, None) => None,
    };
    let tell = occasion.filter(|_| !is_muted);
    let told = match (is_firing, tell) {
        (false, _) => None,
        (true, Some(_)) => Some(now),
        (true, None) => state.told,
    };
    let since = if is_firing == state.is_firing { state.since } else { now };
    (AlertState { is_firing, since, told }, tell)
}

#[cfg(test)]
mod tests {
    use gatelog_event::language::Language;
    use gatelog_meta::{AlertRule, WebhookSecret};

    use super::*;

    fn at(minute: i64) -> UnixMicros {
        UnixMicros::clamped(minute * 60 * 1_000_000)
    }

    fn alert(comparison: Comparison, threshold: u32) -> Alert {
        Alert {
            number: 1,
            tenant: "acme".parse().unwrap(),
            rule: AlertRule {
                name: "one".to_owned(),
                query: String::new(),
                comparison,
                threshold,
                period_seconds: 300,
                webhook: None,
                recipients: Vec::new(),
                language: Language::English,
                tells_end: true,
                remind_hours: Some(2),
            },
            secret: WebhookSecret(String::new()),
            edited: at(0),
            muted_until: None,
            state: AlertState { is_firing: false, since: at(0), told: None },
            checked: None,
            count: None,
            check_error: None,
            send_error: None,
        }
    }

    /// What is told at each minute with so many events.
    fn told(mut alert: Alert, counts: &[(i64, u64)]) -> Vec<(i64, &'static str)> {
        let mut told = Vec::new();
        for (minute, count) in counts {
            let (state, tell) = decide(&alert, *count, at(*minute));
            alert.state = state;
            told.extend(tell.map(|occasion| (*minute, occasion.name())));
        }
        told
    }

    #[test]
    fn a_threshold_is_still_normal() {
        let cases = [
            (Comparison::More, 10, [(9, false), (10, false), (11, true)]),
            (Comparison::Fewer, 10, [(9, true), (10, false), (11, false)]),
            (Comparison::More, 0, [(0, false), (1, true), (2, true)]),
        ];
        for (comparison, threshold, counts) in cases {
            for (count, expected) in counts {
                let (state, _) = decide(&alert(comparison, threshold), count, at(1));
                assert_eq!(state.is_firing, expected, "{comparison:?} {threshold}: {count}");
            }
        }
    }

    #[test]
    fn beginning_and_end_are_told_once_and_reminders_at_most_as_often_as_wanted() {
        let counts = [(1, 3), (2, 11), (3, 99), (121, 99), (122, 99), (123, 99), (242, 11)];
        let counts = counts.into_iter().chain([(243, 10), (244, 10), (245, 11)]);
        let counts: Vec<_> = counts.collect();
        let all = [(2, "begin"), (122, "remind"), (242, "remind"), (243, "end"), (245, "begin")];
        assert_eq!(told(alert(Comparison::More, 10), &counts), all);

        let mut quiet = alert(Comparison::More, 10);
        (quiet.rule.tells_end, quiet.rule.remind_hours) = (false, None);
        assert_eq!(told(quiet, &counts), [(2, "begin"), (245, "begin")]);
    }

    #[test]
    fn nothing_is_told_while_muted_and_what_goes_on_is_told_afterwards() {
        let mut muted = alert(Comparison::More, 10);
        muted.muted_until = Some(at(60));
        let goes_on = [(1, 11), (59, 11), (60, 11), (61, 11), (62, 0)];
        assert_eq!(told(muted.clone(), &goes_on), [(60, "begin"), (62, "end")]);
        assert_eq!(told(muted, &[(1, 11), (59, 0), (61, 0)]), []);
    }

    #[test]
    fn since_is_when_it_turned() {
        let mut alert = alert(Comparison::More, 10);
        for (minute, count, since) in [(1, 0, 0), (2, 11, 2), (3, 12, 2), (4, 0, 4), (5, 0, 4)] {
            alert.state = decide(&alert, count, at(minute)).0;
            assert_eq!(alert.state.since, at(since), "minute {minute}");
        }
    }
}
