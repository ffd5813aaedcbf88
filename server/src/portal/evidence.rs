//! What was, for the views: a permanent link, and the crashes of the pod that a page is about. What cannot be read is said;
//! the rest of a page never waits for it long.

use ::evidence::{
    Capture, CrashRow, EvidenceId, Found, Gone, Incident, KeptLog, Neighbours, Owner, SharedPage, Store, StoreError,
    Subject, difference,
};
use app::{
    error::WireError,
    paths,
    server_side::{
        backend::Caller,
        evidence::{CrashLink, CrashView, CrashesView, DifferenceView, EvidenceView, SeenView, SharedView},
    },
};
use runbook::{
    binding::Bindings,
    outcome::Unknown,
    time::{DAY_MS, Timestamp},
};

use super::{
    Portal,
    kept_reports::{events_report, facts, log_report},
};
use crate::{evidence::Evidence, sources::Grant};

/// Days for which it is said how often a crash was seen.
const SEEN_DAYS: i64 = 30;
/// Days of the strip.
const STRIP_DAYS: i64 = 7;
/// Crashes that a page lists.
const MAX_LISTED: usize = 200;

impl Portal {
    pub(super) async fn find_evidence(&self, grant: &Grant, id: &str) -> Result<EvidenceView, WireError> {
        let (Some(evidence), Ok(id)) = (self.evidence(), id.parse::<EvidenceId>()) else { return Err(absent()) };
        let now = self.now();
        let read = evidence.read(async |store| read(&store, &id, now).await).await;
        match read.map_err(|unknown| unreadable(&unknown))? {
            // Whether there is something that one may not see is nobody's business either.
            Read::Crash(parts) if grant.cluster(&parts.row.cluster).is_none() => Err(absent()),
            Read::Crash(parts) => {
                let mut view = self.crash_view(*parts);
                self.withhold(grant, &mut view);
                Ok(EvidenceView::Crash(Box::new(view)))
            }
            Read::Page(page, _) if !self.may_see_page(grant, &page) => Err(absent()),
            Read::Page(page, is_pinned) => Ok(EvidenceView::Page(Box::new(shared(*page, is_pinned, now)))),
            Read::Gone(gone) if !self.may_see_gone(grant, &gone) => Err(absent()),
            Read::Gone(gone) => Err(went(&gone)),
            Read::Absent => Err(absent()),
        }
    }

    /// Lets an entry stay whatever its age, or no longer, for whoever may see it.
    pub async fn pin_evidence(&self, caller: &Caller, id: &str, is_pinned: bool) -> Result<(), WireError> {
        self.find_evidence(&self.grant(caller), id).await?;
        let (Some(evidence), Ok(id)) = (self.evidence(), id.parse::<EvidenceId>()) else { return Err(absent()) };
        let pinned = evidence.read(async |store| store.pin(&id, is_pinned).await).await;
        pinned.map_err(|unknown| unreadable(&unknown)).map(drop)
    }

    /// The newest kept crashes whose owner, reason or telling line holds these words, of clusters that a reader may see.
    pub(super) async fn search_crashes(&self, grant: &Grant, words: &str) -> Vec<CrashLink> {
        const MAX_SHOWN: usize = 10;
        let Some(evidence) = self.evidence().filter(|_| !words.trim().is_empty()) else { return Vec::new() };
        let clusters: Vec<&str> = grant.clusters().iter().map(|cluster| cluster.name()).collect();
        let found = evidence.read(async |store| store.search_in(Some(&clusters), words, MAX_SHOWN).await).await;
        let mut links: Vec<CrashLink> = found.unwrap_or_default().iter().map(crash_link).collect();
        self.withhold_links(grant, &mut links);
        links
    }

    /// The crashes of the owner of the pod that a page is about; `None` when nothing is kept, or there is no pod.
    pub(super) async fn crashes(&self, grant: &Grant, bindings: &Bindings) -> Option<CrashesView> {
        let evidence = self.evidence()?;
        let (namespace, pod) = (bindings.get("namespace")?, bindings.get("pod")?);
        let cluster = match bindings.get("cluster") {
            Some(name) => grant.cluster(name)?,
            None => match grant.clusters() {
                [only] => only,
                _ => return None,
            },
        };
        let watched = cluster.pods().pods.get(namespace, pod).map(|pod| {
            let owner = pod.owner.as_ref().map(|owner| (&*owner.kind, &*owner.name));
            Owner::of_pod(&pod.name, owner, pod.label("pod-template-hash"))
        });
        let now = self.now();
        let asked = evidence.read(async |store| {
            let owner = match watched {
                Some(owner) => Some(owner),
                None => store.owner_of(cluster.name(), namespace, pod).await?,
            };
            let Some(owner) = owner else { return Ok(None) };
            let subject = Subject {
                cluster: cluster.name().to_owned(),
                namespace: namespace.to_owned(),
                owner,
                container: bindings.get("container").map(str::to_owned),
            };
            crashes_of(&store, &subject, now).await.map(Some)
        });
        let complaint = evidence.keeper().complaint();
        match asked.await {
            Ok(Some(found)) => {
                let mut view = CrashesView { complaint, ..found };
                self.withhold_crashes(grant, &mut view);
                Some(view)
            }
            Ok(None) => complaint.map(|words| only_complaint(Some(words))),
            Err(unknown) => Some(only_complaint(complaint.or(Some(unknown.reason)))),
        }
    }

