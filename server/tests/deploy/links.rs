//! The links that the rule and the templates make, read as the portal reads them.

use std::fs;

use serde_json::{Value, json};
use server::portal::{
    link::{self, AlertLink},
    query,
};

use super::{folder, read, tools::AMTOOL};

/// Every character that means something in an address, in HTML, in a template, or to Slack.
const HOSTILE: &str = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\nsecond line é\u{1f525}";

/// What the portal makes of an address.
fn follow(address: &str) -> AlertLink {
    let rest = address.strip_prefix("https://runlight.example.org/alert/").unwrap_or_else(|| panic!("{address}"));
    let (name, raw) = rest.split_once('?').unwrap_or((rest, ""));
    // The router undoes the escapes of the path.
    let name = query::decode(&name.replace('+', "%2B")).first().map(|(name, _)| name.clone()).unwrap_or_default();
    link::read(&name, &query::decode(raw))
}

fn label<'l>(link: &'l AlertLink, name: &str) -> Option<&'l str> {
    link.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Renders one template for alerts with these labels and annotations.
fn render(kind: &str, template: &str, alerts: &[(Value, Value)]) -> Option<String> {
    let amtool = AMTOOL.find()?;
    let alerts: Vec<Value> = alerts
        .iter()
        .map(|(labels, annotations)| {
            json!({
                "status": "firing", "labels": labels, "annotations": annotations, "generatorURL": "",
                "startsAt": "2026-11-23T02:41:00Z", "endsAt": "0001-01-01T00:00:00Z",
            })
        })
        .collect();
    let common = json!({ "alertname": alerts[0]["labels"]["alertname"] });
    let data = json!({
        "receiver": "homelab", "status": "firing", "alerts": alerts, "groupLabels": common, "commonLabels": common,
        "commonAnnotations": {}, "externalURL": "http://alertmanager.example.org",
    });
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), data.to_string()).expect("written");
    let arguments = [
        "template",
        "render",
        "--template.glob=runlight.tmpl",
        &format!("--template.type={kind}"),
        &format!("--template.data={}", file.path().display()),
        &format!("--template.text={template}"),
    ];
    Some(amtool.run(&folder(), &arguments).expect("it renders"))
}

const LINK: &str = r#"{{ with index .Alerts 0 }}{{ template "runlight.link" . }}{{ end }}"#;

#[test]
fn a_link_made_of_labels_brings_each_of_them_whole() {
    let labels = json!({ "alertname": "Disk full?", "cluster": "homelab-prod", "job": HOSTILE, "namespace": "media" });
    let annotations = json!({ "runbook": "/srv/team a/disk#1.md" });
    let Some(address) = render("text", LINK, &[(labels, annotations)]) else { return };
    let link = follow(&address);
    assert_eq!(link.alert, "Disk full?");
    assert_eq!(label(&link, "job"), Some(HOSTILE));
    assert_eq!(label(&link, "namespace"), Some("media"));
    assert_eq!(link.runbook(), Some("/srv/team a/disk#1.md"));
    assert_eq!(link.notes, Vec::<String>::new());
}

#[test]
fn a_rules_own_link_is_kept_and_a_foreign_one_goes_along() {
    let own = "https://runlight.example.org/alert/PodDown?pod=web-0";
    let labels = json!({ "alertname": "PodDown", "pod": "web-0" });
    let Some(address) = render("text", LINK, &[(labels.clone(), json!({ "runbook_url": own }))]) else { return };
    assert_eq!(address, own);
    let foreign = "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/poddown";
    let address = render("text", LINK, &[(labels, json!({ "runbook_url": foreign }))]).expect("amtool is there");
    let link = follow(&address);
    assert_eq!((link.alert.as_str(), link.runbook()), ("PodDown", Some(foreign)));
}

#[test]
fn messages_hold_the_link_and_give_labels_no_power() {
    let evil = json!({ "alertname": "PodDown", "pod": "<!channel> & <b>" });
    let annotations = json!({ "summary": "<!channel> <b>bold</b>" });
    let alerts = [(evil, annotations)];
    let Some(slack) = render("text", r#"{{ template "runlight.slack.text" . }}"#, &alerts) else { return };
    assert!(slack.contains("<https://runlight.example.org/alert/PodDown?pod=%3C%21channel%3E+%26+%3Cb%3E|"), "{slack}");
    assert!(!slack.contains("<!channel>") && !slack.contains("<b>"), "{slack}");
    let mail = render("html", r#"{{ template "runlight.mail.html" . }}"#, &alerts).expect("amtool is there");
    assert!(mail.contains("href=\"https://runlight.example.org/alert/PodDown?pod=%3C%21channel%3E"), "{mail}");
    assert!(!mail.contains("<b>bold"), "{mail}");
    let text = render("text", r#"{{ template "runlight.mail.text" . }}"#, &alerts).expect("amtool is there");
    assert!(text.contains("Runbook: https://runlight.example.org/alert/PodDown?pod="), "{text}");
}

/// The address that promtool has found the rule to make, for the labels of its test.
#[test]
fn the_rules_link_brings_its_labels_whole() {
    let tests = read("rules.test.yaml");
    let address = tests
        .lines()
        .filter_map(|line| line.trim().strip_prefix("runbook_url: '")?.strip_suffix('\''))
        .find(|address| address.contains("%0A"))
        .expect("a test with hostile labels");
    let link = follow(address);
    assert_eq!(link.alert, "HomelabPodCrashLooping");
    let expected = [("cluster", "agentic & co"), ("namespace", "a=b"), ("pod", "x?y#z/%41+é"), ("container", "c\nd")];
    for (name, value) in expected {
        assert_eq!(label(&link, name), Some(value));
    }
}
