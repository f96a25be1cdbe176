//! The pages about one person, application, address or organisation, in French.

use crate::texts::table::{Devices, Find, Subject};

pub(super) const SUBJECT: Subject = Subject {
    caption: "Événements, du plus récent au plus ancien\u{202f}:",
    identifiers: "Identifiants",
    events: "Événements",
    seen: "Activité",
    last: "Dernière",
    first: "Première",
    users: "Utilisateurs",
    applications: "Applications",
    addresses: "Adresses IP",
    organizations: "Organisations",
    devices: "Appareils",
    errors: "Erreurs",
    typed: "Identifiants saisis",
    of_newest: |count| format!("dans les {count} événements les plus récents"),
    of_all: |count| format!("les plus fréquents sur {count}"),
    none: "Rien",
    without_id: "Échecs sans ID",
    which_events: "y compris les échecs où l’un de ces identifiants a été saisi",
    filter: "Filtrer",
    no_events: "Aucun événement",
    no_events_hint: "Seul le nom est connu.",
    find: FIND,
    no_application: |id| {
        format!(
            "Il n’y a pas d’application «\u{202f}{id}\u{202f}». Rien n’a été fait par une \
             application de cet ID chez ce locataire."
        )
    },
    no_address: |address| {
        format!(
            "Il n’y a pas d’adresse «\u{202f}{address}\u{202f}». Aucun événement de ce locataire \
             n’en provient."
        )
    },
    no_organization: |id| {
        format!(
            "Il n’y a pas d’organisation «\u{202f}{id}\u{202f}». Aucun événement de ce locataire \
             ne lui appartient."
        )
    },
};

const FIND: Find = Find {
    title: "Trouver une personne",
    label: "Adresse e-mail, numéro de téléphone, nom d’utilisateur ou ID",
    submit: "Trouver",
    several: |text| {
        format!("«\u{202f}{text}\u{202f}» peut désigner l’une de ces personnes\u{202f}:")
    },
    nobody: |text| format!("Personne n’est connu sous «\u{202f}{text}\u{202f}»"),
    nobody_hint: "Personne ne s’est connecté ainsi, mais quelqu’un a peut-être essayé.",
    attempts: "Afficher les tentatives",
};

pub(super) const DEVICES: Devices = Devices {
    computer: "ordinateur",
    phone: "téléphone",
    tablet: "tablette",
    console: "téléviseur ou console",
    robot: "robot d’indexation",
    program: "programme",
};
