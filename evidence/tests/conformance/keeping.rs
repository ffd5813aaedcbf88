//! The keeper: takes, never waits, says what is wrong and what was lost.

use std::sync::Arc;

use evidence::{Found, Keeper, Limits, Standing};

use crate::{
    Test, block_on,
    kept::{NIGHT, crash},
};

/// A keeper whose clock stands at the night of the crash.
pub(crate) fn keeper(url: &str) -> Arc<Keeper> {
    Keeper::start(url, Limits::default(), Arc::new(|| NIGHT))
}

/// Waits until the keeper is as a condition wants it.
pub(crate) async fn until(keeper: &Keeper, condition: impl Fn(&Keeper) -> bool) {
    let mut progress = keeper.progress();
    while !condition(keeper) {
        progress.changed().await.expect("the keeper lives");
    }
}

pub(crate) const TESTS: &[Test] = &[
    ("a_keeper_stores_what_it_is_given_once", |place| {
        block_on(async {
            let keeper = keeper(&place.url());
            let capture = crash("web-0", 1, 0);
            keeper.keep(capture.clone());
            keeper.keep(capture.clone());
            until(&keeper, |keeper| keeper.figures().known == 1).await;
            let figures = keeper.figures();
            assert_eq!((figures.stored, figures.waiting, figures.lost), (1, 0, 0));
            assert_eq!((keeper.standing(), keeper.complaint()), (Standing::Keeping, None));
            let store = keeper.store().expect("open");
            assert!(matches!(store.find(&capture.id()).await, Ok(Found::Crash { .. })));
        })
    }),
    ("a_storm_loses_the_oldest_and_says_how_many", |place| {
        block_on(async {
            let keeper = keeper(&place.url());
            // No turn is given to the worker, so everything has to wait.
            for at in 0..300 {
                keeper.keep(crash(&format!("web-{at}"), 1, at));
            }
            let lost = keeper.figures().lost;
            assert!(lost >= 40, "{lost}");
            until(&keeper, |keeper| keeper.figures().waiting == 0).await;
            let figures = keeper.figures();
            assert_eq!(figures.stored + figures.lost, 300);
            let complaint = keeper.complaint().expect("something was lost");
            assert!(complaint.contains(&format!("{} captures were lost", figures.lost)), "{complaint}");
        })
    }),
];
