//! Alerts, in French.

use super::super::table::{Alerts, Noun};

pub(super) const ALERTS: Alerts = Alerts {
    title: "Alertes",
    noun: Noun::new("alerte", "alertes"),
    new: "Nouvelle alerte",
    on_this: "Créer une alerte sur cette recherche",
    none: "Aucune alerte pour l’instant",
    none_hint: "Une alerte compte chaque minute les événements d’une requête et prévient des personnes par e-mail, ou un webhook, quand il y en a trop ou trop peu.",
    none_for_readers: "Les administrateurs de ce locataire peuvent en créer.",
    firing: "Déclenchée",
    quiet: "Calme",
    not_counted: "pas encore comptée",
    since: "depuis",
    muted_until: "En sourdine jusqu’au",
    query: "Requête",
    query_hint: "Les événements à compter\u{202f}; vide pour tous. Des index doivent y répondre\u{202f}: des conditions sur d’autres chemins de l’enregistrement ne peuvent pas être comptées chaque minute.",
    when: "Elle se déclenche quand il y a",
    comparison: "Comparaison",
    more: "plus de",
    fewer: "moins de",
    threshold: "Nombre d’événements",
    events_within: "événements en",
    period: "Période",
    webhook: "Adresse du webhook",
    webhook_hint: "Chaque message est du JSON, signé avec un secret affiché une seule fois. Les redirections ne sont pas suivies.",
    recipients: "E-mail à",
    recipients_hint: "Jusqu’à 10 adresses, une par ligne. Les messages donnent la requête et le nombre d’événements, jamais leur contenu.",
    no_mail: "Ce serveur n’envoie pas d’e-mails\u{202f}: smtp.host n’est pas défini.",
    language: "Langue des e-mails",
    no_public_url: "Les messages n’ont pas de lien vers les événements\u{202f}: server.public_url n’est pas défini.",
    tells_end: "Signaler aussi la fin",
    remind: "Rappeler après tant d’heures, tant qu’elle est déclenchée",
    never: "jamais",
    secret: "Le secret du webhook",
    secret_hint: "L’alerte est active. Ce secret signe ses messages et n’est affiché que maintenant\u{202f}: conservez-le là où ils sont reçus.",
    secret_kept: "Je l’ai conservé",
    logs: "Événements de cette requête",
    test: "Envoyer un test",
    webhook_itself: "webhook",
    somebody: "destinataire",
    no_courier: "ce serveur n’envoie rien",
    mute_for: "Mettre en sourdine pendant",
    mute: "Mettre en sourdine",
    unmute: "Rétablir",
    rule: "Règle",
    delete_hint: "Son historique et ce qui attend d’être envoyé disparaissent aussi.",
    delete_really: "Supprimer cette alerte",
    history: "Historique",
    no_history: "Elle ne s’est jamais déclenchée.",
    began: "début",
    ended: "fin",
    reminder: "rappel",
    no_alert: "Cette alerte n’existe pas.",
    scan: "Aucun index ne répond à cette requête\u{202f}: chaque enregistrement serait lu, chaque minute. Utilisez des champs indexés, comme type, outcome, actor.id, application.id ou ip.",
    never_fewer: "Il n’y a jamais moins de 0 événement.",
    not_a_number: "Le nombre d’événements est un nombre entier.",
    wrong_period: "Une période dure de 5 minutes à 7 jours.",
    wrong_webhook: "Un webhook est une adresse en https ou en http.",
    wrong_remind: "Les rappels viennent après 1 à 168 heures.",
    no_destination: "Indiquez qui est prévenu\u{202f}: une adresse e-mail, un webhook, ou les deux.",
    test_sent: |whom| format!("L’essai a été accepté ({whom})."),
    test_failed: |whom, why| format!("L’essai n’a pas pu être envoyé ({whom})\u{202f}: {why}"),
    sent: |whom| format!("envoyé ({whom})"),
    unsent: |whom| format!("non envoyé ({whom})"),
    again: |time| format!("prochain essai à {time}"),
    wrong_recipient: |address| {
        format!(
            "«\u{202f}{address}\u{202f}» n’est pas une adresse e-mail\u{202f}: écrivez par exemple \
             ada@acme.example, une par ligne."
        )
    },
    too_many_recipients: |most| {
        format!(
            "Une alerte n’a pas plus de {most} destinataires. Utilisez plutôt l’adresse d’une liste."
        )
    },
    more_within: |events, period| format!("Plus de {events} en {period}"),
    fewer_within: |events, period| format!("Moins de {events} en {period}"),
    exists: |name| {
        format!("Une alerte nommée «\u{202f}{name}\u{202f}» existe déjà. Choisissez un autre nom.")
    },
    too_many: |most| {
        format!("Un locataire ne peut pas avoir plus de {most} alertes. Supprimez-en d’abord.")
    },
};
