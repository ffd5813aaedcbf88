//! The verdict on the page: the sentence, its facts, the marks at the author's table.

use app::server_side::backend::{Backend, Caller, PanelState, Query, RunbookView};
use runbook::{
    outcome::{Body, HostState, Outcome, Report, ServerWork},
    verdict::{Origin, Standing, Verdict},
};

use super::{CRASH_LOOPING, DURING_BACKUP, NOON, World, soon};

fn address(world: &World, index: usize) -> (String, Query) {
    let story = world.homelab.stories().swap_remove(index);
    let query: Query = [("cluster", story.cluster), ("namespace", story.namespace), ("pod", &story.pod)]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .chain([("container".to_owned(), story.container.to_owned())])
        .collect();
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    (format!("{CRASH_LOOPING}?{}", pairs.join("&")), query)
}

async fn view(world: &World, query: &Query) -> RunbookView {
    let path = CRASH_LOOPING.trim_start_matches("/r/").parse().expect("a path");
    world.portal.open_runbook(&Caller::Local, &path, query).await.expect("the runbook is there")
}

/// What a standing panel of a story's page says, once it is there.
async fn panel(world: &World, query: &Query, word: &str) -> Report {
    soon(word, async {
        loop {
            let view = view(world, query).await;
            let panel = view.standing.into_iter().find(|panel| panel.word == word);
            if let PanelState::Done(report) = panel.unwrap_or_else(|| panic!("no panel {word}")).state {
                return *report;
            }
        }
    })
    .await
}

async fn verdict(world: &World, query: &Query) -> Verdict {
    match panel(world, query, "verdict").await.body {
        Body::Verdict(verdict) => *verdict,
        other => panic!("no verdict: {other:?}"),
    }
}

#[tokio::test]
async fn the_window_counts_restarts_against_the_runs_of_the_machines_own_host() {
    let world = World::start(DURING_BACKUP).await;
    let (_, query) = address(&world, 0);
    let report = panel(&world, &query, "window").await;
    let summary = report.outcome.summary().to_owned();
    assert!(summary.contains("a backup is running on pihanga since 02:0"), "{summary}");
    let Body::Window(window) = report.body else { panic!("no window: {:?}", report.body) };
    let detail = window.detail.expect("a panel of its own");
    assert!(detail.statement.expect("a pod is chosen").contains("inside backup runs; 0 outside"));
    let carries: Vec<&str> = detail.hosts.iter().filter_map(|host| host.carries.as_deref()).collect();
    assert!(matches!(carries.as_slice(), [only] if only.contains("talos-monitor (guest 201")), "{carries:?}");
    assert_eq!(detail.nights.len(), 7);
    assert!(detail.nights.iter().skip(1).all(|night| !night.runs.is_empty()), "{:#?}", detail.nights);
}

#[tokio::test]
async fn the_window_does_not_take_a_silent_host_for_an_idle_one() {
    let world = World::start(DURING_BACKUP).await;
    assert!(world.homelab.allow_audit("ruapehu", false));
    let (_, query) = address(&world, 0);
    let report = panel(&world, &query, "window").await;
    let summary = report.outcome.summary();
    assert!(summary.contains("whether one runs on ruapehu is unknown"), "{summary}");
    assert!(summary.contains("a backup is running on pihanga"), "{summary}");
}

