//! Runbooks of every style that matters as one library: every page of it answers.

use std::{collections::BTreeSet, sync::Arc};

use axum::{Router, body::Body};
use http::{Request, StatusCode, header};
use server::{config::Config, portal::Portal};
use tower::ServiceExt;

use super::{NOON, Page};
use crate::day;

async fn get(router: &Router, address: &str) -> Page {
    let request = Request::get(address).header(header::HOST, "localhost:8080").body(Body::empty());
    let answer = router.clone().oneshot(request.expect("a valid request")).await;
    Page::read(answer.expect("the router answers everything")).await
}

/// The addresses of a page's links that begin with a prefix, without query and anchor.
fn links(page: &Page, prefix: &str) -> BTreeSet<String> {
    let start = format!("href=\"{prefix}");
    let hrefs = page.text.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|rest| format!("{prefix}{}", rest.split(['?', '#', '&']).next().unwrap_or_default())).collect()
}

#[tokio::test]
async fn opens_every_page_of_a_library_of_many_hands() {
    let mut config = Config::default();
    config.library.folders = vec![fixtures::library_folder()];
    let portal = Portal::open(&config, day::clock(NOON), Vec::new()).await.expect("a valid configuration");
    portal.library_read().await;
    let router = server::http::router(Arc::clone(&portal), &config.server);

    let mut listed = BTreeSet::new();
    let mut page = 1;
    while let found = links(&get(&router, &format!("/?page={page}")).await, "/r/")
        && listed.len() < listed.len() + found.difference(&listed).count()
    {
        listed.extend(found);
        page += 1;
    }
    assert!(listed.len() >= 10, "the list holds {} runbooks on {page} pages", listed.len());
    assert_eq!(listed.len(), portal.figures().runbooks, "every runbook stands on some page of the list");

    let mut named = BTreeSet::new();
    for address in &listed {
        let page = get(&router, address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(page.text.contains("id=\"_about\""), "{address} is not whole");
        named.extend(links(&page, "/r/"));
        named.extend(links(&page, "/files/"));
    }
    // What a runbook links to within the library is there.
    for address in named.difference(&listed) {
        assert_eq!(get(&router, address).await.status, StatusCode::OK, "{address}");
    }
}
