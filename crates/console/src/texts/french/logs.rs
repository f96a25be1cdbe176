//! `/logs` in French.

use super::super::table::{Chart, Export, Facets, Live, Logs, Question};

pub(super) const LOGS: Logs = Logs {
    title: "Journaux d’audit",
    caption: "Journaux d’audit, du plus récent au plus ancien\u{202f}:",
    tabs: "Type d’activité",
    tab_all: "Tout",
    tab_user: "Activité des utilisateurs",
    tab_admin: "Administration et API",
    filter: "Filtrer les événements",
    search_events: "Rechercher un événement",
    no_suggestion: "Aucune correspondance",
    all_events: "Tous les événements",
    more_events: |count| format!("{count} de plus\u{202f}: choisissez une source ou un onglet"),
    all_sources: "Toutes",
    own_audit: "Gatelog\u{202f}: lectures et modifications",
    all_applications: "Toutes",
    any_result: "Tous",
    user_hint: "Nom, e-mail, téléphone ou ID",
    all_time: "Toutes",
    last_hour: "Dernière heure",
    last_24_hours: "24 dernières heures",
    last_7_days: "7 derniers jours",
    last_30_days: "30 derniers jours",
    custom_time: "Personnalisée…",
    from: "Du",
    to: "Au, exclu",
    since: |from| format!("à partir du {from}"),
    until: |to| format!("jusqu’au {to}"),
    between: |from, to| format!("du {from} au {to}"),
    apply: "Appliquer",
    active_filters: "Filtres actifs",
    remove_filter: "Retirer ce filtre",
    remove: "Retirer",
    clear: "Tout effacer",
    clear_filters: "Effacer tous les filtres",
    not_a_time: |text| {
        format!(
            "«\u{202f}{text}\u{202f}» n’est pas une date et n’a pas été pris en compte. Écrivez \
             par exemple 2026-11-20T14:29."
        )
    },
    crowd: |count, first, text| {
        format!(
            "{count} personnes correspondent à «\u{202f}{text}\u{202f}»\u{202f}; seuls les \
             événements des {first} premières par ordre alphabétique sont affichés. Précisez le nom."
        )
    },
    no_match: "Aucun événement ne correspond",
    no_match_hint: "Retirez un filtre ou élargissez la période.",
    no_events: "Aucun événement pour l’instant",
    no_events_hint: "Les événements s’affichent ici dès leur arrivée. Pour envoyer le premier\u{202f}:",
    question: QUESTION,
    chart: CHART,
    facets: FACETS,
    export: EXPORT,
    live: LIVE,
};

const QUESTION: Question = Question {
    label: "Requête",
    hint: "Par exemple\u{202f}:",
    examples: "Exemples",
    each_example: [
        "tout ce qui a échoué",
        "par les personnes de ce nom",
        "depuis un réseau",
        "avec un code d’erreur",
        "avec ces mots, où que ce soit dans l’enregistrement",
    ],
    malformed: "Cette requête est illisible",
    at_character: |number| format!("Caractère {number}\u{202f}:"),
    mistake: super::mistakes::mistake,
    write: "Écrire",
};

const CHART: Chart = Chart {
    title: "Événements dans le temps",
    skip: "Passer le graphique",
    numbers: "Chiffres",
    from: "À partir de",
    events: "Événements",
};

const FACETS: Facets = Facets {
    title: "Affiner",
    none: "aucune valeur",
    exclude: |value| format!("Exclure {value}"),
    excluded: "sauf",
    more: |count| format!("{count} de plus"),
    fewer: "Réduire",
};

const EXPORT: Export = Export {
    title: "Exporter",
    lines: "un événement par ligne",
    sheet: "pour tableurs",
    columns: "pour l’analyse",
    looking: "Recherche des événements…",
    cancelled: "Annulé. Si votre navigateur a gardé une partie du fichier, supprimez-la.",
    lost: "L’avancement de cet export n’est pas connu. Voyez les téléchargements de votre navigateur et réessayez dans une minute s’il n’y a pas de fichier.",
    cancel: "Annuler",
    close: "Fermer",
    holds: |events| format!("Un fichier contiendra {events}."),
    written: |rows, events, percent| format!("{rows} sur {events} ({percent}\u{202f}%)"),
    done: |events| format!("Terminé\u{202f}: {events} dans le fichier."),
    failed: |events| {
        format!(
            "Interrompu après {events}\u{202f}: le fichier est incomplet. Supprimez-le et réessayez."
        )
    },
};

const LIVE: Live = Live {
    title: "En direct",
    hint: "Les nouveaux événements s’affichent d’eux-mêmes",
    one_waiting: "{} nouvel événement\u{202f}: afficher",
    many_waiting: "{} nouveaux événements\u{202f}: afficher",
    lost: "Connexion perdue, nouvelle tentative…",
    needs_script: "Les nouveaux événements ne s’affichent d’eux-mêmes qu’avec JavaScript.",
    show: "Afficher les nouveaux événements",
};
