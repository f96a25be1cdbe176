//! The console in French. A narrow no-break space (`\u{202f}`) stands before `: ; ! ?`, inside
//! « » and between groups of digits; buttons are infinitives.

use gatelog_event::language::Language;
use jiff::civil::Date;

use super::table::{
    Details, Fields, Frame, List, Noun, Nouns, Outcomes, Password, Problem, SignIn, Texts, Times,
    Users,
};

mod alerts;
mod commands;
mod explore;
mod flows;
mod journey;
mod logs;
mod mail;
mod mistakes;
mod overview;
mod passkeys;
mod personal_data;
mod places;
mod preferences;
mod provider;
mod record;
mod searches;
mod second_factor;
mod settings;
mod sources;
mod subject;

pub(super) const TEXTS: Texts = Texts {
    language: Language::French,
    thousands: '\u{202f}',
    times: TIMES,
    nouns: NOUNS,
    frame: FRAME,
    outcomes: OUTCOMES,
    fields: FIELDS,
    list: LIST,
    overview: overview::OVERVIEW,
    flows: flows::FLOWS,
    logs: logs::LOGS,
    explore: explore::EXPLORE,
    searches: searches::SEARCHES,
    alerts: alerts::ALERTS,
    mail: mail::MAIL,
    commands: commands::COMMANDS,
    details: DETAILS,
    record: record::RECORD,
    places: places::PLACES,
    users: USERS,
    subject: subject::SUBJECT,
    devices: subject::DEVICES,
    journey: journey::JOURNEY,
    sign_in: SIGN_IN,
    password: PASSWORD,
    second_factor: second_factor::SECOND_FACTOR,
    passkeys: passkeys::PASSKEYS,
    provider: provider::PROVIDER,
    account: settings::ACCOUNT,
    preferences: preferences::PREFERENCES,
    personal_data: personal_data::PERSONAL_DATA,
    settings: settings::SETTINGS,
    sources: sources::SOURCES,
    problem: PROBLEM,
};

const TIMES: Times = Times {
    day: day_of_month,
    day_of_year,
    month_of_year: |date| format!("{} {}", month(date), date.year()),
    before_time: " ",
    exact_day: day_of_year,
    decimal: ',',
    just_now: "à l’instant",
    ago: |span| format!("il y a {span}"),
    ahead: |span| format!("dans {span}"),
};

fn day_of_year(date: Date) -> String {
    format!("{} {}", day_of_month(date), date.year())
}

/// The first day of a month is an ordinal number.
fn day_of_month(date: Date) -> String {
    match date.day() {
        1 => format!("1er {}", month(date)),
        day => format!("{day} {}", month(date)),
    }
}

fn month(date: Date) -> &'static str {
    match date.month() {
        1 => "janv.",
        2 => "févr.",
        3 => "mars",
        4 => "avr.",
        5 => "mai",
        6 => "juin",
        7 => "juil.",
        8 => "août",
        9 => "sept.",
        10 => "oct.",
        11 => "nov.",
        _ => "déc.",
    }
}

const NOUNS: Nouns = Nouns {
    event: Noun::new("événement", "événements"),
    user: Noun::new("utilisateur", "utilisateurs"),
    byte: Noun::new("octet", "octets"),
    year: Noun::new("an", "ans"),
    month: Noun::new("mois", "mois"),
    day: Noun::new("jour", "jours"),
    hour: Noun::new("heure", "heures"),
    minute: Noun::new("minute", "minutes"),
    second: Noun::new("seconde", "secondes"),
};

const FRAME: Frame = Frame {
    colophon: "Le journal d’audit des identités",
    skip: "Aller au contenu",
    tenant: "Locataire",
    choose_tenant: "Ouvrir",
    pages: "Rubriques",
    logs: "Journaux d’audit",
    users: "Utilisateurs",
    settings: "Paramètres",
    account: "Votre compte",
    language: "Langue",
    theme: "Thème",
    theme_system: "Système",
    theme_light: "Clair",
    theme_dark: "Sombre",
    api: "Référence de l’API",
    sign_out: "Se déconnecter",
    choose_password: "Choisir un mot de passe",
    password_used_up: "Votre mot de passe à usage unique a été utilisé. Sans mot de passe \
        personnel, vous ne pourrez plus vous connecter.",
};

