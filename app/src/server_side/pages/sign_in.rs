//! `/sign-in`: the one page that everybody may see. Needs no script, and leads back to exactly what was asked for.

use access::ReturnTo;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::{frame::bare_bar, title::title_about};
use crate::{
    paths,
    server_side::{
        request::{page_query, set_status},
        sign_in::{Problem, WaysIn},
    },
};

/// The ways in.
pub(in crate::server_side) fn sign_in_page() -> impl IntoView {
    let query = page_query();
    let field = |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let to = ReturnTo::read(field(paths::RETURN_FIELD).unwrap_or("/"));
    let problem = field(paths::PROBLEM_FIELD).and_then(Problem::read);
    if let (Some(problem), Some(response)) = (problem, use_context::<ResponseOptions>()) {
        set_status(&response, problem.status());
    }
    let ways = use_context::<WaysIn>().unwrap_or_default();
    let is_none = !ways.has_passwords && !ways.has_proxy && ways.providers.is_empty();
    let problem = problem.map(|problem| {
        view! { <p class="sign-in-problem" role="alert" id="_problem">{problem.sentence()}</p> }
    });
    view! {
        {title_about("Sign in")}
        {bare_bar()}
        <main id="_main" class="plain sign-in">
            <h1>"Sign in"</h1>
            {problem}
            {providers(&ways, &to)}
            {ways.has_passwords.then(|| form(&to))}
            {(ways.has_proxy && !ways.has_passwords && ways.providers.is_empty()).then(proxy)}
            {is_none.then(nobody)}
            {ways.contact.map(|contact| view! { <p class="note">"Who cannot sign in asks " {contact} "."</p> })}
        </main>
    }
}

fn providers(ways: &WaysIn, to: &ReturnTo) -> Option<AnyView> {
    let buttons: Vec<_> = ways
        .providers
        .iter()
        .map(|provider| {
            let href = format!("{}?{}={}", provider.href, paths::RETURN_FIELD, to.escaped());
            view! { <li><a class="button" href=href>"Sign in with " {provider.label.clone()}</a></li> }
        })
        .collect();
    (!buttons.is_empty()).then(|| view! { <ul class="sign-in-providers">{buttons}</ul> }.into_any())
}

fn form(to: &ReturnTo) -> AnyView {
    view! {
        <form class="sign-in-form" method="post" action=paths::SIGN_IN>
            <input type="hidden" name=paths::RETURN_FIELD value=to.as_str().to_owned() />
            <label for="_name">"Name"</label>
            <input id="_name" name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required=true />
            <label for="_password">"Password"</label>
            <input id="_password" name="password" type="password" autocomplete="current-password" required=true />
            <button class="button" type="submit">"Sign in"</button>
        </form>
    }
    .into_any()
}

fn proxy() -> AnyView {
    view! {
        <p class="sentence">
            "A proxy in front of Runlight signs people in, and this request did not come with its word. Open the portal "
            "under the address that your team uses."
        </p>
    }
    .into_any()
}

fn nobody() -> AnyView {
    view! {
        <p class="sentence">"Nobody signs in here: this portal answers on its own machine alone."</p>
        <p><a href=paths::HOME>"All runbooks"</a></p>
    }
    .into_any()
}
