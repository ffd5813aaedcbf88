//! The demo's stories on many days: on every one of them each story tells what its sentence promises. The clock stands
//! still, so nothing waits and no minute passes while a busy machine takes its time.

use app::server_side::{
    alerts::AlertState,
    backend::{Backend, Caller, PanelState, Query, RunbookView},
};
use homelab::Story;
use runbook::{
    names::RunbookPath,
    outcome::{Body, Report},
    time::Timestamp,
    verdict::Verdict,
};
use server::{clock::Clock, portal::query};

use super::World;

const MINUTE_MS: i64 = 60_000;
/// When the backups begin, and when on every night the longer one has ended.
const BACKUP: (i64, i64) = (120 * MINUTE_MS + 10_000, 195 * MINUTE_MS);

/// What the pages of the stories show at one moment.
struct Night {
    world: World,
    moment: Timestamp,
    problems: Vec<String>,
}

impl Night {
    async fn at(moment: &str) -> Self {
        let parsed: jiff::Timestamp = moment.parse().expect("a moment as RFC 3339 writes it");
        let moment = Timestamp(parsed.as_millisecond());
        // The simulated Prometheus evaluates a week for each page, which is most of the work and adds nothing here.
        let world = World::configured(Clock::stopped_at(moment), &[], |config| config.prometheus.clear()).await;
        Self { world, moment, problems: Vec::new() }
    }

    /// Whether the backups run for certain; between their begin and their end it is not asked.
    fn is_backing_up(&self) -> bool {
        (BACKUP.0..180 * MINUTE_MS).contains(&self.moment.ms_of_day())
    }

    fn is_quiet(&self) -> bool {
        !(120 * MINUTE_MS..BACKUP.1 + 60 * MINUTE_MS).contains(&self.moment.ms_of_day())
    }

    fn expect(&mut self, story: &Story, is_so: bool, what: &str, told: &str) {
        if !is_so {
            self.problems.push(format!("{}: {}\n  {what}, but: {told}", self.moment.rfc3339(), story.sentence));
        }
    }

    async fn open(&self, index: usize) -> (Story, RunbookView) {
        let story = self.world.homelab.stories().swap_remove(index);
        let href = self.world.portal.demo_links().swap_remove(index).href;
        let (path, query) = href.split_once('?').expect("a link with values");
        let path: RunbookPath = path.strip_prefix("/r/").expect("a runbook's page").parse().expect("a path");
        let query: Query = query::decode(query);
        let view = self.world.portal.open_runbook(&Caller::Local, &path, &query).await.expect("its runbook");
        (story, view)
    }

    /// Every story in turn.
    async fn tell(mut self) -> Vec<String> {
        for (index, row) in [
            (0, Some("API timeout to 127.0.0.1:7445")),
            (1, Some("OOMKilled")),
            (2, Some("CrashLoopBackOff")),
            (3, Some("not found")),
            (5, None),
        ] {
            self.pod_story(index, row).await;
        }
        if self.is_at_demo_time() {
            self.pod_story(4, Some("CrashLoopBackOff with exit code 1")).await;
        }
        self.window_story().await;
        for index in [7, 8] {
            let (story, view) = self.open(index).await;
            self.fires(&story, &view, true);
        }
        self.lines("kubectl --context=admin@monitoring-cluster top nodes", 7, "95%").await;
        let expires = self.moment.plus_ms(4 * 24 * 60 * MINUTE_MS).date();
        let certificate = "kubectl --context=admin@homelab-prod get certificates -n media \
                           -o custom-columns=NAME:.metadata.name,EXPIRES:.status.notAfter";
        self.lines(certificate, 8, &expires).await;
        self.problems
    }

    async fn pod_story(&mut self, index: usize, row: Option<&str>) {
        let (story, view) = self.open(index).await;
        match standing(&view, "verdict").map(|report| &report.body) {
            Some(Body::Verdict(verdict)) => {
                let told = verdict.winner.map(|row| verdict.patterns[row].as_str());
                let is_so = match row {
                    Some(words) => told.is_some_and(|told| told.contains(words)),
                    None => told.is_none(),
                };
                self.expect(&story, is_so, &format!("the row is {row:?}"), &format!("{told:?}: {}", verdict.sentence));
                if index == 0 {
                    self.lost_leader(&story, &view, verdict);
                }
            }
            other => self.expect(&story, false, "there is a verdict", &format!("{other:?}")),
        }
        let needs_pressure = matches!(index, 0 | 4);
        if index == 5 {
            self.fires(&story, &view, false);
        } else if !needs_pressure {
            self.fires(&story, &view, true);
        }
        let has_recovered = index == 5 || (needs_pressure && self.is_quiet());
        let is_suffering = matches!(index, 1 | 2) || (needs_pressure && self.is_at_demo_time());
        if let Some(recovery) = standing(&view, "recovery") {
            let told = recovery.outcome.summary().to_owned();
            let says_recovered = told.starts_with("Recovered at ");
            self.expect(&story, says_recovered || !has_recovered, "it has recovered", &told);
            self.expect(&story, !says_recovered || !is_suffering, "it has not recovered", &told);
        } else if index != 3 {
            self.expect(&story, false, "there is a recovery panel", "there is none");
        }
    }

    /// 02:40, as the demo begins.
    fn is_at_demo_time(&self) -> bool {
        self.moment.ms_of_day() == 160 * MINUTE_MS
    }

