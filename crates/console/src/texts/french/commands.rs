//! How to ask the same elsewhere, in French.

use super::super::table::Commands;

pub(super) const COMMANDS: Commands = Commands {
    title: "Commande",
    curl_hint: "Interroge l’API. GATELOG_TOKEN est une clé d’API autorisée à lire.",
    gatelog_hint: "Interroge le serveur de GATELOG_URL avec la clé GATELOG_TOKEN, ou le répertoire de données de GATELOG_DATA tant qu’aucun serveur ne l’utilise.",
};
