//! The owner's runbook, read as it is: every section, command and fact that the page builds on.

use command::check::{PrometheusAsk, Question, Reading};
use document::problem::Severity;
use text::{
    parse, plain,
    runbook::{Block, Inline, MarkKind, Runbook},
};

use crate::shared;

fn seed() -> Runbook {
    parse(&shared::seed())
}

#[test]
fn has_title_and_metadata() {
    let seed = seed();
    assert_eq!(seed.title, "Alert: HomelabPodCrashLooping");
    assert_eq!(seed.metadata.alert.as_deref(), Some("HomelabPodCrashLooping"));
    assert_eq!(seed.metadata.domain.as_deref(), Some("alerts"));
    assert_eq!(seed.metadata.tags, ["crash-loop", "kube-scheduler", "PBS-backup", "Talos", "leader-election"]);
    assert_eq!(seed.metadata.decay_rate, Some(0.1));
    assert_eq!(seed.metadata.last_updated.as_deref(), Some("2026-02-26"));
    assert!(seed.metadata.other.is_empty());
}

#[test]
fn has_a_rail_of_six_steps() {
    let seed = seed();
    let steps: Vec<_> = seed.steps.iter().map(|step| (step.title.as_str(), step.commands.len())).collect();
    assert_eq!(
        steps,
        [
            ("Quick Diagnosis", 2),
            ("Step 1: Identify the Crashing Pod", 2),
            ("Step 2: Classify the Crash Type", 0),
            ("Known Transient Pattern: PBS Backup Window (02:00–03:30 UTC)", 2),
            ("Step 3: Fix Actions by Crash Type", 1),
            ("Step 4: Verify Recovery", 1),
        ]
    );
    assert_eq!(seed.steps[1].id, "step-1-identify-the-crashing-pod");
    for step in &seed.steps {
        let is_its_heading = matches!(&seed.blocks[step.blocks.start], Block::Heading { id, .. } if *id == step.id);
        assert!(is_its_heading, "{}", step.title);
    }
}

#[test]
fn finds_every_command_with_line_label_and_parameters() {
    let seed = seed();
    let found: Vec<_> = seed
        .commands
        .iter()
        .map(|command| {
            let parameters: Vec<&str> = command.parameters.iter().map(String::as_str).collect();
            (command.line, command.text.as_str(), command.label.as_deref().unwrap_or(""), parameters)
        })
        .collect();
    let expected = [
        (4, "increase(kube_pod_container_status_restarts_total[1h]) > 5 for 15m", "", vec![]),
        (
            12,
            "kubectl --kubeconfig=/root/.kube/config get pods -A --sort-by='.status.containerStatuses[0].restartCount' 2>/dev/null | tail -20",
            "Check which pods have high restart rates right now",
            vec![],
        ),
        (
            15,
            "kubectl --kubeconfig=/root/.kube/config get pods -A | grep CrashLoop",
            "Check if pods are actually in CrashLoopBackOff (active crash) vs just high historical count",
            vec![],
        ),
        (
            25,
            "kubectl --context=admin@<cluster> logs -n <namespace> <pod> --tail=50",
            "",
            vec!["cluster", "namespace", "pod"],
        ),
        (
            26,
            "kubectl --context=admin@<cluster> logs -n <namespace> <pod> --previous --tail=50",
            "",
            vec!["cluster", "namespace", "pod"],
        ),
        (
            57,
            "kubectl --context=admin@monitoring-cluster -n kube-system get pod kube-scheduler-talos-monitor",
            "Check if kube-scheduler is now stable",
            vec![],
        ),
        (
            60,
            "sshpass -p '••••••' ssh root@10.10.0.20 \"ps aux | grep vzdump | grep -v grep\"",
            "Check Pihanga for running vzdump (backup process)",
            vec![],
        ),
        (
            83,
            "kubectl --context=admin@monitoring-cluster -n monitoring logs \\\n  kube-prometheus-stack-grafana-<pod-id> -c grafana-sc-dashboard --previous --tail=30",
            "",
            vec!["pod-id"],
        ),
        (
            96,
            "kubectl --context=admin@<cluster> get pod -n <namespace> <pod> -w",
            "Check restart rate is no longer increasing",
            vec!["cluster", "namespace", "pod"],
        ),
    ];
    assert_eq!(found, expected);
}

#[test]
fn each_of_its_commands_is_a_check() {
    for command in seed().commands {
        assert!(matches!(command.reading, Reading::Check { .. }), "{}: {:?}", command.text, command.reading);
    }
}

