//! One suite for both databases: SQLite in a file, and a PostgreSQL of the system that is started for the suite and
//! thrown away. Where there is none, its tests say that they did not run.

mod crashes;
mod faults;
mod incidents;
mod keeping;
mod kept;
mod killed;
mod messages;
mod postgres;
mod retention;

use std::{process::ExitCode, sync::Arc};

use evidence::{Mode, Store};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use postgres::Postgres;

/// Where a test keeps: an empty database of its own.
#[derive(Clone)]
enum Place {
    Sqlite(Arc<tempfile::TempDir>),
    Postgres { url: String },
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("state/evidence.db").display()),
            Self::Postgres { url } => url.clone(),
        }
    }

    async fn open(&self) -> Store {
        Store::open(&self.url(), Mode::Write).await.expect("the store opens")
    }
}

/// A test that holds for both databases.
type Test = (&'static str, fn(Place) -> Result<(), Failed>);

/// Runs a test's future.
fn block_on<F: Future<Output = ()>>(test: F) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(test);
    Ok(())
}

fn main() -> ExitCode {
    if let Some(code) = killed::run_child() {
        return code;
    }
    let arguments = Arguments::from_args();
    let server = Arc::new(std::sync::OnceLock::new());
    let both: Vec<Test> =
        [crashes::TESTS, incidents::TESTS, messages::TESTS, retention::TESTS, keeping::TESTS].concat();
    let mut trials = Vec::new();
    for (name, test) in both {
        trials.push(Trial::test(format!("sqlite::{name}"), move || {
            test(Place::Sqlite(Arc::new(tempfile::tempdir().expect("a folder"))))
        }));
        let server = Arc::clone(&server);
        trials.push(Trial::ignorable_test(format!("postgres::{name}"), move || {
            match server.get_or_init(Postgres::start).as_ref() {
                Ok(server) => test(Place::Postgres { url: server.new_database() }).map(|()| Completion::Completed),
                Err(why) => Ok(Completion::ignored_with(why)),
            }
        }));
    }
    for (name, test) in faults::SQLITE {
        trials.push(Trial::test(format!("sqlite::{name}"), move || {
            test(Place::Sqlite(Arc::new(tempfile::tempdir().expect("a folder"))))
        }));
    }
    for (name, test) in faults::POSTGRES {
        trials.push(Trial::ignorable_test(format!("postgres::{name}"), move || match Postgres::start() {
            Ok(server) => test(&server).map(|()| Completion::Completed),
            Err(why) => Ok(Completion::ignored_with(why)),
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The server is told to stop before the process ends: a static is never dropped.
    drop(server);
    conclusion.exit_code()
}
