//! How an API server lists its kinds: all groups at once, or group by group where it is older.

use futures::{StreamExt, TryStreamExt, stream};
use runbook::loose;
use serde::Deserialize;

use super::{connection::Connection, discovery::Kind, error::ClusterError, path::ApiPath};

/// Largest answer, in bytes.
const MAX_BYTES: usize = 16 << 20;
/// Groups that are asked at the same time where the API server cannot answer for all at once.
const CONCURRENT_GROUPS: usize = 4;
const ALL_AT_ONCE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;q=0.9";

/// Asks for all of them.
pub(super) async fn ask(connection: &Connection) -> Result<Vec<Kind>, ClusterError> {
    let core = connection.get(&ApiPath::fixed("/api"), ALL_AT_ONCE, MAX_BYTES).await?;
    let groups = connection.get(&ApiPath::fixed("/apis"), ALL_AT_ONCE, MAX_BYTES).await?;
    let mut kinds = match read_all(&core)? {
        Some(kinds) => kinds,
        None => ask_group(connection, "", "v1").await?,
    };
    match read_all(&groups)? {
        Some(more) => kinds.extend(more),
        None => kinds.extend(ask_groups(connection, &groups).await?),
    }
    Ok(kinds)
}

/// The answer that holds every group at once, if this is one: API servers before 1.30 may not give it.
pub(super) fn read_all(answer: &[u8]) -> Result<Option<Vec<Kind>>, ClusterError> {
    let list: GroupDiscoveryList = serde_json::from_slice(answer)?;
    if list.kind != "APIGroupDiscoveryList" {
        return Ok(None);
    }
    let mut kinds = Vec::new();
    for group in list.items {
        // The first version is the preferred one; a kind that only an older version has is taken from there.
        for version in group.versions {
            for resource in version.resources {
                let kind = Kind {
                    group: group.metadata.name.clone(),
                    version: version.version.clone(),
                    plural: resource.resource,
                    singular: resource.singular_resource.to_ascii_lowercase(),
                    kind: resource.response_kind.kind,
                    short_names: resource.short_names,
                    is_namespaced: resource.scope == "Namespaced",
                    verbs: resource.verbs,
                    categories: resource.categories,
                };
                add(&mut kinds, kind);
            }
        }
    }
    Ok(Some(kinds))
}

async fn ask_groups(connection: &Connection, answer: &[u8]) -> Result<Vec<Kind>, ClusterError> {
    let groups: GroupList = serde_json::from_slice(answer)?;
    let versions: Vec<(String, String)> = groups.groups.into_iter().filter_map(Group::preferred).collect();
    let answers = stream::iter(versions)
        .map(|(group, version)| async move {
            match ask_group(connection, &group, &version).await {
                // An aggregated API whose server is down must not hide all others.
                Err(ClusterError::Answered { code: 403 | 404 | 429 | 500.., .. } | ClusterError::Unreadable(_)) => {
                    Ok(Vec::new())
                }
                // Nor must one whose name is none.
                Err(ClusterError::NotAsked { .. }) => Ok(Vec::new()),
                answer => answer,
            }
        })
        .buffered(CONCURRENT_GROUPS);
    answers.try_concat().await
}

async fn ask_group(connection: &Connection, group: &str, version: &str) -> Result<Vec<Kind>, ClusterError> {
    let path = ApiPath::of_group(group, version)?;
    let list: ResourceList = serde_json::from_slice(&connection.get(&path, "application/json", MAX_BYTES).await?)?;
    let mut kinds = Vec::new();
    for resource in list.resources.into_iter().filter(|resource| !resource.name.contains('/')) {
        let kind = Kind {
            group: group.into(),
            version: version.into(),
            singular: match resource.singular_name.as_str() {
                "" => resource.kind.to_ascii_lowercase(),
                singular => singular.into(),
            },
            plural: resource.name,
            kind: resource.kind,
            short_names: resource.short_names,
            is_namespaced: resource.namespaced,
            verbs: resource.verbs,
            categories: resource.categories,
        };
        add(&mut kinds, kind);
    }
    Ok(kinds)
}

