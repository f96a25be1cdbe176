//! Searches that are kept, in Turkish.

use super::super::table::{Noun, Searches};

pub(super) const SEARCHES: Searches = Searches {
    title: "Kayıtlı aramalar",
    noun: Noun::new("arama", "arama"),
    menu: "Kayıtlı",
    all: "Tüm kayıtlı aramalar",
    save_this: "Bu aramayı kaydet",
    name: "Ad",
    share: "Bu kiracıyı okuyabilen herkesle paylaş",
    save: "Kaydet",
    none: "Henüz kayıtlı arama yok",
    none_hint: "Denetim günlüklerinde bir soru sorun ve onu kendiniz ya da herkes için bir adla kaydedin.",
    shared: "Paylaşılan",
    by: "kaydeden:",
    used: "son kullanım",
    unused: "hiç kullanılmadı",
    everything: "Tüm olaylar",
    change: "Değiştir",
    delete: "Sil",
    delete_hint: "Arama herkes için silinir. Olaylara dokunulmaz.",
    delete_really: "Bu aramayı sil",
    not_saved: "Kaydedilmedi",
    no_search: "Böyle bir arama yok ya da başkasına ait.",
    name_rule: |most| format!("Bir ad 1 ile {most} karakter arasında olmalıdır."),
    exists: |name| format!("“{name}” adlı bir aramanız zaten var. Başka bir ad seçin."),
    too_many: |most| format!("Kimse {most} aramadan fazlasını saklayamaz. Önce bazılarını silin."),
    may_not_share: "Aramaları paylaşamazsınız: bir yöneticiden analist rolünü isteyin.",
    too_long: "Arama saklanamayacak kadar uzun.",
};
