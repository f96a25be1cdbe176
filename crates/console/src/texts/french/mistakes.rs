//! What is wrong with a query, in French.

#![deny(clippy::wildcard_enum_match_arm, reason = "a mistake without words must not compile")]

use gatelog_query::date_math::TimeMistake;
use gatelog_query::pql::Mistake;
use gatelog_query::pql::limits::{
    CONDITIONS_MAX, LIST_VALUES_MAX, NAME_CONDITIONS_MAX, NESTING_MAX, PATTERN_BYTES_MAX,
    PHRASE_WORDS_MAX, SEGMENTS_MAX, TEXT_BYTES_MAX,
};
use gatelog_query::pql::mistake::{
    FieldMistake, FormMistake, HabitMistake, LimitMistake, ValueMistake,
};

/// What is wrong, and what would be right.
pub(super) fn mistake(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Form(mistake) => form(mistake),
        Mistake::Habit(mistake) => habit(mistake),
        Mistake::Field(mistake) => field(mistake),
        Mistake::Value(mistake) => value(mistake),
        Mistake::Limit(mistake) => limit(*mistake),
        Mistake::Time(mistake) => time(*mistake).to_owned(),
    }
}

fn form(mistake: &FormMistake) -> String {
    match mistake {
        FormMistake::QuoteNotClosed => "ce guillemet n’est pas fermé".to_owned(),
        FormMistake::UnknownEscape { escape } => {
            format!("`{escape}` n’a pas de sens\u{202f}; une barre oblique inverse s’écrit `\\\\`")
        }
        FormMistake::NothingToClose { bracket } => {
            format!("rien n’est ouvert que ce `{bracket}` puisse fermer")
        }
        FormMistake::NotClosed { bracket } => format!("ce `{bracket}` n’est pas fermé"),
        FormMistake::ConditionMissing => "il manque une condition ici".to_owned(),
        FormMistake::ConditionMissingBefore { token } => {
            format!("il manque une condition avant `{token}`")
        }
        FormMistake::FieldMissingBefore { token } => format!("il manque un champ avant `{token}`"),
        FormMistake::ValueMissingAfter { token } => {
            format!("il manque une valeur après `{token}`")
        }
        FormMistake::NoMeaning { token } => format!("`{token}` n’a pas de sens ici"),
        FormMistake::NothingBetweenDots => {
            "il manque un nom entre les points de ce nom de champ".to_owned()
        }
        FormMistake::WordInGroup { group } => format!(
            "les mots sont cherchés dans tout l’enregistrement\u{202f}; dans `{group}[...]`, il ne \
             peut y avoir que des conditions sur des champs"
        ),
        FormMistake::SeveralValues { operator } => format!(
            "`{operator}` ne prend qu’une valeur\u{202f}; pour une parmi plusieurs, écrivez `IN`"
        ),
        FormMistake::NoQuotes { word } => {
            format!("`{word}` est un texte, à écrire entre guillemets")
        }
        FormMistake::TextIsCompared { word } => format!(
            "la comparaison porte ici sur un texte\u{202f}: `{word}` s’écrit entre guillemets"
        ),
        FormMistake::NothingToSearchFor => {
            "il n’y a ici ni lettre ni chiffre à rechercher".to_owned()
        }
    }
}

fn habit(mistake: &HabitMistake) -> String {
    match mistake {
        HabitMistake::OtherQuotes => {
            "un texte s’écrit entre guillemets droits doubles `\"`".to_owned()
        }
        HabitMistake::WrittenOtherwise { written, instead } => {
            format!("`{written}` s’écrit ici `{instead}`")
        }
        HabitMistake::Colon { condition } => {
            format!("une condition sur un champ s’écrit `{condition}`")
        }
        HabitMistake::Minus => "ce qui ne doit pas s’y trouver s’écrit avec `NOT`".to_owned(),
        HabitMistake::Star => {
            "les mots sont recherchés en entier et `*` ne remplace rien\u{202f}; \
             pour les champs, il y a `ILIKE \"...%\"`"
                .to_owned()
        }
    }
}

