//! A library of every habit, asked in every way.

use super::*;
use crate::runbook::Runbook;

/// Files of one folder: path without extension, and text.
fn index(folders: &[&[(&str, &str)]]) -> Index {
    let books: Vec<(usize, RunbookPath, Runbook)> = folders
        .iter()
        .enumerate()
        .flat_map(|(folder, files)| files.iter().map(move |(path, text)| (folder, path, text)))
        .map(|(folder, path, text)| (folder, path.parse().expect("a valid path"), crate::parse(text)))
        .collect();
    Index::new(books.iter().map(|(folder, path, runbook)| Book {
        path,
        title: &runbook.title,
        alerts: &runbook.alerts,
        folder: *folder,
    }))
}

const LIBRARY: &[(&str, &str)] = &[
    ("HomelabPodCrashLooping", "# Alert: HomelabPodCrashLooping\n"),
    ("alerts/homelab-node-memory-high", "# Node memory\n"),
    (
        "alerts/certificates",
        "---\nalerts: [HomelabCertificateNotReady, HomelabCertificateExpired]\n---\n# Certificates\n",
    ),
    ("alerts/disk-full/README", "# Disks\n"),
    ("alerts/network-runbook", "# Network\n\n**Alert:** `HomelabPacketLoss`\n"),
    ("kubernetes/KubePodNotReady", "# KubePodNotReady\n"),
    ("openshift/KubePodNotReady", "# KubePodNotReady\n"),
    ("many", "# Many\n\n## Alert: ManyFirst\n\ntext\n\n## Alert: ManySecond\n\ntext\n"),
    ("notes", "# Notes\n\n| Alert | For |\n|---|---|\n| HomelabPodCrashLooping | 15m |\n| HomelabRareThing | 1h |\n"),
    ("grafana", "---\nalert: High CPU usage\n---\n# CPU\n"),
];

/// The addresses that a lookup gives, with `#` and the section.
fn addresses(lookup: &Lookup) -> Vec<String> {
    let address = |found: &Match| match &found.section {
        Some(section) => format!("{}#{section}", found.path),
        None => found.path.to_string(),
    };
    match lookup {
        Lookup::One(found) => vec![address(found)],
        Lookup::Several(found) => found.iter().map(address).collect(),
        Lookup::Missing(_) => Vec::new(),
    }
}

#[test]
fn finds_a_runbook_by_any_name_of_its_alert() {
    let index = index(&[LIBRARY]);
    for (alert, expected) in [
        ("HomelabPodCrashLooping", "HomelabPodCrashLooping"),
        ("homelabpodcrashlooping", "HomelabPodCrashLooping"),
        ("HOMELAB_POD_CRASH_LOOPING", "HomelabPodCrashLooping"),
        ("homelab-pod-crash-looping", "HomelabPodCrashLooping"),
        ("HomelabNodeMemoryHigh", "alerts/homelab-node-memory-high"),
        ("HomelabCertificateExpired", "alerts/certificates"),
        ("homelabcertificatenotready", "alerts/certificates"),
        ("DiskFull", "alerts/disk-full/README"),
        ("HomelabPacketLoss", "alerts/network-runbook"),
        ("Network", "alerts/network-runbook"),
        ("ManyFirst", "many#alert-manyfirst"),
        ("manysecond", "many#alert-manysecond"),
        ("HomelabRareThing", "notes"),
        ("High CPU usage", "grafana"),
        ("highcpuusage", "grafana"),
    ] {
        let found = index.find(&Wanted { alert, ..Wanted::default() });
        assert_eq!(addresses(&found), [expected], "{alert}");
    }
}

#[test]
fn gives_the_reasons_strongest_first() {
    let index = index(&[LIBRARY]);
    let Lookup::One(found) = index.find(&Wanted { alert: "HomelabPodCrashLooping", ..Wanted::default() }) else {
        panic!("one")
    };
    assert_eq!(found.reasons, [Reason::Named(How::Heading), Reason::FileName]);
}

#[test]
fn lists_several_and_lets_the_component_decide() {
    let index = index(&[LIBRARY]);
    let wanted = |component| Wanted { alert: "kubepodnotready", component, ..Wanted::default() };
    assert_eq!(addresses(&index.find(&wanted(None))), ["kubernetes/KubePodNotReady", "openshift/KubePodNotReady"]);
    assert_eq!(addresses(&index.find(&wanted(Some("kubernetes")))), ["kubernetes/KubePodNotReady"]);
    assert_eq!(addresses(&index.find(&wanted(Some("OpenShift")))), ["openshift/KubePodNotReady"]);
    assert_eq!(addresses(&index.find(&wanted(Some("general")))).len(), 2);
}

