//! The library through the doors: its list, the search, its pictures, and pages whose file changes under them.

use axum::body::Body;
use http::{Request, StatusCode, header};

use super::{NOON, Page, World, live::Events, soon};

/// The head of a PNG of 7 by 5 pixels.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x07\0\0\0\x05\x08\x06\0\0\0\x1f\x15\xc4\x89";

impl World {
    /// Writes a file into the test's own folder of the library.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let file = self.folder.path().join("own").join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("created");
        std::fs::write(file, content).expect("written");
    }

    async fn search(&self, words: &str) -> Page {
        let request = Request::post("/api/search")
            .header(header::HOST, "localhost:8080")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(serde_json::json!({ "words": words }).to_string()));
        Page::read(self.send(request.expect("a valid request")).await).await
    }
}

#[tokio::test]
async fn finds_runbooks_as_somebody_types() {
    let world = World::start(NOON).await;
    let found = world.search("crashl").await;
    assert_eq!(found.status, StatusCode::OK);
    found.has("/r/alerts/pod-crash-looping");
    world.search("<script>").await.has_not("<script>");
    world.search("no such words anywhere").await.has("No runbook has all of these words.");
    assert_eq!(world.search(&"x".repeat(60_000)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn lists_what_the_address_asks_for() {
    let world = World::start(NOON).await;
    let found = world.get("/?q=vzdump+backup").await;
    assert_eq!(found.status, StatusCode::OK);
    found.has("/r/infrastructure/backup-window-pressure");
    found.has_not("/r/alerts/certificate-not-ready");
    world.get("/?domain=infrastructure").await.has_not("/r/test-alert\"");
    for odd in ["/?page=0", "/?page=99", "/?folder=..%2F..", "/?tag=%00%0A", "/?q=%F0%28", "/?q=&tag=&domain="] {
        assert_eq!(world.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn tells_an_open_page_that_its_file_has_changed() {
    let world = World::start(NOON).await;
    let page = world.get("/r/test-alert").await;
    let revision = page.text.split("revision&quot;:&quot;").nth(1).and_then(|rest| rest.get(..16)).expect("stated");
    let mut events = Events::open(&world, &format!("revision={revision}")).await;
    soon("hello", events.next("hello")).await.expect("the stream is open");
    world.write("test-alert.md", "# Alert: TestAlert\n\nAnother text.\n");
    let words = soon("the change", events.next("edited")).await.expect("the stream is open");
    assert!(words.contains("has changed"), "{words}");
    // A page that was opened before the portal knew it hears of it at once.
    let mut late = Events::open(&world, &format!("revision={revision}")).await;
    assert!(soon("the change", late.next("edited")).await.is_some());
}

#[tokio::test]
async fn tells_an_open_page_that_its_file_is_gone() {
    let world = World::start(NOON).await;
    let mut events = Events::open(&world, "revision=0").await;
    assert!(soon("a difference", events.next("edited")).await.expect("open").contains("has changed"));
    let page = world.get("/r/test-alert").await;
    let revision = page.text.split("revision&quot;:&quot;").nth(1).and_then(|rest| rest.get(..16)).expect("stated");
    let mut events = Events::open(&world, &format!("revision={revision}")).await;
    std::fs::remove_file(world.folder.path().join("own/test-alert.md")).expect("removed");
    let words = soon("the removal", events.next("edited")).await.expect("the stream is open");
    assert!(words.contains("no longer"), "{words}");
}

#[tokio::test]
async fn sends_the_librarys_pictures_and_nothing_else() {
    let world = World::start(NOON).await;
    world.write("img/plan.png", PNG);
    world.write("img/active.svg", "<svg xmlns='x'><script>alert(1)</script></svg>");
    world.write("img/fake.png", "# Secret");
    let picture = world.get("/files/img/plan.png").await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(picture.headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    let drawing = world.get("/files/img/active.svg").await;
    assert_eq!(drawing.headers[header::CONTENT_TYPE], "image/svg+xml");
    let policy = drawing.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!(world.get("/files/img/fake.png").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for absent in [
        "/files/test-alert.md",
        "/files/img/..%2Fimg%2Fplan.png",
        "/files/..%2F..%2Fetc%2Fpasswd.png",
        "/files/%2Fetc%2Fx.png",
        "/files/img/none.png",
        "/files/img%00.png",
    ] {
        assert_eq!(world.get(absent).await.status, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[tokio::test]
async fn says_in_its_figures_that_a_folder_cannot_be_read() {
    let world = World::start(NOON).await;
    world.get("/metrics").await.has("runlight_library_folders_failing 0");
    let own = world.folder.path().join("own");
    std::fs::rename(&own, world.folder.path().join("away")).expect("moved");
    let said = async {
        while !world.get("/metrics").await.text.contains("runlight_library_folders_failing 1") {
            tokio::task::yield_now().await;
        }
    };
    soon("the figure", said).await;
    assert_eq!(world.get("/r/test-alert").await.status, StatusCode::OK, "its runbooks stay");
    let ready = world.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    ready.has("1 folder of the library cannot be read");
    world.get("/").await.has("as they last were");
}
