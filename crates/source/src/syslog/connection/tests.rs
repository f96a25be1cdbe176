//! Time stands still while anybody has something to do, so these tests wait for nothing.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::*;
use crate::delivery::Keeping;
use crate::syslog::settings::FRAME_BYTES_MAX;

const HOUR: Duration = Duration::from_secs(3600);

/// Keeps in memory, once the gate is open.
struct Memory {
    gate: Semaphore,
    failures: Mutex<VecDeque<NotKept>>,
    always_fails: Option<NotKept>,
    kept: Mutex<Vec<Delivery>>,
}

impl Memory {
    fn new(failures: impl IntoIterator<Item = NotKept>) -> Self {
        Self {
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            failures: Mutex::new(failures.into_iter().collect()),
            always_fails: None,
            kept: Mutex::default(),
        }
    }

    /// The numbers in the records, in the order in which they were kept.
    fn numbers(&self) -> Vec<usize> {
        let kept = self.kept.lock().expect("no panic");
        let lines: Vec<u8> = kept.iter().flat_map(|delivery| delivery.lines.clone()).collect();
        let lines = String::from_utf8(lines).expect("UTF-8");
        let number = |line: &str| line.rsplit(':').next()?.trim_end_matches('}').parse().ok();
        lines.lines().map(|line| number(line).expect("a number")).collect()
    }

    fn broken(&self) -> Vec<String> {
        let kept = self.kept.lock().expect("no panic");
        let broken = kept.iter().flat_map(|delivery| &delivery.broken);
        broken.map(|broken| String::from_utf8_lossy(&broken.bytes).into_owned()).collect()
    }
}

impl Keep for Memory {
    fn keep(&self, delivery: Delivery) -> Keeping<'_> {
        Box::pin(async move {
            let permit = self.gate.acquire().await.expect("never closed");
            permit.forget();
            self.gate.add_permits(1);
            let failure = self.failures.lock().expect("no panic").pop_front();
            if let Some(failure) = failure.or_else(|| self.always_fails.clone()) {
                return Err(failure);
            }
            self.kept.lock().expect("no panic").push(delivery);
            Ok(())
        })
    }
}

struct Running {
    memory: Arc<Memory>,
    sender: DuplexStream,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

fn run(memory: Memory) -> Running {
    let memory = Arc::new(memory);
    let (sender, stream) = duplex(1024);
    let (stop, stopping) = watch::channel(false);
    let connection = Connection {
        peer: "127.0.0.1:1".parse().expect("an address"),
        reading: Arc::new(Reading::Native),
        keep: Arc::clone(&memory) as Arc<dyn Keep>,
        idle_timeout: 2 * HOUR,
        stop: stopping,
    };
    Running { memory, sender, stop, task: tokio::spawn(connection.run(stream)) }
}

fn frame(number: usize) -> String {
    format!("<14>1 - - a - - - {{\"type\":\"t\",\"number\":{number}}}\n")
}

fn frames(count: usize) -> String {
    (0..count).map(frame).collect()
}

#[tokio::test(start_paused = true)]
async fn a_sender_is_slowed_down_while_nothing_can_be_kept() {
    let mut memory = Memory::new([]);
    memory.gate = Semaphore::new(0);
    let Running { memory, mut sender, task, stop: _stop } = run(memory);
    let stream = frames(10_000);
    let mut sent = 0;
    // As much as is read at once and what the pipe holds; then nothing, for as long as it takes.
    while let Ok(written) = timeout(HOUR, sender.write(&stream.as_bytes()[sent..])).await {
        sent += written.expect("a connection");
    }
    assert!(sent < READ_BYTES + 2 * 1024, "{sent} bytes were taken");
    memory.gate.add_permits(1);
    sender.write_all(&stream.as_bytes()[sent..]).await.expect("a connection");
    drop(sender);
    task.await.expect("an end");
    assert_eq!(memory.numbers(), (0..10_000).collect::<Vec<_>>());
    assert!(memory.kept.lock().expect("no panic").iter().all(|it| it.lines.len() < READ_BYTES));
}

#[tokio::test(start_paused = true)]
async fn what_was_read_is_kept_once_however_often_that_fails() {
    let failures =
        (0..50).map(|n| if n % 2 == 0 { NotKept::Busy } else { NotKept::Refused("full".into()) });
    let Running { memory, mut sender, task, stop: _stop } = run(Memory::new(failures));
    sender.write_all(frames(1_000).as_bytes()).await.expect("a connection");
    drop(sender);
    task.await.expect("an end");
    assert_eq!(memory.numbers(), (0..1_000).collect::<Vec<_>>());
    assert_eq!(memory.broken(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_is_kept_when_the_server_stops() {
    let Running { memory, mut sender, stop, task } = run(Memory::new([NotKept::Busy]));
    sender.write_all(format!("{}<14>1 half", frames(3)).as_bytes()).await.expect("a connection");
    while memory.numbers().len() < 3 {
        tokio::time::sleep(HOUR / 1000).await;
    }
    stop.send(true).expect("somebody listens");
    task.await.expect("an end");
    assert_eq!((memory.numbers(), memory.broken()), (vec![0, 1, 2], vec!["<14>1 half".into()]));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_does_not_wait_for_ever() {
    for not_kept in [NotKept::Busy, NotKept::Stopping] {
        let mut memory = Memory::new([]);
        memory.always_fails = Some(not_kept);
        let Running { memory, mut sender, stop, task } = run(memory);
        sender.write_all(frames(3).as_bytes()).await.expect("a connection");
        tokio::time::sleep(HOUR).await;
        stop.send(true).expect("somebody listens");
        timeout(2 * Duration::from_millis(STOP_PATIENCE_MS), task)
            .await
            .expect("soon")
            .expect("ok");
        assert_eq!(memory.numbers(), [0; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_says_nothing_is_closed() {
    let Running { memory, mut sender, task, stop: _stop } = run(Memory::new([]));
    sender.write_all(frames(2).as_bytes()).await.expect("a connection");
    timeout(HOUR, task).await.expect_err("it is waited for more");
    let Running { task, sender: _sender, stop: _stop, .. } = run(Memory::new([]));
    timeout(3 * HOUR, task).await.expect("closed").expect("ok");
    assert_eq!(memory.numbers(), [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_long_frame_goes_aside_and_the_connection_goes_on() {
    let Running { memory, mut sender, task, stop: _stop } = run(Memory::new([]));
    let long = "x".repeat(FRAME_BYTES_MAX + 1);
    let stream = format!("{}{} {long}{}{long}\n{}", frame(0), long.len(), frame(1), frame(2));
    sender.write_all(stream.as_bytes()).await.expect("a connection");
    drop(sender);
    task.await.expect("an end");
    assert_eq!((memory.numbers(), memory.broken().len()), (vec![0, 1, 2], 2));
}

#[tokio::test(start_paused = true)]
async fn no_more_is_kept_together_than_is_allowed() {
    let Running { memory, mut sender, task, stop: _stop } = run(Memory::new([]));
    sender.write_all("1 x".repeat(5_000).as_bytes()).await.expect("a connection");
    drop(sender);
    task.await.expect("an end");
    assert_eq!(memory.broken().len(), 5_000);
    let kept = memory.kept.lock().expect("no panic");
    assert!(kept.iter().all(|delivery| delivery.broken.len() <= BATCH_FRAMES_MAX));
}
