//! Passkeys in Turkish.

use super::super::table::Passkeys;

pub(super) const PASSKEYS: Passkeys = Passkeys {
    title: "Geçiş anahtarları",
    add: "Geçiş anahtarı ekle",
    one: "Geçiş anahtarı",
    none: "Geçiş anahtarınız yok.",
    intro: "Oturum açarken parolanızdan sonra, geçiş anahtarının bulunduğu cihazda parmak \
        iziniz, yüzünüz ya da PIN kodunuz veya bir güvenlik anahtarı istenir. Bu sayfayı taklit \
        eden bir sayfanın eline bir şey geçmez.",
    name: "Ona verdiğiniz ad",
    name_hint: "Diğerlerinden ayırt etmek için; örneğin “iş bilgisayarı”.",
    create: "Geçiş anahtarını oluştur",
    absent: "Burada geçiş anahtarı oluşturulamaz: bunun için JavaScript ve geçiş anahtarlarını \
        tanıyan bir tarayıcı gerekir.",
    absent_code: "Geçiş anahtarınız burada kullanılamaz: bunun için JavaScript ve geçiş \
        anahtarlarını tanıyan bir tarayıcı gerekir. Yerine bir kod yazın.",
    no_name: |address| {
        format!(
            "Tarayıcılar geçiş anahtarlarını yalnızca adı olan bir adreste ve HTTPS ile \
             kullanır; bu adres ise {address}. Gatelog’u işleten kişiden böyle bir adres \
             isteyin."
        )
    },
    cancelled: "Cihazınızdan yanıt gelmedi: işlem iptal edildi ya da çok uzun sürdü. Yeniden \
        deneyin.",
    exists: "Bu cihazda zaten bir geçiş anahtarınız var.",
    elsewhere: |address| {
        format!(
            "Geçiş anahtarları {address} adresinde kullanılır. Gatelog’u orada açıp yeniden \
             deneyin."
        )
    },
    failed: "Tarayıcı geçiş anahtarı kullanamadı. Yeniden deneyin ya da başka bir cihaz kullanın.",
    use_hint: "Geçiş anahtarınızı bu cihazda ya da yanınızdaki başka bir cihazda kullanın.",
    use_it: "Geçiş anahtarı kullan",
    or_code: "Ya da bir kod yazın",
    recovery_only: "Kurtarma kodlarınızdan birini yazın.",
    over: "Bu sayfa çok uzun süre açık kaldı ya da zaten yanıtlandı. Yeniden deneyin.",
    refused: "Bu geçiş anahtarı kabul edilmedi. Yeniden deneyin ya da başka birini kullanın.",
    copied: "Bu geçiş anahtarı kabul edilmedi: Gatelog’un gördüğünden daha az kullanım saymış, \
        kopyalanmış olabilir. Başka bir yolla oturum açıp onu kaldırın.",
    bad_name: |characters| {
        format!("Oluşturulmadı: ad 1 ile {characters} karakter arasında olmalıdır.")
    },
    too_many: |count| {
        format!(
            "Oluşturulmadı: kimsenin {count} taneden fazla geçiş anahtarı olamaz. Önce birini \
             kaldırın."
        )
    },
    remove: "Kaldır",
    remove_title: "Geçiş anahtarını kaldır",
    remove_hint: "Parolanızı yazdığınızda oturum açmada bu geçiş anahtarı artık kabul edilmez. \
        Cihazınız, oradan silene kadar onu saklar.",
    last_one: "Tek ikinci adımınız budur: bundan sonra yalnızca parola yeterlidir ve kurtarma \
        kodlarınız geçersiz olur.",
};
