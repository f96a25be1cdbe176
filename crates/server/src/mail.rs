//! Notices of alerts as e-mail, one message for each recipient.
//!
//! The mail server is the operator's own and may be in a private network. A message is sent over a
//! connection of its own: notices are few.

use std::time::Duration;

use gatelog_console::mail::AlertMail;
use gatelog_meta::Occasion;
use gatelog_service::alerts::courier::Notice;
use lettre::address::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::config::{ConfigError, Security, SmtpConfig};

/// What a server says when it refuses may be long; so much of it is kept.
const REASON_CHARACTERS_MAX: usize = 500;

/// That no person wrote it, so that no other program answers (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// Sends notices by e-mail.
#[derive(Debug)]
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
    /// The address by which people reach the console.
    public_url: Option<String>,
}

impl Mailer {
    /// What a configuration says; `None` if it names no server. Reads the files with the password
    /// and the certificates.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key or the file that cannot be used.
    pub(crate) fn new(
        config: &SmtpConfig,
        public_url: Option<String>,
    ) -> Result<Option<Self>, ConfigError> {
        let (Some(host), Some(from)) = (&config.host, config.sender()?) else { return Ok(None) };
        let timeout = config.timeout();
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
            .port(config.port())
            .hello_name(hello_name(&from))
            .timeout(Some(timeout))
            .tls(tls(config, host)?);
        if let Some((name, password)) = config.credentials()? {
            transport = transport.credentials(Credentials::new(name, password));
        }
        Ok(Some(Self { transport: transport.build(), from, timeout, public_url }))
    }

    /// Sends a notice to one address.
    ///
    /// # Errors
    /// What went wrong, for people, with what the mail server said.
    pub(crate) async fn send(&self, notice: &Notice, address: &str) -> Result<(), String> {
        let message = self.message(notice, address)?;
        // The library's own timeout is for the connection alone.
        let sent = tokio::time::timeout(self.timeout, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string().chars().take(REASON_CHARACTERS_MAX).collect()),
            Err(_) => Err(format!(
                "the mail server did not answer within {} seconds",
                self.timeout.as_secs()
            )),
        }
    }

    fn message(&self, notice: &Notice, address: &str) -> Result<Message, String> {
        let told = |error: &dyn std::error::Error| error.to_string();
        let to: Address = address.parse().map_err(|error| told(&error))?;
        let mail = AlertMail::new(notice, self.public_url.as_deref());
        let mail = mail.map_err(|error| told(&error))?;
        let Thread { own, first } = Thread::of(notice, self.from.email.domain());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .message_id(Some(own.clone()))
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
        if first != own {
            message = message.in_reply_to(first.clone()).references(first);
        }
        let body = MultiPart::alternative_plain_html(mail.text, mail.html);
        message.multipart(body).map_err(|error| told(&error))
    }
}

/// The ids of a message, and of the one that it belongs to: all that is told of one firing is one
/// thread. They are the same when a message is sent again.
#[derive(Debug, PartialEq, Eq)]
struct Thread {
    own: String,
    first: String,
}

impl Thread {
    fn of(notice: &Notice, domain: &str) -> Self {
        let (alert, seconds) = (&notice.alert, notice.to.micros());
        // The time of the last change tells alerts of the same number on two servers apart.
        let of_alert = format!("{}.{}", alert.number, alert.edited.micros());
        let first = format!("<alert.{of_alert}.{}@{domain}>", notice.began.micros());
        let own = match notice.occasion {
            Some(Occasion::Begin) => first.clone(),
            Some(occasion) => {
                format!("<alert.{of_alert}.{seconds}.{}@{domain}>", occasion.name())
            }
            None => format!("<alert.{of_alert}.{seconds}.test@{domain}>"),
        };
        Self { first: if notice.occasion.is_some() { first } else { own.clone() }, own }
    }
}

fn tls(config: &SmtpConfig, host: &str) -> Result<Tls, ConfigError> {
    let unusable = |error: lettre::transport::smtp::Error| {
        ConfigError::Inconsistent(format!("smtp: TLS cannot be used: {error}"))
    };
    if config.security == Security::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = config.certificates()? {
        parameters =
            parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(unusable)?);
    }
    let parameters = parameters.build_rustls().map_err(unusable)?;
    Ok(match config.security {
        Security::Tls => Tls::Wrapper(parameters),
        Security::Starttls | Security::None => Tls::Required(parameters),
    })
}

/// What this server calls itself: servers refuse names without dots, such as those of containers.
fn hello_name(from: &Mailbox) -> ClientId {
    ClientId::Domain(from.email.domain().to_owned())
}

#[cfg(test)]
mod tests;
