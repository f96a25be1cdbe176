//! A source as it is typed.

use gatelog_meta::Error;
use gatelog_source::kinds::Kind;
use gatelog_source::kinds::fields::{Field, Shape};
use gatelog_source::kinds::typed::{Mistake, NotTyped, ON, SECRETS_MAX, Sealing, Typed, What};
use gatelog_source::{Definition, Origin};

use super::words;
use crate::problem::Problem;
use crate::text::visible;
use crate::texts::Texts;
use crate::visitor::Visit;

/// The fields that every source has, beside those of its kind.
const NAME: &str = "name";
const SILENT_AFTER: &str = "silent_after_hours";

/// A year: what is silent for longer is not used.
const SILENT_AFTER_HOURS_MAX: u32 = 8_784;

/// After so many hours a source is reported, unless something else is typed.
const SILENT_AFTER_AT_FIRST: &str = "24";

/// What is wrong with what was typed.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    /// By the names of fields.
    fields: Vec<(&'static str, String)>,
    /// With no field of its own.
    whole: Option<String>,
}

/// The form.
#[derive(Debug)]
pub(super) struct SourceFields {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) hint: &'static str,
    pub(super) document: &'static str,
    /// None of a source that is there already.
    pub(super) name: Option<String>,
    pub(super) name_error: Option<String>,
    pub(super) silent_after_hours: String,
    pub(super) silent_after_hours_max: u32,
    pub(super) silent_error: Option<String>,
    pub(super) fields: Vec<FieldView>,
    pub(super) error: Option<String>,
}

/// A field of it.
#[derive(Debug)]
pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) label: &'static str,
    pub(super) widget: Widget,
    pub(super) value: String,
    pub(super) example: &'static str,
    /// Whether a browser is to ask for it.
    pub(super) is_required: bool,
    /// The choice beside which it is shown.
    pub(super) only_with: Option<&'static str>,
    pub(super) note: String,
    pub(super) error: Option<String>,
}

/// What is typed into.
#[derive(Debug)]
pub(super) enum Widget {
    Line(&'static str),
    Number(u64, u64),
    Flag(bool),
    Secret,
    SecretLines,
    /// Values, what they are called, and whether they are chosen.
    Choice(Vec<(&'static str, &'static str, bool)>),
}

/// Makes a definition of what was typed, which can be opened.
///
/// # Errors
/// What is wrong with it, or there is no randomness to be had.
pub(super) fn definition(
    visit: &Visit,
    kind: Kind,
    typed: &Typed,
    kept: Option<&Definition>,
) -> Result<Result<Definition, Mistakes>, Problem> {
    let texts = visit.texts;
    let key = match visit.sources.key() {
        Ok(key) => key,
        Err(reason) => return Ok(Err(Mistakes::whole((texts.sources.wrong)(&visible(reason))))),
    };
    let mut mistakes = Mistakes::default();
    let name = match kept {
        Some(kept) => kept.name.clone(),
        None => typed.get(NAME).map_or("", |name| name.trim()).to_owned(),
    };
    if Definition::check_name(&name).is_err() {
        mistakes.fields.push((NAME, texts.sources.name_hint.to_owned()));
    }
    let hours = typed.get(SILENT_AFTER).map_or("", |hours| hours.trim()).parse().ok();
    let hours = hours.filter(|hours| *hours <= SILENT_AFTER_HOURS_MAX);
    if hours.is_none() {
        let most = texts.number(u64::from(SILENT_AFTER_HOURS_MAX));
        mistakes.fields.push((SILENT_AFTER, (texts.sources.no_number)("0", &most)));
    }
    let mut nonce = || visit.service.environment().random();
    let sealing = Sealing { key, source: &name, nonce: &mut nonce };
    let settings = kind.settings_typed(typed, kept.map(|kept| &kept.settings), sealing);
    let settings = match settings {
        Ok(settings) => Some(settings),
        Err(NotTyped::Randomness(error)) => return Err(error.into()),
        Err(NotTyped::Mistakes(found)) => {
            let told = found.into_iter().map(|mistake| (mistake.field, told(mistake, texts)));
            mistakes.fields.extend(told);
            None
        }
    };
    let (Some(settings), Some(silent_after_hours), true) =
        (settings, hours, mistakes.fields.is_empty())
    else {
        mistakes.whole = Some(texts.sources.look_below.to_owned());
        return Ok(Err(mistakes));
    };
    let definition = Definition {
        name,
        tenant: visit.tenant.name().clone(),
        silent_after_hours,
        kind: kind.name().to_owned(),
        settings,
        origin: Origin::Console,
    };
    Ok(match visit.sources.check(&definition) {
        Ok(()) => Ok(definition),
        Err(reason) => Err(Mistakes::refused(kind, &reason, texts)),
    })
}

impl Mistakes {
    fn whole(text: String) -> Self {
        Self { fields: Vec::new(), whole: Some(text) }
    }

    /// What whoever opens the source says, at the field that it names.
    fn refused(kind: Kind, reason: &str, texts: &Texts) -> Self {
        match kind.field_in(reason) {
            Some(field) => Self {
                fields: vec![(field, visible(reason).into_owned())],
                whole: Some(texts.sources.look_below.to_owned()),
            },
            None => Self::whole((texts.sources.wrong)(&visible(reason))),
        }
    }

