//! `gatelog record`

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::LogFormat;
use super::place::server_url;

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// Address of the API to stand in front of, such as http://127.0.0.1:3001
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// The address to listen on [default: 127.0.0.1:8621]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// A configuration file (gatelog.toml): its sections record and log count; what is given
    /// here wins over it
    #[arg(long, value_name = "FILE", env = "GATELOG_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Address of the running Gatelog that keeps what is recorded
    #[arg(long, value_name = "URL", env = "GATELOG_URL", value_parser = server_url)]
    pub(crate) url: String,
    /// API key for it that may send events
    #[arg(long, value_name = "KEY", env = "GATELOG_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
    /// Directory that keeps what Gatelog has not taken yet [default: gatelog-spool]
    #[arg(long, value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,
    /// Certificate chain in PEM, the proxy's own first
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Network of a reverse proxy that ends TLS in front of this one; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub(crate) behind_proxy: Vec<IpNet>,
    /// How the log on standard error is written [default: text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(crate) log_format: Option<LogFormat>,
}
