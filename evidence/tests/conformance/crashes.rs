//! Crashes: kept once, found again, counted.

use document::time::{DAY_MS, Timestamp};
use evidence::{Found, Kept, Mode, Store, difference};

use crate::{
    Test, block_on,
    kept::{MINUTE_MS, NIGHT, counted_alone, crash, web},
};

pub(crate) const TESTS: &[Test] = &[
    ("what_was_kept_is_found_again_whole", |place| {
        block_on(async {
            let (store, capture) = (place.open().await, crash("web-0", 5, 0));
            assert_eq!(store.keep(&capture, NIGHT).await.expect("kept"), Kept::New { missed: 0 });
            let Found::Crash { capture: found, row, in_loop } = store.find(&capture.id()).await.expect("asked") else {
                panic!("not found")
            };
            assert_eq!(*found, capture);
            assert_eq!((row.pod.as_str(), row.exit_code, row.in_backup, in_loop), ("web-0", 1, Some(true), 1));
            let unknown = "0123456789abcdef".parse().expect("an id");
            assert_eq!(store.find(&unknown).await.expect("asked"), Found::Absent);
        })
    }),
    ("a_second_capture_changes_nothing", |place| {
        block_on(async {
            let store = place.open().await;
            let capture = crash("web-0", 5, 0);
            let (one, two) = futures::join!(store.keep(&capture, NIGHT), store.keep(&capture, NIGHT));
            let mut both = [one.expect("kept"), two.expect("kept")];
            both.sort_by_key(|kept| *kept == Kept::Known);
            assert_eq!(both, [Kept::New { missed: 0 }, Kept::Known]);
            let counted = counted_alone(crash("web-0", 4, -5));
            assert_eq!(store.keep(&counted, NIGHT).await.expect("kept"), Kept::Known);
            assert_eq!(store.figures().await.expect("figures").crashes, 1);
            let seen = store.seen(&capture.fingerprint(), NIGHT.plus_ms(-DAY_MS)).await.expect("seen");
            assert_eq!((seen.crashes, seen.in_backup), (1, 1));
        })
    }),
    ("it_outlives_the_process", |place| {
        block_on(async {
            let capture = crash("web-0", 5, 0);
            let store = place.open().await;
            store.keep(&capture, NIGHT).await.expect("kept");
            store.close().await;
            drop(store);
            let store = place.open().await;
            assert!(matches!(store.find(&capture.id()).await, Ok(Found::Crash { .. })));
            let reader = Store::open(&place.url(), Mode::Read).await.expect("opens beside the writer");
            assert!(matches!(reader.find(&capture.id()).await, Ok(Found::Crash { .. })));
        })
    }),
    ("of_a_loop_the_first_the_last_and_a_count_stay", |place| {
        block_on(async {
            let store = place.open().await;
            for count in 1..=40 {
                let capture = crash("web-0", count, i64::from(count) * 5);
                let capture = if count % 3 == 1 { capture } else { counted_alone(capture) };
                store.keep(&capture, NIGHT).await.expect("kept");
            }
            let kept = store.crashes_of(&web(), Timestamp(0), NIGHT.plus_ms(DAY_MS), 100).await.expect("listed");
            let counts: Vec<(u32, bool)> = kept.iter().map(|row| (row.restart_count, row.is_full)).collect();
            assert_eq!(counts, [(40, true), (1, true)]);
            let first = crash("web-0", 1, 5).id();
            let Ok(Found::Crash { in_loop, .. }) = store.find(&first).await else { panic!("not found") };
            assert_eq!(in_loop, 40);
            let Ok(Found::Gone(gone)) = store.find(&crash("web-0", 7, 0).id()).await else { panic!("not gone") };
            assert_eq!(gone.instead, Some(first));
            assert_eq!(gone.what, "Crash of app in shop/web-0 on prod: Error, exit code 1");
            let seen = store.seen(&crash("web-0", 1, 0).fingerprint(), Timestamp(0)).await.expect("seen");
            assert_eq!(seen.crashes, 40);
            let hours = store.by_hour(&web(), Timestamp(0)).await.expect("hours");
            assert_eq!(hours.iter().map(|hour| hour.crashes).sum::<u64>(), 40);
            assert_eq!(hours.len(), 4);
        })
    }),
    ("a_crash_after_a_pause_or_of_another_kind_begins_a_loop", |place| {
        block_on(async {
            let store = place.open().await;
            let mut other = crash("web-0", 2, 5);
            other.telling = Some("out of memory".into());
            for capture in [crash("web-0", 1, 0), other, crash("web-0", 3, 10), crash("web-0", 4, 200)] {
                store.keep(&capture, NIGHT).await.expect("kept");
            }
            let kept = store.crashes_of(&web(), Timestamp(0), NIGHT.plus_ms(DAY_MS), 100).await.expect("listed");
            assert_eq!(kept.len(), 4);
        })
    }),
    ("crashes_that_nobody_saw_are_counted", |place| {
        block_on(async {
            let store = place.open().await;
            store.keep(&crash("web-0", 3, 0), NIGHT).await.expect("kept");
            let kept = store.keep(&crash("web-0", 7, 30), NIGHT).await.expect("kept");
            assert_eq!(kept, Kept::New { missed: 3 });
            assert_eq!(store.counted("prod", "uid-web-0", "app").await.expect("asked"), Some(7));
            assert_eq!(store.counted("prod", "uid-web-0", "other").await.expect("asked"), None);
        })
    }),
    ("a_log_that_comes_late_is_kept_once", |place| {
        block_on(async {
            let store = place.open().await;
            for capture in [crash("web-0", 1, 0), crash("web-0", 3, 10)] {
                store.keep(&capture, NIGHT).await.expect("kept");
            }
            let late = crash("web-0", 2, 5);
            assert_eq!(store.keep(&late, NIGHT).await.expect("kept"), Kept::New { missed: 0 });
            assert_eq!(store.keep(&late, NIGHT).await.expect("kept"), Kept::Known);
            assert_eq!(store.counted("prod", "uid-web-0", "app").await.expect("asked"), Some(3));
            let seen = store.seen(&late.fingerprint(), Timestamp(0)).await.expect("seen");
            assert_eq!(seen.crashes, 3);
        })
    }),
    ("neighbours_are_the_owners_crashes_whichever_pod", |place| {
        block_on(async {
            let store = place.open().await;
            let all = [crash("web-a", 1, 0), crash("web-b", 1, 100), crash("web-c", 1, 200), crash("web-d", 1, 300)];
            for capture in &all {
                store.keep(capture, NIGHT).await.expect("kept");
            }
            let Ok(Found::Crash { row, .. }) = store.find(&all[2].id()).await else { panic!("not found") };
            let found = store.neighbours(&row).await.expect("asked");
            let pods = [found.first, found.previous, found.next, found.last].map(|row| row.map(|row| row.pod));
            assert_eq!(pods.map(|pod| pod.unwrap_or_default()), ["web-a", "web-b", "web-d", "web-d"]);
        })
    }),
    ("search_finds_every_word_and_takes_none_for_a_pattern", |place| {
        block_on(async {
            let store = place.open().await;
            let mut other = crash("db-0", 1, 0);
            other.crash.owner.name = "db".into();
            other.telling = Some("100% of the disk is used_up".into());
            other.crash.key.container = "postgres".into();
            for capture in [&crash("web-0", 1, 5), &other] {
                store.keep(capture, NIGHT).await.expect("kept");
            }
            let find = async |words: &str| {
                let found = store.search(words, 10).await.expect("searched");
                found.into_iter().map(|row| row.pod).collect::<Vec<_>>()
            };
            assert_eq!(find("LEADER lost").await, ["web-0"]);
            assert_eq!(find("100% used_up").await, ["db-0"]);
            assert_eq!(find("%").await, ["db-0"]);
            assert_eq!(find("us_d").await, [""; 0]);
            assert_eq!(find("error").await, ["web-0", "db-0"]);
            assert_eq!(find("").await.len(), 2);
        })
    }),
    ("text_that_a_database_cannot_hold_is_kept_all_the_same", |place| {
        block_on(async {
            let store = place.open().await;
            let mut capture = crash("web-0", 1, 0);
            capture.telling = Some("binary \0\u{1b}[31m rest".into());
            capture.crash.ended.reason = "\0".into();
            store.keep(&capture, NIGHT).await.expect("kept");
            let Ok(Found::Crash { capture: found, .. }) = store.find(&capture.id()).await else { panic!("not found") };
            assert_eq!(*found, capture);
        })
    }),
    ("the_log_of_a_pod_that_is_gone_is_there", |place| {
        block_on(async {
            let store = place.open().await;
            store.keep(&crash("web-0", 1, 0), NIGHT).await.expect("kept");
            store.keep(&counted_alone(crash("web-0", 2, 5)), NIGHT).await.expect("kept");
            let found = store.newest_with_log("prod", "shop", "web-0", Some("app")).await.expect("asked");
            assert_eq!(found.map(|capture| capture.crash.key.restart_count), Some(1));
            assert_eq!(store.newest_with_log("prod", "shop", "web-0", Some("x")).await.expect("asked"), None);
            let owner = store.owner_of("prod", "shop", "web-0").await.expect("asked");
            assert_eq!(owner.map(|owner| owner.name).as_deref(), Some("web"));
        })
    }),
    ("only_what_differs_is_told", |place| {
        block_on(async {
            let store = place.open().await;
            let before = crash("web-0", 1, 0);
            let mut now = crash("web-0", 2, 120);
            assert!(difference(&before, &now).is_empty(), "times alone are no difference");
            now.crash.image = "registry.example/web:1.4.3".into();
            now.config.as_mut().expect("read")[0].hash = "bb22".into();
            store.keep(&before, NIGHT).await.expect("kept");
            store.keep(&now, NIGHT).await.expect("kept");
            let (before, now) = (store.capture(&before.id()).await, store.capture(&now.id()).await);
            let (before, now) = (before.expect("asked").expect("there"), now.expect("asked").expect("there"));
            let found = difference(&before, &now);
            let names: Vec<&str> = found.fields.iter().map(|(name, _, _)| *name).collect();
            assert_eq!(names, ["Image", "ConfigMap"]);
            assert!(found.only_before.is_empty() && found.only_now.is_empty());
        })
    }),
    ("a_clock_that_is_set_back_loses_nothing", |place| {
        block_on(async {
            let store = place.open().await;
            for (count, minutes) in [(1, 0), (2, -600), (3, 5)] {
                let kept = store.keep(&crash("web-0", count, minutes), NIGHT.plus_ms(minutes * MINUTE_MS)).await;
                assert_eq!(kept.expect("kept"), Kept::New { missed: 0 });
            }
            let seen = store.seen(&crash("web-0", 1, 0).fingerprint(), Timestamp(0)).await.expect("seen");
            assert_eq!((seen.crashes, seen.first_at), (3, Some(NIGHT.plus_ms(-600 * MINUTE_MS))));
        })
    }),
];
