//! A rule as it is typed.

use gatelog_event::language::Language;
use gatelog_meta::{AlertRule, Comparison, Error};
use gatelog_query::pql::guessing::guesses;
use gatelog_service::alerts::rule::{
    InvalidRule, NAME_CHARACTERS_MAX, PERIOD_SECONDS_MAX, PERIOD_SECONDS_MIN, RECIPIENTS_MAX,
    REMIND_HOURS_MAX,
};
use serde::Deserialize;

use crate::Console;
use crate::problem::Problem;
use crate::text::visible;
use crate::visitor::Visit;

/// Periods to choose from, in seconds.
const PERIODS: [u32; 7] =
    [PERIOD_SECONDS_MIN, 900, 3_600, 6 * 3_600, 24 * 3_600, 3 * 24 * 3_600, PERIOD_SECONDS_MAX];

/// What is typed; numbers as text, so that a wrong one can be shown again.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RuleForm {
    pub(super) name: String,
    pub(super) query: String,
    comparison: String,
    pub(super) threshold: String,
    period: String,
    pub(super) webhook: String,
    /// Addresses, apart by line ends, commas or spaces.
    pub(super) recipients: String,
    language: String,
    /// `on`, or nothing.
    end: String,
    pub(super) remind: String,
}

/// The form.
#[derive(Debug)]
pub(super) struct RuleFields {
    pub(super) typed: RuleForm,
    pub(super) comparisons: Vec<Choice>,
    pub(super) periods: Vec<Choice>,
    pub(super) languages: Vec<Choice>,
    pub(super) tells_end: bool,
    pub(super) name_characters_max: usize,
    pub(super) remind_hours_max: u32,
    /// Whether links in messages lead nowhere, as nobody said how this console is reached.
    pub(super) lacks_public_url: bool,
    pub(super) lacks_mail: bool,
}

/// Something that can be chosen.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) is_chosen: bool,
}

impl RuleForm {
    /// A form to begin with, for messages in the reader's language.
    pub(super) fn about(query: String, visit: &Visit) -> Self {
        Self {
            query,
            language: visit.texts.language.code().to_owned(),
            comparison: Comparison::More.name().to_owned(),
            threshold: "10".to_owned(),
            period: "900".to_owned(),
            end: "on".to_owned(),
            ..Self::default()
        }
    }

    /// The rule, if it can be kept.
    ///
    /// # Errors
    /// [`Problem::NotSaved`] with what is wrong.
    pub(super) fn rule(&self, console: &Console, visit: &Visit) -> Result<AlertRule, Problem> {
        let texts = &visit.texts.alerts;
        let wrong = |text: &str| Problem::NotSaved(text.to_owned());
        let remind = self.remind.trim();
        let rule = AlertRule {
            name: self.name.trim().to_owned(),
            query: self.query.trim().to_owned(),
            comparison: Comparison::from_name(&self.comparison).unwrap_or_default(),
            threshold: self.threshold.trim().parse().map_err(|_| wrong(texts.not_a_number))?,
            period_seconds: self.period.parse().map_err(|_| wrong(texts.wrong_period))?,
            webhook: Some(self.webhook.trim().to_owned()).filter(|webhook| !webhook.is_empty()),
            recipients: self.recipients(),
            language: Language::from_code(&self.language).unwrap_or(visit.texts.language),
            tells_end: self.end == "on",
            remind_hours: match remind.is_empty() {
                true => None,
                false => Some(remind.parse().map_err(|_| wrong(texts.wrong_remind))?),
            },
        };
        if !rule.recipients.is_empty() && !console.sends_mail() {
            return Err(wrong(texts.no_mail));
        }
        // Its count would tell what the reader may not find out.
        if visit.sight.is_masked()
            && let Some(guess) = guesses(&rule.query).first()
        {
            return Err(Problem::NotSaved((visit.texts.logs.question.mistake)(&guess.mistake)));
        }
        match visit.tenant.check_rule(&rule, visit.now) {
            Ok(()) => Ok(rule),
            Err(invalid) => Err(Problem::NotSaved(told(&invalid, visit))),
        }
    }

