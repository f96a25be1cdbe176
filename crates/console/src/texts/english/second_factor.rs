//! `/sign-in/code` and `/account/totp` in English.

use super::super::table::SecondFactor;

pub(super) const SECOND_FACTOR: SecondFactor = SecondFactor {
    title: "Two-step sign-in",
    code_title: "One more step",
    code_hint: "Open the authenticator app on your phone and type the code it shows for Gatelog.",
    code: "Code",
    recovery_hint: "Your phone is not at hand? Type one of your recovery codes instead.",
    go_on: "Go on",
    start_again: "Sign in as somebody else",
    wrong_code: "This code is wrong, was used already, or its time is over. Wait for the next one \
        and type that.",
    too_many_attempts: |minutes| {
        format!("Too many wrong codes for this user name. Try again in {minutes} min.")
    },
    intro: "After your password, sign-in will ask for a six-digit code that an app on your phone \
        shows. Whoever learns your password cannot get in without your phone.",
    scan: "Scan this with an authenticator app, such as Aegis, 2FAS or Google Authenticator.",
    drawing: "QR code of the key below",
    type_in: "Or type this key into the app:",
    confirm: "The code that the app shows now",
    turn_on: "Turn on",
    is_on: "Sign-in asks for a code after your password.",
    codes_left: |count| format!("Recovery codes left: {count}."),
    turn_off_hint: "For another phone, turn it off and on again. New recovery codes come with it once \
        the old ones are used up, or if you have no passkey.",
    turn_off: "Turn off",
    wrong_password: "This is not your password. Nothing was changed.",
    recovery_title: "Keep these recovery codes",
    recovery_intro: "Two-step sign-in is on. If your phone or passkey is lost, each of these codes \
        replaces it once. They are shown only now: print them, or put them where your passwords are.",
    kept: "I have kept them",
    password_first: "Choose a password of your own first; the second step comes after it.",
    elsewhere: "You sign in at another provider, which decides what else it asks for. There is \
        nothing to set up here.",
    back: "Back",
};
