//! Where the events are: in a data directory that no server holds, or behind a running server.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

/// Where the events are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a data directory that no server holds.
    Directory(PathBuf),
    /// Behind a running server.
    Server {
        /// Its address.
        url: String,
        /// An API key for it.
        token: String,
    },
}

/// The options that say so. An option that is given wins over the environment, and there the
/// server, as `GATELOG_DATA` may be meant for `gatelog serve`.
#[derive(Debug, Args)]
struct Given {
    /// The data directory, when no server holds it [default: gatelog-data]
    #[arg(long, value_name = "DIR", env = "GATELOG_DATA")]
    data: Option<PathBuf>,
    /// Address of a running server
    #[arg(long, value_name = "URL", env = "GATELOG_URL")]
    url: Option<String>,
    /// API key for that server
    #[arg(long, value_name = "KEY", env = "GATELOG_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

impl Args for Place {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}

impl FromArgMatches for Place {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let Given { data, url, token } = Given::from_arg_matches(matches)?;
        let is_option = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        match (is_option("data"), is_option("url")) {
            (true, true) => {
                let reason = "--data and --url exclude each other: events are in a data directory \
                              or behind a server";
                Err(Error::raw(ErrorKind::ArgumentConflict, reason))
            }
            (true, false) => Ok(Self::directory(data)),
            (false, _) => match (url, token) {
                (Some(url), Some(token)) => Self::server(&url, &token),
                (Some(_), None) => {
                    let reason = "a server needs a key: give --token or set GATELOG_TOKEN \
                                  (`gatelog token create` makes one)";
                    Err(Error::raw(ErrorKind::MissingRequiredArgument, reason))
                }
                (None, _) if is_option("token") => {
                    let reason = "--token is a key for a server: give its --url";
                    Err(Error::raw(ErrorKind::MissingRequiredArgument, reason))
                }
                (None, _) => Ok(Self::directory(data)),
            },
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Place {
    fn server(url: &str, token: &str) -> Result<Self, Error> {
        let refused = |reason| Error::raw(ErrorKind::InvalidValue, reason);
        let url = server_url(url).map_err(refused)?;
        let token = server_token(token).map_err(refused)?;
        Ok(Self::Server { url, token })
    }

    fn directory(data: Option<PathBuf>) -> Self {
        Self::Directory(data.unwrap_or_else(|| PathBuf::from("gatelog-data")))
    }
}

/// The address of a server.
///
/// # Errors
/// What one looks like.
pub(super) fn server_url(text: &str) -> Result<String, String> {
    let is_web = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https");
    if reqwest::Url::parse(text).is_ok_and(|url| is_web(&url)) {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is no address of a server, such as https://log.acme.example"))
}

/// A key for a server.
///
/// # Errors
/// What one looks like. It may be a key with something around it, so it is not shown.
pub(crate) fn server_token(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err("the token is no key: it has no spaces and no line ends".to_owned())
}
