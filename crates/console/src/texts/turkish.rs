//! The console in Turkish. Nouns stay singular after numbers; a value that is not known is put
//! where it needs no suffix.

use gatelog_event::language::Language;
use jiff::civil::Date;

use super::table::{
    Details, Fields, Frame, List, Noun, Nouns, Outcomes, Password, Problem, SignIn, Texts, Times,
    Users,
};

mod alerts;
mod commands;
mod explore;
mod flows;
mod journey;
mod logs;
mod mail;
mod mistakes;
mod overview;
mod passkeys;
mod personal_data;
mod places;
mod preferences;
mod provider;
mod record;
mod searches;
mod second_factor;
mod settings;
mod sources;
mod subject;

pub(super) const TEXTS: Texts = Texts {
    language: Language::Turkish,
    thousands: '.',
    times: TIMES,
    nouns: NOUNS,
    frame: FRAME,
    outcomes: OUTCOMES,
    fields: FIELDS,
    list: LIST,
    overview: overview::OVERVIEW,
    flows: flows::FLOWS,
    logs: logs::LOGS,
    explore: explore::EXPLORE,
    searches: searches::SEARCHES,
    alerts: alerts::ALERTS,
    mail: mail::MAIL,
    commands: commands::COMMANDS,
    details: DETAILS,
    record: record::RECORD,
    places: places::PLACES,
    users: USERS,
    subject: subject::SUBJECT,
    devices: subject::DEVICES,
    journey: journey::JOURNEY,
    sign_in: SIGN_IN,
    password: PASSWORD,
    second_factor: second_factor::SECOND_FACTOR,
    passkeys: passkeys::PASSKEYS,
    provider: provider::PROVIDER,
    account: settings::ACCOUNT,
    preferences: preferences::PREFERENCES,
    personal_data: personal_data::PERSONAL_DATA,
    settings: settings::SETTINGS,
    sources: sources::SOURCES,
    problem: PROBLEM,
};

const TIMES: Times = Times {
    day: |date| format!("{} {}", date.day(), month(date)),
    day_of_year,
    month_of_year: |date| format!("{} {}", month(date), date.year()),
    before_time: " ",
    exact_day: day_of_year,
    decimal: ',',
    just_now: "şimdi",
    ago: |span| format!("{span} önce"),
    ahead: |span| format!("{span} sonra"),
};

fn day_of_year(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

fn month(date: Date) -> &'static str {
    match date.month() {
        1 => "Oca",
        2 => "Şub",
        3 => "Mar",
        4 => "Nis",
        5 => "May",
        6 => "Haz",
        7 => "Tem",
        8 => "Ağu",
        9 => "Eyl",
        10 => "Eki",
        11 => "Kas",
        _ => "Ara",
    }
}

const NOUNS: Nouns = Nouns {
    event: invariable("olay"),
    user: invariable("kullanıcı"),
    byte: invariable("bayt"),
    year: invariable("yıl"),
    month: invariable("ay"),
    day: invariable("gün"),
    hour: invariable("saat"),
    minute: invariable("dakika"),
    second: invariable("saniye"),
};

const fn invariable(noun: &'static str) -> Noun {
    Noun::new(noun, noun)
}

const FRAME: Frame = Frame {
    colophon: "Kimliğin denetim günlüğü",
    skip: "İçeriğe geç",
    tenant: "Kiracı",
    choose_tenant: "Git",
    pages: "Sayfalar",
    logs: "Denetim günlükleri",
    users: "Kullanıcılar",
    settings: "Ayarlar",
    account: "Hesabınız",
    language: "Dil",
    theme: "Tema",
    theme_system: "Sistem",
    theme_light: "Açık",
    theme_dark: "Koyu",
    api: "API başvurusu",
    sign_out: "Oturumu kapat",
    choose_password: "Parola seç",
    password_used_up: "Tek kullanımlık parolanız kullanıldı. Kendi parolanızı seçmezseniz bir daha \
        oturum açamazsınız.",
};

const OUTCOMES: Outcomes =
    Outcomes { success: "Başarılı", failure: "Başarısız", unknown: "Sonuç yok" };

