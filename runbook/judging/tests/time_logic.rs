//! Daily windows around midnight and daylight saving, and restarts against backup runs with clocks that differ.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod clock;

use clock::at;
use document::{
    outcome::{BackupRun, TimeSpan},
    time::Timestamp,
};
use judging::{
    daily::{Fit, Position, find_nearest, find_position, find_spans, fit},
    tally::{History, Tally, tally},
    verdict::{Backups, RestartRecord},
};
use text::runbook::DailyWindow;

const MINUTE: i64 = 60_000;

fn window(opens: (u16, u16), closes: (u16, u16), zone: &str) -> DailyWindow {
    DailyWindow {
        label: "Backup window".into(),
        opens_min: opens.0 * 60 + opens.1,
        closes_min: closes.0 * 60 + closes.1,
        zone: zone.into(),
        section: String::new(),
        block: None,
    }
}

fn spans(window: &DailyWindow, from: &str, to: &str) -> Vec<(String, String)> {
    let spans = find_spans(window, Some("Pacific/Auckland"), at(from), at(to)).unwrap();
    let text = |at: Timestamp| format!("{} {}", at.date(), &at.clock()[..5]);
    spans.into_iter().map(|span| (text(span.from), text(span.to))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

#[test]
fn a_window_in_utc_comes_every_day() {
    let spans = spans(&window((2, 0), (3, 30), "UTC"), "2026-02-27 12:00", "2026-03-01 12:00");
    assert_eq!(spans, pairs(&[("2026-02-28 02:00", "2026-02-28 03:30"), ("2026-03-01 02:00", "2026-03-01 03:30")]));
}

#[test]
fn a_window_over_midnight_closes_on_the_next_day() {
    let night = window((23, 0), (1, 0), "UTC");
    assert_eq!(
        spans(&night, "2026-02-28 00:30", "2026-02-28 23:30"),
        pairs(&[("2026-02-27 23:00", "2026-02-28 01:00"), ("2026-02-28 23:00", "2026-03-01 01:00")])
    );
    for (now, is_inside) in [
        ("2026-02-28 22:59:59", false),
        ("2026-02-28 23:00", true),
        ("2026-03-01 00:00", true),
        ("2026-03-01 00:59:59", true),
        ("2026-03-01 01:00", false),
    ] {
        let position = find_position(&night, None, at(now)).unwrap();
        assert_eq!(matches!(position, Position::Inside(_)), is_inside, "{now}");
    }
}

#[test]
fn a_window_that_closes_at_midnight_ends_with_the_day() {
    assert_eq!(
        spans(&window((22, 0), (0, 0), "UTC"), "2026-12-31 12:00", "2027-01-01 12:00"),
        pairs(&[("2026-12-31 22:00", "2027-01-01 00:00")])
    );
}

#[test]
fn a_window_in_a_zone_moves_with_daylight_saving() {
    let night = window((2, 0), (3, 30), "Pacific/Auckland");
    // New Zealand: UTC+13 until 2026-04-05, then UTC+12.
    assert_eq!(
        spans(&night, "2026-04-03 00:00", "2026-04-06 23:00"),
        pairs(&[
            ("2026-04-03 13:00", "2026-04-03 14:30"),
            // The clock shows 02:00 to 03:00 twice in this night: open from the first to the end after the second.
            ("2026-04-04 13:00", "2026-04-04 15:30"),
            ("2026-04-05 14:00", "2026-04-05 15:30"),
            ("2026-04-06 14:00", "2026-04-06 15:30"),
        ])
    );
}

#[test]
fn the_hour_that_is_skipped_stands_for_the_next() {
    // Berlin skips 02:00 to 03:00 on 2026-03-29.
    let berlin = |opens, closes| spans(&window(opens, closes, "Europe/Berlin"), "2026-03-29 00:00", "2026-03-29 12:00");
    assert_eq!(berlin((2, 0), (3, 30)), pairs(&[("2026-03-29 01:00", "2026-03-29 01:30")]));
    assert_eq!(berlin((2, 0), (2, 30)), pairs(&[("2026-03-29 01:00", "2026-03-29 01:30")]));
    assert_eq!(berlin((1, 30), (2, 30)), pairs(&[("2026-03-29 00:30", "2026-03-29 01:30")]));
}

#[test]
fn the_hour_that_comes_twice_belongs_to_the_window_both_times() {
    // Berlin repeats 02:00 to 03:00 on 2026-10-25.
    let night = window((2, 15), (2, 45), "Europe/Berlin");
    assert_eq!(
        spans(&night, "2026-10-25 00:00", "2026-10-25 12:00"),
        pairs(&[("2026-10-25 00:15", "2026-10-25 01:45")])
    );
}

#[test]
fn zones_are_read_as_people_write_them() {
    for (zone, opens) in [
        ("UTC", "02:00"),
        ("GMT", "02:00"),
        ("Z", "02:00"),
        ("utc", "02:00"),
        ("UTC+2", "00:00"),
        ("GMT-5", "07:00"),
        ("UTC+5:30", "20:30"),
        ("UTC+0530", "20:30"),
        ("CET", "01:00"),
        ("CEST", "00:00"),
        ("EST", "07:00"),
        ("PDT", "09:00"),
        ("NZST", "14:00"),
        ("NZT", "13:00"),
        ("Europe/Berlin", "01:00"),
        ("Pacific/Auckland", "13:00"),
        ("local", "13:00"),
        ("local time", "13:00"),
    ] {
        let spans = find_spans(
            &window((2, 0), (3, 0), zone),
            Some("Pacific/Auckland"),
            at("2026-02-20 00:00"),
            at("2026-02-21 00:00"),
        )
        .unwrap();
        assert!(spans.iter().any(|span| span.from.clock().starts_with(opens)), "{zone}: {spans:?}");
    }
}

#[test]
fn a_zone_with_two_meanings_is_not_guessed() {
    for zone in ["CST", "IST", "Mars/Olympus", "XYZT", "", "UTC+99", "local"] {
        let answer = find_spans(&window((2, 0), (3, 0), zone), None, at("2026-02-20 00:00"), at("2026-02-21 00:00"));
        assert_eq!(answer.map_err(|unknown| unknown.0), Err(zone.to_owned()));
    }
}

#[test]
fn a_position_says_what_is_left_and_what_comes() {
    let night = window((2, 0), (3, 30), "UTC");
    let describe = |now: &str| find_position(&night, None, at(now)).unwrap().describe(&night, at(now));
    assert_eq!(describe("2026-02-26 02:52"), "inside Backup window, 38 min left");
    assert_eq!(describe("2026-02-26 21:00"), "outside Backup window, which opens in 5 h");
}

#[test]
fn the_nearest_window_and_the_one_before_are_drawn() {
    let night = window((2, 0), (3, 30), "UTC");
    let opens = |now: &str| -> Vec<String> {
        find_nearest(&night, None, at(now)).unwrap().iter().map(|span| span.from.date()).collect()
    };
    assert_eq!(opens("2026-02-26 02:40"), ["2026-02-25", "2026-02-26"]);
    assert_eq!(opens("2026-02-26 09:00"), ["2026-02-25", "2026-02-26"]);
    assert_eq!(opens("2026-02-26 20:00"), ["2026-02-26", "2026-02-27"]);
}

#[test]
fn a_run_is_set_against_the_window_that_announces_it() {
    let spans =
        find_spans(&window((2, 0), (3, 30), "UTC"), None, at("2026-02-25 00:00"), at("2026-02-27 00:00")).unwrap();
    let run = |from: &str, to: &str| fit(TimeSpan { from: at(from), to: at(to) }, &spans);
    assert_eq!(run("2026-02-26 02:00", "2026-02-26 03:12"), Fit::Within);
    assert_eq!(run("2026-02-26 01:52", "2026-02-26 03:12"), Fit::Past { early_ms: 8 * MINUTE, late_ms: 0 });
    assert_eq!(run("2026-02-26 02:05", "2026-02-26 04:00"), Fit::Past { early_ms: 0, late_ms: 30 * MINUTE });
    assert_eq!(run("2026-02-25 23:00", "2026-02-26 05:00"), Fit::Past { early_ms: 180 * MINUTE, late_ms: 90 * MINUTE });
    assert_eq!(run("2026-02-26 12:00", "2026-02-26 13:00"), Fit::Elsewhere);
    assert_eq!(run("2026-02-26 03:30", "2026-02-26 03:40"), Fit::Elsewhere);
}

fn run(node: &str, from: &str, to: Option<&str>) -> BackupRun {
    BackupRun {
        node: node.into(),
        guests: String::new(),
        started_at: at(from),
        ended_at: to.map(at),
        status: String::new(),
        is_waiting: false,
    }
}

fn count(restarts: &[&str], runs: Vec<BackupRun>, ahead_ms: Option<i64>, now: &str) -> Tally {
    let backups = Backups { runs, host: Some("pihanga".into()), known_since: None, clock_ahead_ms: ahead_ms };
    let restarts: Vec<Timestamp> = restarts.iter().map(|restart| at(restart)).collect();
    let history =
        History { restart_count: u32::try_from(restarts.len()).unwrap(), restarts, watching_since: None, record: None };
    tally(&history, &backups, at(now))
}

#[test]
fn restarts_inside_tonights_backup_are_counted() {
    let restarts = ["2026-02-26 02:05", "2026-02-26 02:10", "2026-02-26 02:17", "2026-02-26 02:26", "2026-02-26 02:38"];
    let tally = count(&restarts, vec![run("pihanga", "2026-02-26 02:00", None)], Some(0), "2026-02-26 02:41");
    assert_eq!(tally.statement(), "5 of 5 restarts inside backup runs; 0 outside in 7 days");
    assert_eq!(tally.backups[0].describe(), "02:00 UTC to now, vzdump running on pihanga");
    assert!(tally.is_all_inside());
}

#[test]
fn a_run_that_began_before_the_window_counts_from_its_real_beginning() {
    let tally = count(
        &["2026-02-26 01:55"],
        vec![run("pihanga", "2026-02-26 01:50", Some("2026-02-26 03:00"))],
        Some(0),
        "2026-02-26 04:00",
    );
    assert!(tally.is_all_inside());
}

#[test]
fn a_run_over_midnight_is_one_run() {
    let runs = vec![run("pihanga", "2026-02-25 23:30", Some("2026-02-26 00:45"))];
    let tally =
        count(&["2026-02-25 23:59:59", "2026-02-26 00:00:00", "2026-02-26 00:50"], runs, Some(0), "2026-02-26 01:00");
    assert_eq!(tally.statement(), "2 of 3 restarts inside backup runs; 1 outside in 7 days");
    assert_eq!(tally.backups.len(), 1);
}

#[test]
fn a_clock_that_is_ahead_or_behind_moves_the_runs() {
    // Proxmox says 02:00 to 03:00; two minutes ahead of ours that is 01:58 to 02:58.
    let runs = || vec![run("pihanga", "2026-02-26 02:00", Some("2026-02-26 03:00"))];
    let ahead = count(&["2026-02-26 01:59", "2026-02-26 02:59"], runs(), Some(2 * MINUTE), "2026-02-26 04:00");
    assert_eq!((ahead.inside.len(), ahead.outside.len()), (1, 1));
    assert_eq!(ahead.inside[0], at("2026-02-26 01:59"));
    let behind = count(&["2026-02-26 01:59", "2026-02-26 03:01"], runs(), Some(-2 * MINUTE), "2026-02-26 04:00");
    assert_eq!(behind.inside, [at("2026-02-26 03:01")]);
}

#[test]
fn a_restart_at_the_edge_is_not_claimed() {
    let runs = || vec![run("pihanga", "2026-02-26 02:00:00", Some("2026-02-26 03:00:00"))];
    let compared = count(
        &["2026-02-26 02:00:01", "2026-02-26 02:59:59", "2026-02-26 02:00:02"],
        runs(),
        Some(0),
        "2026-02-26 04:00",
    );
    assert_eq!((compared.inside.len(), compared.unclear.len()), (1, 2));
    let uncompared = count(
        &["2026-02-26 01:59:30", "2026-02-26 02:00:30", "2026-02-26 02:30:00", "2026-02-26 03:02:00"],
        runs(),
        None,
        "2026-02-26 04:00",
    );
    assert_eq!(uncompared.statement(), "1 of 4 restarts inside backup runs; 1 outside in 7 days; 2 cannot be told");
}

#[test]
fn runs_of_other_nodes_do_not_count_when_the_host_is_known() {
    let tally = count(
        &["2026-02-26 02:30"],
        vec![run("ruapehu", "2026-02-26 02:00", Some("2026-02-26 03:00"))],
        Some(0),
        "2026-02-26 04:00",
    );
    assert_eq!(tally.statement(), "0 of 1 restart inside backup runs; 1 outside in 7 days");
}

#[test]
fn runs_that_follow_one_another_are_one_backup() {
    let runs = vec![
        run("pihanga", "2026-02-26 02:00", Some("2026-02-26 02:20")),
        run("pihanga", "2026-02-26 02:21", Some("2026-02-26 03:00")),
    ];
    let tally =
        count(&["2026-02-26 02:10", "2026-02-26 02:30", "2026-02-26 02:20:30"], runs, Some(0), "2026-02-26 04:00");
    assert_eq!(tally.backups.len(), 1);
    assert_eq!(tally.backups[0].describe(), "02:00 to 03:00 UTC, vzdump on pihanga");
    // Between two runs nothing was read.
    assert_eq!(tally.outside, [at("2026-02-26 02:20:30")]);
}

#[test]
fn what_lies_before_the_list_of_runs_cannot_be_told() {
    let backups =
        Backups { runs: Vec::new(), host: None, known_since: Some(at("2026-02-25 00:00")), clock_ahead_ms: Some(0) };
    let history = History {
        restarts: vec![at("2026-02-24 02:10"), at("2026-02-25 02:10")],
        restart_count: 26,
        watching_since: Some(at("2026-02-26 02:10")),
        record: None,
    };
    let tally = tally(&history, &backups, at("2026-02-26 02:41"));
    assert_eq!(
        tally.statement(),
        "0 of 2 dated restarts inside backup runs; 1 outside; 1 cannot be told; 24 more carry no date (watched since \
         02:10:00 UTC)"
    );
}

#[test]
fn restarts_older_than_a_week_are_left_out() {
    let tally = count(&["2026-02-10 02:10"], Vec::new(), Some(0), "2026-02-26 02:41");
    assert_eq!(tally.statement(), "no dated restart in 7 days");
    assert!(!tally.is_all_inside());
}

#[test]
fn recorded_restarts_count_beside_those_that_were_seen() {
    let backups = || Backups {
        runs: vec![
            run("pihanga", "2026-02-25 02:00", Some("2026-02-25 03:00")),
            run("pihanga", "2026-02-26 02:00", None),
        ],
        host: None,
        known_since: None,
        clock_ahead_ms: Some(0),
    };
    let said = |times: &[&str], since: &str, count: u32| {
        let history = History {
            restarts: vec![at("2026-02-26 02:30:07")],
            restart_count: count,
            watching_since: Some(at("2026-02-26 02:20")),
            record: Some(RestartRecord { times: times.iter().map(|text| at(text)).collect(), since: at(since) }),
        };
        tally(&history, &backups(), at("2026-02-26 02:40")).statement()
    };
    // The record reaches back further than a week: what carries no date is older.
    assert_eq!(
        said(&["2026-02-25 02:31", "2026-02-26 02:10"], "2026-02-18 00:00", 40),
        "3 of 3 restarts inside backup runs; 0 outside in 7 days"
    );
    assert_eq!(
        said(&["2026-02-25 13:00"], "2026-02-18 00:00", 2),
        "1 of 2 restarts inside backup runs; 1 outside in 7 days"
    );
    // A record is a minute or two late: near an edge it tells nothing.
    assert_eq!(
        said(&["2026-02-25 03:01"], "2026-02-18 00:00", 2),
        "1 of 2 restarts inside backup runs; 0 outside in 7 days; 1 cannot be told"
    );
    assert_eq!(
        said(&["2026-02-26 02:10"], "2026-02-25 00:00", 40),
        "2 of 2 dated restarts inside backup runs; 0 outside; 38 more carry no date (recorded since 2026-02-25 00:00:00 \
         UTC)"
    );
}
