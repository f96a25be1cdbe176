//! Who sees personal data, in Turkish.

use super::super::table::PersonalData;

pub(super) const PERSONAL_DATA: PersonalData = PersonalData {
    title: "Kişisel veriler",
    masked: "Kişisel veriler gizli",
    show: "Göster…",
    reason: "Neden görmeniz gerekiyor?",
    reason_hint: "Gerekçeniz kaydedilir. Adresler, tanımlayıcılar ve adlar size 30 dakika gösterilir.",
    reason_rule: |most| format!("Gerekçe 1 ile {most} karakter arasında olmalıdır."),
    unmask: "Kişisel verileri göster",
    shown_until: |time| format!("Kişisel veriler şu saate kadar görünür: {time}"),
    mask: "Yeniden gizle",
    about_somebody: "Sizin için gizli olan kişisel verileri soruyor",
    ask_first: "Bunu kişisel verileri görebilenler açabilir. Talep üzerine görebiliyorsanız önce gerekçenizi yazın.",
    not_allowed: "Kişisel veriler size talep üzerine gösterilmiyor. Bunu bir yönetici değiştirebilir.",
    change: "Hakkı değiştir",
    by_role: "role göre",
    never: ("Hiçbir zaman", "gizli"),
    on_request: ("Talep üzerine", "gerekçe yazıldıktan sonra 30 dakika görünür"),
    always: ("Her zaman", "görünür (pii:read)"),
    unmasked: |reason| format!("kişisel verileri gösterdi: “{reason}”"),
    masked_again: "kişisel verileri yeniden gizledi",
};
