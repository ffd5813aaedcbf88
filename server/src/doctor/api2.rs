//! A look at a Proxmox VE node or a Proxmox Backup Server: version, node, privileges, clock, certificate, token.

use std::{path::Path, sync::Arc};

use app::server_side::doctor::{Part, Row, State, Topic};

use super::{Draft, common, failed, note, set_version};
use crate::{
    clock::Clock,
    config,
    sources::{Host, backup_server::BackupServer, proxmox::Proxmox},
};

/// The role that `runlight init` advises, too.
const ROLE: &str = "RunlightRead";

pub(super) fn proxmox_part(host: &Proxmox) -> Part {
    part("Proxmox VE", host.name(), host.address())
}

pub(super) fn backup_part(server: &BackupServer) -> Part {
    part("Proxmox Backup Server", server.name(), server.address())
}

fn part(kind: &'static str, name: &str, address: &str) -> Part {
    Part { kind, name: name.to_owned(), address: Some(address.to_owned()), version: None, rows: Vec::new() }
}

pub(super) async fn examine_proxmox(
    host: &Arc<Proxmox>,
    section: Option<&config::Proxmox>,
    clock: Clock,
    draft: Draft,
) {
    let token_file = section.and_then(|section| section.token_file.as_deref());
    let certificate = certificate(section.map(|section| section.url.as_str()), host.address(), clock);
    let looks = look_at_proxmox(host, clock, &draft);
    let (certificate, ()) = futures::join!(certificate, looks);
    finish(&draft, certificate, token_file);
}

async fn look_at_proxmox(host: &Proxmox, clock: Clock, draft: &Draft) {
    let api = host.host();
    let Some(version) = look_at_version(api, "Proxmox VE", draft).await else { return };
    look_at_clock(api, clock, draft).await;
    let node_path = format!("/nodes/{}", host.node());
    let basic = [
        ("Sys.Audit", node_path.as_str(), "what runs on the node and how it stands"),
        ("Sys.Audit", "/", "backup jobs"),
        ("VM.Audit", "/vms", "guests"),
        ("Datastore.Audit", "/storage", "storages"),
    ];
    // Version 8 has no such privilege: there the agent answers to another one, which may also change things.
    let has_agent_audit =
        version.split('.').next().and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= 9);
    let mut more = vec![("Sys.Syslog", node_path.as_str(), "the journal")];
    if has_agent_audit {
        more.push(("VM.GuestAgent.Audit", "/vms", "addresses that guests' agents tell"));
    }
    look_at_privileges(api, &basic, &more, proxmox_lines, draft).await;
}

pub(super) async fn examine_backup_server(
    server: &Arc<BackupServer>,
    section: Option<&config::BackupServer>,
    clock: Clock,
    draft: Draft,
) {
    let token_file = section.and_then(|section| section.token_file.as_deref());
    let certificate = certificate(section.map(|section| section.url.as_str()), server.address(), clock);
    let looks = async {
        let api = server.host();
        if look_at_version(api, "Proxmox Backup Server", &draft).await.is_some() {
            look_at_clock(api, clock, &draft).await;
            let basic = [
                ("Sys.Audit", "/system/tasks", "tasks of everybody"),
                ("Datastore.Audit", "/datastore", "stores and backups"),
            ];
            look_at_privileges(api, &basic, &[], backup_lines, &draft).await;
        }
    };
    let (certificate, ()) = futures::join!(certificate, looks);
    finish(&draft, certificate, token_file);
}

async fn certificate(url: Option<&str>, address: &str, clock: Clock) -> Option<Row> {
    match url.is_some_and(|url| url.starts_with("https:")) {
        true => common::server_certificate(address, clock.now()).await,
        false => None,
    }
}

fn finish(draft: &Draft, certificate: Option<Row>, token_file: Option<&Path>) {
    let file = token_file.and_then(|path| common::secret_file("token file", path));
    certificate.into_iter().chain(file).for_each(|row| note(draft, row));
}

async fn look_at_version(api: Host<'_>, product: &str, draft: &Draft) -> Option<String> {
    match api.version().await {
        Ok(version) => {
            set_version(draft, &version);
            note(draft, Row::ok(Topic::Reach, format!("It answers, as {product} {version}.")));
            Some(version)
        }
        Err(failure) => {
            note(draft, failed(Topic::Reach, &failure));
            None
        }
    }
}

