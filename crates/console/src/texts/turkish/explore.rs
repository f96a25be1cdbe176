//! What the explorer of `/logs` offers, in Turkish.

use super::super::table::Explore;

pub(super) const EXPLORE: Explore = Explore {
    actor_kind: "Kullanıcının türü",
    actor_name: "Kullanıcının adı",
    target_kind: "Hedefin türü",
    target_name: "Hedefin adı",
    application_name: "Uygulamanın adı",
    organization_name: "Kuruluşun adı",
    country: "Ülke",
    browser: "Tarayıcı",
    operating_system: "İşletim sistemi",
    counterpart: |source| format!("{source} karşılığı olan olay türü"),
    path: "Geri kalan her şey, kayıttaki yoluyla",
    suggestions: "Buraya yazılabilecekler",
    no_value: "değeri olmayanlar",
    and: "iki koşul birden",
    or: "ikisinden en az biri",
    not: "tersi",
    operator: |operator| match operator {
        "=" => "şudur",
        "!=" => "şu değildir veya yoktur",
        "IN" => "şunlardan biridir",
        "NOT IN" => "şunlardan hiçbiri değildir",
        "ILIKE" => "şuna benzer; % herhangi bir metnin yerini tutar",
        "NOT ILIKE" => "şuna benzemez",
        "^=" => "şununla başlar",
        "<" => "şundan küçüktür",
        "<=" => "en fazla şudur",
        ">" => "şundan büyüktür",
        _ => "en az şudur",
    },
    keys: "Klavye",
    key_query: "Sorgu yaz",
    key_rows: "Sonraki olay, önceki olay",
    key_open: "Olayı aç",
    key_pages: "Daha eski sayfa, daha yeni sayfa",
    key_accept: "Sorgu için önerileni kabul et",
    key_close: "Listeyi veya menüyü kapat",
    key_keys: "Bu tuşları göster",
    close: "Kapat",
    keep: "Kaydet ve dışa aktar",
    columns: "Sütunlar",
    add_column: "Sütun ekle",
    add: "Ekle",
    default_columns: "Varsayılan sütunlar",
    dense: "Dar satırlar",
    move_left: |column| format!("Sola taşı: {column}"),
    move_right: |column| format!("Sağa taşı: {column}"),
    remove_column: |column| format!("Kaldır: {column}"),
    not_a_column: |column| {
        format!(
            "“{column}” bir sütun değil: ne bir alan ne de kayıttaki bir yol, ya da zaten on iki sütun var."
        )
    },
    chart_by: "Çubukların ölçütü",
};
