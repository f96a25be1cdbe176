//! What readers choose for their browser, in French.

use super::super::table::Preferences;

pub(super) const PREFERENCES: Preferences = Preferences {
    title: "Heure et clavier",
    zone: "Fuseau horaire",
    any_zone: "Tous les fuseaux horaires",
    search_zones: "Rechercher un fuseau horaire",
    no_zone: "Aucun fuseau horaire de ce nom",
    choose: "Choisir",
    shortcuts: "Raccourcis à une lettre",
    shortcuts_hint: "Désactivés, seules les touches comme Entrée et les flèches agissent\u{202f}: pour qui parle à son navigateur ou appuie sur des touches par mégarde.",
};
