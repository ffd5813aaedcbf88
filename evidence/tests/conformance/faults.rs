//! What goes wrong with each database by itself.

use evidence::{Found, Kept, Mode, Standing, Store, StoreError};
use libtest_mimic::Failed;
use sqlx::Connection;

use crate::{
    Place, Test, block_on,
    keeping::{keeper, until},
    kept::{NIGHT, crash},
    killed,
    postgres::Postgres,
};

/// Runs a statement beside the store, as an administrator would.
async fn beside(url: &str, statement: &'static str) {
    let mut connection = sqlx::AnyConnection::connect(url).await.expect("connects");
    sqlx::query(statement).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("closes");
}

pub(crate) const SQLITE: &[Test] = &[
    ("a_second_process_on_one_file_is_refused", |place| {
        block_on(async {
            let first = place.open().await;
            let refused = Store::open(&place.url(), Mode::Write).await.expect_err("in use");
            assert!(matches!(refused, StoreError::InUse(_)));
            let words = refused.to_string();
            assert!(
                words.starts_with("another process keeps evidence in ") && words.contains("use PostgreSQL"),
                "{words}"
            );
            let keeper = keeper(&place.url());
            keeper.keep(crash("web-0", 1, 0));
            until(&keeper, |keeper| matches!(keeper.standing(), Standing::NotKeeping { .. })).await;
            let complaint = keeper.complaint().expect("it is not kept");
            assert!(
                complaint.starts_with("Crashes are not being kept since 02:23:41 UTC: another process"),
                "{complaint}"
            );
            first.close().await;
            drop(first);
            until(&keeper, |keeper| keeper.figures().stored == 1).await;
            assert_eq!(keeper.complaint(), None);
        })
    }),
    ("a_newer_schema_is_refused_with_a_sentence", |place| newer_schema(&place)),
    ("a_full_disk_is_said_and_nothing_is_lost", |place| {
        block_on(async {
            let store = place.open().await;
            store.keep(&crash("web-0", 1, 0), NIGHT).await.expect("kept");
            store.bound_pages(1).await;
            let refused = loop {
                // The last page that is there may still have room.
                let number = store.figures().await.expect("reads go on").crashes;
                let number = u32::try_from(number).expect("few");
                if let Err(error) = store.keep(&crash(&format!("pod-{number}"), 1, 0), NIGHT).await {
                    break error;
                }
            };
            assert!(matches!(refused, StoreError::Full), "{refused}");
            assert_eq!(refused.to_string(), "disk full");
            assert!(matches!(store.find(&crash("web-0", 1, 0).id()).await, Ok(Found::Crash { .. })));
            store.bound_pages(1_000_000).await;
            let kept = store.keep(&crash("later", 1, 0), NIGHT).await.expect("there is room again");
            assert_eq!(kept, Kept::New { missed: 0 });
        })
    }),
    ("a_file_that_is_no_database_is_said", |place| {
        block_on(async {
            let path = place.url().trim_start_matches("sqlite:").to_owned();
            std::fs::create_dir_all(std::path::Path::new(&path).parent().expect("a folder")).expect("made");
            std::fs::write(&path, "these are not the pages of a database. ".repeat(100)).expect("written");
            let refused = Store::open(&place.url(), Mode::Write).await.expect_err("no database");
            assert!(refused.to_string().contains("not a database"), "{refused}");
        })
    }),
    ("a_place_that_cannot_be_written_is_said", |_| {
        block_on(async {
            let refused = Store::open("sqlite:/proc/runlight/evidence.db", Mode::Write).await.expect_err("no place");
            assert!(matches!(refused, StoreError::Unreachable(_) | StoreError::ReadOnly), "{refused}");
        })
    }),
    ("a_process_that_is_killed_leaves_whole_entries", |place| killed::at_random_moments(&place)),
];

fn newer_schema(place: &Place) -> Result<(), Failed> {
    block_on(async {
        let store = place.open().await;
        store.close().await;
        drop(store);
        beside(
            &place.url(),
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (99, '', true, '', 0)",
        )
        .await;
        for mode in [Mode::Write, Mode::Read] {
            let refused = Store::open(&place.url(), mode).await.expect_err("newer");
            let words = refused.to_string();
            assert!(words.contains("newer Runlight (its schema is 99, this one knows 3)"), "{words}");
        }
    })
}

