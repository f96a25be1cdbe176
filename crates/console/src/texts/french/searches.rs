//! Searches that are kept, in French.

use super::super::table::{Noun, Searches};

pub(super) const SEARCHES: Searches = Searches {
    title: "Recherches enregistrées",
    noun: Noun::new("recherche", "recherches"),
    menu: "Enregistrées",
    all: "Toutes les recherches enregistrées",
    save_this: "Enregistrer cette recherche",
    name: "Nom",
    share: "Partager avec tous ceux qui peuvent lire ce locataire",
    save: "Enregistrer",
    none: "Aucune recherche enregistrée pour l’instant",
    none_hint: "Posez une question dans les journaux d’audit et enregistrez-la sous un nom, pour vous ou pour tous.",
    shared: "Partagée",
    by: "par",
    used: "dernière utilisation",
    unused: "jamais utilisée",
    everything: "Tous les événements",
    change: "Modifier",
    delete: "Supprimer",
    delete_hint: "La recherche disparaît pour tout le monde. Les événements restent.",
    delete_really: "Supprimer cette recherche",
    not_saved: "L’enregistrement a été refusé",
    no_search: "Cette recherche n’existe pas, ou elle appartient à quelqu’un d’autre.",
    name_rule: |most| format!("Un nom compte de 1 à {most} caractères."),
    exists: |name| {
        format!(
            "Vous avez déjà une recherche nommée «\u{202f}{name}\u{202f}». Choisissez un autre nom."
        )
    },
    too_many: |most| {
        format!("Personne ne peut garder plus de {most} recherches. Supprimez-en d’abord.")
    },
    may_not_share: "Vous ne pouvez pas partager de recherches\u{202f}: demandez à un administrateur le rôle d’analyste.",
    too_long: "La recherche est trop longue pour être enregistrée.",
};
