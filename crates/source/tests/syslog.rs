//! A syslog listener on a port, and independent senders: `logger` of util-linux, and openssl.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatelog_event::json::{Document, Node};
use gatelog_source::syslog::reading::Reading;
use gatelog_source::syslog::settings::{HANDSHAKE_TIMEOUT_MS, SyslogSettings, TlsSettings};
use gatelog_source::syslog::{serve, tls};
use gatelog_source::{Delivery, Keep, Keeping, NotKept};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How long a sender may take to begin TLS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_millis(HANDSHAKE_TIMEOUT_MS);

/// Keeps in memory; every third time it is asked, it is busy.
struct Memory {
    kept: Mutex<Vec<Delivery>>,
    asked: Mutex<usize>,
    count: watch::Sender<usize>,
}

impl Keep for Memory {
    fn keep(&self, delivery: Delivery) -> Keeping<'_> {
        Box::pin(async move {
            let mut asked = self.asked.lock().expect("no panic");
            *asked += 1;
            if asked.is_multiple_of(3) {
                return Err(NotKept::Busy);
            }
            let records = delivery.lines.iter().filter(|byte| **byte == b'\n').count();
            let came = records + delivery.broken.len();
            self.kept.lock().expect("no panic").push(delivery);
            self.count.send_modify(|count| *count += came);
            Ok(())
        })
    }
}

struct Listener {
    address: SocketAddr,
    memory: Arc<Memory>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listener {
    async fn start(settings: &str, reading: Reading, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let settings = format!("listen = \"{address}\"\ncontent = \"text\"\n{settings}");
        let settings: SyslogSettings = toml::from_str(&settings).expect("settings");
        let memory = Memory {
            kept: Mutex::default(),
            asked: Mutex::default(),
            count: watch::Sender::new(0),
        };
        let memory = Arc::new(memory);
        let (stop, stopping) = watch::channel(false);
        let keep = Arc::clone(&memory) as Arc<dyn Keep>;
        let task = tokio::spawn(serve(settings, Arc::new(reading), listener, tls, keep, stopping));
        Self { address, memory, stop, task }
    }

    /// Waits until so many frames are kept, as events or aside.
    async fn wait_for(&self, count: usize) {
        let mut counts = self.memory.count.subscribe();
        counts.wait_for(|kept| *kept >= count).await.expect("the listener runs");
    }

    /// Stops; the records as JSON, and what was put aside.
    async fn stop(self) -> (Vec<String>, Vec<String>) {
        self.stop.send(true).expect("it runs");
        self.task.await.expect("an end");
        let kept = self.memory.kept.lock().expect("no panic");
        let lines: Vec<u8> = kept.iter().flat_map(|delivery| delivery.lines.clone()).collect();
        let lines = String::from_utf8(lines).expect("UTF-8");
        let broken = kept.iter().flat_map(|delivery| &delivery.broken);
        let broken = broken.map(|broken| String::from_utf8_lossy(&broken.bytes).into_owned());
        (lines.lines().map(str::to_owned).collect(), broken.collect())
    }
}

fn member(record: &str, path: &[&str]) -> Option<String> {
    let document = Document::parse(record.as_bytes()).expect("JSON");
    document.root().path(path).and_then(Node::as_str).map(|text| text.into_owned())
}

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/syslog/{name}.syslog", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a file")
}

async fn send(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("written");
    stream.shutdown().await.expect("an end");
}

#[tokio::test]
async fn senders_of_both_framings_are_kept_side_by_side() {
    let listener = Listener::start("", Reading::Authgear, None).await;
    for _ in 0..4 {
        send(listener.address, &fixture("authgear-newline")).await;
        send(listener.address, &fixture("authgear-counted")).await;
    }
    listener.wait_for(24).await;
    let (records, broken) = listener.stop().await;
    assert_eq!((records.len(), broken.len()), (24, 0));
}

#[tokio::test]
async fn senders_beyond_the_limit_wait_for_their_turn() {
    let listener = Listener::start("connections_max = 1", Reading::Authgear, None).await;
    let mut first = TcpStream::connect(listener.address).await.expect("a connection");
    first.write_all(&fixture("authgear-newline")).await.expect("written");
    send(listener.address, &fixture("authgear-counted")).await;
    listener.wait_for(3).await;
    drop(first);
    listener.wait_for(6).await;
    assert_eq!(listener.stop().await.0.len(), 6);
}

