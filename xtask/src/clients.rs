//! Other products' own clients, and proxies in front of their servers: `tests/clients`. And our own
//! for JavaScript: `clients/javascript`.

use std::path::Path;

use anyhow::Result;

use crate::{machine, node};

/// Builds the program and lets the clients ask it, and ours send to it.
///
/// # Errors
/// When a tool cannot be installed, the build fails, or a test fails.
pub(crate) fn test(root: &Path, target: &Path) -> Result<()> {
    let nginx = Path::new("/usr/sbin/nginx");
    machine::ensure_path(nginx, &["nginx-light"])?;
    node::test(root, target, "tests/clients", [("NGINX_PROGRAM", nginx.as_os_str())])?;
    node::test(root, target, "clients/javascript", [])
}