const OUTCOMES: Outcomes =
    Outcomes { success: "Succès", failure: "Échec", unknown: "Sans résultat" };

const FIELDS: Fields = Fields {
    event: "Événement",
    action: "Action",
    level: "Niveau",
    section: "Rubrique",
    result: "Résultat",
    error: "Erreur",
    error_message: "Message d’erreur",
    user: "Utilisateur",
    by_application: "Par l’application",
    identifier: "Identifiant",
    target: "Cible",
    target_identifier: "Identifiant de la cible",
    application: "Application",
    organization: "Organisation",
    address: "Adresse IP",
    session: "Session",
    interaction: "Interaction",
    request: "Requête",
    user_agent: "Agent utilisateur",
    time: "Période",
    event_id: "ID de l’événement",
    source: "Source",
    received: "Reçu le",
    sequence: "Numéro d’ordre",
    submitter: "Transmis par",
    note: "Remarque",
    masked: "masqué",
    why_masked: "La saisie était peut-être un mot de passe\u{202f}; seule une empreinte à clé en \
        est conservée",
};

const LIST: List = List {
    pages: "Pages d’événements",
    span: ("Du ", " en remontant au ", ""),
    newest: "Les plus récents",
    newer: "Plus récents",
    older: "Plus anciens",
    oldest: "Les plus anciens",
};

const DETAILS: Details = Details {
    neighbours: "Événements voisins",
    back: "Journaux d’audit",
    back_filtered: "Journaux d’audit filtrés",
    what: "Quoi",
    who: "Qui",
    from_where: "D’où",
    how_kept: "Conservation",
    derived_id: "L’enregistrement n’a pas d’identifiant\u{202f}; celui-ci a été dérivé de ses \
        octets.",
    time_is_arrival: "L’enregistrement n’indique pas de date\u{202f}; il est classé selon son \
        arrivée.",
    time_is_ahead: "L’enregistrement indique une date en avance de plus d’un jour\u{202f}; il est \
        classé selon son arrivée.",
    record: "Enregistrement",
    as_kept: "tel qu’il a été conservé",
    copy: "Copier",
    copied: "Copié",
    selected: "Sélectionné\u{202f}: appuyez sur Ctrl+C",
    omitted: |bytes| format!("La fin ({bytes}) n’est pas affichée ici."),
    whole_record: ("", " renvoie l’enregistrement entier."),
};

const USERS: Users = Users {
    title: "Utilisateurs",
    search_users: "Rechercher des utilisateurs",
    search: "Rechercher",
    clear: "Effacer",
    user: "Utilisateur",
    id: "ID",
    last_seen: "Dernière activité",
    events: "Événements",
    failures: "Échecs",
    failed: "en échec",
    no_users: "Aucun utilisateur pour l’instant",
    no_users_hint: "Toute personne active s’affiche ici dès son premier événement.",
    no_match: "Personne ne correspond",
    no_match_hint: "Cherchez une partie du nom, de l’adresse e-mail, du numéro de téléphone ou de \
        l’ID.",
    show_all: "Afficher tous les utilisateurs",
    pages: "Pages d’utilisateurs",
    of: "sur",
    previous: "Précédent",
    next: "Suivant",
};

const SIGN_IN: SignIn = SignIn {
    title: "Connexion",
    submit: "Se connecter",
    user: "Nom d’utilisateur",
    password: "Mot de passe",
    first_time: "Première visite\u{202f}?",
    first_time_hint: (
        "Au premier démarrage, Gatelog a affiché un mot de passe à usage unique pour ",
        ". Il a déjà servi ou il a expiré\u{202f}? La commande ",
        " sur le serveur en crée un nouveau.",
    ),
    wrong: "Ce nom d’utilisateur et ce mot de passe ne vont pas ensemble, ou le mot de passe à \
        usage unique a déjà servi ou a expiré.",
    too_many_attempts: |minutes| {
        let wait =
            if minutes <= 1 { "une minute".to_owned() } else { format!("{minutes} minutes") };
        format!(
            "Trop de tentatives de connexion échouées pour ce nom d’utilisateur. Réessayez dans \
             {wait}."
        )
    },
    busy: "De nombreuses personnes se connectent en ce moment. Réessayez dans quelques secondes.",
    broken: "La connexion ne fonctionne pas pour le moment\u{202f}; la raison figure dans le \
        journal du serveur.",
};

