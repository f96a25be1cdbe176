//! The pages about one person, application, address or organisation, in Turkish.

use crate::texts::table::{Devices, Find, Subject};

pub(super) const SUBJECT: Subject = Subject {
    caption: "Olaylar, en yeniden en eskiye:",
    identifiers: "Tanımlayıcılar",
    events: "Olaylar",
    seen: "Görülme",
    last: "Son",
    first: "İlk",
    users: "Kullanıcılar",
    applications: "Uygulamalar",
    addresses: "IP adresleri",
    organizations: "Kuruluşlar",
    devices: "Cihazlar",
    errors: "Hatalar",
    typed: "Yazılan tanımlayıcılar",
    of_newest: |count| format!("en yeni {count} olayda"),
    of_all: |count| format!("toplam {count} içinde en sık olanlar"),
    none: "Yok",
    without_id: "Kimliksiz başarısız denemeler",
    which_events: "bu tanımlayıcılardan biriyle yapılan başarısız denemeler dahil",
    filter: "Filtrele",
    no_events: "Olay yok",
    no_events_hint: "Yalnızca adı biliniyor.",
    find: FIND,
    no_application: |id| {
        format!(
            "“{id}” kimlikli bir uygulama yok. Bu kiracıda bu uygulama üzerinden hiçbir şey \
             yapılmadı."
        )
    },
    no_address: |address| {
        format!("“{address}” adresi bulunamadı. Bu kiracıda bu adresten gelen olay yok.")
    },
    no_organization: |id| {
        format!("“{id}” kimlikli bir kuruluş yok. Bu kiracıda ona ait olay bulunmuyor.")
    },
};

const FIND: Find = Find {
    title: "Kişi bul",
    label: "E-posta adresi, telefon numarası, kullanıcı adı veya kimlik",
    submit: "Bul",
    several: |text| format!("“{text}” şu kişilerden biri olabilir:"),
    nobody: |text| format!("“{text}” ile bilinen kimse yok"),
    nobody_hint: "Bununla oturum açan olmadı, ama biri denemiş olabilir.",
    attempts: "Bu tanımlayıcıyla yapılan denemeleri göster",
};

pub(super) const DEVICES: Devices = Devices {
    computer: "bilgisayar",
    phone: "telefon",
    tablet: "tablet",
    console: "televizyon veya oyun konsolu",
    robot: "tarama robotu",
    program: "yazılım",
};
