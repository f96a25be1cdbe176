//! `/sign-in/code` and `/account/totp` in French.

use super::super::table::SecondFactor;

pub(super) const SECOND_FACTOR: SecondFactor = SecondFactor {
    title: "Connexion en deux étapes",
    code_title: "Encore une étape",
    code_hint: "Ouvrez l’application d’authentification de votre téléphone et saisissez le code \
        affiché pour Gatelog.",
    code: "Code de connexion",
    recovery_hint: "Vous n’avez pas votre téléphone\u{202f}? Saisissez l’un de vos codes de secours.",
    go_on: "Continuer",
    start_again: "Se connecter sous un autre nom",
    wrong_code: "Ce code est faux, a déjà servi ou n’est plus valable. Attendez le suivant et \
        saisissez-le.",
    too_many_attempts: |minutes| {
        format!("Trop de codes erronés pour ce nom d’utilisateur. Réessayez dans {minutes} min.")
    },
    intro: "Après le mot de passe, la connexion demandera un code à six chiffres affiché par une \
        application de votre téléphone. Connaître votre mot de passe ne suffira plus pour entrer.",
    scan: "Scannez ceci avec une application d’authentification, par exemple Aegis, 2FAS ou Google \
        Authenticator.",
    drawing: "Code QR de la clé ci-dessous",
    type_in: "Ou saisissez cette clé dans l’application\u{202f}:",
    confirm: "Le code que l’application affiche maintenant",
    turn_on: "Activer",
    is_on: "La connexion demande un code après votre mot de passe.",
    codes_left: |count| format!("Codes de secours restants\u{202f}: {count}."),
    turn_off_hint: "Pour changer de téléphone, désactivez puis réactivez. De nouveaux codes de \
        secours sont donnés si les anciens sont épuisés ou si vous n’avez pas de clé d’accès.",
    turn_off: "Désactiver",
    wrong_password: "Ce n’est pas votre mot de passe. Rien n’a été modifié.",
    recovery_title: "Conservez ces codes de secours",
    recovery_intro: "La connexion en deux étapes est activée. Si vous perdez votre téléphone \
        ou votre clé d’accès, chacun de ces codes les remplace une fois. Ils ne sont affichés que maintenant\u{202f}: \
        imprimez-les ou rangez-les avec vos mots de passe.",
    kept: "Je les ai conservés",
    password_first: "Choisissez d’abord votre propre mot de passe\u{202f}; la seconde étape vient \
        après.",
    elsewhere: "Vous vous connectez auprès d’un autre fournisseur, qui décide de ce qu’il demande \
        en plus. Il n’y a rien à régler ici.",
    back: "Retour",
};
