//! Runbooks that mean harm: what one costs is its own page, never the portal.

use http::StatusCode;

use super::{NOON, Page, World, soon};

#[path = "../../../runbook/tests/hostile/mod.rs"]
mod shapes;

/// Of each shape as much as code that is compiled for tests reads in a while.
const SHAPE_BYTES: usize = 64 * 1024;

#[tokio::test]
async fn a_file_of_any_shape_costs_its_page_alone() {
    let texts: Vec<(String, String)> = shapes::SHAPES
        .iter()
        .enumerate()
        .map(|(number, (_, make))| (format!("shape-{number}.md"), make(SHAPE_BYTES)))
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let world = World::start_with(NOON, &files).await;
    assert_eq!(world.get("/r/test-alert").await.status, StatusCode::OK, "the others are there");
    for (number, (name, _)) in shapes::SHAPES.iter().enumerate() {
        let status = world.get(&format!("/r/shape-{number}")).await.status;
        // What takes too much to be read is left out, which the home page says.
        assert!(matches!(status, StatusCode::OK | StatusCode::NOT_FOUND), "{name}: {status}");
    }
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_that_takes_too_much_is_left_out_with_a_remark() {
    let command = "kubectl get pods -n web | grep -v Running | awk '{print $1}'\n";
    let text = format!("# Long\n\n```bash\n{}```\n", command.repeat(30_000));
    assert!(text.len() < 2 << 20);
    let world = World::start_with(NOON, &[("long.md", &text)]).await;
    assert_eq!(world.get("/r/long").await.status, StatusCode::NOT_FOUND);
    world.get("/").await.has("reading it takes more work than a runbook is worth");
    assert_eq!(world.get("/r/test-alert").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_opens_with_few_panels_and_each_once() {
    let line = |n: usize| format!("kubectl get pods -A --sort-by=.metadata.name | tail -{n}\n");
    let different: String = (1..=60).map(line).collect();
    let text = format!("# Many\n\n```bash\n{}{different}```\n", "kubectl get pods -A\n".repeat(400));
    let world = World::start_with(NOON, &[("many.md", &text)]).await;
    let page = world.get("/r/many").await;
    assert_eq!(page.status, StatusCode::OK);
    let count = |words: &str| page.text.matches(words).count();
    let shown = count("data-outcome=\"") - count("data-outcome=\"idle\"");
    assert!(shown <= 25, "{shown} panels show an answer that nobody asked for");
    page.has("not run by itself");
    assert!(page.text.len() < 4 << 20, "{} bytes", page.text.len());
}

/// Each match reads to the end of one long line. The source answers at once; what the filter makes of it would take hours.
#[tokio::test]
async fn a_costly_filter_ends_as_unknown_while_the_portal_answers() {
    let command = r"kubectl get pods -A -o json | tr -d '\n' | tr 'A-Z' 'a-z' | sed 's/./&&&&&&&&/g' | grep -oE '.*\[NOPE\]|[a-z]'";
    let text = format!("# Costly\n\n```bash\n{command}\n```\n");
    let world = World::start_with_timeout(NOON, &[("costly.md", &text)], 500).await;
    let check = runbook::parse(&text).commands[0].id.to_string();
    let mut run = Box::pin(world.run_of("costly", &check, &[("cluster", "monitoring-cluster")]));
    let mut answered = 0;
    let page: Page = loop {
        tokio::select! {
            biased;
            page = &mut run => break page,
            health = world.get("/healthz") => {
                assert_eq!(health.status, StatusCode::OK);
                answered += 1;
                tokio::task::yield_now().await;
            }
        }
    };
    assert!(answered > 0);
    page.has("unknown");
    page.has("too costly");
    assert_eq!(soon("the next page", world.get("/r/test-alert")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_portal_opens_before_its_library_is_read() {
    let world = World::start(NOON).await;
    let portal = server::portal::Portal::open(&world.config, world.homelab.clock(), Vec::new()).await.expect("valid");
    // Nothing has run on this thread since, so nothing can have been read.
    assert_eq!(portal.figures().runbooks, 0);
    soon("the library", portal.library_read()).await;
    assert!(portal.figures().runbooks > 0);
}
