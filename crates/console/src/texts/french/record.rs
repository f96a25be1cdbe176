//! Around a record, in French.

use crate::texts::table::Record;

pub(super) const RECORD: Record = Record {
    views: "Vues de l’enregistrement",
    nested: "Arborescence",
    flat: "À plat",
    raw: "Brut",
    only: "Seulement les événements avec cette valeur",
    exclude: "Exclure les événements avec cette valeur",
    more_values: |count| format!("{count} autres valeurs figurent dans la vue brute."),
    changes: "Ce qui a changé",
    before: "Avant",
    after: "Après",
    absent: "absent",
    device: "Appareil",
    panel: "Détails de l’événement",
    close: "Fermer",
    open_page: "Ouvrir comme page",
};