const PASSWORD: Password = Password {
    title: "Choisir un mot de passe",
    intro: (
        "Vous vous êtes connecté avec un mot de passe à usage unique, qui ne peut plus servir. Le \
         mot de passe choisi ici ouvrira toutes les sessions suivantes de ",
        ".",
    ),
    new: "Nouveau mot de passe",
    rule: |characters| {
        format!("Au moins {characters} caractères\u{202f}; mieux vaut long que compliqué.")
    },
    repeated: "Le même à nouveau",
    save: "Enregistrer le mot de passe",
    not_now: "Pas maintenant",
    change: "Changer de mot de passe",
    others_end: "Vos autres sessions prennent fin\u{202f}; celle-ci continue.",
    current: "Mot de passe actuel",
    wrong_current: "Non enregistré\u{202f}: ce n’est pas votre mot de passe actuel.",
    elsewhere: |provider| {
        format!(
            "Vous vous connectez auprès de {provider}, avec ce qu’il demande. Il n’y a pas de mot de \
             passe à définir ici."
        )
    },
    too_short: |characters| {
        format!(
            "Non enregistré\u{202f}: un mot de passe doit compter au moins {characters} caractères."
        )
    },
    too_long: |bytes| {
        format!("Non enregistré\u{202f}: un mot de passe ne peut pas dépasser {bytes} octets.")
    },
    not_same: "Non enregistré\u{202f}: les deux mots de passe sont différents.",
    has_one: "Non enregistré\u{202f}: cet utilisateur a déjà choisi un mot de passe.",
    busy: "Non enregistré\u{202f}: trop de personnes se connectent en ce moment. Réessayez dans \
        quelques secondes.",
};

const PROBLEM: Problem = Problem {
    go_to_logs: "Aller aux journaux d’audit",
    no_page: "Il n’y a pas de page ici",
    no_page_hint: "L’adresse est peut-être mal saisie, ou la page a été déplacée.",
    not_found: "Introuvable",
    no_event: |id| {
        format!(
            "Il n’y a pas d’événement «\u{202f}{id}\u{202f}». Il a peut-être expiré, été effacé, \
             ou il appartient à un autre locataire."
        )
    },
    no_user: |id| {
        format!(
            "Il n’y a pas d’utilisateur «\u{202f}{id}\u{202f}». Personne n’apparaît sous cet ID \
             dans les événements de ce locataire."
        )
    },
    no_tenant: |name| {
        format!(
            "Il n’y a pas de locataire «\u{202f}{name}\u{202f}». Choisissez-en un autre, ou \
             créez-le avec `gatelog tenant create`."
        )
    },
    foreign_form: "Ce formulaire n’a pas été envoyé d’ici",
    foreign_form_hint: "Un autre site l’a fait envoyer par votre navigateur. Rien n’a été fait. \
        S’il s’agissait de vous, rouvrez la page et recommencez.",
    denied: "Accès refusé",
    own_account: "Personne ne modifie ses propres droits. Adressez-vous à un autre administrateur ou opérateur.",
    other_tenant: |held, requested| {
        format!(
            "Votre compte appartient au locataire «\u{202f}{held}\u{202f}», pas à \
             «\u{202f}{requested}\u{202f}»."
        )
    },
    missing_scope: |needed, held| {
        format!(
            "Le droit «\u{202f}{needed}\u{202f}» est nécessaire, et votre compte a le droit \
             «\u{202f}{held}\u{202f}»."
        )
    },
    too_far: "Votre compte ne va pas jusque-là.",
    malformed_query: "Cette requête est illisible",
    too_broad: "Cette question est trop large",
    too_broad_hint: "Il faudrait lire trop d’enregistrements un par un. Restreignez la période ou \
        ajoutez un champ indexé, comme l’événement, l’utilisateur ou l’application.",
    busy: "Trop de personnes font cela en ce moment",
    busy_hint: "Réessayez dans une minute.",
    broken: "Une erreur s’est produite ici",
    broken_hint: "La page n’a pas pu être créée\u{202f}; la raison figure dans le journal du \
        serveur. Aucun événement n’est perdu. Réessayez\u{202f}; si l’erreur persiste, \
        `gatelog doctor` examine les données.",
};
