//! The key file, and what is sealed under it.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context, ensure};
use gatelog_auth::hexadecimal;
use gatelog_server::secrets_key::read_key;
use gatelog_server::system::environment;
use gatelog_source::{Definition, Purpose, SecretRef};

use crate::output;

/// A secret is no larger than this: a private key in PEM is not.
const SECRET_BYTES_MAX: u64 = 64 << 10;

/// Writes a new key to a new file that only its owner may read.
pub(super) fn make_key(path: &Path) -> anyhow::Result<()> {
    let key: [u8; 32] =
        environment().random().context("the random number generator does not answer")?;
    let digits = hexadecimal(&key);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(format!("{digits}\n").as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("cannot write {}", path.display()))?;
    output::note(&format!(
        "wrote {}; name it as server.secrets_key_file, and keep a copy elsewhere: without it, no \
         sealed secret can be opened",
        path.display()
    ));
    Ok(())
}

/// Prints what stands for the secret in settings.
pub(super) fn seal(name: &str, key_file: &Path) -> anyhow::Result<()> {
    Definition::check_name(name)?;
    // Wherever it is now, the server checks that it is not in its data directory.
    let key = read_key(key_file, Path::new("/dev/null"))?;
    let mut secret = Vec::new();
    let read = std::io::stdin().take(SECRET_BYTES_MAX + 1).read_to_end(&mut secret);
    read.context("cannot read standard input")?;
    ensure!(
        secret.len() as u64 <= SECRET_BYTES_MAX,
        "a secret has at most {SECRET_BYTES_MAX} bytes"
    );
    let secret = secret.trim_ascii_end();
    ensure!(!secret.is_empty(), "standard input has to hold the secret, and holds nothing");
    let nonce = environment().random().context("the random number generator does not answer")?;
    let sealed = key.seal(Purpose::Secret { source: name }, secret, nonce);
    output::line(&SecretRef::Sealed(sealed).to_string());
    Ok(())
}