    /// Each address once.
    fn recipients(&self) -> Vec<String> {
        let typed = self.recipients.split(|letter: char| letter.is_whitespace() || letter == ',');
        typed.filter(|address| !address.is_empty()).fold(Vec::new(), |mut kept, address| {
            if !kept.iter().any(|known: &String| known.eq_ignore_ascii_case(address)) {
                kept.push(address.to_owned());
            }
            kept
        })
    }
}

impl From<&AlertRule> for RuleForm {
    fn from(rule: &AlertRule) -> Self {
        Self {
            name: rule.name.clone(),
            query: rule.query.clone(),
            comparison: rule.comparison.name().to_owned(),
            threshold: rule.threshold.to_string(),
            period: rule.period_seconds.to_string(),
            webhook: rule.webhook.clone().unwrap_or_default(),
            recipients: rule.recipients.join("\n"),
            language: rule.language.code().to_owned(),
            end: if rule.tells_end { "on".to_owned() } else { String::new() },
            remind: rule.remind_hours.map(|hours| hours.to_string()).unwrap_or_default(),
        }
    }
}

impl RuleFields {
    /// The form with what was typed.
    pub(super) fn new(console: &Console, visit: &Visit, typed: RuleForm) -> Self {
        let texts = visit.texts;
        let comparisons = Comparison::ALL.map(|comparison| Choice {
            value: comparison.name().to_owned(),
            title: match comparison {
                Comparison::More => texts.alerts.more.to_owned(),
                Comparison::Fewer => texts.alerts.fewer.to_owned(),
            },
            is_chosen: typed.comparison == comparison.name(),
        });
        let periods = PERIODS.map(|seconds| Choice {
            value: seconds.to_string(),
            title: texts.period(seconds),
            is_chosen: typed.period == seconds.to_string(),
        });
        let languages = Language::ALL.map(|language| Choice {
            value: language.code().to_owned(),
            title: language.endonym().to_owned(),
            is_chosen: typed.language == language.code(),
        });
        Self {
            comparisons: comparisons.into(),
            periods: periods.into(),
            languages: languages.into(),
            tells_end: typed.end == "on",
            name_characters_max: NAME_CHARACTERS_MAX,
            remind_hours_max: REMIND_HOURS_MAX,
            lacks_public_url: console.options.public_url.is_none(),
            lacks_mail: !console.sends_mail(),
            typed,
        }
    }
}

/// Why a rule was not kept, if the reader can help it.
pub(super) fn refused(error: Error, visit: &Visit) -> Problem {
    let texts = &visit.texts.alerts;
    match error {
        Error::AlertExists(name) => Problem::NotSaved((texts.exists)(&visible(&name))),
        Error::TooManyAlerts(most) => {
            Problem::NotSaved((texts.too_many)(&visit.texts.number(u64::from(most))))
        }
        Error::UnknownAlert(number) => Problem::NoAlert(number.to_string()),
        error => error.into(),
    }
}

fn told(invalid: &InvalidRule, visit: &Visit) -> String {
    let (texts, number) = (&visit.texts.alerts, |number: u64| visit.texts.number(number));
    match invalid {
        InvalidRule::Name => (visit.texts.searches.name_rule)(&number(NAME_CHARACTERS_MAX as u64)),
        InvalidRule::Query(diagnostics) => {
            let mistakes =
                diagnostics.iter().map(|found| (visit.texts.logs.question.mistake)(&found.mistake));
            visible(&mistakes.collect::<Vec<_>>().join(" ")).into_owned()
        }
        InvalidRule::QueryTooLong => visit.texts.searches.too_long.to_owned(),
        InvalidRule::Scan => texts.scan.to_owned(),
        InvalidRule::NeverFewer => texts.never_fewer.to_owned(),
        InvalidRule::Period => texts.wrong_period.to_owned(),
        InvalidRule::Webhook => texts.wrong_webhook.to_owned(),
        InvalidRule::NoDestination => texts.no_destination.to_owned(),
        InvalidRule::Recipient(address) => (texts.wrong_recipient)(&visible(address)),
        InvalidRule::TooManyRecipients => {
            (texts.too_many_recipients)(&number(RECIPIENTS_MAX as u64))
        }
        InvalidRule::Remind => texts.wrong_remind.to_owned(),
        InvalidRule::Unresolved(_) => visit.texts.problem.too_broad_hint.to_owned(),
    }
}