#[test]
fn a_command_is_found_by_its_id() {
    let seed = seed();
    for command in &seed.commands {
        assert_eq!(seed.command(&command.id).map(|found| found.line), Some(command.line));
    }
    let edited =
        parse(&shared::seed().replace("## Quick Diagnosis", "## Quick Diagnosis\n\nRead `kubectl get nodes`.\n"));
    for command in &seed.commands {
        assert!(edited.command(&command.id).is_some(), "{} moved with an edit elsewhere", command.text);
    }
}

#[test]
fn has_its_backup_window() {
    let windows = seed().windows;
    assert_eq!(windows.len(), 1);
    assert_eq!(windows[0].label, "PBS Backup Window");
    assert_eq!((windows[0].opens_min, windows[0].closes_min), (120, 210));
    assert_eq!(windows[0].zone, "UTC");
    assert_eq!(windows[0].section, "known-transient-pattern-pbs-backup-window-02000330-utc");
}

#[test]
fn has_the_classification_table() {
    let seed = seed();
    let tables: Vec<_> =
        seed.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None }).collect();
    assert_eq!(tables.len(), 1);
    let head: Vec<String> = tables[0].head.iter().map(|cell| plain(cell, &[])).collect();
    assert_eq!(head, ["Crash Pattern", "Likely Cause", "Action"]);
    assert_eq!(tables[0].rows.len(), 6);
    assert_eq!(plain(&tables[0].rows[1][0], &[]), "leaderelection lost + API timeout to 127.0.0.1:7445");
    assert!(tables[0].rows.iter().all(|row| row.len() == 3));
}

#[test]
fn links_its_related_runbooks() {
    let seed = seed();
    let mut paths = Vec::new();
    for block in &seed.blocks {
        let Block::List { items, .. } = block else { continue };
        for item in items {
            let Some(Block::Paragraph(content)) = item.content.first() else { continue };
            paths.extend(content.iter().filter_map(|inline| match inline {
                Inline::RunbookLink { path, .. } => Some(path.as_str()),
                _ => None,
            }));
        }
    }
    assert_eq!(
        paths,
        ["infrastructure/proxmox-high-memory-pressure.md", "infrastructure/monitoring-vm-high-memory.md"]
    );
}

#[test]
fn masks_its_password_everywhere() {
    let seed = seed();
    let whole = format!("{seed:?}");
    assert!(!whole.contains("not-the-real-one"));
    let command = seed.commands.iter().find(|command| command.text.starts_with("sshpass")).unwrap();
    let mask = command.marks.iter().find(|mark| mark.kind == MarkKind::Masked).unwrap();
    assert_eq!(&command.text[mask.span.clone()], text::MASK);
    let secrets: Vec<_> = seed.problems.iter().filter(|problem| problem.code == "plain-text-secret").collect();
    assert_eq!(secrets.len(), 1);
    assert_eq!((secrets[0].line, secrets[0].severity), (60, Severity::Error));
    assert_eq!(&shared::seed()[secrets[0].span.clone()], "not-the-real-one");
    assert_eq!(seed.problems.len(), 1, "nothing else is wrong with it");
}

#[test]
fn keeps_every_section_but_metadata() {
    let seed = seed();
    let headings: Vec<String> = seed
        .blocks
        .iter()
        .filter_map(|block| if let Block::Heading { content, .. } = block { Some(plain(content, &[])) } else { None })
        .collect();
    assert_eq!(
        headings,
        [
            "Trigger Pattern",
            "Quick Diagnosis",
            "Step 1: Identify the Crashing Pod",
            "Step 2: Classify the Crash Type",
            "Known Transient Pattern: PBS Backup Window (02:00–03:30 UTC)",
            "What Happens",
            "Verification",
            "Step 3: Fix Actions by Crash Type",
            "OOM Kill",
            "Application Startup Failure",
            "Grafana Sidecar (grafana-sc-dashboard / grafana-sc-datasources) Crashes",
            "Mayastor LocalPV Provisioner Crashes",
            "Step 4: Verify Recovery",
            "Related Runbooks",
            "Alert Rule Location",
        ]
    );
}

#[test]
fn asks_for_the_trigger_without_the_time_that_it_must_hold() {
    let seed = seed();
    let trigger = seed.commands[0].resolve(&command::binding::Bindings::default()).expect("it has no placeholder");
    let Question::Prometheus(question) = trigger.question else { panic!("{trigger:?}") };
    let query = "increase(kube_pod_container_status_restarts_total[1h]) > 5".to_owned();
    assert_eq!(question.ask, PrometheusAsk::Instant { query });
}
