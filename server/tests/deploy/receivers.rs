//! What each service is sent, by its own public limits: one alert and fifty, firing and resolved, with hostile labels.

use std::fs;

use serde_json::{Value, json};
use yaml_serde::Value as Yaml;

use super::{folder, read, tools::AMTOOL};

/// What means something in HTML, in Markdown, in an address or in a template.
const HOSTILE: &str = "a&b<c>\"d' [x](http://evil.example) *e* `f` @everyone #g {{ h }} \u{1f525}";

fn render(template: &str, alerts: usize, status: &str) -> Option<String> {
    let amtool = AMTOOL.find()?;
    let labels = |number: usize| {
        json!({ "alertname": "Pod Down? <&>", "cluster": "home & away", "namespace": "media", "container": "web",
                "pod": format!("{number}-{}", HOSTILE) })
    };
    let summary = format!("{HOSTILE} {}", "long ".repeat(200));
    let alerts: Vec<Value> = (0..alerts)
        .map(|number| {
            json!({ "status": status, "labels": labels(number), "annotations": { "summary": summary }, "generatorURL": "",
                    "startsAt": "2026-11-23T02:41:00Z", "endsAt": "2026-11-23T03:41:00Z" })
        })
        .collect();
    let common = if alerts.len() == 1 { labels(0) } else { json!({ "alertname": "Pod Down? <&>" }) };
    let data = json!({ "receiver": "r", "status": status, "alerts": alerts, "groupLabels": common, "commonLabels": common,
                       "commonAnnotations": {}, "externalURL": "http://alertmanager.example.org" });
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), data.to_string()).expect("written");
    let arguments = [
        "template",
        "render",
        "--template.glob=runlight.tmpl",
        &format!("--template.data={}", file.path().display()),
        &format!("--template.text={{{{ template \"{template}\" . }}}}"),
    ];
    Some(amtool.run(&folder(), &arguments).expect("it renders"))
}

#[test]
fn no_message_is_longer_than_its_service_shows() {
    for count in [1, 50] {
        for status in ["firing", "resolved"] {
            // Letters, as the services count them: Pushover 250, 1,024 and 512; Discord 256 and 2,048, Telegram 4,096,
            // Opsgenie 130, PagerDuty 1,024. A lock screen shows about a hundred of a title.
            for (template, limit) in [
                ("runlight.phone.title", 100),
                ("runlight.plain.text", 1_024),
                ("runlight.markdown.text", 2_048),
                ("runlight.telegram.text", 4_096),
                ("runlight.link.first.short", 512),
            ] {
                let Some(text) = render(template, count, status) else { return };
                assert!(text.chars().count() <= limit, "{template} {count} {status}: {}", text.chars().count());
                assert!(!text.contains("<no value>"), "{template}: {text}");
                let is_all = count == 1 || !template.ends_with("text");
                assert_eq!(text.contains("The first 3 of 50."), !is_all, "{template}: {text}");
            }
        }
    }
}

#[test]
fn a_title_says_what_and_where_or_how_many() {
    let Some(one) = render("runlight.phone.title", 1, "firing") else { return };
    assert!(one.starts_with("Firing: Pod Down? <&> 0-a&b"), "{one}");
    let many = render("runlight.phone.title", 50, "resolved").expect("amtool is there");
    assert_eq!(many, "Resolved: Pod Down? <&> (50)");
}

#[test]
fn labels_have_no_power_in_any_format() {
    let Some(markdown) = render("runlight.markdown.text", 1, "firing") else { return };
    assert!(markdown.contains(r"\[x\]\(http\://evil.example\)"), "{markdown}");
    assert_eq!(markdown.matches("](").count(), 1, "the runbook's link is the only one: {markdown}");
    assert!(!markdown.contains(" @everyone"), "{markdown}");
    let telegram = render("runlight.telegram.text", 1, "firing").expect("amtool is there");
    let tags: Vec<&str> =
        telegram.match_indices('<').map(|(at, _)| telegram[at..].split(['>', ' ']).next().unwrap_or("")).collect();
    assert_eq!(tags, ["<b", "</b", "<a", "</a"], "{telegram}");
    let bare =
        telegram.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace("&#34;", "").replace("&#39;", "");
    assert!(!bare.contains('&'), "{telegram}");
}

#[test]
fn every_receiver_has_the_link_and_both_examples_have_the_same() {
    let Some(amtool) = AMTOOL.find() else { return };
    amtool.run(&folder(), &["check-config", "receivers.yaml"]).expect("a valid configuration");
    let plain: Yaml = yaml_serde::from_str(&read("receivers.yaml")).expect("YAML");
    let object: Yaml = yaml_serde::from_str(&read("alertmanager-config.yaml")).expect("YAML");
    let plain = plain["receivers"][1].as_mapping().expect("a receiver");
    let object = object["spec"]["receivers"][1].as_mapping().expect("a receiver");
    let kinds = |receiver: &yaml_serde::Mapping| -> Vec<String> {
        let names = receiver.keys().filter_map(Yaml::as_str).filter(|name| *name != "name");
        names.map(|name| name.to_lowercase().replace("_configs", "").replace("configs", "")).collect()
    };
    let mut operators = kinds(object);
    operators.retain(|kind| kind != "msteamsv2");
    let (mut own, count) = (kinds(plain), operators.len());
    own.sort();
    operators.sort();
    assert_eq!((own, count), (operators, 8));
    for (name, receiver) in plain.iter().chain(object) {
        let name = name.as_str().unwrap_or_default();
        let text = yaml_serde::to_string(receiver).expect("YAML");
        let has_link = ["link", ".text\"", "/hooks/alertmanager"].iter().any(|word| text.contains(word));
        assert!(name == "name" || has_link, "{name}: {text}");
        assert!(
            name == "name" || text.contains("send_resolved: true") || text.contains("sendResolved: true"),
            "{name}"
        );
    }
}
