//! Questions about the API itself: kinds, versions, where it is, and `--raw` paths.

use std::sync::Arc;

use runbook::{
    check::{ClusterAsk, Output, Scope},
    outcome::{Cause, Unknown},
};
use serde_json::{Value, json};

use super::{
    super::{sheet::SheetAnswer, yaml},
    Answer,
    cluster::request,
    objects::print_json_with,
    rows::Rows,
};
use crate::{
    clock::Clock,
    sources::cluster::{Cluster, GetRequest, KnownKind},
};

/// `kubectl api-resources`.
pub(super) async fn resources(cluster: &Arc<Cluster>, ask: &ClusterAsk, clock: Clock) -> Result<Answer, Unknown> {
    let ClusterAsk::ApiResources { group, namespaced, verbs, categories, output, no_headers } = ask else {
        return Err(super::not_yet("This question"));
    };
    let mut kinds = cluster.kinds().await.map_err(|failure| failure.to_unknown())?;
    kinds.retain(|kind| {
        group.as_ref().is_none_or(|group| *group == kind.group)
            && namespaced.is_none_or(|namespaced| namespaced == kind.is_namespaced)
            && verbs.iter().all(|verb| kind.verbs.contains(verb))
            && categories.iter().all(|category| kind.categories.contains(category))
    });
    kinds.sort_by(|a, b| (&a.group, &a.plural).cmp(&(&b.group, &b.plural)));
    let what = "kinds".to_owned();
    if *output == Output::Name {
        let text: String = kinds.iter().map(|kind| format!("{}\n", kind.resource())).collect();
        return Ok(Answer::from(SheetAnswer::text(cluster.name(), what, text, clock.now())));
    }
    let is_wide = *output == Output::Wide;
    let mut heads = vec!["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
    if is_wide {
        heads.extend(["VERBS", "CATEGORIES"]);
    }
    let row = |kind: &KnownKind| {
        let is_namespaced = kind.is_namespaced.to_string();
        let mut cells =
            vec![kind.plural.clone(), kind.short_names.join(","), kind.api_version(), is_namespaced, kind.kind.clone()];
        if is_wide {
            cells.extend([kind.verbs.join(","), kind.categories.join(",")]);
        }
        cells
    };
    Ok(Rows {
        rows: kinds.iter().map(row).collect(),
        without_header: *no_headers,
        always_has_head: true,
        ..Rows::new(cluster.name(), what, heads, clock.now())
    }
    .answer())
}

/// `kubectl api-versions`.
pub(super) async fn versions(cluster: &Arc<Cluster>, clock: Clock) -> Result<Answer, Unknown> {
    let core = cluster.raw_json("/api").await.map_err(|failure| failure.to_unknown())?;
    let groups = cluster.raw_json("/apis").await.map_err(|failure| failure.to_unknown())?;
    let core = core["versions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let groups = groups["groups"].as_array().into_iter().flatten();
    let named = groups.flat_map(|group| group["versions"].as_array().into_iter().flatten());
    let named = named.filter_map(|version| version["groupVersion"].as_str());
    let mut versions: Vec<&str> = core.chain(named).collect();
    versions.sort_unstable();
    let text: String = versions.iter().map(|version| format!("{version}\n")).collect();
    Ok(Answer::from(SheetAnswer::text(cluster.name(), "API versions".into(), text, clock.now())))
}

/// `kubectl version`: the server's, since there is no kubectl here.
pub(super) async fn version(cluster: &Arc<Cluster>, output: &Output, clock: Clock) -> Result<Answer, Unknown> {
    let version = cluster.raw_json("/version").await.map_err(|failure| failure.to_unknown())?;
    let Some(number) = version["gitVersion"].as_str() else {
        return Err(Cause::Unreadable.unknown(
            format!("The version of {}", cluster.name()),
            format!("{} gave an answer that holds no version.", cluster.name()),
            "Check that the address of the cluster is an API server.",
        ));
    };
    let text = match output {
        Output::Yaml => yaml::write(&json!({ "serverVersion": version })),
        Output::Json => print_json_with(&json!({ "serverVersion": version }), "  ")?,
        _ => format!("Server Version: {number}\n"),
    };
    Ok(Answer::from(SheetAnswer {
        notes: vec!["The version of kubectl is left out: Runlight asks the API server itself.".into()],
        ..SheetAnswer::text(cluster.name(), "version".into(), text, clock.now())
    }))
}

/// `kubectl cluster-info`.
pub(super) async fn cluster_info(cluster: &Arc<Cluster>, clock: Clock) -> Result<Answer, Unknown> {
    let request = GetRequest {
        selector: Some("kubernetes.io/cluster-service=true".into()),
        ..request("services", &[], &Scope::Named("kube-system".into()))
    };
    let services = cluster.get_json(&request).await.map_err(|failure| failure.to_unknown())?;
    let mut text = format!("Kubernetes control plane is running at {}\n", cluster.url());
    for service in services["items"].as_array().into_iter().flatten() {
        let name = service["metadata"]["name"].as_str().unwrap_or("");
        let label = service["metadata"]["labels"]["kubernetes.io/name"].as_str().filter(|label| !label.is_empty());
        text.push_str(&format!("{} is running at {}\n", label.unwrap_or(name), address(cluster, service, name)));
    }
    text.push_str("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    Ok(Answer::from(SheetAnswer::text(cluster.name(), "addresses".into(), text, clock.now())))
}

fn address(cluster: &Cluster, service: &Value, name: &str) -> String {
    let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(ingress) = service["status"]["loadBalancer"]["ingress"].get(0) {
        let host = ["ip", "hostname"].iter().find_map(|field| ingress[field].as_str()).unwrap_or("");
        return ports.iter().map(|port| format!("http://{host}:{} ", port["port"])).collect();
    }
    let namespace = service["metadata"]["namespace"].as_str().unwrap_or("");
    let name = match ports.first() {
        Some(port) => {
            let port_name = port["name"].as_str().unwrap_or("");
            let is_https = port_name == "https" || port["port"] == 443;
            match (is_https, port_name) {
                (true, _) => format!("https:{name}:{port_name}"),
                (false, "") => name.to_owned(),
                (false, _) => format!("{name}:{port_name}"),
            }
        }
        None => name.to_owned(),
    };
    format!("{}/api/v1/namespaces/{namespace}/services/{name}/proxy", cluster.url())
}

/// `kubectl get --raw`.
pub(super) async fn raw(cluster: &Arc<Cluster>, path: &str, clock: Clock) -> Result<Answer, Unknown> {
    let bytes = cluster.raw(path).await.map_err(|failure| failure.to_unknown())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Answer::from(SheetAnswer::text(cluster.name(), path.to_owned(), text, clock.now())))
}
