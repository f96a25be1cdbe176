//! Whether somebody sees personal data at this moment.
//!
//! Some members have to say why they need to see it. Then it is shown to them for half an hour, in
//! the session and the tenant they asked in.

use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use gatelog_meta::personal_data::REASON_CHARACTERS_MAX;
use gatelog_meta::{Author, Change, PersonalData, Unmasked};

use crate::authenticator::Authenticator;
use crate::error::AuthError;
use crate::secret::sha256;
use crate::sign_in::SignedIn;

/// How long personal data is shown on request: as long as one question takes, not a working day.
pub const UNMASKED_MICROS: i64 = 30 * 60 * 1_000_000;

/// What a member sees of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// All of it until this time, as they asked for it.
    Unmasked(UnixMicros),
    /// Nothing before they say why they need it.
    MaskedUntilAsked,
    /// Nothing.
    Masked,
}

impl Sight {
    /// Whether personal data is masked.
    pub fn is_masked(self) -> bool {
        match self {
            Self::Whole | Self::Unmasked(_) => false,
            Self::MaskedUntilAsked | Self::Masked => true,
        }
    }
}

impl SignedIn {
    /// What this person sees of the personal data of a tenant.
    pub fn sight(&self, tenant: &TenantName, now: UnixMicros) -> Sight {
        match (self.personal_data, &self.unmasked) {
            (PersonalData::Always, _) => Sight::Whole,
            (PersonalData::Never, _) => Sight::Masked,
            (PersonalData::OnRequest, Some(Unmasked { tenant: shown, until }))
                if shown == tenant && *until > now =>
            {
                Sight::Unmasked(*until)
            }
            (PersonalData::OnRequest, _) => Sight::MaskedUntilAsked,
        }
    }
}

impl Authenticator {
    /// Shows the personal data of a tenant to the person of the session `token`, which is recorded
    /// with the reason they give. The tenant must be one that they may read.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], [`AuthError::PersonalDataDenied`],
    /// [`AuthError::ReasonNeeded`], or `meta.db` fails.
    pub fn unmask(
        &self,
        token: &str,
        tenant: &TenantName,
        reason: &str,
        now: UnixMicros,
    ) -> Result<(), AuthError> {
        let signed_in = self.session(token, now)?;
        if signed_in.personal_data != PersonalData::OnRequest {
            return Err(AuthError::PersonalDataDenied);
        }
        let reason = reason.trim();
        if !(1..=REASON_CHARACTERS_MAX).contains(&reason.chars().count()) {
            return Err(AuthError::ReasonNeeded);
        }
        let until = now.saturating_add(UNMASKED_MICROS);
        let (unmasked, change) = (Unmasked { tenant: tenant.clone(), until }, by(&signed_in, now));
        Ok(self.meta.unmask_session(&sha256(token), &unmasked, reason, &change)?)
    }

    /// Masks personal data again for the session `token`, before it is over.
    ///
    /// # Errors
    ///
    /// [`AuthError::SessionEnded`], or `meta.db` fails.
    pub fn mask(&self, token: &str, now: UnixMicros) -> Result<(), AuthError> {
        let signed_in = self.session(token, now)?;
        let change = by(&signed_in, now);
        match &signed_in.unmasked {
            None => Ok(()),
            Some(Unmasked { tenant, .. }) => {
                Ok(self.meta.mask_session(&sha256(token), tenant, &change)?)
            }
        }
    }
}

fn by(signed_in: &SignedIn, now: UnixMicros) -> Change {
    Change { by: Author::User(signed_in.principal.name.to_string()), time: now }
}
