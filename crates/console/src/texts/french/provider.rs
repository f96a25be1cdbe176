//! Signing in at an OpenID provider, in French.

use super::super::table::Provider;

pub(super) const PROVIDER: Provider = Provider {
    or: "ou",
    sign_in_at: |name| format!("Se connecter avec {name}"),
    unknown: "Ce fournisseur n’existe pas",
    unknown_hint: |name| {
        format!(
            "Personne ne se connecte ici avec «\u{202f}{name}\u{202f}». Revenez en arrière et \
             choisissez-en un autre."
        )
    },
    refused: "Le fournisseur ne vous a pas laissé entrer",
    refused_hint: |reason| {
        format!(
            "Sa réponse\u{202f}: «\u{202f}{reason}\u{202f}». Réessayez, ou adressez-vous à son \
             responsable."
        )
    },
    not_begun: "Cette connexion a pris fin",
    not_begun_hint: "Elle a duré trop longtemps, était déjà terminée ou avait commencé dans un autre \
        navigateur. Recommencez\u{202f}; votre navigateur doit accepter les cookies.",
    unreachable: "Le fournisseur ne répond pas",
    unreachable_hint: "Vous n’êtes pas connecté. Réessayez dans une minute\u{202f}; si cela \
        persiste, la raison figure dans le journal du serveur.",
    not_accepted: "La réponse du fournisseur n’est pas valable",
    not_accepted_hint: "Vous n’êtes pas connecté. Réessayez\u{202f}; si cela persiste, la raison \
        figure dans le journal du serveur et les réglages du fournisseur ne conviennent pas.",
    no_role: "Vous n’avez aucun rôle ici",
    no_role_hint: "Le fournisseur vous connaît, mais aucun de vos groupes n’a accès à Gatelog. \
        Demandez-en un à la personne qui gère ce serveur, puis reconnectez-vous.",
    disabled: "Votre compte est désactivé ici",
    disabled_hint: "Quoi qu’en dise le fournisseur, vous ne pouvez pas vous connecter. Adressez-vous \
        à la personne qui gère ce serveur.",
};
