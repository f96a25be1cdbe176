//! `/sign-in/code` and `/account/totp` in Turkish.

use super::super::table::SecondFactor;

pub(super) const SECOND_FACTOR: SecondFactor = SecondFactor {
    title: "İki adımlı oturum açma",
    code_title: "Bir adım daha",
    code_hint: "Telefonunuzdaki kimlik doğrulama uygulamasını açın ve Gatelog için gösterdiği kodu \
        yazın.",
    code: "Kod",
    recovery_hint: "Telefonunuz yanınızda değil mi? Yerine kurtarma kodlarınızdan birini yazın.",
    go_on: "Devam et",
    start_again: "Başka bir kullanıcıyla oturum aç",
    wrong_code: "Bu kod yanlış, daha önce kullanılmış ya da süresi geçmiş. Bir sonrakini bekleyip \
        onu yazın.",
    too_many_attempts: |minutes| {
        format!(
            "Bu kullanıcı adıyla çok fazla yanlış kod girildi. {minutes} dakika sonra yeniden \
             deneyin."
        )
    },
    intro: "Oturum açarken parolanızdan sonra, telefonunuzdaki bir uygulamanın gösterdiği altı \
        haneli kod istenir. Parolanızı öğrenen biri telefonunuz olmadan içeri giremez.",
    scan: "Bunu Aegis, 2FAS veya Google Authenticator gibi bir kimlik doğrulama uygulamasıyla \
        tarayın.",
    drawing: "Aşağıdaki anahtarın karekodu",
    type_in: "Ya da bu anahtarı uygulamaya yazın:",
    confirm: "Uygulamanın şimdi gösterdiği kod",
    turn_on: "Aç",
    is_on: "Oturum açarken parolanızdan sonra bir kod istenir.",
    codes_left: |count| format!("Kalan kurtarma kodu: {count}."),
    turn_off_hint: "Başka bir telefon için kapatıp yeniden açın. Eski kurtarma kodları bittiyse ya da \
        geçiş anahtarınız yoksa yenileri de verilir.",
    turn_off: "Kapat",
    wrong_password: "Parolanız bu değil. Hiçbir şey değiştirilmedi.",
    recovery_title: "Bu kurtarma kodlarını saklayın",
    recovery_intro: "İki adımlı oturum açma etkin. Telefonunuzu ya da geçiş anahtarınızı \
        kaybederseniz bu kodların her biri bir kez onun yerine geçer. Yalnızca şimdi gösterilirler: yazdırın ya da parolalarınızın \
        yanına koyun.",
    kept: "Sakladım",
    password_first: "Önce kendi parolanızı seçin; ikinci adım ondan sonra gelir.",
    elsewhere: "Oturumu başka bir sağlayıcıda açıyorsunuz; ek olarak ne isteyeceğine o karar verir. \
        Burada ayarlanacak bir şey yok.",
    back: "Geri dön",
};
