//! An alert's link: to its runbook, to several, or to the page for the missing one.

use http::{StatusCode, header};

use super::{NOON, Page, World};

const DOUBLED: &[(&str, &str)] = &[
    ("alerts/doubled.md", "# Alert: HomelabDoubled\n"),
    ("old/HomelabDoubled.md", "# Old notes\n"),
    ("kubernetes/KubePodNotReady.md", "# KubePodNotReady\n"),
    ("many.md", "# Many\n\n## Alert: ManyFirst\n\ntext\n\n## Alert: ManySecond\n\ntext\n"),
];

#[tokio::test]
async fn sends_a_link_on_to_its_runbook_query_and_all() {
    let world = World::start_with(NOON, DOUBLED).await;
    for (address, expected) in [
        ("/alert/TestAlert?pod=web-0", "/r/test-alert?pod=web-0"),
        ("/alert/test-alert/?pod=web-0", "/r/test-alert?pod=web-0"),
        ("/runbooks/general/testalert?pod=web-0", "/r/test-alert?pod=web-0"),
        ("/runbooks/kubernetes/kubepodnotready", "/r/kubernetes/KubePodNotReady"),
        ("/alert/ManySecond?pod=a", "/r/many?pod=a#alert-manysecond"),
        ("/alert/TestAlert%3Fcluster%3Da%26pod%3Db", "/r/test-alert?cluster=a&pod=b"),
        ("/alert/TestAlert&cluster=a?pod=b", "/r/test-alert?cluster=a&pod=b"),
        ("/alert/TestAlert?cluster=a&amp;pod=b", "/r/test-alert?cluster=a&pod=b"),
        ("/alert/Renamed?runbook=/srv/git/own/test-alert.md&pod=b", "/r/test-alert?pod=b"),
        ("/alert/?alertname=TestAlert", "/r/test-alert?alertname=TestAlert"),
        // What is ambiguous goes along, and the page says it.
        ("/alert/TestAlert?pod=a&pod=b", "/r/test-alert?pod=a&pod=b"),
    ] {
        let page = world.get(address).await;
        assert_eq!(page.status, StatusCode::FOUND, "{address}");
        assert_eq!(page.headers[header::LOCATION], expected, "{address}");
    }
    world.get("/r/test-alert?pod=a&pod=b").await.has("twice, with different values");
}

#[tokio::test]
async fn lists_several_runbooks_with_the_reasons() {
    let world = World::start_with(NOON, DOUBLED).await;
    let page = world.get("/alert/HomelabDoubled?pod=web-0").await;
    assert_eq!(page.status, StatusCode::MULTIPLE_CHOICES);
    for words in [
        "/r/alerts/doubled?pod=web-0",
        "/r/old/HomelabDoubled?pod=web-0",
        "A heading names the alert",
        "Its file is called like the alert",
    ] {
        page.has(words);
    }
    let one = world.get("/runbooks/old/homelabdoubled").await;
    assert_eq!(one.headers[header::LOCATION], "/r/old/HomelabDoubled", "the component decides");
}

#[tokio::test]
async fn helps_to_write_a_missing_runbook() {
    let world = World::start(NOON).await;
    let page =
        world.get("/alert/TestAlrt?cluster=agentic&namespace=agents&pod=%3Cb%3E&team=R%26D&x=%3Cno+value%3E").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    for words in [
        "No runbook for this alert",
        "href=\"/r/test-alert?cluster=agentic",
        "&lt;b&gt;",
        "R&amp;D",
        "The alert has no x",
        "# Alert: TestAlrt",
        "kubectl --context=admin@&lt;cluster&gt; logs -n &lt;namespace&gt; &lt;pod&gt;",
        "test-alrt.md",
    ] {
        page.has(words);
    }
    page.has_not("<b>&lt;");
    page.has_not("<b></dd>");
}

#[tokio::test]
async fn answers_bad_links_with_a_page() {
    let world = World::start(NOON).await;
    let long = "x".repeat(9_000);
    for address in [
        "/alert/",
        "/alert",
        "/runbooks/",
        "/alert/%00",
        "/alert/%ff%fe",
        "/alert/..%2F..%2Fetc",
        &format!("/alert/{long}"),
    ] {
        let page = world.get(address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
        page.has("<h1>");
        page.has("href=\"/\"");
    }
}

#[tokio::test]
async fn carries_any_label_from_the_link_to_the_page() {
    let world = World::start(NOON).await;
    let value = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\nsecond line é\u{1f525}";
    let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = world.get(&format!("/alert/TestAlert?summary={escaped}&pod=web-0")).await;
    assert_eq!(found.status, StatusCode::FOUND);
    let page = follow(&world, &found).await;
    assert_eq!(page.status, StatusCode::OK);
    let shown = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    page.has(&shown);
    page.has_not("was ignored");
    // And from there into the form that fills in other values.
    page.has(&format!("name=\"summary\" value=\"{}\"", shown.replace('"', "&quot;")));
}

async fn follow(world: &World, page: &Page) -> Page {
    world.get(page.headers[header::LOCATION].to_str().expect("ASCII")).await
}
