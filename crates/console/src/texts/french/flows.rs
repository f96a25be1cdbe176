//! `/flows` in French.

use super::super::table::Flows;

pub(super) const FLOWS: Flows = Flows {
    title: "Parcours",
    hint: "Chaque passage sur les pages de connexion compte une fois, pour la dernière étape atteinte. Les passages sont reconstitués par leur interaction, ou par l’adresse, le navigateur et l’heure.",
    sign_in: "Connexions",
    sign_up: "Inscriptions",
    reset: "Mots de passe oubliés",
    completed: |ended, begun| format!("{ended} sur {begun} menés à terme"),
    begun: "Commencé",
    proved: "Identité prouvée",
    failed_proofs: "Tentatives échouées\u{202f}:",
    by_password: "Mot de passe",
    by_code: "Code à usage unique",
    by_passkey: "Clé d’accès",
    by_social: "Compte social",
    by_sso: "Authentification unique",
    otherwise: "Autre",
    second_factor: "Second facteur vérifié, ou non demandé",
    signed_in: "Connecté",
    identified: "Adresse ou compte externe fourni",
    secured: "Moyen de connexion choisi",
    signed_up: "Compte créé",
    password_chosen: "Nouveau mot de passe choisi",
    replaced: "Mot de passe remplacé",
    lost: |count| format!("{count} ne sont pas allés plus loin\u{202f}:"),
    left: "Parti sans erreur",
    example: "Le dernier",
    under_way: |count| {
        format!(
            "Pas encore terminés\u{202f}: {count}. Il s’y est passé quelque chose dans la dernière heure."
        )
    },
    cut: |since| {
        format!(
            "Il y a beaucoup d’événements\u{202f}: seuls ceux depuis {since} ont été examinés. Choisissez une durée plus courte, ou moins d’événements."
        )
    },
    count_more: |count| format!("Examiner jusqu’à {count} événements"),
    narrowed: "Seuls les événements qui passent le filtre de la liste sont comptés.",
    all_events: "Tout compter",
    none: "Personne n’a commencé ce parcours",
    none_hint: "Choisissez une autre période. Comptent les événements d’une connexion, d’une inscription ou d’une réinitialisation qui nomment leur interaction ou leur adresse.",
};