#[test]
fn takes_a_copied_title_for_what_it_is() {
    let files: &[(&str, &str)] =
        &[("a/PodDown", "# PodDown\n"), ("a/DiskFull", "# PodDown\n"), ("a/x", "# NodeDown\n")];
    let index = index(&[files]);
    let found = |alert| addresses(&index.find(&Wanted { alert, ..Wanted::default() }));
    assert_eq!(found("PodDown"), ["a/PodDown"]);
    assert_eq!(found("DiskFull"), ["a/DiskFull"]);
    assert_eq!(found("NodeDown"), ["a/x"]);
    assert_eq!(index.doubles().len(), 1, "lint tells of it");
}

#[test]
fn lets_an_earlier_folder_of_the_library_decide() {
    let own: &[(&str, &str)] = &[("mine/crash", "# Alert: HomelabPodCrashLooping\n")];
    let found = index(&[own, LIBRARY]).find(&Wanted { alert: "HomelabPodCrashLooping", ..Wanted::default() });
    assert_eq!(addresses(&found), ["mine/crash"]);
}

#[test]
fn follows_the_path_that_the_rule_carries() {
    let index = index(&[LIBRARY]);
    for (runbook, expected) in [
        ("alerts/homelab-node-memory-high.md", &["alerts/homelab-node-memory-high"][..]),
        ("homelab-node-memory-high.md", &["alerts/homelab-node-memory-high"]),
        ("/srv/checkout/docs/alerts/homelab-node-memory-high.md", &["alerts/homelab-node-memory-high"]),
        ("../../alerts/homelab_node_memory_high.MD#step-1", &["alerts/homelab-node-memory-high"]),
        ("C:\\team\\alerts\\homelab-node-memory-high.md", &["alerts/homelab-node-memory-high"]),
        ("https://git.example.org/team/ops/src/main/alerts/disk-full/README.md?raw=1", &["alerts/disk-full/README"]),
        ("https://runbooks.example.org/runbooks/kubernetes/kubepodnotready", &["kubernetes/KubePodNotReady"]),
        (
            "https://runbooks.example.org/runbooks/KubePodNotReady/",
            &["kubernetes/KubePodNotReady", "openshift/KubePodNotReady"],
        ),
        // What names no file of the library leaves the choice to the alert's name.
        ("elsewhere/README.md", &["many#alert-manyfirst"]),
        ("https://example.org", &["many#alert-manyfirst"]),
        ("", &["many#alert-manyfirst"]),
        ("///", &["many#alert-manyfirst"]),
        ("TBD", &["many#alert-manyfirst"]),
    ] {
        let found = index.find(&Wanted { alert: "ManyFirst", component: None, runbook: Some(runbook) });
        assert_eq!(addresses(&found), expected, "{runbook}");
    }
    let long = "x/".repeat(100_000);
    assert_eq!(addresses(&index.find(&Wanted { alert: "Network", component: None, runbook: Some(&long) })).len(), 1);
}

#[test]
fn offers_what_is_near_a_miss() {
    let index = index(&[LIBRARY]);
    for (alert, expected) in [
        ("HomelabPodCrashLoping", Some("HomelabPodCrashLooping")),
        ("KubePodCrashLooping", Some("HomelabPodCrashLooping")),
        ("NodeMemoryHigh", Some("alerts/homelab-node-memory-high")),
        ("CephHealthError", None),
        ("", None),
        ("💥", None),
    ] {
        let Lookup::Missing(near) = index.find(&Wanted { alert, ..Wanted::default() }) else {
            panic!("{alert} is found")
        };
        assert_eq!(near.first().map(|near| near.path.as_str()), expected, "{alert}: {near:?}");
    }
}

#[test]
fn knows_alerts_with_two_runbooks() {
    let doubled: &[(&str, &str)] = &[("old/crash", "# Alert: HomelabPodCrashLooping\n")];
    let library = [LIBRARY, doubled].concat();
    let doubles = index(&[&library]).doubles();
    let names: Vec<_> = doubles.iter().map(|(name, paths)| (name.as_str(), paths.len())).collect();
    assert_eq!(names, [("HomelabPodCrashLooping", 2), ("KubePodNotReady", 2)]);
    assert!(index(&[&LIBRARY[..5], doubled]).doubles().is_empty(), "another folder only stands behind");
}
