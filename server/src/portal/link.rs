//! An alert's link as it arrives. Templates, chat programs and mail readers bend links: what is unambiguous is put right,
//! and what is not is said.

use app::server_side::backend::Query;

use runbook::alerts::{names_a_runbook, rule_behind};

use super::query;

/// Longest alert name that is looked for, in bytes.
const MAX_NAME_BYTES: usize = 512;
/// What a link asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AlertLink {
    /// The alert's name; empty when the link has none.
    pub alert: String,
    /// `kubernetes` in `/runbooks/kubernetes/KubePodNotReady`.
    pub component: Option<String>,
    /// Labels of the alert and whatever else the link carries, decoded, in order.
    pub query: Query,
    /// What could not be used, one sentence each.
    pub notes: Vec<String>,
}

/// Reads what stands behind `/alert/` or `/runbooks/` (decoded) and the query.
pub fn read(path: &str, query: &Query) -> AlertLink {
    // With "?" escaped, or with "&" in its place, the first parameters are part of the path.
    let (path, swallowed) = split_off_parameters(path);
    let mut pairs: Query = swallowed.map(query::decode).unwrap_or_default();
    pairs.extend(query.iter().cloned());
    let query = query::mend(&pairs);
    let mut notes: Vec<String> = query.iter().filter_map(|(name, value)| query::doubt(name, value)).collect();
    let path = path.trim_matches('/').trim_end_matches('#');
    let (component, name) = match path.rsplit_once('/') {
        Some((component, name)) => (Some(component.rsplit('/').next().unwrap_or(component).to_owned()), name),
        None => (None, path),
    };
    let name = query::decode_again(&unplus(name)).into_owned();
    let by_label = || query.iter().find(|(name, _)| name == "alertname").map(|(_, value)| value.clone());
    let alert = match name.trim() {
        "" => by_label().unwrap_or_default(),
        name if name.len() > MAX_NAME_BYTES => String::new(),
        // An empty template gives "/alert/?alertname=X" or this.
        "<no value>" => by_label().unwrap_or_default(),
        name => name.to_owned(),
    };
    let rulename = query.iter().find(|(name, _)| name == "rulename").map(|(_, value)| value.as_str());
    let alert = match rule_behind(&alert, rulename) {
        Some(rule) => {
            notes.push(query::of_grafana(&alert));
            rule.to_owned()
        }
        None => alert,
    };
    AlertLink { alert, component, query, notes }
}

impl AlertLink {
    /// What may be the runbook's own path, where the link carries it: in a parameter of that name or in a label.
    pub fn runbooks(&self) -> Vec<String> {
        let fields = self.query.iter().filter(|(name, value)| names_a_runbook(name) && !value.is_empty());
        fields.map(|(_, value)| value.clone()).collect()
    }

    /// The first of them.
    pub fn runbook(&self) -> Option<&str> {
        let mut fields = self.query.iter().filter(|(name, value)| names_a_runbook(name) && !value.is_empty());
        fields.next().map(|(_, value)| value.as_str())
    }

    /// The query without the runbook's own path, once that has been found.
    pub fn without_runbook(&self) -> Query {
        self.query.iter().filter(|(name, _)| !names_a_runbook(name)).cloned().collect()
    }
}

