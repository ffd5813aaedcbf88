//! A command: one quiet line with its values filled in, then Run (or why not) and Copy, and under it its panel.

use leptos::prelude::*;
use runbook::{
    binding::{Piece, fill},
    check::{
        Check, ClusterAsk, Helm, HelmAsk, Output, PrometheusAsk, PrometheusQuestion, ProxmoxAsk, Question, Reading,
    },
    document::Command,
    suspect::{Stretch, stretches},
};

use super::{
    inline::{sentence, words},
    markdown::Text,
    strip,
};
use crate::{
    panels::check::{CheckPanel, PanelFacts},
    paths,
    server_side::backend::RunbookView,
    ui::{
        controls::CopyButton,
        sent::{Kept, Sent},
    },
};

/// The value of `data-command`.
pub(in crate::server_side) fn reading_word(reading: &Reading) -> &'static str {
    match reading {
        Reading::Check { .. } => "check",
        Reading::Refused(_) => "refused",
        Reading::Unknown(_) => "unknown",
    }
}

/// The whole block of a command.
pub(super) fn block(text: Text<'_>, index: usize) -> AnyView {
    let Some(command) = text.command(index) else { return ().into_any() };
    let id = command.id.as_str().to_owned();
    let copy = copied(text, command);
    // What the line shows letter for letter is not sent a second time.
    let is_shown = stretches(&copy).iter().all(|stretch| matches!(stretch, Stretch::Plain(_)));
    let copy = if is_shown { String::new() } else { copy };
    let rest = match &command.reading {
        Reading::Check { check } => {
            let update = text.panel_of(command);
            let panel = update.as_ref().and_then(|update| update.panel.clone());
            let facts = PanelFacts {
                id: id.clone(),
                panel: panel.unwrap_or_else(|| expected_panel(check).into()),
                why_not: text.why_not(command),
                copy,
            };
            let drawn = Kept(update.map(|update| update.html).unwrap_or_default());
            view! {
                {download(text, command, check)}
                <CheckPanel facts=Sent(facts) drawn=drawn />
                {wanted(text, command)}
                {offers(text, command)}
            }
            .into_any()
        }
        Reading::Refused(refusal) | Reading::Unknown(refusal) => {
            let reason = sentence(&refusal.reason);
            view! {
                <p class="why-not">{reason}</p>
                <CopyButton text=copy />
            }
            .into_any()
        }
    };
    view! {
        <div class="command" id=paths::check_anchor(&id) data-command=reading_word(&command.reading)>
            <pre class="command-line" tabindex="0"><code id=format!("command-{id}")>{words(command, text.bindings())}</code></pre>
            {rest}
        </div>
    }
    .into_any()
}

/// `> file`: nothing is written here; the reader may have the answer as a file.
fn download(text: Text<'_>, command: &Command, check: &Check) -> Option<AnyView> {
    let file = check.download.as_ref().filter(|_| text.is_ready(command))?;
    let values = text.view.bindings.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let wish = [(paths::DOWNLOAD_FIELD, command.id.as_str())];
    let href = paths::runbook(text.view.path.as_str(), values.chain(wish));
    Some(view! { <a class="download" href=href download="">"Save as " <code>{file.clone()}</code></a> }.into_any())
}

/// Where the values go that a command needs: into fields beside it when it alone needs them, else into the strip.
fn wanted(text: Text<'_>, command: &Command) -> Option<AnyView> {
    let (local, shared): (Vec<&String>, Vec<&String>) =
        command.parameters.iter().partition(|name| strip::is_local(text.view, name));
    let is_missing = |name: &&&String| text.bindings().get(name).is_none();
    let above = shared.iter().any(|name| is_missing(&name));
    let above = above.then(|| view! { <p class="why-not"><a href="#_context">"Set it above"</a></p> });
    let fields: Vec<_> = local.iter().map(|name| local_field(text, name)).collect();
    let action = paths::runbook(text.view.path.as_str(), []) + "#" + &paths::check_anchor(command.id.as_str());
    let fields = (!fields.is_empty()).then(|| {
        view! {
            <p class="local-fields">
                {fields}
                <button class="button" form=paths::RUN_FORM formaction=action>"Fill in"</button>
            </p>
        }
    });
    (above.is_some() || fields.is_some()).then(|| view! { {above} {fields} }.into_any())
}

