//! Passkeys in English.

use super::super::table::Passkeys;

pub(super) const PASSKEYS: Passkeys = Passkeys {
    title: "Passkeys",
    add: "Add a passkey",
    one: "Passkey",
    none: "You have no passkeys.",
    intro: "After your password, sign-in will ask for your fingerprint, face or PIN on a device \
        that has the passkey, or for a security key. A page that only looks like this one gets \
        nowhere with it.",
    name: "What you call it",
    name_hint: "So that you tell it from others, such as “work laptop”.",
    create: "Create the passkey",
    absent: "No passkey can be made here: that needs JavaScript, and a browser that knows \
        passkeys.",
    absent_code: "Your passkey cannot be used here: that needs JavaScript, and a browser that \
        knows passkeys. Type a code instead.",
    no_name: |address| {
        format!(
            "Browsers use passkeys only at an address with a name over HTTPS, and this one is \
             {address}. Ask whoever runs Gatelog for such an address."
        )
    },
    cancelled: "Nothing came from your device: it was cancelled, or took too long. Try again.",
    exists: "This device has a passkey of yours already.",
    elsewhere: |address| {
        format!("Passkeys are used at {address}. Open Gatelog there and try again.")
    },
    failed: "The browser could not use a passkey. Try again, or use another device.",
    use_hint: "Use your passkey, on this device or on one that you have with you.",
    use_it: "Use a passkey",
    or_code: "Or type a code",
    recovery_only: "Type one of your recovery codes.",
    over: "This page was open for too long, or was answered already. Try again.",
    refused: "This passkey was not accepted. Try again, or use another one.",
    copied: "This passkey was not accepted: it has counted fewer uses than Gatelog saw, so it \
        may have been copied. Sign in another way and remove it.",
    bad_name: |characters| format!("Not created: a name has 1 to {characters} characters."),
    too_many: |count| {
        format!("Not created: nobody can have more than {count} passkeys. Remove one first.")
    },
    remove: "Remove",
    remove_title: "Remove a passkey",
    remove_hint: "Sign-in takes this passkey no more once you type your password. Your device \
        keeps it until you delete it there.",
    last_one: "It is your only second factor: after that the password alone is enough, and your \
        recovery codes end.",
};
