//! Who sees personal data, in French.

use super::super::table::PersonalData;

pub(super) const PERSONAL_DATA: PersonalData = PersonalData {
    title: "Données personnelles",
    masked: "Les données personnelles sont masquées",
    show: "Les afficher…",
    reason: "Pourquoi avez-vous besoin de les voir\u{202f}?",
    reason_hint: "Votre motif est consigné. Adresses, identifiants et noms vous sont montrés pendant 30 minutes.",
    reason_rule: |most| format!("Un motif compte de 1 à {most} caractères."),
    unmask: "Afficher les données personnelles",
    shown_until: |time| format!("Données personnelles visibles jusqu’à {time}"),
    mask: "Masquer à nouveau",
    about_somebody: "Porte sur des données personnelles, masquées pour vous",
    ask_first: "Seul qui peut voir les données personnelles peut l’ouvrir. Si c’est possible sur demande, indiquez d’abord pourquoi.",
    not_allowed: "Les données personnelles ne vous sont pas montrées sur demande. Un administrateur peut changer cela.",
    change: "Changer ce droit",
    by_role: "selon le rôle",
    never: ("Jamais", "masquées"),
    on_request: ("Sur demande", "visibles 30 minutes après avoir donné un motif"),
    always: ("Toujours", "visibles"),
    unmasked: |reason| {
        format!("a affiché les données personnelles\u{202f}: «\u{202f}{reason}\u{202f}»")
    },
    masked_again: "a masqué à nouveau les données personnelles",
};
