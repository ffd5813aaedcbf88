//! A process that keeps crashes is killed at random moments. What it left is opened again: every entry is whole, counts
//! agree with entries, and what it said was stored is there.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, ExitCode, Stdio},
};

use document::time::Timestamp;
use evidence::{Found, Kept, Mode, Store};
use libtest_mimic::Failed;

use crate::{
    Place, block_on,
    kept::{NIGHT, crash},
};

/// Names the database of the process that is to be killed.
const CHILD: &str = "RUNLIGHT_TEST_KEEPS_IN";
/// From which crash it goes on.
const FROM: &str = "RUNLIGHT_TEST_KEEPS_FROM";
/// How often it is killed.
const TIMES: u64 = 100;

/// In the process that is to be killed: keeps one crash after the other and says so, until it is killed.
pub(crate) fn run_child() -> Option<ExitCode> {
    let url = std::env::var(CHILD).ok()?;
    let from: u32 = std::env::var(FROM).ok()?.parse().ok()?;
    let kept = block_on(async {
        let store = Store::open(&url, Mode::Write).await.expect("opens");
        for number in from.. {
            store.keep(&crash(&format!("pod-{number}"), 1, i64::from(number)), NIGHT).await.expect("kept");
            println!("{number}");
            std::io::stdout().flush().expect("said");
        }
    });
    Some(if kept.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn at_random_moments(place: &Place) -> Result<(), Failed> {
    let mut next = 0;
    let mut random = 0x9e37_79b9_u64;
    for _ in 0..TIMES {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let said = (random >> 33) % 4;
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .env(CHILD, place.url())
            .env(FROM, next.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut last = None;
        for _ in 0..=said {
            last = lines.next().transpose().expect("reads").or(last);
        }
        // It is somewhere within the next capture now; how far depends on how long this loop spins.
        for turn in 0..(random >> 20) % 200_000 {
            std::hint::black_box(turn);
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        let rest = lines.map_while(Result::ok).last();
        let last: u32 = rest.or(last).expect("it stored something").parse().expect("a number");
        block_on(async {
            let store = place.open().await;
            for number in next..=last {
                let id = crash(&format!("pod-{number}"), 1, 0).id();
                assert!(matches!(store.find(&id).await, Ok(Found::Crash { .. })), "pod-{number} was said to be stored");
            }
            let crashes = store.figures().await.expect("figures").crashes;
            let seen = store.seen(&crash("pod", 1, 0).fingerprint(), Timestamp(0)).await.expect("seen").crashes;
            assert_eq!(crashes, seen, "counts and entries agree");
            // What was under way is stored whole, or not at all and stored now.
            let under_way = crash(&format!("pod-{}", last + 1), 1, i64::from(last + 1));
            let kept = store.keep(&under_way, NIGHT).await.expect("kept");
            assert!(matches!(kept, Kept::New { missed: 0 } | Kept::Known));
            let Ok(Found::Crash { capture, .. }) = store.find(&under_way.id()).await else { panic!("not there") };
            assert_eq!(*capture, under_way);
            store.close().await;
        })?;
        next = last + 2;
    }
    Ok(())
}
