//! What each service is sent, by that service's public format. Pure: it reads no file and sends nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{config::NotifyKind, sources::percent_encode};

/// What a message tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct News {
    /// `known`, `changed`, `recovered` or `test`.
    pub(super) kind: String,
    /// "HomelabPodCrashLooping: homelab/media/web-0".
    pub(super) title: String,
    /// The verdict, or that it is over.
    pub(super) sentence: String,
    /// At most three.
    pub(super) facts: Vec<String>,
    /// The incident's permanent address.
    pub(super) link: String,
}

/// A request as a service wants it.
#[derive(Debug, PartialEq)]
pub(super) struct Outgoing {
    /// Behind the configured address.
    pub(super) path: String,
    pub(super) method: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// Letters of a title that a lock screen shows.
const MAX_TITLE: usize = 100;
/// Letters of a text: Pushover takes 1,024.
const MAX_TEXT: usize = 900;

/// Writes a message for a service. `token` and `to` are what the section says; `id` is the event's.
pub(super) fn write(kind: NotifyKind, news: &News, id: &str, token: &str, to: &str) -> Outgoing {
    let title = cut(&format!("{}: {}", word(&news.kind), news.title), MAX_TITLE);
    let text = cut(&[vec![news.sentence.clone()], news.facts.clone()].concat().join("\n"), MAX_TEXT);
    let json = |path: String, body: Value| Outgoing {
        path,
        method: "POST",
        headers: vec![("content-type", "application/json".into())],
        body: body.to_string().into_bytes(),
    };
    let bearer = |mut outgoing: Outgoing| {
        if !token.is_empty() {
            outgoing.headers.push(("authorization", format!("Bearer {token}")));
        }
        outgoing
    };
    match kind {
        NotifyKind::Webhook => bearer(json(
            String::new(),
            json!({
                "version": 1, "id": id, "event": news.kind, "title": news.title, "sentence": news.sentence,
                "facts": news.facts, "link": news.link,
            }),
        )),
        NotifyKind::Slack => {
            let text = format!("*{}*\n{}\n<{}|Open the incident>", for_slack(&title), for_slack(&text), news.link);
            json(String::new(), json!({ "text": text }))
        }
        NotifyKind::Discord => json(
            "?wait=true".into(),
            json!({
                // A name in a text wakes nobody.
                "allowed_mentions": { "parse": [] },
                "embeds": [{ "title": title, "description": for_markdown(&text), "url": news.link }],
            }),
        ),
        NotifyKind::Ntfy => {
            let topic = to.to_owned();
            bearer(json(
                String::new(),
                json!({ "topic": topic, "title": title, "message": text, "click": news.link,
                        "actions": [{ "action": "view", "label": "Open the incident", "url": news.link }] }),
            ))
        }
        NotifyKind::Gotify => {
            let extras = json!({ "client::notification": { "click": { "url": news.link } } });
            let body =
                json!({ "title": title, "message": format!("{text}\n{}", news.link), "priority": 5, "extras": extras });
            let mut outgoing = json("/message".into(), body);
            outgoing.headers.push(("x-gotify-key", token.to_owned()));
            outgoing
        }
        NotifyKind::Pushover => json(
            "/1/messages.json".into(),
            json!({ "token": token, "user": to, "title": title, "message": text, "url": news.link,
                    "url_title": "Open the incident" }),
        ),
        NotifyKind::Telegram => {
            let text = format!(
                "<b>{}</b>\n{}\n<a href=\"{}\">Open the incident</a>",
                for_html(&title),
                for_html(&text),
                for_html(&news.link)
            );
            json(
                format!("/bot{token}/sendMessage"),
                json!({ "chat_id": to, "text": text, "parse_mode": "HTML", "link_preview_options": { "is_disabled": true } }),
            )
        }
        NotifyKind::Matrix => {
            // The transaction's id is the event's: sent twice, the room shows it once.
            let path = format!("/_matrix/client/v3/rooms/{}/send/m.room.message/{id}", percent_encode(to));
            let html = format!(
                "<strong>{}</strong><br>{}<br><a href=\"{}\">Open the incident</a>",
                for_html(&title),
                for_html(&text).replace('\n', "<br>"),
                for_html(&news.link)
            );
            let body = json!({
                "msgtype": "m.text", "body": format!("{title}\n{text}\n{}", news.link),
                "format": "org.matrix.custom.html", "formatted_body": html,
            });
            Outgoing { method: "PUT", ..bearer(json(path, body)) }
        }
    }
}

fn word(kind: &str) -> &'static str {
    match kind {
        "known" => "Verdict",
        "changed" => "Verdict changed",
        "recovered" => "Recovered",
        _ => "Test",
    }
}

/// The first letters of a text.
fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Slack reads these three as its own.
fn for_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn for_html(text: &str) -> String {
    for_slack(text).replace('"', "&quot;").replace('\'', "&#39;")
}

fn for_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(
            letter,
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '<' | '@' | ':' | '-'
        ) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [NotifyKind; 8] = [
        NotifyKind::Webhook,
        NotifyKind::Slack,
        NotifyKind::Discord,
        NotifyKind::Ntfy,
        NotifyKind::Gotify,
        NotifyKind::Pushover,
        NotifyKind::Telegram,
        NotifyKind::Matrix,
    ];

    fn news() -> News {
        News {
            kind: "known".into(),
            title: format!("PodDown: {}", "x".repeat(500)),
            sentence: "a&b <!channel> [x](http://evil.example) @everyone".into(),
            facts: vec!["exit code 137".into()],
            link: "https://runlight.example.org/i/0123456789abcdef".into(),
        }
    }

    fn body(kind: NotifyKind) -> Value {
        serde_json::from_slice(&write(kind, &news(), "e1", "t", "r!m:x").body).expect("JSON")
    }

    #[test]
    fn every_service_gets_the_link_and_no_title_is_longer_than_a_screen() {
        for kind in KINDS {
            let text = body(kind).to_string();
            assert!(text.contains("https://runlight.example.org/i/0123456789abcdef"), "{kind:?}: {text}");
            assert!(text.contains("exit code 137") || text.contains("exit code"), "{kind:?}");
            assert!(kind == NotifyKind::Webhook || !text.contains(&"x".repeat(120)), "{kind:?}");
        }
    }

    #[test]
    fn a_sentence_has_no_power_in_any_format() {
        assert!(body(NotifyKind::Slack)["text"].as_str().expect("text").contains("&lt;!channel&gt;"));
        let discord = body(NotifyKind::Discord);
        assert_eq!(discord["allowed_mentions"]["parse"], json!([]));
        assert!(discord["embeds"][0]["description"].as_str().expect("text").contains(r"\[x\]\("));
        for text in [&body(NotifyKind::Telegram)["text"], &body(NotifyKind::Matrix)["formatted_body"]] {
            assert!(!text.as_str().expect("text").contains("<!"), "{text}");
        }
    }

    #[test]
    fn paths_and_headers_are_those_that_each_service_documents() {
        let written = |kind| write(kind, &news(), "e1", "t", "!r:x.org");
        assert_eq!(written(NotifyKind::Telegram).path, "/bott/sendMessage");
        assert_eq!(written(NotifyKind::Matrix).path, "/_matrix/client/v3/rooms/%21r%3Ax.org/send/m.room.message/e1");
        assert_eq!(written(NotifyKind::Matrix).method, "PUT");
        assert!(written(NotifyKind::Gotify).headers.contains(&("x-gotify-key", "t".to_owned())));
        assert!(written(NotifyKind::Ntfy).headers.contains(&("authorization", "Bearer t".to_owned())));
    }
}
