//! How to ask the same elsewhere, in Turkish.

use super::super::table::Commands;

pub(super) const COMMANDS: Commands = Commands {
    title: "Komut",
    curl_hint: "API’ye sorar. GATELOG_TOKEN, okuma yetkisi olan bir API anahtarıdır.",
    gatelog_hint: "GATELOG_URL sunucusuna GATELOG_TOKEN anahtarıyla, ya da hiçbir sunucu kullanmıyorken GATELOG_DATA veri dizinine sorar.",
};
