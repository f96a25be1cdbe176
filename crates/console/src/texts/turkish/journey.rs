//! A journey, in Turkish.

use crate::texts::table::{Journey, Units};

pub(super) const JOURNEY: Journey = Journey {
    title: "Akış",
    show: "Akışı göster",
    of_interaction: "Bir etkileşimin tüm olayları",
    of_session: "Bir oturumun, olaydan en fazla bir saat uzaktaki olayları",
    of_records: "Aynı kimlik kanıtını anan tüm olaylar",
    inferred: "Çıkarım: aynı adres ve tarayıcıdan, kısa aralıklarla gelen olaylar",
    whole_visit: "Öncesini de göster",
    steps: "Adımlar",
    began: "Başlangıç",
    took: "Süre",
    who: "Kim",
    identified_as: "Tanımlandığı bilgi",
    from_where: "Nereden",
    nobody: "Kimse tanımlanmadı.",
    failed_here: "Burada başarısız oldu",
    came_from: "Buradan geldiniz",
    since_previous: |span| format!("{span} sonra"),
    as_list: "Liste olarak göster",
    back_to_event: "Olaya dön",
    first_only: |count| format!("Burada yalnızca ilk {count} olay gösteriliyor; listede tümü var."),
    no_journey: |id| format!("“{id}” adlı bir akış yok. Bu kiracıda ona ait olay bulunmuyor."),
    no_session: |id| {
        format!("“{id}” olayı ne bir etkileşim ne de bir oturum belirtiyor; bu yüzden akışı yok.")
    },
    units: Units { milliseconds: "ms", seconds: "sn", minutes: "dk", hours: "sa", days: "gün" },
};
