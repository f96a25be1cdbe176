//! Processes of an engine: started so that they end with us, and what they spend.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

/// The clock of `/proc`: USER_HZ, which is 100 on every Linux there is a Rust for.
const TICKS_PER_SECOND: f64 = 100.0;

/// How long an engine may take to start, and how often it is looked whether it has.
const START_MAX: Duration = Duration::from_secs(60);
const START_PAUSE: Duration = Duration::from_millis(50);

/// A running process, ended when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    end: End,
    log: PathBuf,
}

/// The signal at which a process ends at once, whatever it was doing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// For one that is alone.
    Kill,
    /// For one that ends others first.
    Quit,
}

impl End {
    fn signal(self) -> Signal {
        match self {
            Self::Kill => Signal::KILL,
            Self::Quit => Signal::QUIT,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
        }
    }
}

impl Process {
    /// Starts a program that is out of reach of the terminal's Ctrl-C, and that is sent `end`
    /// when we end without ending it. What it prints goes into the file `log`. `user` is whom it
    /// runs as, if not as we do.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(
        command: &Command,
        user: Option<&str>,
        end: End,
        log: &Path,
    ) -> anyhow::Result<Self> {
        use std::os::unix::process::CommandExt;

        let output =
            File::create(log).with_context(|| format!("cannot create {}", log.display()))?;
        let errors = output.try_clone()?;
        let program = command.get_program().to_string_lossy().into_owned();
        let mut guarded = Command::new("setpriv");
        guarded.args(user.map(as_user).into_iter().flatten());
        guarded.args(["--pdeathsig", end.name()]);
        guarded.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => guarded.env(name, value),
                None => guarded.env_remove(name),
            };
        }
        guarded.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
        let child = guarded.spawn().with_context(|| format!("cannot start {program}"))?;
        Ok(Self { child, end, log: log.to_owned() })
    }

    /// Waits until `try_it` goes well.
    ///
    /// # Errors
    /// When the process ends or takes too long; with what it printed last.
    pub(crate) async fn wait_until<T>(
        &mut self,
        mut try_it: impl AsyncFnMut() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let begun = Instant::now();
        loop {
            let error = match try_it().await {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            let ended = self.child.try_wait().context("cannot look after a process")?;
            if ended.is_some() || begun.elapsed() > START_MAX {
                let printed = std::fs::read_to_string(&self.log).unwrap_or_default();
                bail!("it does not start: {error:#}; it printed: {}", printed.trim_end());
            }
            tokio::time::sleep(START_PAUSE).await;
        }
    }

    /// Seconds of processor time that it has spent, with all it has started.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let pid = self.child.id();
        let own = Stat::of(pid)?;
        let mut ticks = own.ticks;
        for entry in std::fs::read_dir("/proc").context("there is no /proc")? {
            let Some(other) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // One that ends meanwhile is counted by its parent from then on.
            if let Ok(stat) = Stat::of(other)
                && stat.parent == pid
            {
                ticks += stat.ticks;
            }
        }
        Ok(ticks as f64 / TICKS_PER_SECOND)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        let _ = kill_process(Pid::from_child(&self.child), self.end.signal());
        let _ = self.child.wait();
    }
}

/// Arguments of `setpriv` for a program that runs as somebody else.
pub(crate) fn as_user(user: &str) -> [&str; 5] {
    ["--reuid", user, "--regid", user, "--clear-groups"]
}

/// What `/proc` tells of a process.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// Of itself and of those it started that have ended.
    ticks: u64,
}

impl Stat {
    fn of(pid: u32) -> anyhow::Result<Self> {
        let path = format!("/proc/{pid}/stat");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        Self::parse(&text).with_context(|| format!("{path} has an unknown shape"))
    }

    fn parse(text: &str) -> Option<Self> {
        // The name of the program, in parentheses, is the only field that may hold spaces.
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_whitespace().skip(1);
        let parent = fields.next()?.parse().ok()?;
        // utime, stime, cutime, cstime.
        let times = fields.skip(9).take(4).map(|field| field.parse::<u64>().ok());
        let ticks = times.sum::<Option<u64>>()?;
        Some(Self { parent, ticks })
    }
}

/// An address of this machine alone that nobody listens on.
///
/// # Errors
/// When there is none.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_process_includes_that_of_its_dead_children() {
        let text = "17 (a (strange) name) S 4 17 17 0 -1 4194304 9 8 7 6 100 20 3000 400 20 0 1";
        assert_eq!(Stat::parse(text), Some(Stat { parent: 4, ticks: 3_520 }));
        assert_eq!(Stat::parse("17 (cut) S 4 17"), Some(Stat { parent: 4, ticks: 0 }));
        assert_eq!(Stat::parse("nothing"), None);
    }
}
