//! The pages and their addresses. Every page is rendered whole before its first byte goes out, so that its status is
//! the true one.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use super::{
    pages::{
        account::account_page, doctor::doctor_page, evidence::evidence_page, find::find_page, home::home_page,
        incident::incident_page, not_found::not_found_page, runbook::runbook_page, sign_in::sign_in_page,
    },
    shell,
};

/// The whole site.
#[component]
pub fn App() -> impl IntoView {
    shell::document(view! {
        <Router>
            <FlatRoutes fallback=not_found_page>
                <Route path=path!("/") view=home_page ssr=SsrMode::Async />
                <Route path=path!("/doctor") view=doctor_page ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=sign_in_page ssr=SsrMode::Async />
                <Route path=path!("/account") view=account_page ssr=SsrMode::Async />
                <Route path=path!("/r/*path") view=runbook_page ssr=SsrMode::Async />
                <Route path=path!("/e/*id") view=evidence_page ssr=SsrMode::Async />
                <Route path=path!("/i/*id") view=incident_page ssr=SsrMode::Async />
                <Route path=path!("/alert/*link") view=find_page ssr=SsrMode::Async />
                <Route path=path!("/runbooks/*link") view=find_page ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    })
}
