//! Serves the fixture's pages, to look at them. Arguments: folder with style.css, client.js, client.wasm.

use std::sync::Arc;

use app::server_side::{
    Assets,
    backend::{Backend, Caller},
    routes::App,
};
use axum::{Router, routing::get};
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};

#[path = "../tests/fixture/mod.rs"]
mod fixture;

#[tokio::main]
async fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let options = LeptosOptions::builder().output_name("runlight").build();
    let routes = generate_route_list(App);
    let context = || {
        provide_context(Arc::new(fixture::Fixture) as Arc<dyn Backend>);
        provide_context(Caller::Local);
        provide_context(Assets {
            css: "/pkg/style.css".into(),
            js: std::env::var("NOJS").is_err().then(|| "/pkg/client.js".into()),
            wasm: Some("/pkg/client_bg.wasm".into()),
        });
    };
    let file = |name: &'static str, kind: &'static str| {
        let path = format!("{folder}/{name}");
        get(move || async move { ([("content-type", kind)], std::fs::read(path).unwrap_or_default()) })
    };
    let app = Router::new()
        .route("/pkg/style.css", file("style.css", "text/css"))
        .route("/pkg/client.js", file("client.js", "text/javascript"))
        .route("/pkg/client_bg.wasm", file("client_bg.wasm", "application/wasm"))
        .leptos_routes_with_context(&options, routes, context, App)
        .fallback(leptos_axum::render_app_async_with_context(context, App))
        .with_state(options);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3999").await.expect("a free port");
    axum::serve(listener, app).await.expect("serving");
}
