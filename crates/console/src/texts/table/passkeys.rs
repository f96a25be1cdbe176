//! The phrases about passkeys: of `/account`, `/account/passkeys` and `/sign-in/code`.

use super::With;

/// Keys in people's devices.
#[derive(Debug)]
pub(crate) struct Passkeys {
    pub(crate) title: &'static str,
    pub(crate) add: &'static str,
    pub(crate) one: &'static str,
    pub(crate) none: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) create: &'static str,
    pub(crate) absent: &'static str,
    pub(crate) absent_code: &'static str,
    pub(crate) no_name: With,
    pub(crate) cancelled: &'static str,
    pub(crate) exists: &'static str,
    pub(crate) elsewhere: With,
    pub(crate) failed: &'static str,
    pub(crate) use_hint: &'static str,
    pub(crate) use_it: &'static str,
    pub(crate) or_code: &'static str,
    pub(crate) recovery_only: &'static str,
    pub(crate) over: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) bad_name: With,
    pub(crate) too_many: With,
    pub(crate) remove: &'static str,
    pub(crate) remove_title: &'static str,
    pub(crate) remove_hint: &'static str,
    pub(crate) last_one: &'static str,
}
