//! What the explorer of `/logs` offers, in French.

use super::super::table::Explore;

pub(super) const EXPLORE: Explore = Explore {
    actor_kind: "Nature de l’utilisateur",
    actor_name: "Nom de l’utilisateur",
    target_kind: "Nature de la cible",
    target_name: "Nom de la cible",
    application_name: "Nom de l’application",
    organization_name: "Nom de l’organisation",
    counterpart: |source| format!("Type d’événement selon {source}"),
    path: "Tout le reste, par son chemin dans l’enregistrement",
    suggestions: "Ce qui peut s’écrire ici",
    no_value: "sans valeur",
    and: "les deux conditions",
    or: "au moins l’une des deux",
    not: "le contraire",
    operator: |operator| match operator {
        "=" => "est",
        "!=" => "n’est pas, ou manque",
        "IN" => "est l’une de ces valeurs",
        "NOT IN" => "n’est aucune de ces valeurs",
        "ILIKE" => "ressemble à, % remplaçant tout texte",
        "NOT ILIKE" => "ne ressemble pas à",
        "^=" => "commence par",
        "<" => "est inférieur à",
        "<=" => "est au plus",
        ">" => "est supérieur à",
        _ => "est au moins",
    },
};
