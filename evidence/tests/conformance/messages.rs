//! Messages that wait: queued once, in turn, until they are settled.

use evidence::{EvidenceId, Message};

use crate::{
    Test, block_on,
    kept::{MINUTE_MS, NIGHT},
};

fn message(kind: &str, sentence: &str) -> Message {
    let incident = EvidenceId::of(&["incident"]);
    Message {
        id: EvidenceId::of(&["message", kind, sentence]),
        receiver: "phone".into(),
        incident,
        kind: kind.into(),
        sentence: sentence.into(),
        body: "{}".into(),
        state: "waiting".into(),
        tries: 0,
        made_at: NIGHT,
        reason: String::new(),
    }
}

pub(crate) const TESTS: &[Test] = &[
    ("a_message_is_queued_once_and_waits_for_its_turn", |place| {
        block_on(async {
            let store = place.open().await;
            let known = message("known", "It lies inside the backup.");
            let (one, two) = futures::join!(store.queue_message(&known, NIGHT), store.queue_message(&known, NIGHT));
            assert!(one.expect("queued") != two.expect("queued"), "one of them was news");
            let due = store.due_messages(NIGHT, 10).await.expect("asked");
            assert_eq!(due, std::slice::from_ref(&known));
            let later = NIGHT.plus_ms(MINUTE_MS);
            store.settle_message(&known.id, "waiting", 1, later, "It answered 502.").await.expect("settled");
            assert_eq!(store.due_messages(NIGHT, 10).await.expect("asked"), []);
            let due = store.due_messages(later, 10).await.expect("asked");
            assert_eq!((due[0].tries, due[0].reason.as_str()), (1, "It answered 502."));
            store.settle_message(&known.id, "sent", 2, later, "").await.expect("settled");
            assert_eq!(store.due_messages(later, 10).await.expect("asked"), []);
            let last = store.last_message(&known.incident, "phone").await.expect("asked").expect("there");
            assert_eq!((last.state.as_str(), last.sentence.as_str()), ("sent", "It lies inside the backup."));
            assert_eq!(store.last_message(&known.incident, "other").await.expect("asked"), None);
            store.forget_messages(later).await.expect("forgotten");
            assert_eq!(store.last_message(&known.incident, "phone").await.expect("asked"), None);
        })
    }),
    ("an_incident_has_ten_messages_at_most_and_its_end_is_told_all_the_same", |place| {
        block_on(async {
            let store = place.open().await;
            for number in 0..12 {
                let changed = message("changed", &number.to_string());
                let is_queued = store.queue_message(&changed, NIGHT).await.expect("queued");
                assert_eq!(is_queued, number < 10, "{number}");
            }
            assert!(store.queue_message(&message("recovered", "over"), NIGHT).await.expect("queued"));
        })
    }),
];
