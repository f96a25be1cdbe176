//! How to ask the same elsewhere, in English.

use super::super::table::Commands;

pub(super) const COMMANDS: Commands = Commands {
    title: "Command",
    curl_hint: "Asks the API. GATELOG_TOKEN is an API key that may read.",
    gatelog_hint: "Asks the server of GATELOG_URL with the key GATELOG_TOKEN, or the data directory of GATELOG_DATA while no server holds it.",
};
