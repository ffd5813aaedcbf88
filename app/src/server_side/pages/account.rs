//! `/account`: who one is here, what one sees, and the way out.

use access::Caller;
use leptos::prelude::*;

use super::{
    frame::{bar, failure},
    title::title_about,
};
use crate::{
    paths,
    server_side::{
        backend::AccountView,
        request::{answer, door},
        sign_in::WaysIn,
    },
};

/// Who has signed in.
pub(in crate::server_side) fn account_page() -> impl IntoView {
    let account = answer(async {
        let (backend, caller) = door()?;
        Ok((backend.account(&caller).await?, caller))
    });
    Suspend::new(async move {
        match account.await {
            Ok((account, caller)) => page(account, &caller),
            Err(error) => failure(error),
        }
    })
}

fn page(account: AccountView, caller: &Caller) -> AnyView {
    view! {
        {title_about("Your account")}
        {bar(Some("Your account".into()), String::new(), None)}
        <main id="_main" class="plain">
            <h1>{caller.to_string()}</h1>
            {facts(caller)}
            {way_out(caller)}
            <h2>"What you see"</h2>
            {sources(account)}
        </main>
    }
    .into_any()
}

fn sources(account: AccountView) -> AnyView {
    let rows: Vec<_> = account
        .sources
        .into_iter()
        .map(|(kind, name)| view! { <li><span class="source-name">{name}</span> " " <span class="source-kind">{kind}</span></li> })
        .collect();
    let list = match rows.is_empty() {
        true => view! { <p class="empty">"Runbooks, and no source: their checks cannot be run."</p> }.into_any(),
        false => view! { <ul>{rows}</ul> }.into_any(),
    };
    let beyond = (account.withheld > 0).then(|| {
        let sources = if account.withheld == 1 {
            "1 more source is".to_owned()
        } else {
            format!("{} more sources are", account.withheld)
        };
        let ask = account.contact.map_or_else(String::new, |contact| format!(" Ask {contact} for them."));
        view! { <p class="note">{format!("{sources} shown to other groups.{ask}")}</p> }
    });
    view! { {list} {beyond} }.into_any()
}

fn facts(caller: &Caller) -> AnyView {
    match caller {
        Caller::Local => view! {
            <p class="sentence">
                "Nobody signs in here: this portal answers on its own machine alone, and shows what Runlight itself may see."
            </p>
        }
        .into_any(),
        Caller::Machine(_) => view! { <p class="sentence">"A program with a token."</p> }.into_any(),
        Caller::Person(person) => {
            let groups = match person.groups.is_empty() {
                true => "none: you see what needs no group".to_owned(),
                false => person.groups.names().collect::<Vec<_>>().join(", "),
            };
            view! {
                <dl class="facts">
                    <dt>"Known as"</dt>
                    <dd><code>{person.subject.clone()}</code></dd>
                    <dt>"Vouched for by"</dt>
                    <dd><code>{person.issuer.clone()}</code></dd>
                    <dt>"Groups"</dt>
                    <dd>{groups}</dd>
                </dl>
            }
            .into_any()
        }
    }
}

/// The proxy's word holds until the proxy takes it back; a session ends here.
fn way_out(caller: &Caller) -> Option<AnyView> {
    let Caller::Person(person) = caller else { return None };
    if person.issuer != "proxy" {
        return Some(sign_out());
    }
    let href = use_context::<WaysIn>().and_then(|ways| ways.proxy_sign_out);
    Some(match href {
        Some(href) => view! { <p><a class="button" href=href>"Sign out"</a></p> }.into_any(),
        None => view! { <p class="note">"The proxy in front has signed you in; sign out there."</p> }.into_any(),
    })
}

fn sign_out() -> AnyView {
    view! {
        <form method="post" action=paths::SIGN_OUT>
            <button class="button" type="submit">"Sign out"</button>
        </form>
    }
    .into_any()
}
