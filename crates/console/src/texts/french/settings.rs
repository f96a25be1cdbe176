//! The phrases of `/settings` and `/account` in French.

use super::super::table::{
    Account, Activity, Catalogue, Clients, Keys, Members, Noun, Roles, Settings,
};

pub(super) const SETTINGS: Settings = Settings {
    event_type: Noun::new("type d’événement", "types d’événements"),
    shown_once: "Affiché une seule fois. Conservez-le maintenant.",
    created: "Création",
    last_seen: "Dernière présence",
    last_used: "Dernière utilisation",
    state: "État",
    never: "jamais",
    label: "Libellé",
    revoke: "Révoquer",
    revoked: "Révoquée",
    cancel: "Annuler",
    roles: ROLES,
    members: MEMBERS,
    keys: KEYS,
    clients: CLIENTS,
    catalogue: CATALOGUE,
    activity: ACTIVITY,
};

pub(super) const ACCOUNT: Account = Account {
    all_tenants: "Tous les locataires",
    appearance: "Apparence et langue",
    sessions: "Vos sessions",
    browser: "Navigateur",
    unknown_browser: "Navigateur inconnu",
    signed_in: "Connexion",
    present: "Celle-ci",
    end: "Terminer",
    end_others: "Terminer toutes les autres",
};

const ROLES: Roles = Roles {
    viewer: ("Lecteur", "consulte les événements"),
    analyst: ("Analyste", "consulte les événements et partage des recherches"),
    admin: ("Administrateur", "gère aussi les membres, les clés et les clients"),
    operator: ("Opérateur", "tout, chez tous les locataires"),
    sender: "Expéditeur",
};

const MEMBERS: Members = Members {
    title: "Membres",
    new: "Nouveau membre",
    new_hint: (
        "Le membre appartient au locataire ",
        " et se connecte d’abord avec un mot de passe à usage unique, affiché à la création.",
    ),
    create: "Créer le membre",
    user_name: "Nom d’utilisateur",
    role: "Rôle",
    role_in: ("Chez le locataire ", ""),
    change_role: "Changer le rôle",
    you: "vous",
    you_alone: "C’est vous",
    all_tenants: "tous",
    account: "Compte",
    sessions: "Sessions ouvertes",
    end_sessions: "Terminer toutes les sessions",
    what_was_done: "Ce qu’il a fait ici",
    one_time: |name| format!("Mot de passe à usage unique de {name}"),
    reset: "Donner un mot de passe à usage unique",
    reset_hint: "Le mot de passe actuel ne fonctionne plus et les sessions prennent fin. Le nouveau vaut une semaine et une seule connexion.",
    disable: "Désactiver",
    disable_hint: "Il ne peut plus se connecter et ses sessions prennent fin aussitôt. Ce qu’il a fait reste consigné.",
    enable: "Réactiver",
    enable_hint: "Il peut de nouveau se connecter avec son mot de passe.",
    active: "Actif",
    disabled: "Désactivé",
    invited: "A un mot de passe à usage unique",
    without_password: "N’a pas de mot de passe",
    elsewhere: "Se connecte chez un fournisseur",
    exists: |name| {
        format!("Non créé\u{202f}: il existe déjà un utilisateur «\u{202f}{name}\u{202f}».")
    },
    bad_name: "Non créé\u{202f}: un nom compte de 1 à 128 octets, sans caractères de contrôle ni espaces aux extrémités.",
    last_of_role: |name| {
        format!(
            "Non modifié\u{202f}: «\u{202f}{name}\u{202f}» est le dernier à avoir ce rôle. Donnez-le d’abord à quelqu’un d’autre."
        )
    },
};

const KEYS: Keys = Keys {
    title: "Clés d’API",
    new: "Nouvelle clé",
    create: "Créer la clé",
    created_now: |name| format!("La clé {name}"),
    hint: "Les programmes envoient et lisent des événements avec une clé. Elle n’autorise que ce que dit sa portée, et chez ce locataire seulement.",
    none: "Pas encore de clé",
    scope: "Portée",
    ingest: "ingest – envoie des événements",
    read: "read – lit les événements",
    admin: "admin – les deux",
    operator: "operator – tous les locataires",
    revoke_this: |name| format!("Révoquer la clé {name}\u{202f}?"),
    revoke_hint: "Les programmes qui l’utilisent seront refusés dans les dix secondes. C’est irréversible.",
};

const CLIENTS: Clients = Clients {
    title: "Applications clientes",
    new: "Nouvelle application cliente",
    create: "Créer l’application cliente",
    created_now: |name| format!("L’application cliente {name}"),
    hint: "Un programme écrit pour un autre produit lit les événements de ce locataire comme là-bas, avec un identifiant et un secret.",
    none: "Pas encore d’application cliente",
    dialect: "Écrite pour",
    revoke_this: |name| format!("Révoquer l’application cliente {name}\u{202f}?"),
    revoke_hint: "Ses jetons d’accès prennent fin aussitôt. C’est irréversible.",
};

const CATALOGUE: Catalogue = Catalogue {
    title: "Catalogue d’événements",
    search_hint: "Titre ou clé",
    all_sections: "Toutes les rubriques",
    here: "Chez ce locataire",
    no_match: "Aucun type d’événement",
    no_match_hint: "Cherchez une partie du titre ou de la clé, ou dans toutes les sources.",
    unknown: "Aucun catalogue ne connaît ce type. Ses événements portent leur clé, avec le résultat qu’indiquent les enregistrements.",
    meaning: "Signification",
    done_by: "Onglet",
    as_recorded: "Selon chaque enregistrement",
    aliases: "Aussi appelé",
    counterparts: "Ailleurs, cela s’appelle",
};

const ACTIVITY: Activity = Activity {
    title: "Activité",
    who: "Qui",
    anybody: "Tout le monde",
    unknown: "Inconnu",
    what: "Quoi",
    everything: "Tout",
    reads: "Consultations",
    sign_ins: "Connexions et jetons",
    changes: "Modifications",
    none: "Rien n’a été fait ici",
    none_hint: "Les consultations apparaissent une fois leur minute écoulée, les modifications en une seconde.",
    read: |events, place| format!("a lu {events} ({place})"),
    opened: |place| format!("a ouvert {place}"),
    sent: |place| format!("a envoyé un formulaire ({place})"),
    signed_in: "s’est connecté",
    could_not_sign_in: "n’a pas pu se connecter",
    user_create: |name| format!("a créé le membre {name}"),
    user_update: |name| format!("a changé le rôle de {name}"),
    user_disable: |name| format!("a désactivé {name}"),
    user_enable: |name| format!("a réactivé {name}"),
    password_reset: |name| format!("a donné un mot de passe à usage unique à {name}"),
    password_set: |name| format!("a choisi le mot de passe de {name}"),
    session_revoke: |name| format!("a terminé des sessions de {name}"),
    create: |thing, name| format!("a créé {thing} {name}"),
    delete: |thing, name| format!("a supprimé {thing} {name}"),
    key: "la clé d’API",
    client: "l’application cliente",
    tenant: "le locataire",
    name: "le nom",
};
