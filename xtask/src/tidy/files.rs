//! The files that tidy reads: those a person writes. Not test data, not what was generated.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders that hold nothing written by hand, wherever they are.
const SKIPPED_FOLDERS: &[&str] = &[".git", "target", "node_modules", "dist", "gatelog-data"];

/// Names of folders with test data, which is kept byte for byte.
const DATA_FOLDERS: &[&str] = &["golden", "data", "fixtures"];

const TEXT_EXTENSIONS: &[&str] = &["rs", "toml", "md", "html", "css", "js", "mjs", "sh"];

/// One text file.
pub(super) struct File {
    /// Relative to the repository, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// The lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// Reads every text file below `root`, in the order of their paths.
pub(super) fn read(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    read_folder(root, "", &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if !is_skipped(prefix, &name) {
                read_folder(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if is_text(&name) {
            let text = fs::read_to_string(entry.path())
                .with_context(|| format!("cannot read {path} as text"))?;
            files.push(File { path, text });
        }
    }
    Ok(())
}

fn is_skipped(parent: &str, name: &str) -> bool {
    SKIPPED_FOLDERS.contains(&name) || (DATA_FOLDERS.contains(&name) && parent.ends_with("tests/"))
}

fn is_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| TEXT_EXTENSIONS.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_data_is_skipped_and_a_module_named_data_is_not() {
        assert!(is_skipped("crates/event/tests/", "golden"));
        assert!(is_skipped("crates/event/tests/", "data"));
        assert!(!is_skipped("crates/event/src/", "data"));
        assert!(is_skipped("tests/browser/", "node_modules"));
    }
}