/// A test with a server of its own.
type ServerTest = (&'static str, fn(&Postgres) -> Result<(), Failed>);

pub(crate) const POSTGRES: &[ServerTest] = &[
    ("a_newer_schema_is_refused_with_a_sentence", |server| {
        newer_schema(&Place::Postgres { url: server.new_database() })
    }),
    ("a_server_that_is_restarted_loses_nothing", |server| {
        block_on(async {
            let keeper = keeper(&server.new_database());
            keeper.keep(crash("web-0", 1, 0));
            until(&keeper, |keeper| keeper.figures().stored == 1).await;
            server.stop();
            for at in 1..=20 {
                keeper.keep(crash(&format!("web-{at}"), 1, at));
            }
            until(&keeper, |keeper| matches!(keeper.standing(), Standing::NotKeeping { .. })).await;
            let complaint = keeper.complaint().expect("it is not kept");
            assert!(complaint.contains("20 captures wait"), "{complaint}");
            server.start_again();
            until(&keeper, |keeper| keeper.figures().stored == 21).await;
            assert_eq!((keeper.figures().lost, keeper.complaint()), (0, None));
        })
    }),
    ("a_connection_that_is_cut_amid_a_transaction_loses_nothing", |server| {
        block_on(async {
            let url = server.new_database();
            let keeper = keeper(&url);
            until(&keeper, |keeper| keeper.store().is_some()).await;
            let database = url.rsplit('/').next().expect("a name");
            let mut cut = 0;
            for at in 0..60 {
                keeper.keep(crash(&format!("web-{at}"), 1, at));
                if at % 10 == 5 {
                    let statement =
                        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
                    cut += u32::from(server.sql("postgres", &statement));
                }
            }
            until(&keeper, |keeper| keeper.figures().waiting == 0).await;
            assert_eq!(cut, 6);
            let figures = keeper.figures();
            assert_eq!((figures.stored + figures.known, figures.lost), (60, 0));
            assert_eq!(keeper.store().expect("open").figures().await.expect("figures").crashes, 60);
        })
    }),
    ("a_statement_that_takes_five_seconds_holds_up_no_reader_and_loses_nothing", |server| {
        block_on(async {
            let url = server.new_database();
            let keeper = keeper(&url);
            keeper.keep(crash("web-0", 1, 0));
            until(&keeper, |keeper| keeper.figures().stored == 1).await;
            let database = url.rsplit('/').next().expect("a name");
            for statement in [
                "CREATE FUNCTION slow() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(5); RETURN NEW; END' LANGUAGE plpgsql",
                "CREATE TRIGGER slow BEFORE INSERT ON crash FOR EACH ROW EXECUTE FUNCTION slow()",
                &format!("ALTER DATABASE {database} SET statement_timeout = '200ms'"),
                // Connections that were there before know nothing of the limit.
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                 AND datname = current_database()",
            ] {
                assert!(server.sql(database, statement), "{statement}");
            }
            for at in 1..=3 {
                keeper.keep(crash(&format!("web-{at}"), 1, at));
            }
            until(&keeper, |keeper| {
                keeper.complaint().is_some_and(|words| words.contains("the database did not answer in time"))
            })
            .await;
            let complaint = keeper.complaint().expect("it is not kept");
            assert!(complaint.contains("3 captures wait"), "{complaint}");
            let store = keeper.store().expect("open");
            assert_eq!(store.search("web-0", 10).await.expect("read").len(), 1);
            assert!(server.sql(database, "DROP TRIGGER slow ON crash"));
            until(&keeper, |keeper| keeper.figures().stored == 4).await;
            assert_eq!((keeper.figures().lost, keeper.complaint()), (0, None));
        })
    }),
    ("a_database_that_may_only_be_read_is_said", |server| {
        block_on(async {
            let url = server.new_database();
            let store = Store::open(&url, Mode::Write).await.expect("opens");
            store.close().await;
            let database = url.rsplit('/').next().expect("a name");
            let statement = format!("ALTER DATABASE {database} SET default_transaction_read_only = on");
            assert!(server.sql("postgres", &statement));
            let keeper = keeper(&url);
            keeper.keep(crash("web-0", 1, 0));
            until(&keeper, |keeper| matches!(keeper.standing(), Standing::NotKeeping { .. })).await;
            let complaint = keeper.complaint().expect("it is not kept");
            assert!(complaint.contains("the database cannot be written"), "{complaint}");
        })
    }),
];
