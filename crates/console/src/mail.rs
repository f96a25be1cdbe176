//! What is told of an alert by e-mail: that it fires, never what is in the events.
//!
//! Not for sending it (`server`).

use askama::Template;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Comparison, Occasion};
use gatelog_service::alerts::courier::Notice;

use crate::filter::LogFilter;
use crate::links::Links;
use crate::moment::stated;
use crate::text::visible;
use crate::texts::{Mail, Texts};
use crate::time_range::TimeRange;
use crate::zone::Zone;

/// A message, whose parts say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertMail {
    /// One line, in which nothing is hidden.
    pub subject: String,
    /// For whoever reads text.
    pub text: String,
    /// For whoever reads HTML.
    pub html: String,
}

#[derive(Debug, Template)]
#[template(path = "mail.html", whitespace = "minimize")]
struct Html<'m>(&'m Content);

#[derive(Debug, Template)]
#[template(path = "mail.txt", escape = "none")]
struct Text<'m>(&'m Content);

/// What both parts say.
#[derive(Debug)]
struct Content {
    texts: &'static Mail,
    language: &'static str,
    /// What happened.
    summary: String,
    is_test: bool,
    /// Names and values.
    facts: Vec<(&'static str, String)>,
    link: Option<String>,
    /// Why this is sent to whoever gets it.
    why: String,
}

impl AlertMail {
    /// What a notice says in the language of its alert, in UTC. Links begin with `public_url`;
    /// without it there are none.
    ///
    /// # Errors
    /// Only if a template cannot be filled in.
    pub fn new(notice: &Notice, public_url: Option<&str>) -> Result<Self, askama::Error> {
        let content = Content::new(notice, public_url);
        let tenant = &notice.alert.tenant;
        Ok(Self {
            subject: format!("[{tenant}] {}", content.summary),
            text: Text(&content).render()?,
            html: Html(&content).render()?,
        })
    }
}

impl Content {
    fn new(notice: &Notice, public_url: Option<&str>) -> Self {
        let (alert, rule) = (&notice.alert, &notice.alert.rule);
        let texts = Texts::of(rule.language);
        let mail = &texts.mail;
        let counted = counted(notice, texts);
        let headline = match notice.occasion {
            Some(Occasion::Begin) => mail.begin,
            Some(Occasion::Remind) => mail.remind,
            Some(Occasion::End) => mail.end,
            None => mail.test,
        };
        let time = |time: UnixMicros| stated(time, &Zone::default(), texts);
        let query = match rule.query.is_empty() {
            true => texts.searches.everything.to_owned(),
            false => visible(&rule.query).into_owned(),
        };
        let mut facts = vec![
            (mail.tenant, alert.tenant.to_string()),
            (texts.alerts.query, query),
            (mail.count, counted.clone()),
            (mail.time, (mail.from_to)(&time(notice.from), &time(notice.to))),
        ];
        if let Some((first, last)) = notice.span {
            facts.extend([(mail.first, time(first)), (mail.last, time(last))]);
        }
        if notice.occasion.is_some() {
            facts.push((mail.began, time(notice.began)));
        }
        Self {
            texts: mail,
            language: rule.language.code(),
            summary: headline(&visible(&rule.name), &counted),
            is_test: notice.occasion.is_none(),
            facts,
            link: public_url.map(|url| counted_events(url, notice)),
            why: (mail.why)(alert.tenant.as_str()),
        }
    }
}

/// How many events, within which time, and how many were normal.
fn counted(notice: &Notice, texts: &Texts) -> String {
    let rule = &notice.alert.rule;
    let events = texts.counted(notice.count, texts.nouns.event);
    let threshold = texts.number(u64::from(rule.threshold));
    let counted = match rule.comparison {
        Comparison::More => texts.mail.counted_more,
        Comparison::Fewer => texts.mail.counted_fewer,
    };
    counted(&events, &texts.period(rule.period_seconds), &threshold)
}

/// The page with exactly the events that were counted, for whoever reaches the console at
/// `public_url`.
pub fn counted_events(public_url: &str, notice: &Notice) -> String {
    let alert = &notice.alert;
    let mut filter = LogFilter::default().with_text(alert.rule.query.clone());
    filter.range = TimeRange::between(notice.from, notice.to);
    let path = Links::of_tenant(alert.tenant.clone()).filtered(&filter);
    format!("{}{path}", public_url.trim_end_matches('/'))
}
