//! Names for series that are short and still tell them apart.

use std::collections::BTreeSet;

use crate::sources::prometheus::Labels;

/// A name for each of several series: labels that all share are left out, namespace and pod stand as a path.
pub(super) fn shortest(all: &[&Labels]) -> Vec<String> {
    let names: BTreeSet<&String> = all.iter().flat_map(|labels| labels.keys()).collect();
    let differs = |name: &&String| all.len() < 2 || all.iter().any(|labels| labels.get(*name) != all[0].get(*name));
    let telling: Vec<&String> = names.into_iter().filter(differs).collect();
    let is_about_pods = telling.iter().any(|name| *name == "pod");
    all.iter()
        .map(|labels| {
            let value = |name: &str| labels.get(name).map(String::as_str).filter(|value| !value.is_empty());
            let path = is_about_pods.then(|| {
                let parts = [value("namespace"), value("pod"), value("container")];
                parts.into_iter().flatten().collect::<Vec<_>>().join("/")
            });
            let is_in_path = |name: &str| is_about_pods && matches!(name, "namespace" | "pod" | "container");
            // What follows from the pod tells nothing more.
            let follows =
                |name: &str| is_about_pods && matches!(name, "uid" | "instance" | "job" | "endpoint" | "service");
            let rest: Vec<String> = telling
                .iter()
                .filter(|name| !is_in_path(name) && !follows(name))
                .filter_map(|name| {
                    let value = value(name)?;
                    Some(if *name == "__name__" { value.to_owned() } else { format!("{name}={value}") })
                })
                .collect();
            let path = path.filter(|path| !path.is_empty());
            let name = path.into_iter().chain(rest).collect::<Vec<_>>().join(" ");
            if name.is_empty() { "value".to_owned() } else { name }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn leaves_out_what_all_share() {
        let a = labels(&[("namespace", "kube-system"), ("pod", "a"), ("container", "c"), ("job", "ksm"), ("uid", "1")]);
        let b = labels(&[("namespace", "apps"), ("pod", "b"), ("container", "c"), ("job", "ksm"), ("uid", "2")]);
        assert_eq!(shortest(&[&a, &b]), ["kube-system/a/c", "apps/b/c"]);
        let up = labels(&[("__name__", "up"), ("instance", "a:1")]);
        let down = labels(&[("__name__", "up"), ("instance", "b:1")]);
        assert_eq!(shortest(&[&up, &down]), ["instance=a:1", "instance=b:1"]);
        assert_eq!(shortest(&[&labels(&[])]), ["value"]);
        assert_eq!(shortest(&[&up]), ["up instance=a:1"]);
    }
}
