//! The document around every page: head, theme, scripts. Inline scripts carry the request's nonce, and nothing is styled
//! inline, so the server's policy can forbid the rest.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};

/// Where the style sheet and the browser's half lie. Without scripts (`None`) every page still works.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Address of the style sheet.
    pub css: String,
    /// Address of the script that `wasm-bindgen` wrote.
    pub js: Option<String>,
    /// Address of the WebAssembly module.
    pub wasm: Option<String>,
}

/// Sets the reader's theme before anything is drawn.
const THEME_SCRIPT: &str =
    "try{const t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}";

/// A "#" in the wrong place hides a link's parameters from the server: `/alert/X#?pod=a`, or one that a label's value
/// brought along unescaped. The browser alone knows, so it asks again with the parameters where they belong.
const MISPLACED_SCRIPT: &str = "{const h=location.hash.slice(1),[a,...r]=h.split('?'),p=/[\\w.-]+=/;\
    let q,k='';\
    if(r.length&&p.test(r[0]))q='&'+r.join('&'),k=a;\
    else if(/^[\\w.-]+=/.test(h))q='&'+h;\
    else if(/&[\\w.-]+=/.test(h))q=h[0]=='&'?h:'%23'+h;\
    if(q)location.replace(location.origin+location.pathname+(location.search?location.search+q:'?'+q.slice(1))+(k&&'#'+k))}";

/// The whole document.
pub(super) fn document(body: impl IntoView) -> impl IntoView {
    provide_meta_context();
    let nonce = use_nonce();
    let assets = use_context::<Assets>();
    let css = assets.as_ref().map(|assets| view! { <link rel="stylesheet" href=assets.css.clone() /> });
    let scripts = assets.and_then(|assets| assets.js.zip(assets.wasm)).map(|(js, wasm)| {
        let loader = loader(&js, &wasm);
        view! {
            <link rel="modulepreload" href=js />
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
            <script type="module" nonce=nonce.clone()>{loader}</script>
            <script type="module" src="/keep.js"></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="no-referrer" />
                <script nonce=nonce.clone()>{THEME_SCRIPT}</script>
                <script nonce=nonce.clone()>{MISPLACED_SCRIPT}</script>
                {css}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="apple-touch-icon" href="/icon-192.png" />
                <meta name="theme-color" content="#fcfcfa" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#131619" media="(prefers-color-scheme: dark)" />
                {scripts}
                <MetaTags />
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Loads the module and hydrates the islands in the order of the document, each under the island that holds it.
fn loader(js: &str, wasm: &str) -> String {
    format!(
        "import init,* as client from {js:?};\
         await init({{module_or_path:{wasm:?}}});\
         client.hydrate();\
         for(const island of document.querySelectorAll('leptos-island')){{\
         island.parentElement.closest('leptos-children')?.$$on_hydrate?.();\
         client[island.dataset.component]?.(island)}}\
         document.documentElement.dataset.scripts='on'"
    )
}
