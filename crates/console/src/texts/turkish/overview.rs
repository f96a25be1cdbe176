//! `/overview` in Turkish.

use super::super::table::Overview;

pub(super) const OVERVIEW: Overview = Overview {
    title: "Genel bakış",
    events: "Bu olayları göster",
    sign_ins: "Oturum açma",
    failures: "Başarısız işlemler",
    sign_ups: "Kayıt olma",
    resets: "Parola sıfırlama",
    second_factors: "Doğrulanan ikinci etkenler",
    messages: "Gönderilen kodlar ve iletiler",
    usually: |count| format!("genellikle {count}"),
    as_usual: "her zamanki gibi",
    higher: "her zamankinden fazla",
    lower: "her zamankinden az",
    day_before: "Çizgi bir önceki gündür.",
    week_before: "Çizgi bir önceki haftadır.",
    month_before: "Çizgi önceki 30 gündür.",
    days_before: |count| format!("Çizgi, önceki {count} günün aynı saatlerinin ortalamasıdır."),
    weeks_before: |count| format!("Çizgi, önceki {count} haftanın ortalamasıdır."),
    months_before: |count| format!("Çizgi, önceki {count} adet 30 günün ortalamasıdır."),
    nothing_before: "Günlük, neyin olağan olduğunu söyleyecek kadar geriye gitmiyor.",
    top_errors: "Hatalar",
    top_users: "Başarısız işlemi olan kullanıcılar",
    top_addresses: "Başarısız işlemlerin adresleri",
    top_applications: "Uygulamalar",
    none: "Bu sürede yok",
};