#[tokio::test]
async fn a_sender_that_is_not_among_the_clients_is_not_listened_to() {
    let listener = Listener::start("clients = [\"192.0.2.0/24\"]", Reading::Text, None).await;
    let stream = TcpStream::connect(listener.address).await.expect("a connection");
    let mut nothing = [0];
    // It is closed at once: there is nothing to be read, or a reset.
    stream.readable().await.expect("an end");
    assert!(!matches!(stream.try_read(&mut nothing), Ok(1..)));
    assert_eq!(listener.stop().await, (Vec::new(), Vec::new()));
}

/// A sender that dies again and again in the middle of what it sends, and then begins with what
/// it does not know to have arrived whole.
#[tokio::test]
async fn a_sender_that_dies_and_sends_again_loses_and_doubles_nothing() {
    const EVENTS: usize = 60;
    let listener = Listener::start("", Reading::Native, None).await;
    let frame = |number: usize| {
        let event = format!("{{\"type\":\"t\",\"id\":\"event-{number}\"}}");
        let message = format!("<14>1 - - own - - - {event}");
        if number.is_multiple_of(2) {
            format!("{} {message}", message.len())
        } else {
            message + "\n"
        }
    };
    let frames: Vec<_> = (0..EVENTS).map(frame).collect();
    // A generator of the simplest kind, so that every run dies at the same places.
    let mut random = 7_usize;
    let (mut first, mut came) = (0, 0);
    while first < EVENTS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let stream: String = frames[first..].concat();
        let cut = (random >> 33) % stream.len().min(700) + 1;
        send(listener.address, &stream.as_bytes()[..cut]).await;
        let whole = |count: &usize| frames[first..first + count].concat().len() <= cut;
        let count = (0..=EVENTS - first).take_while(whole).count() - 1;
        let has_part = frames[first..first + count].concat().len() < cut;
        came += count + usize::from(has_part);
        first += count;
    }
    listener.wait_for(came).await;
    let (records, broken) = listener.stop().await;
    let ids: BTreeSet<_> = records.iter().filter_map(|it| member(it, &["id"])).collect();
    assert_eq!(ids.len(), EVENTS);
    // What came twice is the same event byte for byte, which the ledger keeps once.
    assert_eq!(records.iter().collect::<BTreeSet<_>>().len(), EVENTS);
    assert_eq!(records.len() + broken.len(), came);
    assert!(broken.len() > 5, "{} cut off", broken.len());
}

#[tokio::test]
async fn logger_of_util_linux_is_understood() {
    if Command::new("logger").arg("--version").output().is_err() {
        eprintln!("skipped: there is no `logger` here");
        return;
    }
    let listener = Listener::start("", Reading::Text, None).await;
    let port = listener.address.port().to_string();
    for (number, framing) in [&["--octet-count"][..], &[]].into_iter().enumerate() {
        let message = format!("door {number} é");
        let mut logger = Command::new("logger");
        logger.args(["--tcp", "--rfc5424", "--server", "127.0.0.1", "--port", &port]);
        logger.args(["--tag", "badge", "--msgid", "OPENED", "--priority", "local0.warning"]);
        logger.args(["--sd-id", "place@32473", "--sd-param", "floor=\"3\""]);
        logger.args(framing).arg(&message);
        let status = tokio::task::spawn_blocking(move || logger.status()).await.expect("it ran");
        assert!(status.expect("logger").success());
        listener.wait_for(number + 1).await;
    }
    let (records, broken) = listener.stop().await;
    assert_eq!(broken, [""; 0]);
    for (number, record) in records.iter().enumerate() {
        let said = |path: &[&str]| member(record, path).unwrap_or_default();
        assert_eq!(said(&["type"]), "syslog.badge.OPENED");
        assert_eq!(said(&["data", "message"]), format!("door {number} é"));
        assert_eq!(said(&["data", "severity"]), "warning");
        assert_eq!(said(&["data", "structured", "place@32473", "floor"]), "3");
        assert!(!said(&["time"]).is_empty() && !said(&["data", "host"]).is_empty(), "{record}");
    }
}

/// Certificates made by openssl: an authority, and a server's and a client's that it signed.
struct Certificates {
    folder: tempfile::TempDir,
}