fn local_field(text: Text<'_>, name: &str) -> AnyView {
    let (id, name) = (["_bind-", name].concat(), name.to_owned());
    let value = text.bindings().get(&name).unwrap_or_default().to_owned();
    view! {
        <label for=id.clone()>{name.clone()}</label>
        <input
            id=id
            name=name
            form=paths::RUN_FORM
            value=value
            placeholder="not set"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
        />
    }
    .into_any()
}

/// Values for the parameters that keep a check from being run, where another command of the runbook gives one.
fn offers(text: Text<'_>, command: &Command) -> Option<AnyView> {
    let names = command.parameters.iter().filter(|name| text.bindings().get(name).is_none());
    let offers: Vec<_> = names.filter_map(|name| offer(text.view, name)).collect();
    (!offers.is_empty()).then(|| offers.into_any())
}

/// A value that the runbook's own command gives, as a link that takes it.
pub(super) fn offer(view: &RunbookView, name: &str) -> Option<AnyView> {
    let offer = view.offers.get(name)?;
    let labels = view.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let values = view.bindings.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let taken = values.chain(labels).filter(|(known, _)| *known != name).chain([(name, offer.value.as_str())]);
    let href = paths::runbook(view.path.as_str(), taken);
    let (name, value, command) = (name.to_owned(), offer.value.clone(), offer.command.clone());
    Some(
        view! {
            <p class="offer">
                {name} " from the runbook's own command: " <a href=href title=command><code>{value}</code></a>
            </p>
        }
        .into_any(),
    )
}

/// What the copy button copies: the command with its values; a placeholder without one stays as the author wrote it.
fn copied(text: Text<'_>, command: &Command) -> String {
    let words = fill(&command.text, &command.marks, text.bindings());
    words
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Masked(text) | Piece::Placeholder { text, .. } => text,
            Piece::Filled { value, .. } => value,
        })
        .collect()
}

/// The panel that a check's answer will most likely need, before there is one.
fn expected_panel(check: &Check) -> &'static str {
    match &check.question {
        Question::Proxmox(question) => match question.ask {
            ProxmoxAsk::RunningTasks { .. } => "window",
            ProxmoxAsk::Journal(_) | ProxmoxAsk::Task { log: true, .. } => "log",
            _ => "table",
        },
        Question::Cluster(question) => match &question.ask {
            ClusterAsk::Logs(_) => "log",
            ClusterAsk::Get(get) if matches!(get.output, Output::Table | Output::Wide) => {
                let is_pods = get.resources.iter().all(|r| matches!(r.kind.as_str(), "pods" | "pod" | "po"));
                if is_pods { "restart-table" } else { "table" }
            }
            ClusterAsk::Events(_) | ClusterAsk::Top(_) | ClusterAsk::ApiResources { .. } => "table",
            ClusterAsk::Helm(Helm { ask: HelmAsk::List { .. } | HelmAsk::History { .. }, .. }) => "table",
            _ => "text",
        },
        Question::Backup(_) => "table",
        Question::Prometheus(PrometheusQuestion { ask: PrometheusAsk::Instant { .. }, .. })
            if check.filters.is_empty() =>
        {
            "chart"
        }
        Question::LogStore(_) if check.filters.is_empty() => "log",
        Question::Prometheus(_)
        | Question::Alertmanager(_)
        | Question::LogStore(_)
        | Question::Several(_)
        | Question::Each(_) => "text",
    }
}
