use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::Request;
use gatelog_event::source::Format;
use gatelog_event::tenant::TenantName;
use gatelog_ledger::files::{File, FileSystem, Lock, OsFiles};
use tokio::sync::watch;
use tower::ServiceExt;

use super::*;
use crate::metrics::Traffic;
use crate::system::environment;

/// A disk on which nothing new can be made durable once it is broken.
#[derive(Clone, Debug, Default)]
struct Disk {
    is_broken: Arc<AtomicBool>,
}

#[derive(Debug)]
struct DiskFile {
    file: Box<dyn File>,
    is_broken: Arc<AtomicBool>,
}

impl FileSystem for Disk {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        OsFiles.create_directory(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let (file, is_broken) = (OsFiles.create(path)?, Arc::clone(&self.is_broken));
        Ok(Box::new(DiskFile { file, is_broken }))
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        OsFiles.open(path)
    }
    fn open_read_only(&self, path: &Path) -> io::Result<Box<dyn File>> {
        OsFiles.open_read_only(path)
    }
    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        OsFiles.list(directory)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsFiles.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        OsFiles.remove(path)
    }
    fn sync_all(&self, directory: &Path) -> io::Result<()> {
        OsFiles.sync_all(directory)
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        OsFiles.sync_directory(path)
    }
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        OsFiles.lock(path)
    }
}

impl File for DiskFile {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }
    fn allocate(&self, bytes: u64) -> io::Result<()> {
        self.file.allocate(bytes)
    }
    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
    fn byte_count(&self) -> io::Result<u64> {
        self.file.byte_count()
    }
    fn sync_data(&self) -> io::Result<()> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(io::Error::other("the disk is gone"));
        }
        self.file.sync_data()
    }
}

fn health(directory: &Path, disk: &Disk, stopping: &watch::Receiver<bool>) -> Health {
    let environment =
        gatelog_service::Environment { files: Arc::new(disk.clone()), ..environment() };
    let service = Arc::new(Service::open(directory, environment).unwrap());
    let (started, directory) = (service.now(), directory.to_owned());
    let traffic = Traffic::default();
    let metrics = Metrics::new(
        Arc::clone(&service),
        directory.clone(),
        started,
        &traffic,
        gatelog_source::Sources::none(Arc::clone(&service)),
    );
    let stop = Stop::new(stopping.clone());
    Health { service, directory, metrics: Arc::new(metrics), stop }
}

/// Whether an event is kept.
fn append(health: &Health, record: &str) -> bool {
    let tenant = health.service.tenant(&TenantName::default_tenant()).unwrap();
    let received = health.service.now();
    let prepared = tenant.prepare(Format::Native, None, record.as_bytes(), received).unwrap();
    tenant.ledger().append(prepared.events, "key_test", received).unwrap().wait_blocking().is_ok()
}

/// Status and body of an answer.
fn ask(health: &Health, target: &str) -> (u16, String) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let request = Request::get(target).extension(FromLoopback(true)).body(Body::empty());
        let response = router(health.clone()).oneshot(request.unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn a_broken_disk_is_alive_and_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::default();
    let (_running, stopping) = watch::channel(false);
    let health = health(folder.path(), &disk, &stopping);
    assert!(append(&health, r#"{"type":"t"}"#));
    assert_eq!(ask(&health, "/readyz"), (200, "ready\n".to_owned()));
    assert!(ask(&health, "/metrics").1.contains("\ngatelog_read_only 0\n"));

    disk.is_broken.store(true, Ordering::Relaxed);
    assert!(!append(&health, r#"{"type":"t2"}"#));
    let (status, body) = ask(&health, "/readyz");
    let expected = "\"detail\":\"the ledger is read-only since a write to disk failed; restart \
                    Gatelog\"";
    assert!(status == 503 && body.contains(expected), "{status} {body}");
    assert_eq!(ask(&health, "/healthz"), (200, "ok\n".to_owned()));
    assert!(ask(&health, "/metrics").1.contains("\ngatelog_read_only 1\n"));
}

#[test]
fn a_server_that_stops_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let (stop, stopping) = watch::channel(false);
    let health = health(folder.path(), &Disk::default(), &stopping);
    assert_eq!(ask(&health, "/readyz").0, 200);
    stop.send(true).unwrap();
    let (status, body) = ask(&health, "/readyz");
    assert!(status == 503 && body.contains("the server is stopping"), "{status} {body}");
}
