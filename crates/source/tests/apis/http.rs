//! What the client for all of them reaches, and what it refuses.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::routing::get;
use gatelog_source::http::{HttpClient, HttpError, HttpSettings, Reach};
use rcgen::generate_simple_self_signed;
use reqwest::{Method, Url};
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::stand_in::{Stage, http, serve};

async fn pages() -> String {
    let router = Router::new()
        .route("/long", get(async || "x".repeat(2_000)))
        .route("/silent", get(std::future::pending::<String>))
        .route("/moved", get(async || (StatusCode::FOUND, [(LOCATION, "/long")])));
    serve(&Stage::new(Vec::new(), 1, 0), router).await
}

async fn ask(settings: &HttpSettings, url: &str) -> Result<u16, HttpError> {
    let url: Url = url.parse().expect("an address");
    let client = HttpClient::new(settings, url.scheme() == "https")?;
    let request = client.request(Method::GET, url).bearer_auth("s3cret");
    Ok(client.send(request).await?.status.as_u16())
}

#[tokio::test]
async fn loopback_is_reached_only_if_it_is_listed() {
    let address = pages().await;
    let by_name = address.replace("127.0.0.1", "localhost");
    let nobody = HttpSettings { reach: Reach::PublicAnd(Vec::new()), ..http() };
    for address in [&address, &by_name] {
        let address = format!("{address}/long?token=s3cret");
        assert_eq!(ask(&http(), &address).await, Ok(200), "{address}");
        let refused = ask(&nobody, &address).await.expect_err("refused").to_string();
        assert!(refused.contains("`outgoing.networks`"), "{refused}");
        assert!(!refused.contains("s3cret"), "{refused}");
        let anywhere = HttpSettings { reach: Reach::Anywhere, ..http() };
        assert_eq!(ask(&anywhere, &address).await, Ok(200), "{address}");
    }
}

#[tokio::test]
async fn redirects_are_answers_and_patience_and_length_end() {
    let address = pages().await;
    assert_eq!(ask(&http(), &format!("{address}/moved")).await, Ok(302));
    let short = HttpSettings { answer_bytes_max: 1_999, ..http() };
    let error = ask(&short, &format!("{address}/long")).await.expect_err("too long").to_string();
    assert!(error.ends_with("/long: the answer has more than 1999 bytes"), "{error}");
    let hasty = HttpSettings { timeout: Duration::from_millis(50), ..http() };
    let error = ask(&hasty, &format!("{address}/silent")).await.expect_err("silence").to_string();
    assert!(error.contains("timed out"), "{error}");
}

#[tokio::test]
async fn a_certificate_authority_of_ones_own_counts() {
    let made = generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).expect("a server");
    let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 1_024]).await;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    let address = format!("https://localhost:{port}/");
    let authorities = Some(made.cert.pem().into_bytes());
    let trusting = HttpSettings { authorities, ..http() };
    assert_eq!(ask(&trusting, &address).await, Ok(204));
    let error = ask(&http(), &address).await.expect_err("not trusted").to_string();
    assert!(error.contains("ertificate"), "{error}");
    let wrong = HttpSettings { authorities: Some(b"none".to_vec()), ..http() };
    let error = ask(&wrong, &address).await.expect_err("no certificate").to_string();
    assert!(error.starts_with("the certificate authority cannot be used"), "{error}");
}
