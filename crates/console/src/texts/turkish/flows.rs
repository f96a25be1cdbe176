//! `/flows` in Turkish.

use super::super::table::Flows;

pub(super) const FLOWS: Flows = Flows {
    title: "Akışlar",
    hint: "Oturum açma sayfalarına her geliş, ulaştığı son adım için bir kez sayılır. Gelişler, etkileşimleriyle ya da adres, tarayıcı ve zamanla birleştirilir.",
    sign_in: "Oturum açma",
    sign_up: "Kayıt olma",
    reset: "Parola sıfırlama",
    completed: |ended, begun| format!("{begun} akıştan {ended} tanesi tamamlandı"),
    begun: "Başlayan",
    proved: "Kim olduğunu gösteren",
    failed_proofs: "Başarısız denemeler:",
    by_password: "Parola",
    by_code: "Tek kullanımlık kod",
    by_passkey: "Geçiş anahtarı",
    by_social: "Sosyal hesap",
    by_sso: "Tek oturum açma",
    otherwise: "Diğer",
    second_factor: "İkinci etkeni geçen ya da kendisinden istenmeyen",
    signed_in: "Oturum açan",
    identified: "Adres ya da başka bir hesap veren",
    secured: "Nasıl oturum açacağını seçen",
    signed_up: "Hesabı olan",
    password_chosen: "Yeni parola seçen",
    replaced: "Parolası değişen",
    lost: |count| format!("{count} tanesi daha ileri gitmedi:"),
    left: "Hata olmadan ayrıldı",
    example: "Sonuncusu",
    under_way: |count| format!("{count} tanesi henüz bitmedi: son bir saat içinde bir olay var."),
    cut: |since| {
        format!(
            "Çok olay var: yalnızca {since} sonrasına bakıldı. Daha kısa bir süre ya da daha az olay seçin."
        )
    },
    count_more: |count| format!("En çok {count} olaya bak"),
    narrowed: "Yalnızca listenin süzgecinden geçen olaylar sayılıyor.",
    all_events: "Hepsini say",
    none: "Bunu yapmaya başlayan olmadı",
    none_hint: "Başka bir süre seçin. Oturum açma, kayıt ya da parola sıfırlamayı anlatan ve etkileşimini ya da adresini bildiren olaylar sayılır.",
};
