//! Lists of objects for the panels around a pod, in the types of their kinds. Asks; judges nothing.

use runbook::outcome::{Cause, Unknown};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    super::{facts::within, typed::typed},
    CaseFiles,
};
use crate::sources::cluster::{Cluster, GetRequest, GetScope};

/// The objects of a kind; none where the cluster does not have the kind.
pub(super) async fn list<T: DeserializeOwned>(
    files: &CaseFiles,
    cluster: &Cluster,
    kind: &str,
    scope: GetScope,
) -> Result<Vec<T>, Unknown> {
    let request = GetRequest { kind: kind.to_owned(), names: Vec::new(), scope, selector: None, field_selector: None };
    match within(files.part_limit, kind.to_owned(), cluster.get_json(&request)).await {
        Ok(mut list) => match list["items"].take() {
            Value::Null => Ok(Vec::new()),
            items => typed(items, kind),
        },
        Err(unknown) if unknown.cause == Cause::NoSuchKind => Ok(Vec::new()),
        Err(unknown) => Err(unknown),
    }
}
