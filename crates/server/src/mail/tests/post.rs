//! A mail server for tests (RFC 5321, as much as one client says).

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::config::{Password, SmtpConfig};

/// What the server does.
#[derive(Clone, Debug)]
pub(super) struct Behaviour {
    pub(super) offers_tls: bool,
    /// How clients may sign in; `PLAIN` if nothing is said.
    pub(super) mechanism: Option<&'static str>,
    pub(super) accepts_password: bool,
    /// The answer to every recipient.
    pub(super) recipient: &'static str,
    /// The answers to messages, one after the other.
    pub(super) data: Vec<&'static str>,
    /// Whether it takes connections and says nothing.
    pub(super) is_silent: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            offers_tls: true,
            mechanism: None,
            accepts_password: true,
            recipient: "250 2.1.5 known",
            data: vec!["250 2.0.0 kept"],
            is_silent: false,
        }
    }
}

/// What clients said.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) in_clear_text: Vec<String>,
    /// Names and passwords.
    pub(super) signed_in: Vec<(String, String)>,
    pub(super) messages: Vec<String>,
}

/// A server that runs.
pub(super) struct Post {
    port: u16,
    folder: tempfile::TempDir,
    said: Arc<Mutex<Said>>,
}

impl Post {
    pub(super) async fn open(behaviour: Behaviour) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a key");
        let key =
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
        let tls = ServerConfig::builder().with_no_client_auth();
        let tls = tls.with_single_cert(vec![signed.cert.der().clone()], key).expect("TLS");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), signed.cert.pem()).expect("a file");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let said = Arc::new(Mutex::new(Said::default()));
        let of_server = Arc::clone(&said);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(tls));
            let mut answers = behaviour.data.clone().into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answers.next().unwrap_or("250 2.0.0 kept");
                // A client that goes away early is part of some tests.
                let _ = serve(stream, &acceptor, &behaviour, answer, &of_server).await;
            }
        });
        Self { port, folder, said }
    }

    /// What to write into `gatelog.toml`.
    pub(super) fn config(&self) -> SmtpConfig {
        let password: Password = toml::Value::String("s3cret".to_owned()).try_into().expect("one");
        SmtpConfig {
            host: Some("localhost".to_owned()),
            port: Some(self.port),
            ca_file: Some(self.folder.path().join("ca.pem")),
            username: Some("ada".to_owned()),
            password: Some(password),
            ..SmtpConfig::default()
        }
    }

    pub(super) fn said(&self) -> Said {
        self.said.lock().expect("no panic").clone()
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    behaviour: &Behaviour,
    answer: &str,
    said: &Mutex<Said>,
) -> io::Result<()> {
    let mut clear = BufReader::new(stream);
    if behaviour.is_silent {
        return next(&mut clear).await.map(drop);
    }
    say(&mut clear, "220 localhost").await?;
    while let Some(line) = next(&mut clear).await? {
        said.lock().expect("no panic").in_clear_text.push(line.clone());
        match &*line {
            "STARTTLS" => {
                say(&mut clear, "220 go on").await?;
                let tls = acceptor.accept(clear.into_inner()).await?;
                return talk(BufReader::new(tls), behaviour, answer, said).await;
            }
            "QUIT" => return say(&mut clear, "221 bye").await,
            _ if behaviour.offers_tls => say(&mut clear, "250-localhost\r\n250 STARTTLS").await?,
            _ => say(&mut clear, "250 localhost").await?,
        }
    }
    Ok(())
}

/// The conversation after STARTTLS.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    behaviour: &Behaviour,
    answer: &str,
    said: &Mutex<Said>,
) -> io::Result<()> {
    let mechanism = behaviour.mechanism.unwrap_or("PLAIN");
    while let Some(line) = next(&mut stream).await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        match verb {
            "EHLO" => say(&mut stream, &format!("250-localhost\r\n250 AUTH {mechanism}")).await?,
            "AUTH" => {
                let known = sign_in(&mut stream, &line).await?;
                said.lock().expect("no panic").signed_in.push(known);
                let answer = match behaviour.accepts_password {
                    true => "235 2.7.0 yes",
                    false => "535 5.7.8 no",
                };
                say(&mut stream, answer).await?;
            }
            "RCPT" => say(&mut stream, behaviour.recipient).await?,
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let mut message = String::new();
                while let Some(line) = next(&mut stream).await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push_str("\r\n");
                }
                said.lock().expect("no panic").messages.push(message);
                say(&mut stream, answer).await?;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 fine").await?,
        }
    }
    Ok(())
}

/// Name and password of `AUTH PLAIN` (RFC 4616) or `AUTH LOGIN`.
async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    line: &str,
) -> io::Result<(String, String)> {
    let decoded =
        |text: &str| String::from_utf8(STANDARD.decode(text).expect("base64")).expect("a text");
    if let Some(plain) = line.strip_prefix("AUTH PLAIN ") {
        let plain = decoded(plain);
        let mut parts = plain.split('\0').skip(1).map(str::to_owned);
        return Ok((parts.next().expect("a name"), parts.next().expect("a password")));
    }
    let mut parts = Vec::new();
    for question in ["Username:", "Password:"] {
        say(stream, &format!("334 {}", STANDARD.encode(question))).await?;
        parts.push(decoded(&next(stream).await?.unwrap_or_default()));
    }
    Ok((parts.remove(0), parts.remove(0)))
}

async fn next<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    line: &str,
) -> io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}
