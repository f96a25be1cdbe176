//! What is wrong with a query, in Turkish.

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
        FormMistake::QuoteNotClosed => "bu tırnak kapatılmamış".to_owned(),
        FormMistake::UnknownEscape { escape } => {
            format!("`{escape}` bir anlam taşımıyor; ters eğik çizgi `\\\\` olarak yazılır")
        }
        FormMistake::NothingToClose { bracket } => {
            format!("bu `{bracket}` ile kapatılacak açık bir şey yok")
        }
        FormMistake::NotClosed { bracket } => format!("bu `{bracket}` kapatılmamış"),
        FormMistake::ConditionMissing => "burada bir koşul eksik".to_owned(),
        FormMistake::ConditionMissingBefore { token } => {
            format!("`{token}` öncesinde bir koşul eksik")
        }
        FormMistake::FieldMissingBefore { token } => format!("`{token}` öncesinde bir alan eksik"),
        FormMistake::ValueMissingAfter { token } => {
            format!("`{token}` sonrasında bir değer eksik")
        }
        FormMistake::NoMeaning { token } => format!("`{token}` burada bir anlam taşımıyor"),
        FormMistake::NothingBetweenDots => "alan adının noktaları arasında bir ad eksik".to_owned(),
        FormMistake::WordInGroup { group } => format!(
            "sözcükler kaydın tamamında aranır; `{group}[...]` içinde yalnızca alanlara ilişkin \
             koşullar bulunabilir"
        ),
        FormMistake::SeveralValues { operator } => {
            format!("`{operator}` tek bir değer alır; birkaç değerden biri için `IN` yazılır")
        }
        FormMistake::NoQuotes { word } => format!("`{word}` bir metin ve tırnak içinde yazılır"),
        FormMistake::TextIsCompared { word } => {
            format!("burada metin karşılaştırılır: `{word}` tırnak içinde yazılır")
        }
        FormMistake::NothingToSearchFor => "burada aranacak bir harf veya rakam yok".to_owned(),
    }
}

fn habit(mistake: &HabitMistake) -> String {
    match mistake {
        HabitMistake::OtherQuotes => "metin çift tırnak `\"` içinde yazılır".to_owned(),
        HabitMistake::WrittenOtherwise { written, instead } => {
            format!("`{written}` burada `{instead}` olarak yazılır")
        }
        HabitMistake::Colon { condition } => {
            format!("bir alana ilişkin koşul şöyle yazılır: `{condition}`")
        }
        HabitMistake::Minus => "bulunmaması gereken, `NOT` ile yazılır".to_owned(),
        HabitMistake::Star => "sözcükler bütün olarak aranır, `*` hiçbir şeyin yerine geçmez; \
             alanlar için `ILIKE \"...%\"` var"
            .to_owned(),
    }
}

fn field(mistake: &FieldMistake) -> String {
    match mistake {
        FieldMistake::UnknownButLikely { name, meant } => {
            format!("`{name}` adlı bir alan yok; `{meant}` mi demek istediniz?")
        }
        FieldMistake::Unknown { name } => {
            format!("`{name}` adlı bir alan yok; kayıtta bulunanlar için `data.{name}` yazılır")
        }
        FieldMistake::WholeRecord => {
            "bu, kaydın tamamı: içindeki bir değeri adlandırın, `data.payload` gibi".to_owned()
        }
        FieldMistake::NotApplicable { operator, field } => {
            format!("`{operator}`, `{field}` için kullanılamaz")
        }
        FieldMistake::NeedsPersonalData { field } => format!(
            "`{field}`, bildiğiniz değerlerle `=`, `!=` ve `IN` dışında, kişisel verileri görme \
             hakkı gerektirir"
        ),
        FieldMistake::NoOrder { field } => {
            format!("`{field}` değerleri sıralanamaz: `=`, `!=` veya `IN` ile karşılaştırın")
        }
    }
}

fn value(mistake: &ValueMistake) -> String {
    match mistake {
        ValueMistake::NullHasNoOrder => "`null` sıralanamaz: `= null` eksik değerleri, `!= null` \
             var olanları bulur"
            .to_owned(),
        ValueMistake::NoNetwork { text } => {
            format!("`{text}` bir ağ değil; ağ şöyle yazılır: `203.0.113.0/24`")
        }
        ValueMistake::FieldIsText { field, written } => {
            format!("`{field}` bir metin: `{written}` tırnak içinde yazılır")
        }
        ValueMistake::UnknownButLikely { field, value, meant } => format!(
            "`{field}` alanının `{value}` diye bir değeri yok; `{meant}` mi demek istediniz?"
        ),
        ValueMistake::UnknownOfFew { field, value, known } => {
            let known = known.join("`, `");
            format!(
                "`{field}` alanının `{value}` diye bir değeri yok (olabilecek değerler: `{known}`)"
            )
        }
        ValueMistake::UnknownOfMany { field, value } => {
            format!("`{field}` alanının `{value}` diye bir değeri yok")
        }
        ValueMistake::NoWholeNumber { field } => {
            format!("`{field}` tam sayılarla karşılaştırılır")
        }
        ValueMistake::NoTime { field } => format!("`{field}` zamanlarla karşılaştırılır"),
    }
}

fn limit(mistake: LimitMistake) -> String {
    match mistake {
        LimitMistake::TextBytes { bytes } => {
            format!("sorgu {bytes} bayt uzunluğunda, en çok {TEXT_BYTES_MAX} bayt okunur")
        }
        LimitMistake::Nesting => {
            format!("parantezler ve gruplar {NESTING_MAX} düzeyden fazla iç içe")
        }
        LimitMistake::Conditions => {
            format!("sorguda {CONDITIONS_MAX} taneden fazla koşul ve sözcük var")
        }
        LimitMistake::NameConditions => {
            format!("bir sorguda adlara ilişkin en çok {NAME_CONDITIONS_MAX} koşul olabilir")
        }
        LimitMistake::Segments => {
            format!("bir alan adı en çok {SEGMENTS_MAX} bölümden oluşabilir")
        }
        LimitMistake::ListValues { count } => {
            format!("listede {count} değer var, en çok {LIST_VALUES_MAX} tanesi okunur")
        }
        LimitMistake::PatternBytes => {
            format!("bir kalıp en çok {PATTERN_BYTES_MAX} bayt olabilir")
        }
        LimitMistake::PhraseWords => {
            format!("bir söz öbeğinde en çok {PHRASE_WORDS_MAX} sözcük olabilir")
        }
    }
}

fn time(mistake: TimeMistake) -> &'static str {
    match mistake {
        TimeMistake::Unreadable => {
            "bu bir zaman değil: `2026-11-20`, `2026-11-20T14:29:31Z` veya şimdiye göre `now-7d/d` \
             biçiminde yazın"
        }
        TimeMistake::Number => {
            "sayı, 1 Ocak 1970’ten bu yana geçen milisaniyedir: 11 ile 15 arası basamak"
        }
        TimeMistake::OutOfRange => "zamanlar 1 ile 9999 yılları arasındadır",
        TimeMistake::Step => "burada yalnızca `+`, `-` ve `/` gelebilir, `now-7d/d` gibi",
        TimeMistake::Unit => {
            "birim şunlardan biridir: `y` (yıl), `M` (ay), `w` (hafta), `d` (gün), `h` (saat), `m` \
             (dakika), `s` (saniye)"
        }
        TimeMistake::Count => "bu sayı çok büyük",
    }
}
