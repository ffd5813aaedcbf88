//! What goes when, and what stays.

use std::collections::BTreeMap;

use document::time::DAY_MS;
use evidence::{Found, Kept, Limits, SharedPage};

use crate::{
    Test, block_on,
    kept::{NIGHT, crash},
};

/// Minutes of a day.
const DAY: i64 = 24 * 60;

pub(crate) const TESTS: &[Test] = &[
    ("what_is_too_old_goes_in_batches_and_the_pinned_stays", |place| {
        block_on(async {
            let store = place.open().await;
            for at in 0..130 {
                store.keep(&crash(&format!("web-{at}"), 1, at), NIGHT).await.expect("kept");
            }
            let pinned = crash("web-0", 1, 0).id();
            assert!(store.pin(&pinned, true).await.expect("pinned"));
            let now = NIGHT.plus_ms(31 * DAY_MS);
            let first = store.prune(&Limits::default(), now).await.expect("pruned");
            assert_eq!(first.entries, 100);
            assert_eq!(store.prune(&Limits::default(), now).await.expect("pruned").entries, 29);
            assert_eq!(store.prune(&Limits::default(), now).await.expect("pruned").entries, 0);
            assert!(matches!(store.find(&pinned).await, Ok(Found::Crash { .. })));
            let Ok(Found::Gone(gone)) = store.find(&crash("web-7", 1, 7).id()).await else { panic!("not gone") };
            assert_eq!((gone.gone_at, gone.instead, gone.cluster.as_str()), (now, None, "prod"));
            assert!(gone.what.starts_with("Crash of app in shop/web-7"), "{}", gone.what);
        })
    }),
    ("what_is_too_much_goes_but_never_the_youngest", |place| {
        block_on(async {
            let store = place.open().await;
            for day in 0..10 {
                store.keep(&crash(&format!("web-{day}"), 1, day * DAY), NIGHT).await.expect("kept");
            }
            let kept = store.figures().await.expect("figures").bytes;
            let limits = Limits { bytes: kept / 4 + 1, ..Limits::default() };
            let now = NIGHT.plus_ms(10 * DAY_MS);
            while store.prune(&limits, now).await.expect("pruned").entries > 0 {}
            // Days 7, 8 and 9 are no older than three days.
            assert_eq!(store.figures().await.expect("figures").crashes, 3);
        })
    }),
    ("no_storm_of_crashes_fills_the_disk_however_young_it_is", |place| {
        block_on(async {
            let store = place.open().await;
            for at in 0..10 {
                store.keep(&crash(&format!("web-{at}"), 1, at), NIGHT).await.expect("kept");
            }
            let kept = store.figures().await.expect("figures").bytes;
            let limits = Limits { bytes: kept / 20, ..Limits::default() };
            while store.prune(&limits, NIGHT.plus_ms(DAY_MS)).await.expect("pruned").entries > 0 {}
            let left = store.figures().await.expect("figures");
            assert!(left.bytes <= kept / 5 && left.crashes > 0, "{left:?} of {kept} bytes");
        })
    }),
    ("a_clock_that_is_set_back_removes_nothing_and_counts_each_crash_once", |place| {
        block_on(async {
            let store = place.open().await;
            store.keep(&crash("web-0", 1, 0), NIGHT).await.expect("kept");
            // A month earlier, as the clock says then.
            let earlier = crash("web-0", 2, -30 * DAY);
            store.keep(&earlier, earlier.crash.at).await.expect("kept");
            assert_eq!(store.keep(&earlier, NIGHT).await.expect("kept"), Kept::Known);
            while store.prune(&Limits::default(), earlier.crash.at).await.expect("pruned").entries > 0 {}
            let both = [crash("web-0", 1, 0).id(), earlier.id()];
            for id in both {
                assert!(matches!(store.find(&id).await, Ok(Found::Crash { .. })));
            }
            let seen = store.seen(&earlier.fingerprint(), NIGHT.plus_ms(-60 * DAY_MS)).await.expect("seen");
            assert_eq!((seen.crashes, seen.first_at), (2, Some(earlier.crash.at)));
        })
    }),
    ("only_as_much_goes_as_is_too_much", |place| {
        block_on(async {
            let store = place.open().await;
            for day in 0..10 {
                store.keep(&crash(&format!("web-{day}"), 1, day * DAY), NIGHT).await.expect("kept");
            }
            let kept = store.figures().await.expect("figures").bytes;
            let limits = Limits { bytes: kept - 1, ..Limits::default() };
            let pruned = store.prune(&limits, NIGHT.plus_ms(10 * DAY_MS)).await.expect("pruned");
            assert_eq!(pruned.entries, 1);
        })
    }),
    ("a_clock_that_is_set_back_removes_nothing", |place| {
        block_on(async {
            let store = place.open().await;
            store.keep(&crash("web-0", 1, 0), NIGHT).await.expect("kept");
            let pruned = store.prune(&Limits::default(), NIGHT.plus_ms(-400 * DAY_MS)).await.expect("pruned");
            assert_eq!(pruned.entries, 0);
        })
    }),
    ("one_process_at_a_time_has_a_claim", |place| {
        block_on(async {
            let store = place.open().await;
            let claim = async |who: &str, after_ms: i64| {
                store.claim("retention", who, NIGHT.plus_ms(after_ms), 1_000).await.expect("asked")
            };
            assert!(claim("a", 0).await);
            assert!(!claim("b", 500).await);
            assert!(claim("a", 900).await);
            assert!(claim("b", 2_000).await);
            // The clock was set back by a day: the claim of the future does not hold for ever.
            assert!(claim("a", -DAY_MS).await);
        })
    }),
    ("a_shared_page_is_found_again", |place| {
        block_on(async {
            let store = place.open().await;
            let page = SharedPage {
                runbook: "alerts/pod-crash-looping".into(),
                title: "Pod crash looping".into(),
                revision: "f00d".into(),
                bindings: BTreeMap::from([("cluster".into(), "prod".into())]),
                reports: crash("web-0", 1, 0)
                    .verdict
                    .map(|judged| (String::new(), judged.report))
                    .into_iter()
                    .collect(),
                by: "mira".into(),
                at: NIGHT,
            };
            let id = store.keep_page(&page).await.expect("kept");
            let Ok(Found::Page { page: found, is_pinned: false }) = store.find(&id).await else { panic!("not found") };
            assert_eq!(*found, page);
            while store.prune(&Limits::default(), NIGHT.plus_ms(40 * DAY_MS)).await.expect("pruned").entries > 0 {}
            let Ok(Found::Gone(gone)) = store.find(&id).await else { panic!("not gone") };
            assert_eq!(gone.what, "The page Pod crash looping");
        })
    }),
];