    fn crash_view(&self, parts: Parts) -> CrashView {
        let Parts { capture, row, in_loop, near, before, seen } = parts;
        let crash = &capture.crash;
        let link = |row: CrashRow| crash_link(&row);
        let unknown = [capture.config.as_ref().err(), capture.node_pressure.as_ref().err()];
        let unknown = unknown.into_iter().flatten().map(|unknown| format!("{}: {}", unknown.asked, unknown.reason));
        let judged = capture.verdict.as_ref().map(|judged| {
            let words = match (&judged.runbook, &judged.revision) {
                (Some(path), Some(revision)) => {
                    format!("Judged by the rows of {path}, version {revision} of the file.")
                }
                _ => "Judged by Runlight\u{2019}s own rows.".to_owned(),
            };
            (judged.report.clone(), words)
        });
        let runbook = capture.verdict.as_ref().and_then(|judged| {
            let path = judged.runbook.as_ref()?;
            let entry = self.library.get(&path.parse().ok()?)?;
            let values = [
                ("cluster", crash.key.cluster.as_str()),
                ("namespace", &crash.namespace),
                ("pod", &crash.pod),
                ("container", &crash.key.container),
            ];
            Some((entry.title.clone(), paths::runbook(path, values)))
        });
        CrashView {
            id: row.id.to_string(),
            title: format!("{} of {} ended: {}", crash.key.container, crash.pod, ending(&row)),
            at: crash.at,
            now: self.now(),
            facts: facts(&capture),
            seen: Some(seen),
            in_loop,
            telling: capture.telling.clone(),
            verdict: judged,
            log: log_report(&capture),
            events: events_report(&capture),
            backup: capture.backup.clone().map(|backup| backup.work),
            difference: before.as_ref().zip(near.previous.clone()).map(|(before, row)| {
                let found = difference(before, &capture);
                DifferenceView {
                    before: crash_link(&row),
                    fields: found.fields,
                    only_before: found.only_before,
                    only_now: found.only_now,
                    unknown: found.unknown,
                }
            }),
            neighbours: vec![
                ("First", near.first.map(link)),
                ("Previous", near.previous.map(link)),
                ("Next", near.next.map(link)),
                ("Last", near.last.map(link)),
            ],
            unknown: unknown.collect(),
            runbook,
            is_pinned: row.is_pinned,
        }
    }
}

impl Evidence {
    /// The log of the last run of a pod's container that was kept.
    pub(crate) async fn kept_log(
        &self,
        cluster: &str,
        namespace: &str,
        pod: &str,
        container: Option<&str>,
    ) -> Option<(Timestamp, String, KeptLog)> {
        let capture = self.read(async |store| store.newest_with_log(cluster, namespace, pod, container).await).await;
        let capture = capture.ok()??;
        let (at, container) = (capture.crash.at, capture.crash.key.container.clone());
        Some((at, container, capture.log.ok()?))
    }
}

enum Read {
    Crash(Box<Parts>),
    Page(Box<SharedPage>, bool),
    Gone(Gone),
    Absent,
}

struct Parts {
    capture: Box<Capture>,
    row: Box<CrashRow>,
    in_loop: u64,
    near: Neighbours,
    before: Option<Capture>,
    seen: SeenView,
}

async fn read(store: &Store, id: &EvidenceId, now: Timestamp) -> Result<Read, StoreError> {
    Ok(match store.find(id).await? {
        Found::Crash { capture, row, in_loop } => {
            let near = store.neighbours(&row).await?;
            let before = match &near.previous {
                Some(previous) => store.capture(&previous.id).await?,
                None => None,
            };
            let seen = seen(store, &row, now).await?;
            Read::Crash(Box::new(Parts { capture, row, in_loop, near, before, seen }))
        }
        Found::Page { page, is_pinned } => Read::Page(page, is_pinned),
        Found::Gone(gone) => Read::Gone(gone),
        Found::Absent => Read::Absent,
    })
}

async fn seen(store: &Store, row: &CrashRow, now: Timestamp) -> Result<SeenView, StoreError> {
    let found = store.seen(&row.kind, now.plus_ms(-SEEN_DAYS * DAY_MS)).await?;
    let note = store.last_note(&row.cluster, &row.namespace, &row.owner.name).await?;
    Ok(SeenView {
        crashes: found.crashes,
        in_backup: found.in_backup,
        backup_unknown: found.backup_unknown,
        first_at: found.first_at,
        note: note.map(|note| note.text),
    })
}

