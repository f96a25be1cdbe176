//! Settings out of what was typed into a form, and the other way round.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use gatelog_event::time::UnixMicros;
use serde_json::{Map, Value};

use super::Kind;
use super::fields::{Field, Shape};
use crate::http::Endpoint;
use crate::seal::{Purpose, SealKey};
use crate::secret::SecretRef;

/// What stands in a form for yes.
pub const ON: &str = "on";

/// Secrets that one field takes.
pub const SECRETS_MAX: usize = 20;

/// What was typed, by the names of fields.
pub type Typed = BTreeMap<String, String>;

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub what: What,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// There has to be something.
    Missing,
    /// It is no whole number from the first to the last.
    NoNumber(u64, u64),
    /// No API begins there.
    NoAddress,
    /// It is no time as in RFC 3339.
    NoTime,
    /// It is none of what there is to choose from.
    NoChoice,
    /// There are more than [`SECRETS_MAX`].
    TooManySecrets,
}

/// Why there are no settings.
#[derive(Debug)]
pub enum NotTyped {
    /// What whoever typed it can mend.
    Mistakes(Vec<Mistake>),
    /// There is no randomness to be had.
    Randomness(io::Error),
}

/// How secrets are sealed.
pub struct Sealing<'s> {
    /// The key of this installation.
    pub key: &'s SealKey,
    /// The name of the source: no other one can open them.
    pub source: &'s str,
    /// Twelve random bytes, others each time.
    pub nonce: &'s mut dyn FnMut() -> io::Result<[u8; 12]>,
}

impl fmt::Debug for Sealing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sealing").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Kind {
    /// The settings that somebody typed. A secret that was left empty stays as it is in `kept`.
    ///
    /// # Errors
    /// [`NotTyped`].
    pub fn settings_typed(
        self,
        typed: &Typed,
        kept: Option<&Map<String, Value>>,
        mut sealing: Sealing<'_>,
    ) -> Result<Map<String, Value>, NotTyped> {
        let (mut settings, mut mistakes) = (Map::new(), Vec::new());
        for field in self.fields().iter().filter(|field| field.is_asked(typed)) {
            let text = typed.get(field.name).map_or("", |text| text.trim());
            let value = match field.shape.is_secret() {
                true if text.is_empty() => {
                    Ok(kept.and_then(|kept| member(kept, field.name)).cloned())
                }
                true => sealed(field.shape, text, &mut sealing)?,
                false => plain(field.shape, text),
            };
            let missing = || if field.is_required { Err(What::Missing) } else { Ok(None) };
            match value.and_then(|value| value.map_or_else(missing, |value| Ok(Some(value)))) {
                Ok(Some(value)) => insert(&mut settings, field.name, value),
                Ok(None) => {}
                Err(what) => mistakes.push(Mistake { field: field.name, what }),
            }
        }
        match mistakes.is_empty() {
            true => Ok(settings),
            false => Err(NotTyped::Mistakes(mistakes)),
        }
    }

    /// What would have to be typed for these settings, without their secrets.
    pub fn typed(self, settings: &Map<String, Value>) -> Typed {
        let text = |field: &Field| match member(settings, field.name)? {
            _ if field.shape.is_secret() => None,
            Value::String(text) => Some(text.clone()),
            Value::Bool(is_on) => is_on.then(|| ON.to_owned()),
            value => Some(value.to_string()),
        };
        let texts = self.fields().iter().filter_map(|field| Some((field.name, text(field)?)));
        texts.map(|(name, text)| (name.to_owned(), text)).collect()
    }

    /// What stands in an empty form.
    pub fn typed_at_first(self) -> Typed {
        let text = |field: &Field| match field.shape {
            Shape::Flag(true) => Some(ON.to_owned()),
            shape => shape.choices().first().map(|&first| first.to_owned()),
        };
        let texts = self.fields().iter().filter_map(|field| Some((field.name, text(field)?)));
        texts.map(|(name, text)| (name.to_owned(), text)).collect()
    }
}

impl Field {
    /// Whether it counts beside what else was chosen.
    fn is_asked(&self, typed: &Typed) -> bool {
        let is_chosen =
            |(field, choice): (&str, &str)| typed.get(field).is_some_and(|chosen| chosen == choice);
        self.only_with.is_none_or(is_chosen)
    }

    /// How many secrets are kept in it.
    pub fn secrets_in(&self, settings: &Map<String, Value>) -> usize {
        match member(settings, self.name) {
            Some(Value::Array(secrets)) if self.shape.is_secret() => secrets.len(),
            Some(Value::String(_)) if self.shape.is_secret() => 1,
            _ => 0,
        }
    }
}