    /// Why a source was not kept, if the reader can help it.
    ///
    /// # Errors
    /// The reader cannot.
    pub(super) fn of_meta(error: Error, texts: &Texts) -> Result<Self, Problem> {
        Ok(match error {
            Error::SourceExists(name) => Self::whole((texts.sources.taken)(&visible(&name))),
            Error::TooManySources(most) => {
                Self::whole((texts.sources.too_many)(&texts.number(u64::from(most))))
            }
            error => return Err(error.into()),
        })
    }

    /// The configuration file has a source of the name.
    pub(super) fn taken(name: &str, texts: &Texts) -> Self {
        Self::whole((texts.sources.taken)(&visible(name)))
    }

    fn at(&self, field: &str) -> Option<String> {
        let found = self.fields.iter().find(|(name, _)| *name == field);
        found.map(|(_, text)| text.clone())
    }
}

impl SourceFields {
    /// An empty form.
    pub(super) fn new(kind: Kind, texts: &Texts) -> Self {
        let mut typed = kind.typed_at_first();
        typed.insert(SILENT_AFTER.to_owned(), SILENT_AFTER_AT_FIRST.to_owned());
        Self::typed(kind, &typed, None, &Mistakes::default(), texts)
    }

    /// The form of a source that is there.
    pub(super) fn of(kind: Kind, kept: &Definition, texts: &Texts) -> Self {
        let mut typed = kind.typed(&kept.settings);
        typed.insert(SILENT_AFTER.to_owned(), kept.silent_after_hours.to_string());
        Self::typed(kind, &typed, Some(kept), &Mistakes::default(), texts)
    }

    /// The form with what was typed, and with what is wrong with it.
    pub(super) fn typed(
        kind: Kind,
        typed: &Typed,
        kept: Option<&Definition>,
        mistakes: &Mistakes,
        texts: &Texts,
    ) -> Self {
        let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let (title, hint) = words::kind(kind, texts);
        let fields = kind.fields().iter();
        Self {
            kind: kind.name(),
            title,
            hint,
            document: words::document(kind),
            name: kept.is_none().then(|| text(NAME)),
            name_error: mistakes.at(NAME),
            silent_after_hours: text(SILENT_AFTER),
            silent_after_hours_max: SILENT_AFTER_HOURS_MAX,
            silent_error: mistakes.at(SILENT_AFTER),
            fields: fields.map(|field| view(field, typed, kept, mistakes, texts)).collect(),
            error: mistakes.whole.clone(),
        }
    }
}

fn view(
    field: &Field,
    typed: &Typed,
    kept: Option<&Definition>,
    mistakes: &Mistakes,
    texts: &Texts,
) -> FieldView {
    let value = typed.get(field.name).map_or("", String::as_str);
    let secrets_kept = kept.map_or(0, |kept| field.secrets_in(&kept.settings));
    FieldView {
        name: field.name,
        id: format!("source-{}", field.name.replace(['.', '_'], "-")),
        label: words::label(field.name, texts),
        widget: widget(field, value, texts),
        // Whoever typed a secret that was refused types it again: it is in no page.
        value: if field.shape.is_secret() { String::new() } else { value.to_owned() },
        example: field.example,
        is_required: field.is_required && field.only_with.is_none() && secrets_kept == 0,
        only_with: field.only_with.map(|(_, choice)| choice),
        note: note(field, secrets_kept, texts),
        error: mistakes.at(field.name),
    }
}

fn widget(field: &Field, value: &str, texts: &Texts) -> Widget {
    match field.shape {
        Shape::Text | Shape::Time => Widget::Line("text"),
        Shape::Address => Widget::Line("url"),
        Shape::Number(least, most) => Widget::Number(least, most),
        Shape::Flag(_) => Widget::Flag(value == ON),
        Shape::Secret => Widget::Secret,
        Shape::SecretText | Shape::Secrets => Widget::SecretLines,
        Shape::Choice(_) | Shape::Mapping => {
            let choices = field.shape.choices().into_iter();
            Widget::Choice(
                choices.map(|name| (name, words::choice(name, texts), name == value)).collect(),
            )
        }
    }
}

/// What has to be known of a field.
fn note(field: &Field, secrets_kept: usize, texts: &Texts) -> String {
    let phrases = &texts.sources;
    let kept = match secrets_kept {
        0 => String::new(),
        count => (phrases.leave_empty)(&texts.number(count as u64)),
    };
    match field.shape {
        Shape::Secrets => format!("{} {kept}", phrases.secrets_hint),
        shape if shape.is_secret() => format!("{} {kept}", phrases.secret_hint),
        Shape::Number(..) if !field.is_required => (phrases.otherwise)(field.example),
        Shape::Text | Shape::Time if !field.is_required => phrases.optional.to_owned(),
        _ => String::new(),
    }
}

fn told(mistake: Mistake, texts: &Texts) -> String {
    let phrases = &texts.sources;
    match mistake.what {
        What::Missing => phrases.missing.to_owned(),
        What::NoNumber(least, most) => {
            (phrases.no_number)(&texts.number(least), &texts.number(most))
        }
        What::NoAddress => phrases.no_address.to_owned(),
        What::NoTime => phrases.no_time.to_owned(),
        What::NoChoice => phrases.no_choice.to_owned(),
        What::TooManySecrets => (phrases.too_many_secrets)(&texts.number(SECRETS_MAX as u64)),
    }
}
