//! What becomes of a message after each answer.

use super::*;

const NOW: Timestamp = Timestamp(1_793_672_621_000);

fn message(tries: u32) -> Message {
    let id = EvidenceId::of(&["x"]);
    Message {
        id: id.clone(),
        receiver: "home".into(),
        incident: id,
        kind: "known".into(),
        sentence: "s".into(),
        body: String::new(),
        state: "waiting".into(),
        tries,
        made_at: NOW,
        reason: String::new(),
    }
}

#[test]
fn a_message_is_tried_three_times_with_longer_pauses() {
    let fails = || Sending::Later { not_before: None, reason: "r".into() };
    let state = |tries| {
        let (state, tries, next_at, _) = settle(&message(tries), fails(), NOW);
        (state, tries, next_at.ms_since(NOW))
    };
    assert_eq!(state(0), ("waiting", 1, 60_000));
    assert_eq!(state(1), ("waiting", 2, 600_000));
    assert_eq!(state(2), ("failed", 3, 0));
}

#[test]
fn text_of_a_log_is_taken_out_unless_it_may_stand_there() {
    let line = Some("leaderelection lost".to_owned());
    assert_eq!(without_log("It says leaderelection lost.", line.as_deref(), false), "It says a line of its log.");
    assert_eq!(without_log("It says leaderelection lost.", line.as_deref(), true), "It says leaderelection lost.");
}

#[test]
fn a_receiver_that_names_a_time_is_asked_then_and_for_a_day_at_most() {
    let asks = |ms| Sending::Later { not_before: Some(NOW.plus_ms(ms)), reason: "429".into() };
    let (state, tries, next_at, _) = settle(&message(2), asks(3_600_000), NOW);
    assert_eq!((state, tries, next_at.ms_since(NOW)), ("waiting", 2, 3_600_000));
    let (state, ..) = settle(&message(2), asks(2 * DAY_MS), NOW);
    assert_eq!(state, "failed");
    let never = Sending::Never { reason: "301".into() };
    assert_eq!(settle(&message(0), never, NOW).0, "failed");
}