/// A setting that is no secret, if something was typed.
fn plain(shape: Shape, text: &str) -> Result<Option<Value>, What> {
    if let Shape::Flag(_) = shape {
        return Ok(Some((text == ON).into()));
    }
    if text.is_empty() {
        return Ok(None);
    }
    match shape {
        Shape::Address if text.parse::<Endpoint>().is_err() => Err(What::NoAddress),
        Shape::Time if UnixMicros::parse_rfc3339(text).is_none() => Err(What::NoTime),
        Shape::Choice(_) | Shape::Mapping if !shape.choices().contains(&text) => {
            Err(What::NoChoice)
        }
        Shape::Number(least, most) => {
            let number = text.parse().ok().filter(|number| (least..=most).contains(number));
            number.map(|number: u64| Some(number.into())).ok_or(What::NoNumber(least, most))
        }
        _ => Ok(Some(text.into())),
    }
}

/// What was typed as a secret, as it is stored.
fn sealed(
    shape: Shape,
    text: &str,
    sealing: &mut Sealing<'_>,
) -> Result<Result<Option<Value>, What>, NotTyped> {
    let mut seal = |text: &str| {
        let nonce = (sealing.nonce)().map_err(NotTyped::Randomness)?;
        let purpose = Purpose::Secret { source: sealing.source };
        let sealed = sealing.key.seal(purpose, text.as_bytes(), nonce);
        Ok(Value::String(SecretRef::Sealed(sealed).to_string()))
    };
    if shape != Shape::Secrets {
        // Forms end lines as HTTP does, keys as files do.
        return Ok(Ok(Some(seal(&text.replace("\r\n", "\n"))?)));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.clone().count() > SECRETS_MAX {
        return Ok(Err(What::TooManySecrets));
    }
    let secrets = lines.map(seal).collect::<Result<_, _>>()?;
    Ok(Ok(Some(Value::Array(secrets))))
}

fn member<'m>(settings: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    match name.split_once('.') {
        Some((outer, inner)) => member(settings.get(outer)?.as_object()?, inner),
        None => settings.get(name),
    }
}

fn insert(settings: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        Some((outer, inner)) => {
            let outer = settings.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(outer) = outer {
                insert(outer, inner, value);
            }
        }
        None => drop(settings.insert(name.to_owned(), value)),
    }
}

#[cfg(test)]
mod tests {
    use gatelog_event::tenant::TenantName;
    use rcgen::{KeyPair, PKCS_RSA_SHA256};

    use super::*;
    use crate::definition::{Definition, Origin};
    use crate::http::Reach;
    use crate::kinds::Kinds;
    use crate::sources::Open as _;

    fn key() -> SealKey {
        SealKey::new([7; 32])
    }

    fn of_form(
        kind: Kind,
        typed: &[(&str, &str)],
        kept: Option<&Map<String, Value>>,
    ) -> Result<Map<String, Value>, Vec<Mistake>> {
        let mut count = 0;
        let mut nonce = || {
            count += 1;
            Ok([count; 12])
        };
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let typed = typed.iter().map(own).collect();
        let sealing = Sealing { key: &key(), source: "shop", nonce: &mut nonce };
        kind.settings_typed(&typed, kept, sealing).map_err(|error| match error {
            NotTyped::Mistakes(mistakes) => mistakes,
            NotTyped::Randomness(error) => panic!("{error}"),
        })
    }

    fn definition(kind: Kind, settings: Map<String, Value>) -> Definition {
        Definition {
            name: "shop".to_owned(),
            tenant: TenantName::default_tenant(),
            silent_after_hours: 24,
            kind: kind.name().to_owned(),
            settings,
            origin: Origin::Console,
        }
    }

    /// Something that may stand in a field.
    fn answer(field: &Field) -> String {
        match field.shape {
            Shape::SecretText => KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap().serialize_pem(),
            shape if shape.is_secret() => "hunter2".to_owned(),
            shape => shape.choices().first().copied().unwrap_or(field.example).to_owned(),
        }
    }

    #[test]
    fn every_kind_of_the_console_opens_with_all_of_its_fields_and_with_those_that_have_to_be() {
        let kinds =
            Kinds { reach: Reach::PublicAnd(Vec::new()), read_file: |path| std::fs::read(path) };
        for kind in Kind::ALL {
            assert_eq!(kind.is_for_console(), !kind.fields().is_empty(), "{kind:?}");
            let answers: Vec<_> =
                kind.fields().iter().map(|field| (field, answer(field))).collect();
            let all = answers.iter().map(|(field, text)| (field.name, &**text));
            let required = answers.iter().filter(|(field, _)| field.is_required);
            let required = required.map(|(field, text)| (field.name, &**text));
            let forms: [Vec<_>; 2] = [all.collect(), required.collect()];
            for typed in forms.iter().filter(|_| kind.is_for_console()) {
                let settings = of_form(kind, typed, None).unwrap();
                let written = Value::Object(settings.clone()).to_string();
                assert!(!written.contains("hunter2") && !written.contains("PRIVATE"), "{written}");
                let opened = kinds.open(&definition(kind, settings), &key());
                assert!(opened.is_ok(), "{kind:?}: {opened:?}");
            }
        }
    }

