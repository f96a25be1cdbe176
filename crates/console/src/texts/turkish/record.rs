//! Around a record, in Turkish.

use crate::texts::table::Record;

pub(super) const RECORD: Record = Record {
    views: "Kaydın görünümleri",
    nested: "Ağaç",
    flat: "Düz",
    raw: "Ham",
    only: "Yalnızca bu değere sahip olaylar",
    exclude: "Bu değere sahip olayları hariç tut",
    more_values: |count| format!("{count} değer daha ham görünümde yer alıyor."),
    changes: "Ne değişti",
    before: "Önce",
    after: "Sonra",
    absent: "yok",
    device: "Cihaz",
    panel: "Olay ayrıntıları",
    close: "Kapat",
    open_page: "Sayfa olarak aç",
};