fn field(mistake: &FieldMistake) -> String {
    match mistake {
        FieldMistake::UnknownButLikely { name, meant } => {
            format!("le champ `{name}` n’existe pas\u{202f}; vouliez-vous dire `{meant}`\u{202f}?")
        }
        FieldMistake::Unknown { name } => format!(
            "le champ `{name}` n’existe pas\u{202f}; ce que contient l’enregistrement se trouve \
             sous `data.{name}`"
        ),
        FieldMistake::WholeRecord => "c’est l’enregistrement entier\u{202f}: nommez une valeur \
             qu’il contient, comme `data.payload`"
            .to_owned(),
        FieldMistake::NotApplicable { operator, field } => {
            format!("`{operator}` ne s’applique pas à `{field}`")
        }
        FieldMistake::NeedsPersonalData { field } => format!(
            "hormis par `=`, `!=` et `IN` avec des valeurs que vous connaissez, `{field}` demande \
             le droit de voir les données personnelles"
        ),
        FieldMistake::NoOrder { field } => {
            format!("`{field}` n’a pas d’ordre\u{202f}: comparez avec `=`, `!=` ou `IN`")
        }
    }
}

fn value(mistake: &ValueMistake) -> String {
    match mistake {
        ValueMistake::NullHasNoOrder => "`null` n’a pas d’ordre\u{202f}: `= null` trouve les \
             valeurs absentes, `!= null` les valeurs présentes"
            .to_owned(),
        ValueMistake::NoNetwork { text } => format!(
            "`{text}` n’est pas un réseau\u{202f}; un réseau s’écrit comme `203.0.113.0/24`"
        ),
        ValueMistake::FieldIsText { field, written } => {
            format!("`{field}` est un texte\u{202f}: `{written}` s’écrit entre guillemets")
        }
        ValueMistake::UnknownButLikely { field, value, meant } => format!(
            "`{field}` n’a pas de valeur `{value}`\u{202f}; vouliez-vous dire `{meant}`\u{202f}?"
        ),
        ValueMistake::UnknownOfFew { field, value, known } => {
            let known = known.join("`, `");
            format!("`{field}` n’a pas de valeur `{value}` (valeurs possibles\u{202f}: `{known}`)")
        }
        ValueMistake::UnknownOfMany { field, value } => {
            format!("`{field}` n’a pas de valeur `{value}`")
        }
        ValueMistake::NoWholeNumber { field } => {
            format!("`{field}` se compare à des nombres entiers")
        }
        ValueMistake::NoTime { field } => format!("`{field}` se compare à des dates"),
    }
}

fn limit(mistake: LimitMistake) -> String {
    match mistake {
        LimitMistake::TextBytes { bytes } => {
            format!("la requête fait {bytes} octets, au plus {TEXT_BYTES_MAX} sont lus")
        }
        LimitMistake::Nesting => {
            format!("parenthèses et groupes sont imbriqués sur plus de {NESTING_MAX} niveaux")
        }
        LimitMistake::Conditions => {
            format!("la requête a plus de {CONDITIONS_MAX} conditions et mots")
        }
        LimitMistake::NameConditions => {
            format!("une requête a au plus {NAME_CONDITIONS_MAX} conditions sur des noms")
        }
        LimitMistake::Segments => format!("un nom de champ a au plus {SEGMENTS_MAX} parties"),
        LimitMistake::ListValues { count } => {
            format!("la liste a {count} valeurs, au plus {LIST_VALUES_MAX} sont lues")
        }
        LimitMistake::PatternBytes => format!("un motif fait au plus {PATTERN_BYTES_MAX} octets"),
        LimitMistake::PhraseWords => format!("une phrase a au plus {PHRASE_WORDS_MAX} mots"),
    }
}

fn time(mistake: TimeMistake) -> &'static str {
    match mistake {
        TimeMistake::Unreadable => {
            "ce n’est pas une date\u{202f}: écrivez `2026-11-20`, `2026-11-20T14:29:31Z` ou, par \
             rapport à maintenant, `now-7d/d`"
        }
        TimeMistake::Number => {
            "un nombre est une date en millisecondes depuis le 1er janvier 1970\u{202f}: 11 à 15 \
             chiffres"
        }
        TimeMistake::OutOfRange => "les dates vont de l’an 1 à l’an 9999",
        TimeMistake::Step => "seuls `+`, `-` et `/` peuvent suivre ici, comme dans `now-7d/d`",
        TimeMistake::Unit => {
            "l’unité est `y` (année), `M` (mois), `w` (semaine), `d` (jour), `h` (heure), `m` \
             (minute) ou `s` (seconde)"
        }
        TimeMistake::Count => "ce nombre est trop grand",
    }
}
