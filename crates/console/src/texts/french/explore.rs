//! What the explorer of `/logs` offers, in French.

use super::super::table::Explore;

pub(super) const EXPLORE: Explore = Explore {
    actor_kind: "Nature de l’utilisateur",
    actor_name: "Nom de l’utilisateur",
    target_kind: "Nature de la cible",
    target_name: "Nom de la cible",
    application_name: "Nom de l’application",
    organization_name: "Nom de l’organisation",
    country: "Pays",
    browser: "Navigateur",
    operating_system: "Système d’exploitation",
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
    keys: "Clavier",
    key_query: "Écrire une requête",
    key_rows: "Événement suivant, événement précédent",
    key_open: "Ouvrir l’événement",
    key_pages: "Page plus ancienne, page plus récente",
    key_accept: "Accepter ce qui est proposé pour la requête",
    key_close: "Fermer une liste ou un menu",
    key_keys: "Afficher ces raccourcis",
    close: "Fermer",
    keep: "Enregistrer et exporter",
    columns: "Colonnes",
    add_column: "Ajouter une colonne",
    add: "Ajouter",
    default_columns: "Colonnes par défaut",
    dense: "Lignes compactes",
    move_left: |column| format!("Déplacer {column} vers la gauche"),
    move_right: |column| format!("Déplacer {column} vers la droite"),
    remove_column: |column| format!("Retirer {column}"),
    not_a_column: |column| {
        format!(
            "«\u{202f}{column}\u{202f}» n’est pas une colonne\u{202f}: ce n’est ni un champ ni un chemin dans l’enregistrement, ou il y a déjà douze colonnes."
        )
    },
    chart_by: "Barres par",
};
