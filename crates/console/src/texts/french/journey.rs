//! A journey, in French.

use crate::texts::table::{Journey, Units};

pub(super) const JOURNEY: Journey = Journey {
    title: "Parcours",
    show: "Afficher le parcours",
    of_interaction: "Tous les événements d’une interaction",
    of_session: "Événements d’une session, à une heure près de l’événement",
    of_records: "Tous les événements qui nomment la même preuve d’identité",
    inferred: "Déduit\u{202f}: événements d’une même adresse et d’un même navigateur, à peu d’intervalle",
    whole_visit: "Voir aussi ce qui a précédé",
    steps: "Étapes",
    began: "Début",
    took: "Durée",
    who: "Qui",
    identified_as: "Identifié par",
    from_where: "D’où",
    nobody: "Personne n’a été identifié.",
    failed_here: "Échec ici",
    came_from: "Vous venez d’ici",
    since_previous: |span| format!("après {span}"),
    as_list: "Afficher en liste",
    back_to_event: "Retour à l’événement",
    first_only: |count| {
        format!("Seuls les {count} premiers sont affichés ici\u{202f}; la liste les contient tous.")
    },
    no_journey: |id| {
        format!(
            "Il n’y a pas de parcours «\u{202f}{id}\u{202f}». Aucun événement de ce locataire n’en \
             fait partie."
        )
    },
    no_session: |id| {
        format!(
            "L’événement «\u{202f}{id}\u{202f}» n’indique ni interaction ni session\u{202f}; il \
             n’a donc pas de parcours."
        )
    },
    units: Units { milliseconds: "ms", seconds: "s", minutes: "min", hours: "h", days: "j" },
};
