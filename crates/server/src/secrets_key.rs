//! The key that secrets of sources are sealed under, from its file.

use std::io;
use std::path::{Path, PathBuf};

use gatelog_source::SealKey;
use gatelog_source::seal::KEY_BYTES;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// The file cannot be read.
    #[error("cannot read the key file {}: {source}; `gatelog source key` makes one", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} is no key file: it has to hold {} hexadecimal digits", path.display(), KEY_BYTES * 2)]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Whoever takes the data directory would have the key as well.
    #[error("the key file {} must not be in the data directory", path.display())]
    InDataDirectory {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the key of an installation from its file.
///
/// # Errors
/// [`NoKey`].
pub fn read_key(path: &Path, data_directory: &Path) -> Result<SealKey, NoKey> {
    let read = |source| NoKey::Read { path: path.to_owned(), source };
    let real = path.canonicalize().map_err(read)?;
    if data_directory.canonicalize().is_ok_and(|data| real.starts_with(data)) {
        return Err(NoKey::InDataDirectory { path: path.to_owned() });
    }
    let text = std::fs::read_to_string(path).map_err(read)?;
    SealKey::parse(text.trim()).ok_or_else(|| NoKey::Malformed { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_outside_the_data_directory_and_holds_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let (data, outside) = (directory.path().join("data"), directory.path().join("key"));
        std::fs::create_dir(&data).unwrap();
        let inside = data.join("key");
        for path in [&inside, &outside] {
            std::fs::write(path, format!("{}\n", "0f".repeat(32))).unwrap();
        }
        assert!(read_key(&outside, &data).is_ok());
        let error = read_key(&inside, &data).unwrap_err().to_string();
        assert!(error.ends_with("must not be in the data directory"), "{error}");
        std::fs::write(&outside, "0f").unwrap();
        let error = read_key(&outside, &data).unwrap_err().to_string();
        assert!(error.ends_with("it has to hold 64 hexadecimal digits"), "{error}");
        let error = read_key(&directory.path().join("no"), &data).unwrap_err().to_string();
        assert!(error.contains("`gatelog source key` makes one"), "{error}");
    }
}