#[tokio::test]
async fn the_window_holds_the_backup_servers_work_beside_the_nodes() {
    let world = World::start(DURING_BACKUP).await;
    let (address, query) = address(&world, 0);
    let report = panel(&world, &query, "window").await;
    let summary = report.outcome.summary().to_owned();
    assert!(summary.contains("on pbs 2 backups since 02:00"), "{summary}");
    let Body::Window(window) = report.body else { panic!("no window: {:?}", report.body) };
    let detail = window.detail.expect("a panel of its own");
    let [statement] = detail.server_statements.as_slice() else { panic!("{:?}", detail.server_statements) };
    assert!(statement.contains("while pbs worked (") && statement.contains("during backup"), "{statement}");
    let [server] = detail.servers.as_slice() else { panic!("{:?}", detail.servers) };
    assert_eq!((server.name.as_str(), server.state), ("pbs", HostState::Reading));
    // Every earlier night has the four kinds of work; tonight only the backup has begun.
    for night in detail.nights.iter().skip(1).take(5) {
        let mut works: Vec<ServerWork> = night.stretches.iter().map(|stretch| stretch.work).collect();
        works.sort_unstable();
        works.dedup();
        use ServerWork::{Backup, GarbageCollection, Prune, Verification};
        assert_eq!(works, [Backup, Prune, GarbageCollection, Verification], "{night:#?}");
    }
    // The page draws what has been gathered by then, and the gathering may just be renewed.
    let page = soon("the page with the tasks", async {
        loop {
            let opened = world.get(&address).await;
            opened.has_not("aria-label=\"Tasks of the backup servers\"");
            let page = world.get(&format!("{address}&run=window-0")).await;
            if page.text.contains("aria-label=\"Tasks of the backup servers\"") {
                return page;
            }
        }
    })
    .await;
    page.has("pbs · backup, running since 02:0");
    page.has("garbage collection");
}

#[tokio::test]
async fn a_backup_server_that_may_not_be_asked_is_unknown_in_the_window() {
    let world = World::start(DURING_BACKUP).await;
    world.homelab.allow_backup_audit(false);
    let (_, query) = address(&world, 0);
    let report = panel(&world, &query, "window").await;
    assert_eq!(report.outcome.word(), "warn");
    assert!(report.outcome.summary().contains("what pbs does is unknown"), "{}", report.outcome.summary());
    let Body::Window(window) = report.body else { panic!("no window: {:?}", report.body) };
    let detail = window.detail.expect("a panel of its own");
    assert_eq!(detail.servers[0].state, HostState::Unknown);
    assert!(detail.servers[0].doing.contains("Sys.Audit"), "{}", detail.servers[0].doing);
    assert!(detail.server_statements[0].contains("is unknown"), "{:?}", detail.server_statements);
    assert!(detail.tasks.is_empty());
}

#[tokio::test]
async fn a_window_that_a_paragraph_names_stands_under_that_paragraph() {
    let text = "# Backups\n\n## What happens\n\nFirst some words.\n\nThe backup window is 02:00-03:30 UTC.\n\nLast \
                words.\n";
    let world = World::start_with(NOON, &[("backups.md", text)]).await;
    let page = world.get("/r/backups").await;
    let places = ["First some words", "backup window is", "data-panel=\"window\"", "Last words"];
    let places = places.map(|words| page.text.rfind(words).unwrap_or_else(|| panic!("{words}: {}", page.text)));
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test]
async fn a_pod_that_has_been_quiet_counts_as_recovered() {
    let world = World::start(NOON).await;
    let (_, query) = address(&world, 5);
    let report = panel(&world, &query, "recovery").await;
    assert!(report.outcome.summary().starts_with("Recovered at "), "{}", report.outcome.summary());
}

#[tokio::test]
async fn what_helps_to_fix_it_names_the_broken_part() {
    let world = World::start(NOON).await;
    let (_, router) = address(&world, 2);
    let conditions = panel(&world, &router, "conditions").await;
    assert_eq!(conditions.outcome.word(), "fail");
    assert!(conditions.outcome.summary().contains("InfisicalSecret task-router-env"), "{conditions:#?}");
    let references = panel(&world, &router, "references").await;
    assert_eq!(references.outcome.word(), "pass", "{references:#?}");
    let (_, immich) = address(&world, 1);
    let memory = panel(&world, &immich, "memory").await;
    let Body::Memory(advice) = memory.body else { panic!("no advice: {:?}", memory.body) };
    assert_eq!(advice.steps.first().map(|step| step.limit_bytes), Some(384 << 20));
}

