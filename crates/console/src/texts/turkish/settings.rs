//! The phrases of `/settings` and `/account` in Turkish.

use super::super::table::{
    Account, Activity, Catalogue, Clients, Keys, Members, Noun, Roles, Settings,
};

pub(super) const SETTINGS: Settings = Settings {
    event_type: Noun::new("olay türü", "olay türü"),
    shown_once: "Yalnızca şimdi gösterilir. Hemen saklayın.",
    created: "Oluşturulma",
    last_seen: "Son görülme",
    last_used: "Son kullanım",
    state: "Durum",
    never: "hiç",
    label: "Etiket",
    revoke: "İptal et",
    revoked: "İptal edildi",
    cancel: "Vazgeç",
    roles: ROLES,
    members: MEMBERS,
    keys: KEYS,
    clients: CLIENTS,
    catalogue: CATALOGUE,
    activity: ACTIVITY,
};

pub(super) const ACCOUNT: Account = Account {
    all_tenants: "Bütün kiracılar",
    appearance: "Görünüm ve dil",
    sessions: "Oturumlarınız",
    browser: "Tarayıcı",
    unknown_browser: "Bilinmeyen tarayıcı",
    signed_in: "Giriş",
    present: "Bu oturum",
    end: "Sonlandır",
    end_others: "Diğerlerinin hepsini sonlandır",
};

const ROLES: Roles = Roles {
    viewer: ("İzleyici", "olayları okur"),
    analyst: ("Analist", "olayları okur, aramaları paylaşır"),
    admin: ("Yönetici", "üyeleri, anahtarları ve istemcileri de yönetir"),
    operator: ("İşletmen", "bütün kiracılarda her şey"),
    sender: "Gönderici",
};

const MEMBERS: Members = Members {
    title: "Üyeler",
    new: "Yeni üye",
    new_hint: (
        "Üye şu kiracıya aittir: ",
        ". İlk girişini, oluşturulunca gösterilen tek kullanımlık parolayla yapar.",
    ),
    create: "Üyeyi oluştur",
    user_name: "Kullanıcı adı",
    role: "Rol",
    role_in: ("Kiracı: ", ""),
    change_role: "Rolü değiştir",
    you: "siz",
    you_alone: "Bu sizsiniz",
    all_tenants: "hepsi",
    account: "Hesap",
    sessions: "Açık oturumlar",
    end_sessions: "Bütün oturumları sonlandır",
    what_was_done: "Burada yaptıkları",
    one_time: |name| format!("{name} için tek kullanımlık parola"),
    reset: "Tek kullanımlık parola ver",
    reset_hint: "Şimdiki parolası artık geçmez ve oturumları sonlanır. Yenisi bir hafta içinde tek bir giriş için geçerlidir.",
    disable: "Devre dışı bırak",
    disable_hint: "Artık giriş yapamaz, oturumları hemen sonlanır. Yaptıkları kayıtlı kalır.",
    enable: "Etkinleştir",
    enable_hint: "Önceki parolasıyla yeniden giriş yapabilir.",
    active: "Etkin",
    disabled: "Devre dışı",
    invited: "Tek kullanımlık parolası var",
    without_password: "Parolası yok",
    elsewhere: "Bir sağlayıcıda oturum açıyor",
    exists: |name| format!("Oluşturulmadı: “{name}” adlı bir kullanıcı zaten var."),
    bad_name: "Oluşturulmadı: bir ad 1 ile 128 bayt arasındadır, denetim karakteri içermez, boşlukla başlamaz ve bitmez.",
    last_of_role: |name| {
        format!("Değiştirilmedi: bu rolün son sahibi “{name}”. Önce başka birine verin.")
    },
};

const KEYS: Keys = Keys {
    title: "API anahtarları",
    new: "Yeni anahtar",
    create: "Anahtarı oluştur",
    created_now: |name| format!("Anahtar: {name}"),
    hint: "Programlar olayları bir anahtarla gönderir ve okur. Anahtar yalnızca kapsamının izin verdiğini, yalnızca bu kiracıda yapabilir.",
    none: "Henüz anahtar yok",
    scope: "Kapsam",
    ingest: "ingest – olay gönderir",
    read: "read – olayları okur",
    admin: "admin – ikisi de",
    operator: "operator – bütün kiracılar",
    revoke_this: |name| format!("{name} anahtarı iptal edilsin mi?"),
    revoke_hint: "Onu kullanan programlar on saniye içinde geri çevrilir. Bu geri alınamaz.",
};

const CLIENTS: Clients = Clients {
    title: "İstemciler",
    new: "Yeni istemci",
    create: "İstemciyi oluştur",
    created_now: |name| format!("İstemci: {name}"),
    hint: "Başka bir ürün için yazılmış bir program, bu kiracının olaylarını oradaki gibi bir kimlik ve gizli anahtarla okur.",
    none: "Henüz istemci yok",
    dialect: "Hangi ürün için",
    revoke_this: |name| format!("{name} istemcisi iptal edilsin mi?"),
    revoke_hint: "Erişim belirteçleri hemen geçersiz olur. Bu geri alınamaz.",
};

const CATALOGUE: Catalogue = Catalogue {
    title: "Olay kataloğu",
    search_hint: "Başlık ya da anahtar",
    all_sections: "Bütün bölümler",
    here: "Bu kiracıda",
    no_match: "Böyle bir olay türü yok",
    no_match_hint: "Başlığın ya da anahtarın bir parçasını arayın ya da bütün kaynaklara bakın.",
    unknown: "Bu türü hiçbir katalog bilmiyor. Olayları anahtarıyla ve kayıtlarındaki sonuçla gösterilir.",
    meaning: "Anlamı",
    done_by: "Sekme",
    as_recorded: "Her kaydın belirttiği gibi",
    aliases: "Diğer adları",
    counterparts: "Diğer kaynaklardaki adı",
};

const ACTIVITY: Activity = Activity {
    title: "Etkinlik",
    who: "Kim",
    anybody: "Herkes",
    unknown: "Bilinmiyor",
    what: "Ne",
    everything: "Her şey",
    reads: "Okumalar",
    sign_ins: "Girişler ve belirteçler",
    changes: "Değişiklikler",
    none: "Burada bir şey yapılmamış",
    none_hint: "Okumalar dakikaları dolunca, değişiklikler bir saniye içinde görünür.",
    read: |events, place| format!("{events} okudu ({place})"),
    opened: |place| format!("açtı: {place}"),
    sent: |place| format!("form gönderdi: {place}"),
    signed_in: "giriş yaptı",
    could_not_sign_in: "giriş yapamadı",
    user_create: |name| format!("üye oluşturdu: {name}"),
    user_update: |name| format!("rolünü değiştirdi: {name}"),
    user_disable: |name| format!("devre dışı bıraktı: {name}"),
    user_enable: |name| format!("etkinleştirdi: {name}"),
    password_reset: |name| format!("tek kullanımlık parola verdi: {name}"),
    password_set: |name| format!("parola belirledi: {name}"),
    session_revoke: |name| format!("oturumlarını sonlandırdı: {name}"),
    create: |thing, name| format!("oluşturdu ({thing}): {name}"),
    delete: |thing, name| format!("kaldırdı ({thing}): {name}"),
    key: "API anahtarı",
    client: "istemci",
    tenant: "kiracı",
    name: "ad",
};
