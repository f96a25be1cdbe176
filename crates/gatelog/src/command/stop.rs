//! SIGINT and SIGTERM: the wish to end.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals that ask a server to end.
pub(crate) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Catches the signals from now on, so that one that comes while the server starts does not
    /// kill it.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub(crate) fn catch() -> anyhow::Result<Self> {
        let catch = |kind| signal(kind).context("cannot wait for signals");
        let (interrupt, terminate) =
            (catch(SignalKind::interrupt())?, catch(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate })
    }

    /// Waits for a signal that came since they are caught.
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The same signals, for a command that waits without an async runtime.
pub(crate) struct Stop(mpsc::Receiver<()>);

impl Stop {
    /// Catches the signals from now on.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub(crate) fn catch() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start the async runtime")?;
        let mut signals = {
            let _entered = runtime.enter();
            StopSignals::catch()?
        };
        let (tell, told) = mpsc::channel();
        let wait = move || {
            runtime.block_on(signals.received());
            // Nobody is left to be told when the command has ended.
            let _ = tell.send(());
        };
        thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
        Ok(Self(told))
    }

    /// Waits for as long, or until a signal comes. Whether one came, now or before.
    pub(crate) fn comes_within(&self, pause: Duration) -> bool {
        // The other end is gone once a signal came.
        !matches!(self.0.recv_timeout(pause), Err(mpsc::RecvTimeoutError::Timeout))
    }
}
