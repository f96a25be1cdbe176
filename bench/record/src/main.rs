//! What the recording proxy adds to a call: the same calls to an API directly and through the proxy,
//! by turns, in one run.
//!
//! API, proxy, a stand-in for Gatelog and callers share this process and this machine. The calls
//! create users with a body of JSON, so that bodies are copied, redacted and spooled while the others
//! are measured.

#![expect(clippy::print_stdout, reason = "a command-line tool that speaks to who started it")]

use std::time::Instant;

use anyhow::{Result, ensure};
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::{any, post};
use axum::{Json, Router};
use clap::Parser;
use gatelog_record::Destination;
use gatelog_server::config::RecordConfig;
use gatelog_server::system::environment;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Measures what the recording proxy adds to a call.
#[derive(Debug, Parser)]
struct Arguments {
    /// Calls of each kind
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    calls: usize,
    /// Callers at once
    #[arg(long, value_name = "N", default_value_t = 4)]
    callers: usize,
}

type HttpClient = Client<HttpConnector, Body>;

/// How long calls took, in microseconds.
#[derive(Debug, Default)]
struct Durations(Vec<u64>);

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { calls, callers } = Arguments::parse();
    ensure!(calls >= callers && callers > 0, "there is a caller at least, and a call for each");
    // Several TLS libraries are linked in one way or another; this says which one is meant.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let router = Router::new().route("/v1/events", post(|| async { Json(json!({})) }));
    let router = router.fallback(any(|| async { Json(json!({ "id": "u2", "name": "Ada" })) }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let api = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let folder = tempfile::tempdir()?;
    let config = RecordConfig {
        upstream: api.clone(),
        listen: ([127, 0, 0, 1], 0).into(),
        spool: folder.path().join("spool"),
        ..RecordConfig::default()
    };
    let destination = Destination { url: api.clone(), token: "key".to_owned() };
    let proxy = gatelog_record::start(&config, &destination, &environment()).await?;
    let through = format!("http://{}", proxy.address);

    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        tasks.spawn(call_by_turns(api.clone(), through.clone(), calls / callers));
    }
    let (mut direct, mut proxied) = (Durations::default(), Durations::default());
    while let Some(measured) = tasks.join_next().await {
        let (one, other) = measured??;
        direct.0.extend(one.0);
        proxied.0.extend(other.0);
    }
    proxy.stop().await;
    report(direct, proxied);
    Ok(())
}

/// Calls the API and the proxy in turn. The first tenth opens connections and fills caches.
async fn call_by_turns(api: String, proxy: String, calls: usize) -> Result<(Durations, Durations)> {
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    let (mut direct, mut proxied) = (Durations::default(), Durations::default());
    let warm_up = calls / 10;
    for number in 0..calls + warm_up {
        for (address, durations) in [(&api, &mut direct), (&proxy, &mut proxied)] {
            let micros = call(&client, address).await?;
            if number >= warm_up {
                durations.0.push(micros);
            }
        }
    }
    Ok((direct, proxied))
}

/// How long a call took until the last byte of its answer, in microseconds.
async fn call(client: &HttpClient, address: &str) -> Result<u64> {
    let body = r#"{"name":"Ada","primaryEmail":"ada@acme.example","password":"correct horse"}"#;
    let request = Request::post(format!("{address}/api/users"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, "Bearer a-token-of-the-benchmark")
        .body(Body::from(body))?;
    let began = Instant::now();
    let response = client.request(request).await?;
    ensure!(response.status().is_success(), "the answer is {}", response.status());
    response.into_body().collect().await?;
    Ok(u64::try_from(began.elapsed().as_micros())?)
}

fn report(mut direct: Durations, mut proxied: Durations) {
    println!("{:>10} {:>12} {:>12} {:>12} {:>7}", "", "direct", "proxied", "added", "ratio");
    for (name, permille) in [("p50", 500), ("p90", 900), ("p99", 990), ("p99.9", 999)] {
        let (one, other) = (direct.at(permille), proxied.at(permille));
        #[expect(clippy::cast_precision_loss, reason = "durations of calls are small numbers")]
        let ratio = other as f64 / one.max(1) as f64;
        let added = other.saturating_sub(one);
        println!("{name:>10} {one:>9} us {other:>9} us {added:>9} us {ratio:>7.2}");
    }
}

impl Durations {
    /// The duration that so many of a thousand calls do not exceed.
    fn at(&mut self, permille: usize) -> u64 {
        self.0.sort_unstable();
        let position = self.0.len().saturating_sub(1) * permille / 1_000;
        self.0.get(position).copied().unwrap_or_default()
    }
}