    fn lost_leader(&mut self, story: &Story, view: &RunbookView, verdict: &Verdict) {
        let sentence = &verdict.sentence;
        let window = standing(view, "window").map(|report| report.outcome.summary().to_owned());
        let window = window.unwrap_or_else(|| "no window".into());
        if self.is_at_demo_time() {
            let is_so = sentence.contains("inside tonight's backup") && sentence.contains("vzdump running on pihanga");
            self.expect(story, is_so, "it crashes inside tonight's backup", sentence);
            self.expect(story, window.contains("a backup is running on pihanga since 02:0"), "the window", &window);
            self.expect(story, window.contains("on pbs 2 backups since 02:00"), "both nodes back up", &window);
            self.fires(story, view, true);
        }
        if self.is_quiet() {
            self.expect(story, !window.contains("a backup is running"), "no backup runs", &window);
        }
    }

    async fn window_story(&mut self) {
        let (story, view) = self.open(6).await;
        let told = standing(&view, "window").map_or("no window", |report| report.outcome.summary()).to_owned();
        if self.is_backing_up() {
            self.expect(&story, told.contains("a backup is running on pihanga"), "pihanga backs up", &told);
        }
        if self.is_quiet() {
            self.expect(&story, !told.contains("a backup is running"), "no backup runs", &told);
        }
        if self.is_at_demo_time() {
            self.fires(&story, &view, true);
        }
    }

    fn fires(&mut self, story: &Story, view: &RunbookView, is_expected: bool) {
        let told = format!("{:?}", view.alert);
        let state = view.alert.as_ref().map(|alert| &alert.state);
        let fires = matches!(state, Some(AlertState::Firing(_) | AlertState::Several { .. }));
        self.expect(story, fires == is_expected, &format!("its alert fires: {is_expected}"), &told);
    }

    /// What a command prints holds these words.
    async fn lines(&mut self, command: &str, index: usize, words: &str) {
        let story = self.world.homelab.stories().swap_remove(index);
        let lines = self.world.portal.print_check(command, &std::collections::BTreeMap::new()).await;
        let is_so = lines.as_ref().is_ok_and(|lines| lines.iter().any(|line| line.contains(words)));
        self.expect(&story, is_so, &format!("{command} prints {words}"), &format!("{lines:#?}"));
    }
}

fn standing<'a>(view: &'a RunbookView, word: &str) -> Option<&'a Report> {
    view.standing.iter().find(|panel| panel.word == word).and_then(|panel| match &panel.state {
        PanelState::Done(report) => Some(&**report),
        _ => None,
    })
}

async fn tell_on(moments: impl IntoIterator<Item = String>) {
    let mut problems = Vec::new();
    for moment in moments {
        problems.extend(Night::at(&moment).await.tell().await);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// 02:40 of these days, when the demo begins.
async fn tell_on_days(days: &[&str]) {
    tell_on(days.iter().map(|day| format!("{day}T02:40:00Z"))).await;
}

#[tokio::test]
async fn hold_on_days_on_which_tests_have_failed() {
    tell_on_days(&[
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-30",
        "2026-12-25",
        "2027-01-15",
        "2027-02-28",
        "2028-02-29",
    ])
    .await;
}

#[tokio::test]
async fn hold_at_the_ends_of_months() {
    tell_on_days(&[
        "2026-12-31",
        "2027-01-31",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
        "2027-07-31",
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-12-31",
    ])
    .await;
}

#[tokio::test]
async fn hold_at_the_beginnings_of_months() {
    tell_on_days(&[
        "2026-12-01",
        "2027-01-01",
        "2027-02-01",
        "2027-03-01",
        "2027-04-01",
        "2027-05-01",
        "2027-06-01",
        "2027-07-01",
        "2027-08-01",
        "2027-09-01",
        "2027-10-01",
        "2027-11-01",
        "2027-12-01",
        "2028-03-01",
    ])
    .await;
}

/// Berlin and New York, with the days before and after; and a year ahead, ten, and where 32 bits end.
#[tokio::test]
async fn hold_when_clocks_change_and_far_ahead() {
    tell_on_days(&[
        "2027-03-27",
        "2027-03-28",
        "2027-03-29",
        "2026-10-24",
        "2026-10-25",
        "2026-10-26",
        "2027-03-13",
        "2027-03-14",
        "2027-03-15",
        "2026-10-31",
        "2026-11-01",
        "2026-11-02",
        "2028-02-28",
        "2032-02-29",
        "2036-12-31",
        "2038-01-19",
        "2038-01-20",
    ])
    .await;
}

#[tokio::test]
async fn hold_on_every_day_of_a_week() {
    tell_on_days(&["2027-06-14", "2027-06-15", "2027-06-16", "2027-06-17", "2027-06-18", "2027-06-19", "2027-06-20"])
        .await;
}

/// Midnights, the instants at which zones change their clocks, and hours with and without a backup.
#[tokio::test]
async fn hold_at_odd_hours() {
    let moments = [
        "2026-12-31T23:59:00Z",
        "2026-12-31T23:59:59.999Z",
        "2027-01-01T00:00:00Z",
        "2028-02-28T23:59:59Z",
        "2028-02-29T00:00:00Z",
        "2028-02-29T23:59:00Z",
        "2027-03-28T00:59:59Z",
        "2027-03-28T01:00:00Z",
        "2027-10-31T00:59:59Z",
        "2027-10-31T01:00:00Z",
        "2027-03-14T06:59:59Z",
        "2027-03-14T07:00:00Z",
        "2027-11-07T05:59:59Z",
        "2027-11-07T06:00:00Z",
        "2027-02-28T02:15:00Z",
        "2027-05-05T12:00:00Z",
    ];
    tell_on(moments.map(str::to_owned)).await;
}
