//! The pages and their addresses. Every page is rendered whole before its first byte goes out, so that its status is
//! the true one.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use super::{
    pages::{find::FindPage, home::HomePage, not_found::NotFoundPage, runbook::RunbookPage},
    shell,
};

/// The whole site.
#[component]
pub fn App() -> impl IntoView {
    shell::document(view! {
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/r/*path") view=RunbookPage ssr=SsrMode::Async />
                <Route path=path!("/alert/:alertname") view=FindPage ssr=SsrMode::Async />
                <Route path=path!("/runbooks/:component/:alertname") view=FindPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    })
}
