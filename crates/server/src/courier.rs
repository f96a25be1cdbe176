//! Who brings notices of alerts to where they belong: to webhooks, and to people by e-mail.

use gatelog_meta::Destination;
use gatelog_service::alerts::courier::{Courier, Notice, Sending};

use crate::mail::Mailer;
use crate::webhook::Webhooks;

/// Both kinds of delivery.
#[derive(Debug)]
pub(crate) struct Couriers {
    pub(crate) webhooks: Webhooks,
    /// None if no mail server is configured.
    pub(crate) mailer: Option<Mailer>,
}

impl Courier for Couriers {
    fn send<'n>(&'n self, notice: &'n Notice, destination: &'n Destination) -> Sending<'n> {
        match (destination, &self.mailer) {
            (Destination::Webhook, _) => Box::pin(self.webhooks.send(notice)),
            (Destination::Mail(address), Some(mailer)) => Box::pin(mailer.send(notice, address)),
            (Destination::Mail(_), None) => Box::pin(async {
                Err("this server sends no e-mail: smtp.host is not set".to_owned())
            }),
        }
    }

    fn sends_mail(&self) -> bool {
        self.mailer.is_some()
    }
}
