//! The look at every source on real parts: what a real API server says of rights, and a Proxmox VE that we did not write.

use std::{path::Path, sync::Arc};

use app::server_side::doctor::{Examination, Part, Row, State, Topic};
use libtest_mimic::Trial;
use server::{clock::Clock, config::Config, portal::Portal};

use crate::{
    cluster::{NAME, portal},
    not_run::{Ran, trials},
    parts::Parts,
    peer::Peer,
};

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![
        an_administrator_lacks_nothing,
        the_role_that_is_advised_gives_what_was_missing,
        a_token_that_is_over_is_said_first,
        names_the_privilege_that_a_token_lacks
    ]
}

async fn look_at_cluster(kubeconfig: &Path) -> Arc<Examination> {
    portal(kubeconfig).await.examine().await.expect("a look")
}

fn part<'e>(found: &'e Examination, kind: &str) -> &'e Part {
    found.parts.iter().find(|part| part.kind == kind).expect("it was looked at")
}

fn rows(part: &Part, topic: Topic) -> Vec<&Row> {
    part.rows.iter().filter(|row| row.topic == topic).collect()
}

fn unknown(part: &Part) -> Vec<&Row> {
    part.rows.iter().filter(|row| row.state == State::Unknown).collect()
}

async fn an_administrator_lacks_nothing() -> Ran {
    let parts = Parts::find()?;
    let found = look_at_cluster(&parts.kubeconfig("admin")).await;
    let cluster = part(&found, "Kubernetes");
    assert_eq!(cluster.name, NAME);
    assert!(unknown(cluster).is_empty(), "{cluster:#?}");
    assert!(cluster.version.as_deref().is_some_and(|version| version.starts_with("v1.")), "{cluster:#?}");
    assert!(rows(cluster, Topic::Rights)[0].words.contains("may read all"), "{cluster:#?}");
    assert_eq!(rows(cluster, Topic::Clock)[0].state, State::Ok, "both run on this machine");
    assert!(!rows(cluster, Topic::Certificate).is_empty(), "{cluster:#?}");
    Ok(())
}

/// What the look says is missing is exactly what a real API server then lets the account do.
async fn the_role_that_is_advised_gives_what_was_missing() -> Ran {
    let parts = Parts::find_alone()?;
    let kubeconfig = parts.kubeconfig("nothing");
    let found = look_at_cluster(&kubeconfig).await;
    let missing = unknown(part(&found, "Kubernetes"));
    let [row] = missing.as_slice() else { panic!("one finding, not {missing:#?}") };
    assert!(row.words.contains("get, list and watch pods, get pods/log"), "{row:?}");
    let role = row.remedy.as_ref().expect("a remedy").lines.join("\n");
    parts.apply(&role);
    let found = look_at_cluster(&kubeconfig).await;
    parts.kubectl(&["delete", "clusterrole,clusterrolebinding", "runlight-missing"]);
    let cluster = part(&found, "Kubernetes");
    assert!(unknown(cluster).is_empty(), "{cluster:#?}");
    assert!(
        cluster.rows.iter().any(|row| row.state == State::Warning && row.words.contains("services")),
        "{cluster:#?}"
    );
    Ok(())
}

async fn a_token_that_is_over_is_said_first() -> Ran {
    let parts = Parts::find()?;
    let found = look_at_cluster(&parts.kubeconfig("expired")).await;
    let cluster = part(&found, "Kubernetes");
    assert!(unknown(cluster).iter().any(|row| row.words.contains("answered 401")), "{cluster:#?}");
    assert!(!found.is_ok());
    Ok(())
}

async fn look_at_peer(peer: &Peer, token: &str) -> Arc<Examination> {
    let mut config = Config::default();
    config.proxmox.insert("pihanga".into(), peer.section(token));
    let portal = Portal::open(&config, Clock::system(), Vec::new()).await.expect("the configuration is right");
    portal.library_read().await;
    portal.examine().await.expect("a look")
}

async fn names_the_privilege_that_a_token_lacks() -> Ran {
    let peer = Peer::start()?;
    let found = look_at_peer(&peer, "auditor").await;
    let node = part(&found, "Proxmox VE");
    assert!(unknown(node).is_empty(), "{node:#?}");
    assert!(node.version.is_some() && !rows(node, Topic::Certificate).is_empty(), "{node:#?}");
    let found = look_at_peer(&peer, "no_sys_audit").await;
    let missing = unknown(part(&found, "Proxmox VE"));
    assert!(missing.iter().all(|row| row.words.contains("no Sys.Audit on /nodes/pihanga")), "{missing:#?}");
    // The clock cannot be read without it either, which is a finding of its own.
    let rights: Vec<&Row> = missing.into_iter().filter(|row| row.topic == Topic::Rights).collect();
    let [row] = rights.as_slice() else { panic!("one missing right, not {rights:#?}") };
    let lines = &row.remedy.as_ref().expect("a remedy").lines;
    assert!(
        lines.iter().any(|line| line == "pveum acl modify / --tokens 'runlight@pve!nosys' --roles RunlightRead"),
        "{lines:?}"
    );
    Ok(())
}