    #[test]
    fn what_is_left_empty_has_to_be_typed_once_and_is_kept_then() {
        let kind = Kind::LogtoWebhook;
        let missing = Mistake { field: "signing_keys", what: What::Missing };
        assert_eq!(of_form(kind, &[("signing_keys", " \r\n ")], None), Err(vec![missing]));
        let first = of_form(kind, &[("signing_keys", "one\r\n\r\n two ")], None).unwrap();
        assert_eq!(kind.fields()[0].secrets_in(&first), 2);
        assert_eq!(kind.typed(&first), Typed::new(), "no secret is shown again");
        assert_eq!(of_form(kind, &[("signing_keys", "")], Some(&first)).unwrap(), first);
        let second = of_form(kind, &[("signing_keys", "three")], Some(&first)).unwrap();
        assert_eq!(kind.fields()[0].secrets_in(&second), 1);
        let many = "key\n".repeat(SECRETS_MAX + 1);
        let too_many = Mistake { field: "signing_keys", what: What::TooManySecrets };
        assert_eq!(of_form(kind, &[("signing_keys", &many)], None), Err(vec![too_many]));
    }

    #[test]
    fn a_secret_of_another_credential_does_not_count() {
        let kind = Kind::MappedWebhook;
        let by_token = [
            ("mapping", "keycloak"),
            ("credential.kind", "token"),
            ("credential.header", "authorization"),
            ("credential.tokens", "hunter2"),
            ("credential.signing_keys", "left over"),
            ("credential.prefix", "left over"),
        ];
        let settings = of_form(kind, &by_token, None).unwrap();
        let credential = settings["credential"].as_object().unwrap();
        assert_eq!(credential.keys().collect::<Vec<_>>(), ["header", "kind", "tokens"]);
        let by_signature = [
            ("mapping", "keycloak"),
            ("credential.kind", "signature"),
            ("credential.header", "x-signature"),
        ];
        let missing = Mistake { field: "credential.signing_keys", what: What::Missing };
        assert_eq!(of_form(kind, &by_signature, Some(&settings)), Err(vec![missing]));
    }

    #[test]
    fn mistakes_are_told_by_their_fields() {
        let typed = [
            ("endpoint", "shop"),
            ("client_id", ""),
            ("client_secret", "x"),
            ("from", "yesterday"),
            ("interval_seconds", "0"),
        ];
        let expected = [
            ("endpoint", What::NoAddress),
            ("client_id", What::Missing),
            ("from", What::NoTime),
            ("interval_seconds", What::NoNumber(1, 3_600)),
        ];
        let expected = expected.map(|(field, what)| Mistake { field, what });
        assert_eq!(of_form(Kind::LogtoApi, &typed, None), Err(expected.to_vec()));
        let mapping =
            [("mapping", "/etc/passwd"), ("credential.kind", "none"), ("credential.header", "x")];
        let expected = ["mapping", "credential.kind"];
        let expected = expected.map(|field| Mistake { field, what: What::NoChoice });
        assert_eq!(of_form(Kind::MappedWebhook, &mapping, None), Err(expected.to_vec()));
        assert_eq!(
            Kind::MappedWebhook.field_in("missing field `header`"),
            Some("credential.header")
        );
        assert_eq!(Kind::Okta.field_in("`host` is unknown"), None);
    }

    #[test]
    fn what_was_typed_comes_back() {
        let kind = Kind::PlusauthApi;
        let typed = [
            ("endpoint", "https://acme.plusauth.com"),
            ("client_id", "shop"),
            ("client_secret", "hunter2"),
            ("interval_seconds", "60"),
        ];
        let shown = kind.typed(&of_form(kind, &typed, None).unwrap());
        let shown: Vec<_> = shown.iter().map(|(name, text)| (&**name, &**text)).collect();
        let expected = [
            ("client_id", "shop"),
            ("endpoint", "https://acme.plusauth.com"),
            ("interval_seconds", "60"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(Kind::LogtoApi.typed_at_first()["webhooks"], ON);
        let off = Kind::LogtoApi.typed(&Map::from_iter([("webhooks".to_owned(), false.into())]));
        assert!(!off.contains_key("webhooks"));
    }
}
