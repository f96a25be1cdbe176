//! Signing in at an OpenID provider, in English.

use super::super::table::Provider;

pub(super) const PROVIDER: Provider = Provider {
    or: "or",
    sign_in_at: |name| format!("Sign in with {name}"),
    unknown: "There is no such provider",
    unknown_hint: |name| format!("Nobody signs in with “{name}” here. Go back and choose another."),
    refused: "The provider did not let you in",
    refused_hint: |reason| format!("It says “{reason}”. Try again, or ask whoever runs it."),
    not_begun: "This sign-in has ended",
    not_begun_hint: "It took too long, was finished already, or was begun in another browser. Begin \
        again; your browser has to accept cookies.",
    unreachable: "The provider does not answer",
    unreachable_hint: "You are not signed in. Try again in a minute; if it goes on, the reason is in \
        the server's log.",
    not_accepted: "The provider's answer is not valid",
    not_accepted_hint: "You are not signed in. Try again; if it goes on, the reason is in the \
        server's log, and the settings of the provider here do not fit.",
    no_role: "You have no role here",
    no_role_hint: "The provider knows you, but none of your groups may use Gatelog. Ask whoever runs \
        this server for one, then sign in again.",
    disabled: "Your account is disabled here",
    disabled_hint: "Whatever the provider says, you cannot sign in. Ask whoever runs this server.",
};