const FIELDS: Fields = Fields {
    event: "Olay",
    action: "Eylem",
    level: "Düzey",
    section: "Bölüm",
    result: "Sonuç",
    error: "Hata",
    error_message: "Hata iletisi",
    user: "Kullanıcı",
    by_application: "Yapan uygulama",
    identifier: "Tanımlayıcı",
    target: "Hedef",
    target_identifier: "Hedef tanımlayıcısı",
    application: "Uygulama",
    organization: "Kuruluş",
    address: "IP adresi",
    session: "Oturum",
    interaction: "Etkileşim",
    request: "İstek",
    user_agent: "Kullanıcı aracısı",
    time: "Zaman",
    event_id: "Olay kimliği",
    source: "Kaynak",
    received: "Alındı",
    sequence: "Sıra numarası",
    submitter: "Gönderen",
    note: "Not",
    masked: "maskelendi",
    why_masked: "Yazılan bir parola olabilir; bu yüzden yalnızca anahtarlı özeti saklanır",
};

const LIST: List = List {
    pages: "Olay sayfaları",
    span: ("", " – ", " arası"),
    newest: "En yeni",
    newer: "Daha yeni",
    older: "Daha eski",
    oldest: "En eski",
};

const DETAILS: Details = Details {
    neighbours: "Komşu olaylar",
    back: "Denetim günlükleri",
    back_filtered: "Denetim günlükleri, filtrelenmiş",
    what: "Ne",
    who: "Kim",
    from_where: "Nereden",
    how_kept: "Saklanması",
    derived_id: "Kaydın kimliği yok; bu kimlik kaydın baytlarından türetildi.",
    time_is_arrival: "Kayıt zaman belirtmiyor; varış zamanına göre sıralandı.",
    time_is_ahead: "Kayıt bir günden fazla ileride bir zaman belirtiyor; varış zamanına göre \
        sıralandı.",
    record: "Kayıt",
    as_kept: "saklandığı gibi",
    copy: "Kopyala",
    copied: "Kopyalandı",
    selected: "Seçildi: Ctrl+C tuşlarına basın",
    omitted: |bytes| format!("Son {bytes} burada gösterilmiyor."),
    whole_record: ("Kaydın tamamını ", " döndürür."),
};

const USERS: Users = Users {
    title: "Kullanıcılar",
    search_users: "Kullanıcı ara",
    search: "Ara",
    clear: "Temizle",
    user: "Kullanıcı",
    id: "Kimlik",
    last_seen: "Son görülme",
    events: "Olaylar",
    failures: "Başarısız",
    failed: "başarısız",
    no_users: "Henüz kullanıcı yok",
    no_users_hint: "Bir şey yapan herkes ilk olayıyla burada görünür.",
    no_match: "Eşleşen kimse yok",
    no_match_hint: "Adın, e-posta adresinin, telefon numarasının veya kimliğin bir bölümünü arayın.",
    show_all: "Tüm kullanıcıları göster",
    pages: "Kullanıcı sayfaları",
    of: "/",
    previous: "Önceki",
    next: "Sonraki",
};

const SIGN_IN: SignIn = SignIn {
    title: "Oturum aç",
    submit: "Oturum aç",
    user: "Kullanıcı adı",
    password: "Parola",
    first_time: "İlk kez mi buradasınız?",
    first_time_hint: (
        "Gatelog ilk başladığında şu kullanıcı için tek kullanımlık bir parola yazdırdı: ",
        ". Parola kullanıldı veya süresi doldu mu? Sunucuda ",
        " yenisini oluşturur.",
    ),
    wrong: "Bu kullanıcı adı ile parola birbirine ait değil ya da tek kullanımlık parola \
        kullanılmış veya süresi dolmuş.",
    too_many_attempts: |minutes| {
        let minutes = minutes.max(1);
        format!(
            "Bu kullanıcı adıyla çok fazla başarısız oturum açma denemesi yapıldı. {minutes} \
             dakika sonra yeniden deneyin."
        )
    },
    busy: "Şu anda çok sayıda kişi oturum açıyor. Birkaç saniye sonra yeniden deneyin.",
    broken: "Şu anda oturum açılamıyor; nedeni sunucunun günlüğünde yazıyor.",
};

