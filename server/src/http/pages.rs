//! Pages and server functions: hands each request to the views with the portal, the caller and the page's policy.

use std::sync::Arc;

use app::{
    paths,
    server_side::{
        App, Assets,
        backend::{Backend, Caller},
    },
};
use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, handle_server_fns_with_context};

use super::{guard::page_policy, site::Site};
use crate::portal::Portal;

/// Every page, and `/api/…` for the server functions.
pub(super) fn router(portal: Arc<Portal>, site: &'static Site) -> Router {
    let provide = move || provide_request_contexts(&portal, site);
    let answer_function = {
        let provide = provide.clone();
        move |request: Request| {
            let provide = provide.clone();
            async move { without_caching(handle_server_fns_with_context(provide, request).await.into_response()) }
        }
    };
    let options = LeptosOptions::builder().output_name("runlight").build();
    Router::new()
        .route("/api/{*function}", post(answer_function))
        .leptos_routes_with_context(&options, generate_route_list(App), provide.clone(), App)
        .fallback(leptos_axum::render_app_async_with_context(provide, App))
        .layer(axum::middleware::map_response(async |response: Response| without_caching(response)))
        .with_state(options)
}

fn provide_request_contexts(portal: &Arc<Portal>, site: &Site) {
    let backend: Arc<dyn Backend> = Arc::clone(portal) as Arc<dyn Backend>;
    provide_context(backend);
    provide_context(portal.sign_in().ways());
    // The door has made the caller; the sign-in page has none.
    let parts = use_context::<Parts>();
    if let Some(caller) = parts.as_ref().and_then(|parts| parts.extensions.get::<Caller>()) {
        provide_context(caller.clone());
    }
    provide_context(Assets {
        css: paths::package(site.css()),
        js: site.js().map(paths::package),
        wasm: site.wasm().map(paths::package),
    });
    // The nonce is new for each request, so the policy is made where the nonce is known.
    let response = use_context::<ResponseOptions>();
    if let (Some(response), Some(nonce)) = (response, leptos::nonce::use_nonce())
        && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// What a page shows is true now and names pods: no cache may keep it.
fn without_caching(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
