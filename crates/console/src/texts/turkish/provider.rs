//! Signing in at an OpenID provider, in Turkish.

use super::super::table::Provider;

pub(super) const PROVIDER: Provider = Provider {
    or: "veya",
    sign_in_at: |name| format!("{name} ile oturum aç"),
    unknown: "Böyle bir sağlayıcı yok",
    unknown_hint: |name| {
        format!("Burada “{name}” ile oturum açılmıyor. Geri dönüp başka birini seçin.")
    },
    refused: "Sağlayıcı sizi içeri almadı",
    refused_hint: |reason| {
        format!("Yanıtı: “{reason}”. Yeniden deneyin ya da sağlayıcıyı işletene sorun.")
    },
    not_begun: "Bu oturum açma işlemi sona erdi",
    not_begun_hint: "Çok uzun sürdü, zaten tamamlandı ya da başka bir tarayıcıda başlatıldı. Baştan \
        başlayın; tarayıcınızın çerezleri kabul etmesi gerekir.",
    unreachable: "Sağlayıcı yanıt vermiyor",
    unreachable_hint: "Oturumunuz açılmadı. Bir dakika sonra yeniden deneyin; sürerse nedeni \
        sunucunun günlüğünde yazıyor.",
    not_accepted: "Sağlayıcının yanıtı geçerli değil",
    not_accepted_hint: "Oturumunuz açılmadı. Yeniden deneyin; sürerse nedeni sunucunun günlüğünde \
        yazıyor ve sağlayıcının buradaki ayarları uymuyor.",
    no_role: "Burada bir rolünüz yok",
    no_role_hint: "Sağlayıcı sizi tanıyor, ama gruplarınızdan hiçbiri Gatelog’u kullanamıyor. Bu \
        sunucuyu işletenden bir rol isteyin, sonra yeniden oturum açın.",
    disabled: "Hesabınız burada devre dışı",
    disabled_hint: "Sağlayıcı ne derse desin oturum açamazsınız. Bu sunucuyu işletene başvurun.",
};
