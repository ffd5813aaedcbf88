//! `kubectl get` of several kinds: `a,b`, `all`, `TYPE/NAME TYPE/NAME`. Each kind is asked by itself; what is missing is
//! said beside what was found.

use std::sync::Arc;

use runbook::{
    check::{Get, Output, Resource, Scope},
    command::prints_secret_data,
    outcome::{Cause, Unknown},
};

use super::{
    super::{parts::PartsAnswer, sheet::SheetAnswer},
    Answer,
    cluster::place,
    objects, rows,
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest, KnownKind, KubeTable},
};

/// One kind of a question.
pub(super) struct Part {
    /// What is read.
    pub(super) request: GetRequest,
    /// What it is.
    pub(super) kind: KnownKind,
}

/// The kinds that a question covers, a category such as `all` taken apart.
pub(super) async fn parts(cluster: &Cluster, get: &Get) -> Result<Vec<Part>, Unknown> {
    let mut parts = Vec::new();
    for resource in &get.resources {
        let category = cluster.category(&resource.kind).await.map_err(|failure| failure.to_unknown())?;
        if category.is_empty() {
            let kind = cluster.kind(&resource.kind).await.map_err(|failure| failure.to_unknown())?;
            parts.push(Part { request: objects::request(get, resource), kind });
        } else {
            parts.extend(category.into_iter().map(|kind| {
                let resource = Resource { kind: kind.resource(), names: resource.names.clone() };
                Part { request: objects::request(get, &resource), kind }
            }));
        }
    }
    // The grammar knows Secrets by their usual names; here it is known what a word really means.
    if shows_secret_data(get, &parts) && !cluster.shows_secret_data() {
        return Err(refused(cluster));
    }
    Ok(parts)
}

fn shows_secret_data(get: &Get, parts: &[Part]) -> bool {
    parts.iter().any(|part| part.kind.is_secret) && prints_secret_data(&get.output, get.sort_by.as_deref())
}

/// The data of Secrets was asked for, and the configuration does not allow it.
pub(super) fn refused(cluster: &Cluster) -> Unknown {
    let name = cluster.name();
    Cause::Withheld.unknown(
        format!("Secrets of {name}"),
        "This prints the data of Secrets, which Runlight does not read of this cluster.",
        format!(
            "Use kubectl get secret without -o, which shows names, types and ages; or let it be shown with \
             secret_data = \"show\" in [clusters.{name}] of runlight.toml."
        ),
    )
}

/// What a reader is told beside the data of Secrets.
pub(super) fn shown(cluster: &Cluster) -> String {
    format!("This holds the data of Secrets, which [clusters.{}] lets be shown. Nothing keeps it.", cluster.name())
}

/// The answer to all parts of a question.
pub(super) async fn get(cluster: &Arc<Cluster>, get: &Get, parts: &[Part], clock: Clock) -> Result<Answer, Unknown> {
    let (answers, mut complaints) = match get.output {
        Output::Table | Output::Wide => tables(cluster, get, parts, clock).await?,
        _ => {
            let (text, complaints) = objects::print(cluster, get, parts).await?;
            let what = format!("{}{}", words(get), place(cluster, &get.scope));
            let is_secret_data = shows_secret_data(get, parts);
            let notes = if is_secret_data { vec![shown(cluster)] } else { Vec::new() };
            let answer = SheetAnswer::text(cluster.name(), what, text, clock.now());
            (vec![SheetAnswer { notes, is_secret_data, ..answer }.into()], complaints)
        }
    };
    let is_empty = |answer: &Answer| match answer {
        Answer::Sheet(answer) => answer.sheet.lines.is_empty(),
        _ => false,
    };
    match answers.iter().all(is_empty).then(|| complaints.pop()).flatten() {
        Some(complaint) if complaints.is_empty() => return Err(complaint),
        Some(complaint) => complaints.push(complaint),
        None => {}
    }
    let mut answers = answers;
    if complaints.is_empty() && answers.len() == 1 {
        return Ok(answers.remove(0));
    }
    Ok(Answer::Parts(PartsAnswer {
        source: cluster.name().to_owned(),
        what: format!("{}{}", words(get), place(cluster, &get.scope)),
        parts: answers,
        has_gaps: !get.no_headers,
        complaints,
        notes: Vec::new(),
        asked_at: clock.now(),
    }))
}

/// Answers about several objects, one after the other; a single one stands for itself.
pub(super) fn together(
    cluster: &Cluster,
    what: String,
    mut parts: Vec<Answer>,
    clock: Clock,
) -> Result<Answer, Unknown> {
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    Ok(Answer::Parts(PartsAnswer {
        source: cluster.name().to_owned(),
        what,
        parts,
        has_gaps: false,
        complaints: Vec::new(),
        notes: Vec::new(),
        asked_at: clock.now(),
    }))
}

type Found = (Vec<Answer>, Vec<Unknown>);

async fn tables(cluster: &Cluster, get: &Get, parts: &[Part], clock: Clock) -> Result<Found, Unknown> {
    let (mut answers, mut complaints) = (Vec::new(), Vec::new());
    // As soon as two kinds are there to be told apart, their names tell them apart.
    let has_several = |found: &[(KnownKind, KubeTable)]| found.windows(2).any(|pair| pair[0].0 != pair[1].0);
    let mut found: Vec<(KnownKind, KubeTable)> = Vec::new();
    for part in parts {
        let mut table = match cluster.get_table(&part.request).await {
            Ok(table) => table,
            Err(failure) => {
                complaints.push(failure.to_unknown());
                continue;
            }
        };
        complaints.extend(table.missing.iter().map(|name| missing(cluster, &part.kind, name)));
        if !part.request.names.is_empty() && table.rows.is_empty() {
            continue;
        }
        objects::sort(cluster, get, &part.request, &mut table).await?;
        if get.output != Output::Wide {
            table.drop_wide_columns();
        }
        table.add_label_columns(&get.label_columns, get.show_labels);
        found.push((part.kind.clone(), table));
    }
    let has_several = has_several(&found);
    for (kind, mut table) in found {
        if has_several || get.show_kind {
            table.prefix_names(&kind.singular());
        }
        let place = if table.is_namespaced { place(cluster, &get.scope) } else { String::new() };
        let what = format!("{}{place}", table.resource);
        let with_namespace = get.scope == Scope::All && table.is_namespaced;
        let answer = rows::of_table(cluster.name(), what, table, with_namespace, get.no_headers, clock.now());
        answers.push(answer.into());
    }
    Ok((answers, complaints))
}

/// What kubectl says of a name that is not there.
pub(super) fn missing(cluster: &Cluster, kind: &KnownKind, name: &str) -> Unknown {
    Cause::NotFound.unknown(
        format!("{} {name} of {}", kind.resource(), cluster.name()),
        format!("{} says: {} \"{name}\" not found.", cluster.name(), kind.resource()),
        "Check the name and the namespace; it may be gone already.",
    )
}

/// `pods, services`, as typed.
fn words(get: &Get) -> String {
    let kinds: Vec<&str> = get.resources.iter().map(|resource| resource.kind.as_str()).collect();
    kinds.join(", ")
}
