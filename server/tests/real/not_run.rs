//! Tests that say at run time that they did not run, and why.

use libtest_mimic::{Completion, Failed, Trial};

/// Why a test did not run, one sentence.
#[derive(Debug)]
pub(crate) struct NotRun(pub(crate) String);

/// What a test comes to, unless it panics.
pub(crate) type Ran = Result<(), NotRun>;

/// A test of a file of this suite.
pub(crate) fn trial<R: Future<Output = Ran> + 'static>(name: &str, test: fn() -> R) -> Trial {
    Trial::ignorable_test(name.trim_start_matches("real::"), move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failed::from)?;
        Ok(match runtime.block_on(test()) {
            Ok(()) => Completion::Completed,
            Err(NotRun(reason)) => Completion::ignored_with(reason),
        })
    })
}

/// Tests by the names of their functions.
macro_rules! trials {
    ($($test:ident),* $(,)?) => {
        vec![$($crate::not_run::trial(concat!(module_path!(), "::", stringify!($test)), $test)),*]
    };
}
pub(crate) use trials;