const PASSWORD: Password = Password {
    title: "Parola seçin",
    intro: (
        "Tek kullanımlık bir parolayla geldiniz ve bu parola artık kullanılamaz. Şimdi seçeceğiniz \
         parola, sonraki tüm oturumları açacak. Kullanıcı: ",
        ".",
    ),
    new: "Yeni parola",
    rule: |characters| {
        format!("En az {characters} karakter; uzun olması karmaşık olmasından iyidir.")
    },
    repeated: "Aynısı bir daha",
    save: "Parolayı kaydet",
    not_now: "Şimdi değil",
    change: "Parolayı değiştir",
    others_end: "Diğer oturumlarınız sonlanır; bu oturum sürer.",
    current: "Şimdiki parola",
    wrong_current: "Kaydedilmedi: şimdiki parolanız bu değil.",
    elsewhere: |provider| {
        format!(
            "Oturumu {provider} üzerinden, onun istediği bilgilerle açıyorsunuz. Burada belirlenecek \
             bir parola yok."
        )
    },
    too_short: |characters| format!("Kaydedilmedi: parola en az {characters} karakter olmalıdır."),
    too_long: |bytes| format!("Kaydedilmedi: parola en çok {bytes} bayt olabilir."),
    not_same: "Kaydedilmedi: iki parola aynı değil.",
    has_one: "Kaydedilmedi: bu kullanıcı zaten bir parola seçti.",
    busy: "Kaydedilmedi: şu anda çok sayıda kişi oturum açıyor. Birkaç saniye sonra yeniden deneyin.",
};

const PROBLEM: Problem = Problem {
    go_to_logs: "Denetim günlüklerine git",
    no_page: "Burada bir sayfa yok",
    no_page_hint: "Adres yanlış yazılmış veya sayfa taşınmış olabilir.",
    not_found: "Bulunamadı",
    no_event: |id| {
        format!(
            "“{id}” adlı bir olay yok. Süresi dolmuş, silinmiş veya başka bir kiracıya ait \
             olabilir."
        )
    },
    no_user: |id| {
        format!(
            "“{id}” adlı bir kullanıcı yok. Bu kiracının olaylarında bu kimliğe sahip kimse \
             görünmüyor."
        )
    },
    no_tenant: |name| {
        format!(
            "“{name}” adlı bir kiracı yok. Başka bir kiracı seçin veya `gatelog tenant create` ile \
             oluşturun."
        )
    },
    foreign_form: "Bu form buradan gönderilmedi",
    foreign_form_hint: "Formu tarayıcınıza başka bir site gönderttirdi. Hiçbir şey yapılmadı. \
        Gönderen sizseniz sayfayı yeniden açıp orada tekrarlayın.",
    denied: "Bunu görme yetkiniz yok",
    own_account: "Kimse kendi yetkisini değiştiremez. Başka bir yöneticiye ya da işletmene başvurun.",
    other_tenant: |held, requested| {
        format!("Hesabınız “{requested}” adlı kiracıya değil, “{held}” adlı kiracıya ait.")
    },
    missing_scope: |needed, held| {
        format!("Bunun için “{needed}” yetkisi gerekir; hesabınızın yetkisi “{held}”.")
    },
    too_far: "Hesabınızın yetkisi buna yetmiyor.",
    malformed_query: "Bu sorgu okunamıyor",
    too_broad: "Bu soru çok geniş",
    too_broad_hint: "Çok fazla kaydın tek tek okunması gerekirdi. Zaman aralığını daraltın veya olay, \
        kullanıcı ya da uygulama gibi dizini olan bir alan ekleyin.",
    busy: "Şu anda bunu çok fazla kişi yapıyor",
    busy_hint: "Bir dakika sonra yeniden deneyin.",
    broken: "Burada bir sorun oluştu",
    broken_hint: "Sayfa oluşturulamadı; nedeni sunucunun günlüğünde yazıyor. Bu yüzden hiçbir olay \
        kaybolmaz. Yeniden deneyin; sorun sürerse `gatelog doctor` verileri inceler.",
};
