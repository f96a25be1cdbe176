//! Style sheet, script and icon, embedded in the binary.
//!
//! Their addresses contain a hash of their content, so browsers may keep them for ever.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A file that is part of the binary.
pub(crate) struct Asset {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    content: &'static str,
    hash: u64,
}

/// How everything looks, in the order in which rules win.
pub(crate) static STYLE: Asset = Asset::new(
    "console",
    "css",
    "text/css; charset=utf-8",
    concat!(
        include_str!("../assets/style/ground.css"),
        include_str!("../assets/style/controls.css"),
        include_str!("../assets/style/shell.css"),
        include_str!("../assets/style/messages.css"),
        include_str!("../assets/style/sight.css"),
        include_str!("../assets/style/filters.css"),
        include_str!("../assets/style/menus.css"),
        include_str!("../assets/style/chart.css"),
        include_str!("../assets/style/facets.css"),
        include_str!("../assets/style/live.css"),
        include_str!("../assets/style/tables.css"),
        include_str!("../assets/style/subjects.css"),
        include_str!("../assets/style/overview.css"),
        include_str!("../assets/style/flows.css"),
        include_str!("../assets/style/event.css"),
        include_str!("../assets/style/journey.css"),
        include_str!("../assets/style/panel.css"),
        include_str!("../assets/style/settings.css"),
        include_str!("../assets/style/bare.css"),
        include_str!("../assets/style/sign_in.css"),
        include_str!("../assets/style/combobox.css"),
        include_str!("../assets/style/completion.css"),
        include_str!("../assets/style/keys.css"),
        include_str!("../assets/style/columns.css"),
        include_str!("../assets/style/kept.css"),
        include_str!("../assets/style/exports.css"),
        include_str!("../assets/style/preferences.css"),
        include_str!("../assets/style/sources.css"),
        include_str!("../assets/style/widths.css"),
    ),
);

/// What makes the pages quicker to use where there is JavaScript. Nothing depends on it: every page
/// works without, and nothing in it stores anything. One module in several files, of which the last
/// begins.
pub(crate) static SCRIPT: Asset = Asset::new(
    "console",
    "js",
    "text/javascript; charset=utf-8",
    concat!(
        include_str!("../assets/script/forms.js"),
        include_str!("../assets/script/copy.js"),
        include_str!("../assets/script/values.js"),
        include_str!("../assets/script/panel.js"),
        include_str!("../assets/script/keys.js"),
        include_str!("../assets/script/arrivals.js"),
        include_str!("../assets/script/menus.js"),
        include_str!("../assets/script/combobox.js"),
        include_str!("../assets/script/completion.js"),
        include_str!("../assets/script/range.js"),
        include_str!("../assets/script/zone.js"),
        include_str!("../assets/script/passkeys.js"),
        include_str!("../assets/script/exports.js"),
        include_str!("../assets/script/begin.js"),
    ),
);

/// The icon of the browser's tab.
pub(crate) static ICON: Asset =
    Asset::new("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg"));

impl Asset {
    const fn new(
        name: &'static str,
        extension: &'static str,
        media_type: &'static str,
        content: &'static str,
    ) -> Self {
        Self { name, extension, media_type, content, hash: fnv1a(content.as_bytes()) }
    }

    /// Where it is served.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}", self.file_name())
    }

    fn file_name(&self) -> String {
        format!("{}-{:016x}.{}", self.name, self.hash, self.extension)
    }
}

/// `GET /assets/{file}`
pub(crate) async fn serve(Path(file): Path<String>) -> Response {
    let Some(asset) = [&STYLE, &SCRIPT, &ICON].into_iter().find(|asset| asset.file_name() == file)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers =
        [(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.content).into_response()
}

/// FNV-1a, 64 bits (<https://datatracker.ietf.org/doc/html/rfc9923>): tells versions apart, no more.
const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    while let Some((byte, rest)) = bytes.split_first() {
        hash ^= *byte as u64;
        hash = hash.wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}
