//! The API against its own description: schemathesis asks a demo server of this build everything
//! that `/openapi.json` allows, and much that it does not, and looks at every answer.
//!
//! How it asks is in `tests/openapi`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{machine, program};

const SCHEMATHESIS_VERSION: &str = "4.32.5";

/// Enough that every route has something to say.
const EVENTS: &str = "20000";

/// The event that the examples in the description name.
const EXAMPLE_EVENT: &str = "{\"id\":\"ttfbx6xvy4wxyd5cmuhmk\",\"type\":\"login\"}\n";

/// Builds the program, starts it and lets schemathesis ask it.
///
/// # Errors
/// When a tool cannot be installed, the build fails, or schemathesis finds something.
pub(crate) fn test(root: &Path, target: &Path) -> Result<()> {
    let schemathesis =
        machine::ensure_python_program(target, "schemathesis", SCHEMATHESIS_VERSION)?;
    program::run(&mut program::cargo(
        root,
        &["build", "--workspace", "--bin", "gatelog", "--locked"],
    ))?;
    // What schemathesis leaves behind, and the demo's data.
    let folder = target.join("openapi");
    if folder.try_exists()? {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir(&folder)?;
    let demo = Demo::start(target.join("debug/gatelog"), folder.join("data"))?;
    let key = demo.key()?;
    demo.keep(EXAMPLE_EVENT, &key)?;
    program::run(
        Command::new(schemathesis)
            .arg("--config-file")
            .arg(root.join("tests/openapi/schemathesis.toml"))
            .args(["run", &format!("{}openapi.json", demo.address)])
            .env("GATELOG_KEY", key)
            .env("PYTHONPATH", root.join("tests/openapi"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(folder),
    )
}

/// A running demo, killed when dropped.
struct Demo {
    program: PathBuf,
    data: PathBuf,
    /// Such as `http://127.0.0.1:8620/`.
    address: String,
    process: Child,
}

impl Demo {
    fn start(program: PathBuf, data: PathBuf) -> Result<Self> {
        let mut command = Command::new(&program);
        command.args(["demo", "--listen", "127.0.0.1:0", "--events", EVENTS, "--data"]).arg(&data);
        let mut process =
            command.stdout(Stdio::piped()).spawn().context("the demo cannot be started")?;
        let output = process.stdout.take().context("the demo has no output")?;
        let mut demo = Self { program, data, address: String::new(), process };
        for line in BufReader::new(output).lines() {
            if let Some(address) = line?.trim().strip_prefix("Console") {
                demo.address = address.trim().to_owned();
                return Ok(demo);
            }
        }
        anyhow::bail!("the demo ended before it was ready")
    }

    /// A new key that may do everything.
    fn key(&self) -> Result<String> {
        let create = ["token", "create", "--tenant", "default", "--scope", "admin", "--data"];
        let key = program::output(Command::new(&self.program).args(create).arg(&self.data))?;
        Ok(key.trim().to_owned())
    }

    /// Sends an event.
    fn keep(&self, event: &str, key: &str) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["import", "--url", &self.address]).env("GATELOG_TOKEN", key);
        let mut import = command.stdin(Stdio::piped()).spawn()?;
        import.stdin.take().context("the import reads nothing")?.write_all(event.as_bytes())?;
        ensure!(import.wait()?.success(), "the example could not be imported");
        Ok(())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
