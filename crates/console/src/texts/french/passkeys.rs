//! Passkeys in French.

use super::super::table::Passkeys;

pub(super) const PASSKEYS: Passkeys = Passkeys {
    title: "Clés d’accès",
    add: "Ajouter une clé d’accès",
    one: "Clé d’accès",
    none: "Vous n’avez pas de clé d’accès.",
    intro: "Après le mot de passe, la connexion demandera votre empreinte, votre visage ou votre \
        code PIN sur un appareil qui possède la clé d’accès, ou une clé de sécurité. Une page \
        qui imite celle-ci n’en tirera rien.",
    name: "Comment vous l’appelez",
    name_hint: "Pour la distinguer des autres, par exemple «\u{202f}portable du bureau\u{202f}».",
    create: "Créer la clé d’accès",
    absent: "Impossible de créer une clé d’accès ici\u{202f}: il faut JavaScript et un \
        navigateur qui connaît les clés d’accès.",
    absent_code: "Votre clé d’accès ne peut pas servir ici\u{202f}: il faut JavaScript et un \
        navigateur qui connaît les clés d’accès. Saisissez plutôt un code.",
    no_name: |address| {
        format!(
            "Les navigateurs n’utilisent les clés d’accès qu’à une adresse portant un nom, en \
             HTTPS, et celle-ci est {address}. Demandez une telle adresse à la personne qui \
             exploite Gatelog."
        )
    },
    cancelled: "Rien n’est venu de votre appareil\u{202f}: la demande a été annulée ou a pris \
        trop de temps. Réessayez.",
    exists: "Cet appareil possède déjà une de vos clés d’accès.",
    elsewhere: |address| {
        format!(
            "Les clés d’accès s’utilisent à l’adresse {address}. Ouvrez-y Gatelog et réessayez."
        )
    },
    failed: "Le navigateur n’a pas pu utiliser de clé d’accès. Réessayez ou prenez un autre \
        appareil.",
    use_hint: "Utilisez votre clé d’accès, sur cet appareil ou sur un autre que vous avez avec \
        vous.",
    use_it: "Utiliser une clé d’accès",
    or_code: "Ou saisissez un code",
    recovery_only: "Saisissez l’un de vos codes de secours.",
    over: "Cette page est restée ouverte trop longtemps ou a déjà reçu une réponse. Réessayez.",
    refused: "Cette clé d’accès n’a pas été acceptée. Réessayez ou utilisez-en une autre.",
    copied: "Cette clé d’accès n’a pas été acceptée\u{202f}: elle a compté moins d’utilisations \
        que Gatelog n’en a vu, elle a donc pu être copiée. Connectez-vous autrement et \
        retirez-la.",
    bad_name: |characters| {
        format!("Non créée\u{202f}: un nom compte de 1 à {characters} caractères.")
    },
    too_many: |count| {
        format!(
            "Non créée\u{202f}: personne ne peut avoir plus de {count} clés d’accès. Retirez-en \
             une d’abord."
        )
    },
    remove: "Retirer",
    remove_title: "Retirer une clé d’accès",
    remove_hint: "La connexion n’acceptera plus cette clé d’accès dès que vous aurez saisi votre \
        mot de passe. Votre appareil la garde tant que vous ne l’y supprimez pas.",
    last_one: "C’est votre seul second facteur\u{202f}: ensuite le mot de passe seul suffira et \
        vos codes de secours prendront fin.",
};