async fn crashes_of(store: &Store, subject: &Subject, now: Timestamp) -> Result<CrashesView, StoreError> {
    let since = now.plus_ms(-STRIP_DAYS * DAY_MS);
    let kept = store.crashes_of(subject, since, now, MAX_LISTED).await?;
    let hours = store.by_hour(subject, since).await?;
    let seen = match kept.first() {
        Some(last) => Some(seen(store, last, now).await?),
        None => None,
    };
    let changed = match kept.last() {
        Some(first) => changed_before(store, first).await?,
        None => None,
    };
    Ok(CrashesView {
        owner: format!("{}/{}", subject.owner.kind, subject.owner.name),
        seen,
        hours: hours.iter().map(|hour| (hour.from, hour.crashes, hour.in_backup)).collect(),
        kept: kept.iter().map(crash_link).collect(),
        changed,
        incidents: incidents_of(store, subject).await?,
        complaint: None,
    })
}

/// Incidents whose pod is of the owner.
async fn incidents_of(store: &Store, subject: &Subject) -> Result<Vec<(String, String)>, StoreError> {
    const MAX_LOOKED_AT: usize = 100;
    const MAX_SHOWN: usize = 5;
    let all = store.incidents(Some((&subject.cluster, &subject.namespace)), MAX_LOOKED_AT).await?;
    let is_of_owner = |incident: &&Incident| {
        let rest = incident.alert.label("pod").strip_prefix(&subject.owner.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let words = |incident: &Incident| {
        let at = incident.alert.starts_at;
        let state = if incident.alert.ends_at.is_some() { "ended" } else { "fires" };
        let words = format!("{} since {} {} UTC, {state}", incident.alert.label("alertname"), at.date(), at.clock());
        (paths::incident(incident.id.as_str()), words)
    };
    Ok(all.iter().filter(is_of_owner).take(MAX_SHOWN).map(words).collect())
}

/// What changed between a crash and the one before it, of what a person changes.
async fn changed_before(store: &Store, first: &CrashRow) -> Result<Option<String>, StoreError> {
    let Some(previous) = store.neighbours(first).await?.previous else { return Ok(None) };
    let (Some(before), Some(now)) = (store.capture(&previous.id).await?, store.capture(&first.id).await?) else {
        return Ok(None);
    };
    let told = ["Image", "Revision", "ConfigMap", "Node", "Memory limit"];
    let found = difference(&before, &now);
    let words: Vec<String> = found
        .fields
        .iter()
        .filter(|(name, _, _)| told.contains(name))
        .map(|(name, then, new)| format!("{name} {then} became {new}"))
        .collect();
    let when = format!("Before the first of these, since {} {} UTC", previous.at.date(), previous.at.clock());
    Ok((!words.is_empty()).then(|| format!("{when}: {}.", words.join("; "))))
}

fn only_complaint(complaint: Option<String>) -> CrashesView {
    CrashesView {
        owner: String::new(),
        seen: None,
        hours: Vec::new(),
        kept: Vec::new(),
        changed: None,
        incidents: Vec::new(),
        complaint,
    }
}

fn crash_link(row: &CrashRow) -> CrashLink {
    CrashLink {
        href: paths::evidence(row.id.as_str()),
        at: row.at,
        words: ending(row),
        pod: row.pod.clone(),
        container: row.container.clone(),
        in_backup: row.in_backup,
        is_full: row.is_full,
    }
}

/// `OOMKilled, exit code 137`.
fn ending(row: &CrashRow) -> String {
    let reason = if row.reason.is_empty() { "no reason given" } else { &row.reason };
    format!("{reason}, exit code {}", row.exit_code)
}

fn shared(page: SharedPage, is_pinned: bool, now: Timestamp) -> SharedView {
    let values = page.bindings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    SharedView {
        id: page.id().to_string(),
        is_pinned,
        live: paths::runbook(&page.runbook, values),
        title: page.title,
        by: page.by,
        at: page.at,
        now,
        bindings: page.bindings.into_iter().collect(),
        reports: page.reports,
    }
}

fn absent() -> WireError {
    WireError {
        status: 404,
        title: "No such evidence".into(),
        message: "Nothing is kept under this address.".into(),
        next_step: "Check the link; the runbook\u{2019}s page lists what is kept of a pod.".into(),
        links: Vec::new(),
        log_id: None,
    }
}

fn went(gone: &Gone) -> WireError {
    let instead =
        gone.instead.as_ref().map(|id| ("The first crash of its loop".to_owned(), paths::evidence(id.as_str())));
    WireError {
        status: 410,
        title: "No longer kept".into(),
        message: format!(
            "{}, at {} {} UTC. It went on {} at {} UTC.",
            gone.what,
            gone.at.date(),
            gone.at.clock(),
            gone.gone_at.date(),
            gone.gone_at.clock()
        ),
        next_step: match &instead {
            Some(_) => "Of a loop the first crash and the last stay.".into(),
            None => "keep_days and keep_mib in [evidence] say how much is kept; what is pinned stays.".into(),
        },
        links: instead.into_iter().collect(),
        log_id: None,
    }
}

fn unreadable(unknown: &Unknown) -> WireError {
    WireError {
        status: 503,
        title: "Evidence cannot be read".into(),
        message: unknown.reason.clone(),
        next_step: unknown.remedy.clone(),
        links: Vec::new(),
        log_id: None,
    }
}
