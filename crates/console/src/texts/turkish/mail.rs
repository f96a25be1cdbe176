//! Alerts by e-mail, in Turkish.

use super::super::table::Mail;

pub(super) const MAIL: Mail = Mail {
    begin: |name, counted| format!("“{name}” uyarısı: {counted}"),
    remind: |name, counted| format!("“{name}” uyarısı sürüyor: {counted}"),
    end: |name, counted| format!("“{name}” uyarısı bitti: {counted}"),
    test: |name, counted| format!("“{name}” uyarısının denemesi: {counted}"),
    counted_more: |events, period, most| format!("{period} içinde {events}, sınır: en çok {most}"),
    counted_fewer: |events, period, least| {
        format!("{period} içinde {events}, sınır: en az {least}")
    },
    tenant: "Kiracı",
    count: "Sayılan",
    time: "Bakılan süre",
    from_to: |from, to| format!("{from} – {to}"),
    first: "İlk olay",
    last: "Son olay",
    began: "Başlangıç",
    show: "Tam olarak bu olayları göster",
    no_link: "Olaylara bağlantı yok, çünkü bu Gatelog’a nasıl ulaşıldığı belirtilmemiş (server.public_url).",
    only_a_test: "Bu bir denemedir. Hiçbir şey olmadı.",
    why: |tenant| {
        format!(
            "Gatelog’da “{tenant}” kiracısının bir uyarısı bu adresi içeriyor. İletilerinde olaylar \
             yoktur; kiracının bir yöneticisi adresi çıkarabilir."
        )
    },
};
