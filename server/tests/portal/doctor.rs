//! The look at every source, over the simulated homelab: what it says when all is well, and when it is not.

use app::server_side::doctor::{Examination, Part, Row, State, Topic};
use server::portal::Portal;

use super::World;
use crate::day::NOON;

fn part<'e>(found: &'e Examination, kind: &str, name: &str) -> &'e Part {
    found
        .parts
        .iter()
        .find(|part| part.kind == kind && part.name == name)
        .unwrap_or_else(|| panic!("no part {kind} {name}"))
}

fn rows(part: &Part, topic: Topic) -> Vec<&Row> {
    part.rows.iter().filter(|row| row.topic == topic).collect()
}

/// The only finding that is not as it should be.
fn trouble(part: &Part, state: State) -> &Row {
    let found: Vec<&Row> = part.rows.iter().filter(|row| row.state == state).collect();
    assert_eq!(found.len(), 1, "{part:#?}");
    found[0]
}

/// A portal that has looked at nothing yet, over the same homelab.
async fn look(world: &World) -> std::sync::Arc<Examination> {
    let clock = world.homelab.clock();
    let portal = Portal::open(&world.config, clock, Vec::new()).await.expect("a valid configuration");
    portal.library_read().await;
    portal.examine().await.expect("a look")
}

#[cfg(unix)]
#[tokio::test]
async fn finds_nothing_wrong_in_a_homelab_that_is_well() {
    let world = World::start(NOON).await;
    let found = look(&world).await;
    let wrong: Vec<&Row> = found
        .parts
        .iter()
        .flat_map(|part| &part.rows)
        .filter(|row| matches!(row.state, State::Warning | State::Unknown))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let cluster = part(&found, "Kubernetes", "monitoring-cluster");
    assert!(cluster.version.as_deref().is_some_and(|version| version.starts_with("v1.")), "{cluster:#?}");
    assert!(cluster.address.as_deref().is_some_and(|address| address.starts_with("127.0.0.1:")), "{cluster:#?}");
    assert!(rows(cluster, Topic::Rights)[0].words.contains("The account runlight-demo may read all"));
    for topic in [Topic::Reach, Topic::Rights, Topic::Clock, Topic::Certificate, Topic::Files] {
        for (kind, name) in
            [("Kubernetes", "monitoring-cluster"), ("Proxmox VE", "pihanga"), ("Proxmox Backup Server", "pbs")]
        {
            assert_eq!(rows(part(&found, kind, name), topic).len(), 1, "{kind} {topic:?}");
        }
    }
    assert_eq!(part(&found, "Proxmox VE", "pihanga").version.as_deref(), Some("9.0.10"));
    assert_eq!(part(&found, "Proxmox Backup Server", "pbs").version.as_deref(), Some("4.0.14"));
    assert_eq!(part(&found, "Prometheus", "home").version.as_deref(), Some("3.0.1"));
    for kind in ["Evidence store", "Sign-in"] {
        assert_eq!(part(&found, kind, "").rows[0].state, State::NotConfigured);
    }
    assert_eq!(part(&found, "Library", "").rows.last().map(|row| row.state), Some(State::Ok));
}

#[tokio::test]
async fn names_a_missing_right_with_the_role_that_gives_it() {
    let world = World::start(NOON).await;
    world.homelab.allow_verb("monitoring-cluster", "get", "pods/log", false);
    world.homelab.allow_verb("monitoring-cluster", "list", "cronjobs", false);
    let found = look(&world).await;
    let cluster = part(&found, "Kubernetes", "monitoring-cluster");
    let row = trouble(cluster, State::Unknown);
    assert_eq!(
        row.words,
        "The account runlight-demo may not get pods/log in all namespaces: pages show that as unknown."
    );
    let role = row.remedy.as_ref().expect("a remedy").lines.join("\n");
    assert!(role.contains("resources: [pods/log]\n    verbs: [get]"), "{role}");
    assert!(role.contains("kind: User\n    name: \"runlight-demo\""), "{role}");
    assert!(cluster.rows.iter().any(|row| row.state == State::Warning && row.words.contains("list cronjobs.batch")));
    assert!(!found.is_ok());
    assert!(part(&found, "Kubernetes", "homelab-prod").rows.iter().all(|row| row.state != State::Unknown));
}

