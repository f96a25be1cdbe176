//! `/logs` in Turkish.

use super::super::table::{Chart, Export, Facets, Live, Logs, Question};

pub(super) const LOGS: Logs = Logs {
    title: "Denetim günlükleri",
    caption: "Denetim günlükleri, en yeniden en eskiye:",
    tabs: "Etkinlik türü",
    tab_all: "Tümü",
    tab_user: "Kullanıcı etkinlikleri",
    tab_admin: "Yönetim ve API",
    filter: "Olayları filtrele",
    search_events: "Olay ara",
    no_suggestion: "Eşleşme yok",
    all_events: "Tüm olaylar",
    more_events: |count| format!("{count} tane daha: bir kaynak veya sekme seçin"),
    all_sources: "Tüm kaynaklar",
    own_audit: "Gatelog: okumalar ve değişiklikler",
    all_applications: "Tüm uygulamalar",
    any_result: "Tüm sonuçlar",
    user_hint: "Ad, e-posta, telefon veya kimlik",
    all_time: "Tüm zamanlar",
    last_hour: "Son 1 saat",
    last_24_hours: "Son 24 saat",
    last_7_days: "Son 7 gün",
    last_30_days: "Son 30 gün",
    custom_time: "Özel…",
    from: "Başlangıç",
    to: "Bitiş, hariç",
    since: |from| format!("başlangıç {from}"),
    until: |to| format!("bitiş {to}"),
    between: |from, to| format!("{from} – {to}"),
    apply: "Uygula",
    active_filters: "Etkin filtreler",
    remove_filter: "Bu filtreyi kaldır",
    remove: "Kaldır",
    clear: "Tümünü temizle",
    clear_filters: "Tüm filtreleri temizle",
    not_a_time: |text| {
        format!(
            "“{text}” bir zaman değil ve dikkate alınmadı. 2026-11-20T14:29 biçiminde \
             yazın."
        )
    },
    crowd: |count, first, text| {
        format!(
            "“{text}” ile {count} kişi eşleşiyor; ada göre ilk {first} kişinin olayları \
             listeleniyor. Adın daha fazlasını yazın."
        )
    },
    no_match: "Eşleşen olay yok",
    no_match_hint: "Bir filtreyi kaldırın veya daha uzun bir zaman aralığına bakın.",
    no_events: "Henüz olay yok",
    no_events_hint: "Olaylar gelir gelmez burada görünür. İlkini göndermek için:",
    question: QUESTION,
    chart: CHART,
    facets: FACETS,
    export: EXPORT,
    live: LIVE,
};

const QUESTION: Question = Question {
    label: "Sorgu",
    hint: "Örneğin:",
    examples: "Örnekler",
    each_example: [
        "başarısız olan her şey",
        "bu addaki kişilerden",
        "bir ağdan gelenler",
        "hata kodu olanlar",
        "kaydın herhangi bir yerinde bu sözcükler geçenler",
    ],
    malformed: "Bu sorgu okunamıyor",
    at_character: |number| format!("{number}. karakter:"),
    mistake: super::mistakes::mistake,
    write: "Bunu yazın:",
};

const CHART: Chart = Chart {
    title: "Zaman içinde olaylar",
    skip: "Grafiği atla",
    numbers: "Sayılar",
    from: "Başlangıç",
    events: "Olay",
};

const FACETS: Facets = Facets {
    title: "Daraltın",
    none: "değer yok",
    exclude: |value| format!("Hariç tut: {value}"),
    excluded: "hariç",
    more: |count| format!("{count} tane daha"),
    fewer: "Daha az",
};

const EXPORT: Export = Export {
    title: "Dışa aktar",
    lines: "her satırda bir olay",
    sheet: "hesap tabloları için",
    columns: "çözümleme için",
    looking: "Olaylar aranıyor…",
    cancelled: "İptal edildi. Tarayıcınız dosyanın bir kısmını sakladıysa silin.",
    lost: "Bu dışa aktarmanın ne kadar ilerlediği bilinmiyor. Tarayıcınızın indirmelerine bakın; dosya yoksa bir dakika sonra yeniden deneyin.",
    cancel: "İptal et",
    close: "Kapat",
    holds: |events| format!("Bir dosyada {events} bulunacak."),
    written: |rows, events, percent| format!("{rows} / {events} (%{percent})"),
    done: |events| format!("Bitti: dosyada {events} var."),
    failed: |events| format!("{events} sonra kesildi: dosya eksik. Silin ve yeniden deneyin."),
};

const LIVE: Live = Live {
    title: "Canlı",
    hint: "Yeni olaylar kendiliğinden görünür",
    one_waiting: "{} yeni olay: göster",
    many_waiting: "{} yeni olay: göster",
    lost: "Bağlantı koptu, yeniden deneniyor…",
    needs_script: "Yeni olaylar yalnızca JavaScript ile kendiliğinden görünür.",
    show: "Yeni olayları göster",
};
