//! Finding runbooks among those that people really have.

use document::names::RunbookPath;
use text::{
    lookup::{Book, Index, Lookup, Wanted},
    runbook::Runbook,
};

use crate::shared;

/// The files of the library below a folder, by their path in it without the extension.
fn library(root: &str) -> Vec<(RunbookPath, Runbook)> {
    let files = shared::library().into_iter().filter(|(path, _)| path.starts_with(root));
    files
        .map(|(path, text)| {
            let relative = path.strip_prefix(root).expect("below").with_extension("");
            (relative.to_str().expect("UTF-8").parse().expect("a valid path"), text::parse(&text))
        })
        .collect()
}

fn index(library: &[(RunbookPath, Runbook)]) -> Index {
    Index::new(library.iter().map(|(path, runbook)| Book {
        path,
        title: &runbook.title,
        alerts: &runbook.alerts,
        folder: 0,
    }))
}

/// kube-prometheus-stack writes `/runbooks/COMPONENT/NAME` with the name in lower case.
#[test]
fn finds_every_runbook_of_the_prometheus_operator_by_its_own_links() {
    let library = library("operator/content/runbooks");
    let index = index(&library);
    let mut count = 0;
    for (path, _) in &library {
        let Some((component, name)) = path.as_str().split_once('/') else { continue };
        if name.starts_with('_') {
            continue;
        }
        let lower = name.to_lowercase();
        let wanted = Wanted { alert: &lower, component: Some(component), runbook: None };
        match index.find(&wanted) {
            Lookup::One(found) => assert_eq!(found.path, *path),
            other => panic!("{path}: {other:?}"),
        }
        count += 1;
    }
    assert_eq!(count, 4);
}

/// Several teams' files as one library: two of them hold runbooks for the same alerts.
#[test]
fn lists_the_runbooks_of_both_teams_for_an_alert_of_both() {
    let library = library("");
    let index = index(&library);
    let Lookup::Several(found) = index.find(&Wanted { alert: "kubepodcrashlooping", ..Wanted::default() }) else {
        panic!("two teams have it")
    };
    assert_eq!(found.len(), 2, "{found:?}");
    let by_path = Wanted {
        alert: "kubepodcrashlooping",
        runbook: Some("https://github.com/x/y/blob/main/operator/content/runbooks/kubernetes/KubePodCrashLooping.md"),
        ..Wanted::default()
    };
    assert!(matches!(index.find(&by_path), Lookup::One(found) if found.path.as_str().starts_with("operator")));
    let Lookup::One(found) = index.find(&Wanted { alert: "PodCrashLoopBackOff", ..Wanted::default() }) else {
        panic!("one team names it in a line")
    };
    assert!(found.path.as_str().ends_with("pod-crashloop"), "{found:?}");
    assert_eq!(index.doubles().len(), 2, "{:?}", index.doubles());
}