#[tokio::test]
async fn an_election_that_endpoints_record_is_told_with_its_deprecated_form() {
    let world = World::start(NOON).await;
    let page = world.get(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster")).await.text;
    let name = "mayastor-localpv-provisioner-";
    let from = page.find(name).expect("the restart table has the pod");
    let pod: String = page[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let query: Query = [("cluster", "monitoring-cluster"), ("namespace", "mayastor"), ("pod", &pod)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let report = panel(&world, &query, "leases").await;
    let Body::Findings(findings) = &report.body else { panic!("no findings: {:?}", report.body) };
    let [row] = findings.rows.as_slice() else { panic!("one election: {findings:#?}") };
    assert!(row.subject.contains("openebs.io-local"), "{row:#?}");
    assert!(row.detail.as_deref().is_some_and(|detail| detail.contains("deprecated form")), "{row:#?}");
}

#[tokio::test]
async fn every_story_about_a_pod_gets_its_row() {
    let world = World::start(DURING_BACKUP).await;
    for (story, words) in [(0, "leaderelection lost"), (1, "OOMKilled"), (2, "CrashLoopBackOff")] {
        let (_, query) = address(&world, story);
        let verdict = verdict(&world, &query).await;
        let row = verdict.winner.unwrap_or_else(|| panic!("no row fits story {story}: {verdict:#?}"));
        assert!(verdict.patterns[row].contains(words), "story {story}: {}", verdict.sentence);
    }
}

#[tokio::test]
async fn a_crash_that_no_row_describes_gets_none() {
    let world = World::start(DURING_BACKUP).await;
    let (_, query) = address(&world, 5);
    let verdict = verdict(&world, &query).await;
    assert_eq!(verdict.winner, None, "{}", verdict.sentence);
    assert!(
        verdict.facts.iter().any(|fact| fact.value.contains("10.96.41.7:6379: connect: connection refused")),
        "{:#?}",
        verdict.facts
    );
}

#[tokio::test]
async fn the_page_itself_carries_sentence_facts_and_marks() {
    let world = World::start(DURING_BACKUP).await;
    let (address, query) = address(&world, 0);
    verdict(&world, &query).await;
    let page = world.get(&address).await;
    page.has("data-panel=\"verdict\"");
    page.has("inside tonight's backup");
    page.has("vzdump running on pihanga");
    page.has("Leaderelection lost");
    page.has("data-row-mark=\"1\"");
    page.has("data-state=\"matches\"");
    page.has("id=\"_row-2\"");
}

#[tokio::test]
async fn without_a_pod_only_what_is_needed_is_said() {
    let world = World::start(NOON).await;
    let page = world.get(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster")).await;
    page.has("The table of crash patterns is judged once namespace and pod have a value.");
    page.has_not("data-panel=\"verdict\"");
    page.has_not("data-row-mark");
}

#[tokio::test]
async fn a_backup_that_cannot_be_asked_is_not_taken_for_none() {
    let world = World::start(DURING_BACKUP).await;
    for host in ["pihanga", "ruapehu"] {
        assert!(world.homelab.allow_audit(host, false));
    }
    let (_, query) = address(&world, 0);
    let verdict = verdict(&world, &query).await;
    assert_eq!(verdict.standing, Standing::Provisional, "{}", verdict.sentence);
    assert!(verdict.sentence.contains("whether a backup was running is unknown"), "{}", verdict.sentence);
    assert!(!verdict.sentence.contains("Transient"), "{}", verdict.sentence);
}

#[tokio::test]
async fn no_panel_takes_a_cluster_that_refuses_for_one_without_trouble() {
    let world = World::start(NOON).await;
    let (_, query) = address(&world, 2);
    assert!(world.homelab.answer_with("agentic", Some(403)));
    // The first portal may have heard of the pod before.
    let world = world.reopened().await;
    for word in ["verdict", "recovery", "memory", "references", "conditions", "leases"] {
        let report = panel(&world, &query, word).await;
        let Outcome::Unknown(unknown) = &report.outcome else { panic!("{word} is not unknown: {report:#?}") };
        assert!(!unknown.reason.is_empty() && !unknown.remedy.is_empty(), "{word}: {unknown:?}");
    }
}

#[tokio::test]
async fn a_pod_that_is_gone_leaves_every_row_unknown() {
    let world = World::start(NOON).await;
    let query: Query = [("cluster", "monitoring-cluster"), ("namespace", "monitoring"), ("pod", "grafana-gone-1")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let verdict = verdict(&world, &query).await;
    assert_eq!(verdict.standing, Standing::Unknown);
    assert!(verdict.sentence.contains("has no pod grafana-gone-1 in namespace monitoring"), "{}", verdict.sentence);
}

#[tokio::test]
async fn a_runbook_without_rows_of_its_own_is_judged_by_ours_once_there_is_a_pod() {
    let world = World::start_with(NOON, &[("plain.md", "# Plain\n\n`kubectl get pod -n <namespace> <pod>`\n")]).await;
    let (_, query) = address(&world, 2);
    let path = "plain".parse().expect("a path");
    let bare = world.portal.open_runbook(&Caller::Local, &path, &Query::new()).await.expect("the runbook is there");
    assert!(bare.standing.iter().all(|panel| panel.word != "verdict"), "without a pod there is nothing to judge");
    let verdict = soon("the verdict", async {
        loop {
            let view = world.portal.open_runbook(&Caller::Local, &path, &query).await.expect("the runbook is there");
            let panel = view.standing.into_iter().find(|panel| panel.word == "verdict").expect("a verdict");
            if let PanelState::Done(report) = panel.state
                && let Body::Verdict(verdict) = report.body
            {
                return verdict;
            }
        }
    })
    .await;
    assert_eq!(verdict.origin, Origin::BuiltIn);
    assert!(verdict.notes.iter().any(|note| note.contains("judged by Runlight's own")), "{:?}", verdict.notes);
}

#[tokio::test]
async fn the_cause_stands_first_and_each_end_once() {
    let world = World::start(DURING_BACKUP).await;
    let (address, query) = address(&world, 2);
    let verdict = verdict(&world, &query).await;
    let words = verdict.last_words.expect("the run that ended has a log");
    let telling: Vec<&str> = words.lines.iter().filter(|line| line.is_telling).map(|line| line.text.as_str()).collect();
    assert!(matches!(telling.as_slice(), [one] if one.ends_with("ROUTER_QUEUE_URL")), "{:#?}", words.lines);
    assert!((3..=5).contains(&words.lines.len()), "{:#?}", words.lines);
    let check = words.log_check.expect("the runbook has a command for the log");
    assert!(verdict.recovery.is_some());
    let page = soon("the page with the verdict", async {
        loop {
            let page = world.get(&address).await;
            if page.text.contains("class=\"last-lines\"") {
                return page.text;
            }
        }
    })
    .await;
    let places = [
        "data-live=\"alert\"",
        "class=\"sentence\"",
        "class=\"last-lines\"",
        "class=\"next\"",
        "class=\"over\"",
        "class=\"case-facts\"",
    ];
    let at: Vec<usize> = places.iter().map(|place| page.find(place).unwrap_or_else(|| panic!("{place}"))).collect();
    assert!(at.is_sorted(), "{places:?} stand at {at:?}");
    assert!(page.contains(&format!("run={check}#check-{check}\"")), "the whole log is one press away");
    assert_eq!(page.matches("exit code 1 (the program gave up with an error)").count(), 1, "an end is said once");
    assert!(page.len() < 90_000, "{} bytes", page.len());
}

#[tokio::test]
async fn a_step_that_only_other_rows_mean_folds_with_the_reason() {
    let world = World::start(DURING_BACKUP).await;
    let (address, query) = address(&world, 2);
    verdict(&world, &query).await;
    let page = soon("the page with the verdict", async {
        loop {
            let page = world.get(&address).await;
            if page.text.contains("class=\"last-lines\"") {
                return page;
            }
        }
    })
    .await;
    page.has("<details class=\"not-now\"><summary>Does not apply to this crash: ");
    page.has("does not apply");
}

#[tokio::test]
async fn the_action_leads_to_its_section_and_the_section_is_marked() {
    let world = World::start(DURING_BACKUP).await;
    let (address, query) = address(&world, 0);
    let verdict = verdict(&world, &query).await;
    let section = verdict.leads_to.expect("the row means a section");
    assert!(section.title.contains("backup window"), "{section:?}");
    let page = soon("the page with the verdict", async {
        loop {
            let page = world.get(&address).await;
            if page.text.contains("section-mark") {
                return page;
            }
        }
    })
    .await;
    page.has(&format!("href=\"#{}\"", section.anchor));
    page.has("leads here");
}
