//! Alerts by e-mail, in French.

use super::super::table::Mail;

pub(super) const MAIL: Mail = Mail {
    begin: |name, counted| format!("Alerte «\u{202f}{name}\u{202f}»\u{202f}: {counted}"),
    remind: |name, counted| {
        format!("L’alerte «\u{202f}{name}\u{202f}» continue\u{202f}: {counted}")
    },
    end: |name, counted| {
        format!("L’alerte «\u{202f}{name}\u{202f}» est terminée\u{202f}: {counted}")
    },
    test: |name, counted| format!("Essai de l’alerte «\u{202f}{name}\u{202f}»\u{202f}: {counted}"),
    counted_more: |events, period, most| {
        format!("{events} en {period}, limite\u{202f}: pas plus de {most}")
    },
    counted_fewer: |events, period, least| {
        format!("{events} en {period}, limite\u{202f}: pas moins de {least}")
    },
    tenant: "Locataire",
    count: "Compté",
    time: "Intervalle",
    from_to: |from, to| format!("du {from} au {to}"),
    first: "Premier événement",
    last: "Dernier événement",
    began: "Début",
    show: "Afficher exactement ces événements",
    no_link: "Il n’y a pas de lien vers les événements, car ce Gatelog ne sait pas comment on l’atteint (server.public_url).",
    only_a_test: "Ceci est un essai. Rien ne s’est passé.",
    why: |tenant| {
        format!(
            "Une alerte du locataire «\u{202f}{tenant}\u{202f}» dans Gatelog nomme cette adresse. \
             Ses messages ne contiennent pas d’événements\u{202f}; un administrateur du locataire \
             peut retirer l’adresse."
        )
    },
};
