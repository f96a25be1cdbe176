//! `/overview` in French.

use super::super::table::Overview;

pub(super) const OVERVIEW: Overview = Overview {
    title: "Vue d’ensemble",
    events: "Voir ces événements",
    sign_ins: "Connexions",
    failures: "Échecs",
    sign_ups: "Inscriptions",
    resets: "Mots de passe réinitialisés",
    second_factors: "Seconds facteurs vérifiés",
    messages: "Codes et messages envoyés",
    usually: |count| format!("{count} d’ordinaire"),
    as_usual: "comme d’habitude",
    higher: "plus que d’habitude",
    lower: "moins que d’habitude",
    day_before: "La ligne est la veille.",
    week_before: "La ligne est la semaine précédente.",
    month_before: "La ligne représente les 30 jours précédents.",
    days_before: |count| {
        format!("La ligne est la moyenne des {count} jours précédents, aux mêmes heures.")
    },
    weeks_before: |count| format!("La ligne est la moyenne des {count} semaines précédentes."),
    months_before: |count| {
        format!("La ligne est la moyenne des {count} périodes de 30 jours précédentes.")
    },
    nothing_before: "Le journal ne remonte pas assez loin pour dire ce qui est habituel.",
    top_errors: "Erreurs",
    top_users: "Utilisateurs en échec",
    top_addresses: "Adresses en échec",
    top_applications: "Applications",
    none: "Rien sur cette période",
};