/// Keeps kinds that can be asked anything, each in the first version that has it.
fn add(kinds: &mut Vec<Kind>, kind: Kind) {
    let is_known = kinds.iter().any(|known| known.group == kind.group && known.plural == kind.plural);
    if !kind.verbs.is_empty() && !is_known {
        kinds.push(kind);
    }
}

#[derive(Deserialize)]
struct GroupDiscoveryList {
    #[serde(default, deserialize_with = "loose::text")]
    kind: String,
    #[serde(default, deserialize_with = "loose::readable")]
    items: Vec<GroupDiscovery>,
}

#[derive(Deserialize)]
struct GroupDiscovery {
    #[serde(default)]
    metadata: GroupMeta,
    #[serde(default, deserialize_with = "loose::readable")]
    versions: Vec<VersionDiscovery>,
}

#[derive(Default, Deserialize)]
struct GroupMeta {
    #[serde(default, deserialize_with = "loose::text")]
    name: String,
}

#[derive(Deserialize)]
struct VersionDiscovery {
    version: String,
    #[serde(default, deserialize_with = "loose::readable")]
    resources: Vec<ResourceDiscovery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceDiscovery {
    resource: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    response_kind: ResponseKind,
    #[serde(default, deserialize_with = "loose::text")]
    scope: String,
    #[serde(default, deserialize_with = "loose::text")]
    singular_resource: String,
    #[serde(default, deserialize_with = "loose::readable")]
    verbs: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    short_names: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    categories: Vec<String>,
}

#[derive(Default, Deserialize)]
struct ResponseKind {
    #[serde(default, deserialize_with = "loose::text")]
    kind: String,
}

#[derive(Deserialize)]
struct GroupList {
    #[serde(default, deserialize_with = "loose::readable")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    name: String,
    #[serde(default, deserialize_with = "loose::or_default")]
    preferred_version: Version,
    #[serde(default, deserialize_with = "loose::readable")]
    versions: Vec<Version>,
}

impl Group {
    /// Its name and the version to ask; `None` for a group that has lost its last version.
    fn preferred(self) -> Option<(String, String)> {
        let preferred = Some(self.preferred_version.version).filter(|version| !version.is_empty());
        let version = preferred.or_else(|| self.versions.into_iter().map(|it| it.version).find(|it| !it.is_empty()))?;
        (!self.name.is_empty()).then_some((self.name, version))
    }
}

#[derive(Default, Deserialize)]
struct Version {
    #[serde(default, deserialize_with = "loose::text")]
    version: String,
}

#[derive(Deserialize)]
struct ResourceList {
    #[serde(default, deserialize_with = "loose::readable")]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    name: String,
    #[serde(default, deserialize_with = "loose::text")]
    singular_name: String,
    namespaced: bool,
    kind: String,
    #[serde(default, deserialize_with = "loose::readable")]
    verbs: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    short_names: Vec<String>,
    #[serde(default, deserialize_with = "loose::readable")]
    categories: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_groups_that_have_lost_their_versions() {
        let answer = r#"{"groups":[{"name":"apps","preferredVersion":{"version":"v1"},"versions":[{"version":"v1"}]},
            {"name":"old.example.org","preferredVersion":null,"versions":[{"version":"v2"}]},
            {"name":"gone.example.org","versions":[],"preferredVersion":{"groupVersion":"","version":""}},
            null, {"name":7}, {"name":"nil.example.org","versions":null}]}"#;
        let list: GroupList = serde_json::from_str(answer).expect("a list");
        let asked: Vec<(String, String)> = list.groups.into_iter().filter_map(Group::preferred).collect();
        assert_eq!(asked, [("apps".into(), "v1".into()), ("old.example.org".into(), "v2".into())]);
        assert!(serde_json::from_str::<GroupList>(r#"{"groups":null}"#).expect("a list").groups.is_empty());
        assert!(serde_json::from_str::<ResourceList>(r#"{"resources":null}"#).expect("a list").resources.is_empty());
    }
}