impl Certificates {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let certificates = Self { folder };
        for authority in ["ca", "other"] {
            certificates.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                 -subj /CN={authority} -keyout {authority}.key -out {authority}.pem"
            ));
        }
        for (name, authority) in [("server", "ca"), ("client", "ca"), ("stranger", "other")] {
            certificates.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
                 -addext basicConstraints=critical,CA:FALSE \
                 -CA {authority}.pem -CAkey {authority}.key -keyout {name}.key -out {name}.pem"
            ));
        }
        certificates
    }

    fn openssl(&self, arguments: &str) {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.split_whitespace()).current_dir(self.folder.path());
        let output = openssl.output().expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self, client_ca: Option<&str>) -> TlsSettings {
        TlsSettings {
            certificate: self.path("server.pem"),
            key: self.path("server.key"),
            client_ca_file: client_ca.map(|name| self.path(name)),
        }
    }

    /// Sends a file with `openssl s_client`, as `identity` if there is one.
    async fn send(&self, address: SocketAddr, identity: Option<&str>, tls: &str, file: &Path) {
        let mut client = Command::new("openssl");
        client.args(["s_client", "-quiet", "-no_ign_eof", "-verify_return_error", tls]);
        client.arg("-connect").arg(address.to_string());
        client.arg("-CAfile").arg(self.path("ca.pem"));
        if let Some(name) = identity {
            client.arg("-cert").arg(self.path(&format!("{name}.pem")));
            client.arg("-key").arg(self.path(&format!("{name}.key")));
        }
        client.stdin(std::fs::File::open(file).expect("a file"));
        client.stdout(Stdio::null()).stderr(Stdio::null());
        tokio::task::spawn_blocking(move || client.status())
            .await
            .expect("it ran")
            .expect("openssl");
    }
}

fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/syslog/{name}.syslog"))
}

#[tokio::test]
async fn openssl_sends_over_tls() {
    let certificates = Certificates::make();
    let acceptor = tls::acceptor(&certificates.settings(None)).expect("certificates");
    let listener = Listener::start("", Reading::Authgear, Some(acceptor)).await;
    // One that begins and says nothing holds up neither the others nor the end.
    let silent = TcpStream::connect(listener.address).await.expect("a connection");
    // Without TLS, nothing is understood.
    send(listener.address, &fixture("authgear-newline")).await;
    for (count, version) in [(3, "-tls1_2"), (6, "-tls1_3")] {
        let file = fixture_path("authgear-counted");
        certificates.send(listener.address, None, version, &file).await;
        listener.wait_for(count).await;
    }
    let stopped = tokio::time::timeout(HANDSHAKE_TIMEOUT / 2, listener.stop()).await;
    let (records, broken) = stopped.expect("an end without waiting for a handshake");
    drop(silent);
    assert_eq!((records.len(), broken.len()), (6, 0));
}

#[tokio::test]
async fn with_an_authority_of_clients_only_those_with_its_certificates_may_send() {
    let certificates = Certificates::make();
    let acceptor = tls::acceptor(&certificates.settings(Some("ca.pem"))).expect("certificates");
    let settings = "[tls]\ncertificate = \"a\"\nkey = \"b\"\nclient_ca_file = \"c\"";
    let listener = Listener::start(settings, Reading::Authgear, Some(acceptor)).await;
    for version in ["-tls1_2", "-tls1_3"] {
        for identity in [None, Some("stranger")] {
            let file = fixture_path("authgear-newline");
            certificates.send(listener.address, identity, version, &file).await;
        }
    }
    let file = fixture_path("authgear-counted");
    certificates.send(listener.address, Some("client"), "-tls1_3", &file).await;
    listener.wait_for(3).await;
    let (records, broken) = listener.stop().await;
    assert_eq!((records.len(), broken.len()), (3, 0));
}

#[test]
fn files_without_what_they_should_hold_are_named() {
    let certificates = Certificates::make();
    let mut settings = certificates.settings(None);
    let reason = |settings: &TlsSettings| match tls::acceptor(settings) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    settings.key = certificates.path("client.key");
    assert!(reason(&settings).contains("client.key: this is not the key of the certificate in"));
    settings.key = certificates.path("server.pem");
    assert!(reason(&settings).ends_with("server.pem: there is no private key in it (PEM)"));
    settings.certificate = certificates.path("server.key");
    assert!(reason(&settings).ends_with("server.key: there is no certificate in it (PEM)"));
    let settings = certificates.settings(Some("nowhere.pem"));
    assert!(reason(&settings).contains("nowhere.pem: "));
}
