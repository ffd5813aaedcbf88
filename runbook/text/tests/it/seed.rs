//! A homelab's runbook, read as it is: every section, command and fact that the page builds on.

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
    assert_eq!(seed.title, "Alert: ShedPodCrashLooping");
    assert_eq!(seed.metadata.alert.as_deref(), Some("ShedPodCrashLooping"));
    assert_eq!(seed.metadata.domain.as_deref(), Some("homelab"));
    assert_eq!(seed.metadata.tags, ["crash-loop", "kube-scheduler", "backup", "Talos"]);
    assert_eq!(seed.metadata.decay_rate, Some(0.1));
    assert_eq!(seed.metadata.last_updated.as_deref(), Some("2026-03-08"));
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
            ("Step 1: Find the Pod", 2),
            ("Step 2: Tell the Kinds Apart", 0),
            ("Known Pattern: Nightly Backup Window (02:00–03:30 UTC)", 2),
            ("Step 3: Repair It", 1),
            ("Step 4: Verify Recovery", 1),
        ]
    );
    assert_eq!(seed.steps[1].id, "step-1-find-the-pod");
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
        (4, "increase(kube_pod_container_status_restarts_total[30m]) > 3 for 10m", "", vec![]),
        (
            12,
            "kubectl --kubeconfig=/etc/shed/kubeconfig get pods -A --sort-by='.status.containerStatuses[0].restartCount' 2>/dev/null | tail -15",
            "Who has restarted most",
            vec![],
        ),
        (
            15,
            "kubectl --kubeconfig=/etc/shed/kubeconfig get pods -A | grep CrashLoop",
            "Who waits out a back-off at this moment",
            vec![],
        ),
        (
            25,
            "kubectl --context=admin@<cluster> logs -n <namespace> <pod> --tail=40",
            "",
            vec!["cluster", "namespace", "pod"],
        ),
        (
            26,
            "kubectl --context=admin@<cluster> logs -n <namespace> <pod> --previous --tail=40",
            "",
            vec!["cluster", "namespace", "pod"],
        ),
        (
            54,
            "kubectl --context=admin@shed -n kube-system get pod kube-scheduler-talos-shed",
            "Is the scheduler steady now",
            vec![],
        ),
        (
            57,
            "sshpass -p '••••••' ssh root@10.20.0.20 \"ps aux | grep vzdump | grep -v grep\"",
            "Does Cellar still back up",
            vec![],
        ),
        (
            77,
            "kubectl --context=admin@shed -n monitoring logs \\\n  shed-grafana-<pod-id> -c shed-sc-dashboard --previous --tail=20",
            "",
            vec!["pod-id"],
        ),
        (
            88,
            "kubectl --context=admin@<cluster> get pod -n <namespace> <pod> -w",
            "The count stands still",
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
    assert_eq!(windows[0].label, "Nightly Backup Window");
    assert_eq!((windows[0].opens_min, windows[0].closes_min), (120, 210));
    assert_eq!(windows[0].zone, "UTC");
    assert_eq!(windows[0].section, "known-pattern-nightly-backup-window-02000330-utc");
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
    assert_eq!(paths, ["homelab/proxmox-backup.md", "homelab/talos-etcd.md"]);
}

#[test]
fn masks_its_password_everywhere() {
    let seed = seed();
    let whole = format!("{seed:?}");
    assert!(!whole.contains("no-real-secret"));
    let command = seed.commands.iter().find(|command| command.text.starts_with("sshpass")).unwrap();
    let mask = command.marks.iter().find(|mark| mark.kind == MarkKind::Masked).unwrap();
    assert_eq!(&command.text[mask.span.clone()], text::MASK);
    let secrets: Vec<_> = seed.problems.iter().filter(|problem| problem.code == "plain-text-secret").collect();
    assert_eq!(secrets.len(), 1);
    assert_eq!((secrets[0].line, secrets[0].severity), (57, Severity::Error));
    assert_eq!(&shared::seed()[secrets[0].span.clone()], "no-real-secret");
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
            "Step 1: Find the Pod",
            "Step 2: Tell the Kinds Apart",
            "Known Pattern: Nightly Backup Window (02:00–03:30 UTC)",
            "What Happens",
            "Verification",
            "Step 3: Repair It",
            "OOM Kill",
            "Application Startup Failure",
            "Dashboard Sidecar (shed-sc-dashboard) Crashes",
            "Provisioner Crashes",
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
    let query = "increase(kube_pod_container_status_restarts_total[30m]) > 3".to_owned();
    assert_eq!(question.ask, PrometheusAsk::Instant { query });
}