#[tokio::test]
async fn does_not_take_an_empty_list_for_nothing_there() {
    let world = World::start(NOON).await;
    // Both products answer 200 with an empty list then.
    world.homelab.allow_audit("pihanga", false);
    world.homelab.allow_backup_audit(false);
    let found = look(&world).await;
    let row = trouble(part(&found, "Proxmox VE", "pihanga"), State::Unknown);
    assert!(row.words.contains("no Sys.Audit on /nodes/pihanga, no Sys.Audit on /"), "{row:?}");
    let lines = &row.remedy.as_ref().expect("a remedy").lines;
    assert!(lines[0].starts_with("pveum role add RunlightRead --privs \"Sys.Audit\""), "{lines:?}");
    assert!(lines[2].starts_with("pveum acl modify / --tokens 'runlight@pve!"), "{lines:?}");
    let row = trouble(part(&found, "Proxmox Backup Server", "pbs"), State::Unknown);
    let lines = &row.remedy.as_ref().expect("a remedy").lines;
    assert!(lines[1].starts_with("proxmox-backup-manager acl update / Audit --auth-id '"), "{lines:?}");
}

/// Why something would be unknown of a source.
fn unknown<'e>(found: &'e Examination, kind: &str, name: &str) -> &'e str {
    let part = part(found, kind, name);
    let row = part.rows.iter().find(|row| row.state == State::Unknown);
    &row.unwrap_or_else(|| panic!("nothing is unknown: {part:#?}")).words
}

#[tokio::test]
async fn says_of_each_source_that_is_down_or_another_one_why() {
    let mut world = World::start(NOON).await;
    assert!(world.homelab.stop("monitoring-cluster").await);
    world.homelab.answer_with("pihanga", Some(595));
    let pin = ["AB"; 32].join(":");
    world.config.proxmox.get_mut("ruapehu").expect("configured").fingerprint = Some(pin);
    world.homelab.answer_with("pbs", Some(401));
    let found = look(&world).await;
    assert!(unknown(&found, "Kubernetes", "monitoring-cluster").contains("connection refused"));
    assert!(unknown(&found, "Proxmox VE", "pihanga").contains("answered 595"));
    assert!(unknown(&found, "Proxmox VE", "ruapehu").contains("another certificate than the pinned one"));
    assert!(unknown(&found, "Proxmox Backup Server", "pbs").contains("answered 401"));
    let other = part(&found, "Kubernetes", "homelab-prod");
    assert!(other.rows.iter().all(|row| row.state != State::Unknown), "{other:#?}");
}

#[tokio::test]
async fn ends_although_a_source_does_not_answer() {
    let mut world = World::start(NOON).await;
    world.config.server.check_timeout_ms = 1_500;
    world.homelab.hold_answers("agentic", true);
    let found = look(&world).await;
    assert!(unknown(&found, "Kubernetes", "agentic").contains("within 1.5 s"), "{found:#?}");
}

#[cfg(unix)]
#[tokio::test]
async fn warns_of_secrets_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::start(NOON).await;
    let token = world.folder.path().join("pihanga.token");
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).expect("set");
    let found = look(&world).await;
    let row = trouble(part(&found, "Proxmox VE", "pihanga"), State::Warning);
    assert_eq!(row.topic, Topic::Files);
    assert!(row.words.contains("pihanga.token can be read by every user of this machine (mode 0644)"), "{row:?}");
    assert_eq!(row.remedy.as_ref().expect("a remedy").lines, [format!("chmod 600 {}", token.display())]);
    assert!(found.is_ok(), "a warning keeps nothing from being known");
}

#[tokio::test]
async fn looks_once_for_everybody_and_shows_the_same_list_as_a_page() {
    let world = World::start(NOON).await;
    let first = world.portal.examine().await.expect("a look");
    assert!(world.homelab.stop("pihanga").await);
    let page = world.get("/doctor").await;
    assert_eq!(page.status, http::StatusCode::OK);
    let again = world.portal.examine().await.expect("a look");
    assert!(std::sync::Arc::ptr_eq(&first, &again), "the sources are asked at most every 30 s");
    for words in
        ["Kubernetes", "monitoring-cluster", "It answers, as Proxmox VE 9.0.10.", "Evidence store", "not configured"]
    {
        page.has(words);
    }
    world.get("/").await.has("href=\"/doctor\"");
}

#[tokio::test]
async fn a_folder_that_is_gone_and_a_portal_without_sources_are_said() {
    let mut world = World::start(NOON).await;
    world.config.library.folders = vec![world.folder.path().join("gone")];
    world.config.clusters.clear();
    world.config.proxmox.clear();
    world.config.backup.clear();
    world.config.prometheus.clear();
    world.config.alertmanager.clear();
    let found = look(&world).await;
    assert!(part(&found, "Sources", "").rows[0].words.contains("No source is configured"));
    let library = part(&found, "Library", "");
    assert_eq!(library.rows[0].state, State::Unknown);
    assert!(library.rows[0].words.contains("gone cannot be read"), "{library:#?}");
    assert!(!found.is_ok());
}
