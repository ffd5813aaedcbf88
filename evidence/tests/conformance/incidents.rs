//! Incidents: told of twice, out of order, from several sides.

use std::collections::BTreeMap;

use evidence::{Alert, Entry, EntryKind};

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
];