/// `X?cluster=a&pod=b` and `X&cluster=a`: a name and its parameters. A question mark that no parameter follows belongs to
/// the name.
fn split_off_parameters(path: &str) -> (&str, Option<&str>) {
    let is_parameters = |at: usize| {
        let name = path[at + 1..].split(['=', '&']).next().unwrap_or_default();
        path[at + 1..].starts_with(&format!("{name}=")) && query::is_label_name(name)
    };
    let at = path.char_indices().find(|(at, c)| matches!(c, '?' | '&') && is_parameters(*at));
    match at {
        Some((at, _)) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

/// The name as people write it. `urlquery` writes a blank as "+", which means a blank in a query and itself in a path:
/// one between words was a blank.
fn unplus(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
    let is_word = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric());
    let letter = |(at, c): (usize, &char)| match c {
        '+' if is_word(at.checked_sub(1)) && is_word(Some(at + 1)) => ' ',
        c => *c,
    };
    letters.iter().enumerate().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &[(&str, &str)]) -> Query {
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn reads_links_as_they_arrive() {
        for (path, raw, alert, component, expected) in [
            ("PodDown", "cluster=a&pod=b", "PodDown", None, &[("cluster", "a"), ("pod", "b")][..]),
            ("PodDown/", "", "PodDown", None, &[]),
            ("kubernetes/poddown", "pod=b", "poddown", Some("kubernetes"), &[("pod", "b")]),
            ("a/b/kubernetes/poddown", "", "poddown", Some("kubernetes"), &[]),
            ("PodDown?cluster=a&pod=b", "", "PodDown", None, &[("cluster", "a"), ("pod", "b")]),
            ("PodDown&cluster=a", "pod=b", "PodDown", None, &[("cluster", "a"), ("pod", "b")]),
            ("PodDown", "cluster=a&amp;pod=b", "PodDown", None, &[("cluster", "a"), ("pod", "b")]),
            ("PodDown", "cluster=a?pod=b", "PodDown", None, &[("cluster", "a"), ("pod", "b")]),
            ("PodDown#", "", "PodDown", None, &[]),
            ("Is the disk full?", "pod=b", "Is the disk full?", None, &[("pod", "b")]),
            ("R&D down", "", "R&D down", None, &[]),
            ("Disk+full", "", "Disk full", None, &[]),
            ("C++Crash", "", "C++Crash", None, &[]),
            ("", "alertname=PodDown", "PodDown", None, &[("alertname", "PodDown")]),
            ("<no value>", "alertname=PodDown", "PodDown", None, &[("alertname", "PodDown")]),
            ("", "", "", None, &[]),
            ("Pod\u{0}Do\nwn", "", "PodDown", None, &[]),
        ] {
            let link = read(path, &query::decode(raw));
            assert_eq!(link.alert, alert, "{path} {raw}");
            assert_eq!(link.component.as_deref(), component, "{path} {raw}");
            assert_eq!(link.query, pairs(expected), "{path} {raw}");
            assert_eq!(link.notes, Vec::<String>::new(), "{path} {raw}");
        }
        assert_eq!(read(&"x".repeat(100_000), &Query::new()).alert, "");
    }

    #[test]
    fn knows_the_runbooks_own_path() {
        let link = read("PodDown", &pairs(&[("runbook", "a/b.md"), ("pod", "x")]));
        assert_eq!(link.runbooks(), ["a/b.md"]);
        assert_eq!(link.without_runbook(), pairs(&[("pod", "x")]));
        assert!(read("PodDown", &pairs(&[("runbook_url", "")])).runbooks().is_empty());
        let labelled = read("PodDown", &pairs(&[("playbook", "docs/pods/down.html"), ("dashboard", "pods")]));
        assert_eq!(labelled.runbooks(), ["docs/pods/down.html"]);
    }

    #[test]
    fn reads_names_that_were_encoded_twice() {
        for (path, alert) in [
            ("a%2B%2B", "a++"),
            ("Disk%20full", "Disk full"),
            ("a%2Bb", "a+b"),
            ("CPU>90%", "CPU>90%"),
            ("100%zz", "100%zz"),
            ("%00a", "%00a"),
        ] {
            assert_eq!(read(path, &Query::new()).alert, alert, "{path}");
        }
    }

    #[test]
    fn follows_grafanas_own_alerts_to_their_rule() {
        let link = read("DatasourceNoData", &pairs(&[("rulename", "PodDown"), ("pod", "x")]));
        assert_eq!(link.alert, "PodDown");
        assert!(link.notes[0].contains("got no data"), "{:?}", link.notes);
        assert_eq!(read("DatasourceNoData", &pairs(&[("pod", "x")])).alert, "DatasourceNoData");
    }

    #[test]
    fn takes_what_a_scrape_calls_exported_for_what_the_alert_is_about() {
        let link = read(
            "PodDown",
            &pairs(&[
                ("namespace", "monitoring"),
                ("exported_namespace", "team"),
                ("exported_pod", "api-1"),
                ("pod", "exporter-0"),
            ]),
        );
        assert_eq!(link.query, pairs(&[("namespace", "team"), ("pod", "api-1")]));
    }
}
