//! What readers choose for their browser, in Turkish.

use super::super::table::Preferences;

pub(super) const PREFERENCES: Preferences = Preferences {
    title: "Saat ve klavye",
    zone: "Saat dilimi",
    any_zone: "Bütün saat dilimleri",
    search_zones: "Saat dilimi ara",
    no_zone: "Bu adda bir saat dilimi yok",
    choose: "Seç",
    shortcuts: "Tek harfli kısayollar",
    shortcuts_hint: "Kapalıyken yalnızca Enter ve ok tuşları gibi tuşlar çalışır: tarayıcısıyla konuşanlar ya da tuşlara yanlışlıkla basanlar için.",
};
