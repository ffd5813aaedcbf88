//! Incidents: told of twice, out of order, from several sides.

use std::collections::BTreeMap;

use evidence::{Alert, Entry, EntryKind, Limits};

use crate::{
    Test, block_on,
    kept::{MINUTE_MS, NIGHT},
};

fn alert(ends_after_minutes: Option<i64>) -> Alert {
    let labels = [("alertname", "PodCrashLooping"), ("namespace", "shop"), ("pod", "web-0")];
    Alert {
        fingerprint: "c0ffee".into(),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        annotations: BTreeMap::new(),
        starts_at: NIGHT,
        ends_at: ends_after_minutes.map(|minutes| NIGHT.plus_ms(minutes * MINUTE_MS)),
        generator_url: String::new(),
    }
}

fn remark(kind: EntryKind, at: usize) -> Entry {
    Entry { kind, at: NIGHT, who: "mira".into(), text: format!("words {at}") }
}

pub(crate) const TESTS: &[Test] = &[
    ("an_alert_that_is_told_of_twice_is_one_incident", |place| {
        block_on(async {
            let store = place.open().await;
            let firing = alert(None);
            let (one, two) = futures::join!(
                store.hear(&firing, "prod", "webhook", NIGHT),
                store.hear(&firing, "prod", "poll", NIGHT)
            );
            let (one, two) = (one.expect("heard"), two.expect("heard"));
            assert_eq!(one.0, two.0);
            assert!(one.1 != two.1, "one of them was news");
            let (id, is_news) = store.hear(&alert(Some(10)), "prod", "webhook", NIGHT).await.expect("heard");
            assert!(is_news);
            let (incident, entries) = store.incident(&id).await.expect("asked").expect("there");
            assert_eq!(incident.alert.ends_at, Some(NIGHT.plus_ms(10 * MINUTE_MS)));
            let kinds: Vec<EntryKind> = entries.iter().map(|entry| entry.kind).collect();
            assert_eq!(kinds, [EntryKind::Fired, EntryKind::Ended]);
            assert!(!incident.is_end_alone);
        })
    }),
    ("an_end_that_comes_first_stays_the_end", |place| {
        block_on(async {
            let store = place.open().await;
            let (id, _) = store.hear(&alert(Some(10)), "prod", "webhook", NIGHT).await.expect("heard");
            let (_, is_news) = store.hear(&alert(None), "prod", "webhook", NIGHT).await.expect("heard");
            assert!(!is_news);
            let (incident, entries) = store.incident(&id).await.expect("asked").expect("there");
            assert!(incident.is_end_alone && incident.alert.ends_at.is_some());
            assert_eq!(entries.len(), 2);
            assert!(store.open_incidents(10).await.expect("asked").is_empty());
        })
    }),
    ("a_note_stands_on_the_time_line_once", |place| {
        block_on(async {
            let store = place.open().await;
            let (id, _) = store.hear(&alert(None), "prod", "webhook", NIGHT).await.expect("heard");
            let entry = Entry {
                kind: EntryKind::Note,
                at: NIGHT.plus_ms(MINUTE_MS),
                who: "mira".into(),
                text: "self-heals by 03:15".into(),
            };
            store.note(&id, &entry).await.expect("noted");
            store.note(&id, &entry).await.expect("noted");
            let (_, entries) = store.incident(&id).await.expect("asked").expect("there");
            assert_eq!(entries.iter().filter(|known| **known == entry).count(), 1);
            assert_eq!(store.last_note("prod", "shop", "web").await.expect("asked"), Some(entry));
            assert_eq!(store.last_note("prod", "other", "web").await.expect("asked"), None);
            assert_eq!(store.open_incidents(10).await.expect("asked").len(), 1);
            assert_eq!(store.incidents(Some(("prod", "shop")), 10).await.expect("asked").len(), 1);
        })
    }),
    ("a_note_is_no_other_owners", |place| {
        block_on(async {
            let store = place.open().await;
            let mut firing = alert(None);
            firing.labels.insert("pod".into(), "webhook-0".into());
            let (id, _) = store.hear(&firing, "prod", "webhook", NIGHT).await.expect("heard");
            store.note(&id, &remark(EntryKind::Note, 1)).await.expect("noted");
            assert_eq!(store.last_note("prod", "shop", "web").await.expect("asked"), None);
            assert!(store.last_note("prod", "shop", "webhook").await.expect("asked").is_some());
            assert!(store.last_note("prod", "shop", "webhook-0").await.expect("asked").is_some());
        })
    }),
    ("an_alert_ends_however_much_was_written_about_it", |place| {
        block_on(async {
            let store = place.open().await;
            let (id, _) = store.hear(&alert(None), "prod", "webhook", NIGHT).await.expect("heard");
            for at in 0..30 {
                store.note(&id, &remark(EntryKind::Remark, at)).await.expect("noted or left");
            }
            let (_, entries) = store.incident(&id).await.expect("asked").expect("there");
            assert_eq!(entries.len(), 21, "remarks leave room for notes");
            for at in entries.len()..1_000 {
                store.note(&id, &remark(EntryKind::Note, at)).await.expect("noted");
            }
            assert!(store.note(&id, &remark(EntryKind::Note, 1_000)).await.is_err());
            store.hear(&alert(Some(10)), "prod", "webhook", NIGHT).await.expect("heard");
            assert!(store.open_incidents(10).await.expect("asked").is_empty());
        })
    }),
    ("names_of_any_length_make_an_incident", |place| {
        block_on(async {
            let store = place.open().await;
            // Nothing that compresses: an index of PostgreSQL takes some 2,700 bytes.
            let long: String = (0..4_096_u32).map(|at| char::from(b'!' + (at.wrapping_mul(at) % 89) as u8)).collect();
            let mut firing = alert(None);
            firing.fingerprint = long.clone();
            for name in ["alertname", "namespace", "pod", "cluster"] {
                firing.labels.insert(name.into(), long.clone());
            }
            let (id, _) = store.hear(&firing, &long, "webhook", NIGHT).await.expect("heard");
            assert!(store.incident(&id).await.expect("asked").is_some());
        })
    }),
    ("an_incident_goes_by_when_it_was_heard_of", |place| {
        block_on(async {
            let store = place.open().await;
            let later = NIGHT.plus_ms(800 * 24 * 60 * MINUTE_MS);
            // What its sender says of its beginning keeps no incident alive.
            let mut future = alert(None);
            future.starts_at = later.plus_ms(MINUTE_MS);
            store.hear(&future, "prod", "webhook", NIGHT).await.expect("heard");
            store.prune(&Limits::default(), later).await.expect("pruned");
            assert!(store.open_incidents(10).await.expect("asked").is_empty());
        })
    }),
];