/// The question for its time also tells whether the node is there.
async fn look_at_clock(api: Host<'_>, clock: Clock, draft: &Draft) {
    match api.now().await {
        Ok(theirs) => note(draft, common::clock(api.node(), theirs, clock.now())),
        Err(failure) => note(draft, failed(Topic::Clock, &failure)),
    }
}

/// A privilege, the path that it is needed on, and what it shows.
type Wanted<'a> = (&'static str, &'a str, &'static str);

fn pairs<'a>(wanted: &[Wanted<'a>]) -> Vec<(&'static str, &'a str)> {
    wanted.iter().map(|(privilege, path, _)| (*privilege, *path)).collect()
}

/// Without a privilege the answer is mostly 200 with an empty list, so that only this look tells.
async fn look_at_privileges(
    api: Host<'_>,
    basic: &[Wanted<'_>],
    more: &[Wanted<'_>],
    lines: fn(&str, &[&'static str]) -> Vec<String>,
    draft: &Draft,
) {
    let token = api.token_id();
    let all = [pairs(basic), pairs(more)].concat();
    let lacking = match api.lacking(&all).await {
        Ok(lacking) => lacking,
        Err(failure) => return note(draft, failed(Topic::Rights, &failure)),
    };
    if lacking.is_empty() {
        let mut names: Vec<&str> = all.iter().map(|(privilege, _)| *privilege).collect();
        names.dedup();
        note(draft, Row::ok(Topic::Rights, format!("The token {token} has {}.", names.join(", "))));
    }
    for (wanted, state, meaning) in [
        (basic, State::Unknown, "pages show them as unknown"),
        (more, State::Warning, "commands that ask for them are unknown"),
    ] {
        let own = pairs(wanted);
        let lacking: Vec<_> = lacking.iter().filter(|pair| own.contains(pair)).collect();
        if lacking.is_empty() {
            continue;
        }
        let what: Vec<String> = lacking.iter().map(|(privilege, path)| format!("{privilege} on {path}")).collect();
        let shows: Vec<&str> = wanted
            .iter()
            .filter(|(privilege, path, _)| lacking.contains(&&(*privilege, *path)))
            .map(|it| it.2)
            .collect();
        let words = format!(
            "The token {token} has no {}: without it {} are left out, and {meaning}.",
            what.join(", no "),
            shows.join(", ")
        );
        let mut privileges: Vec<&'static str> = lacking.iter().map(|(privilege, _)| *privilege).collect();
        privileges.dedup();
        let remedy =
            "Run this there as root; a token with privilege separation has no more than its user, so both need it.";
        note(draft, Row::new(state, Topic::Rights, words).with(remedy, lines(&token, &privileges)));
    }
}

fn proxmox_lines(token: &str, privileges: &[&'static str]) -> Vec<String> {
    let (user, privileges) = (user_of(token), privileges.join(" "));
    vec![
        format!(
            "pveum role add {ROLE} --privs \"{privileges}\" || pveum role modify {ROLE} --append 1 --privs \"{privileges}\""
        ),
        format!("pveum acl modify / --users {} --roles {ROLE}", common::shell_quoted(user)),
        format!("pveum acl modify / --tokens {} --roles {ROLE}", common::shell_quoted(token)),
    ]
}

fn backup_lines(token: &str, _privileges: &[&'static str]) -> Vec<String> {
    [user_of(token), token]
        .map(|who| format!("proxmox-backup-manager acl update / Audit --auth-id {}", common::shell_quoted(who)))
        .to_vec()
}

/// `runlight@pve` of `runlight@pve!ro`.
fn user_of(token: &str) -> &str {
    token.split('!').next().unwrap_or(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_lines_that_give_the_privilege() {
        let lines = proxmox_lines("runlight@pve!ro", &["Sys.Audit", "VM.Audit"]);
        assert!(lines[0].contains("--privs \"Sys.Audit VM.Audit\""), "{lines:?}");
        assert_eq!(lines[1], "pveum acl modify / --users runlight@pve --roles RunlightRead");
        assert_eq!(lines[2], "pveum acl modify / --tokens 'runlight@pve!ro' --roles RunlightRead");
        let lines = backup_lines("runlight@pbs!ro", &[]);
        assert_eq!(lines[1], "proxmox-backup-manager acl update / Audit --auth-id 'runlight@pbs!ro'");
    }
}
