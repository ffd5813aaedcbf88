//! Stores: how full they are, what lies in them, and what garbage collection found.

use runbook::{
    loose,
    proxmox::{Object, backup::StoreUsage},
};
use serde::Deserialize;

use super::BackupServer;
use crate::sources::{
    SourceFailure,
    api2::{ApiError, some_of},
    remark::{self, Remark},
};

/// What lies in a store and what it says of itself may be seen with this privilege.
const PRIVILEGE: &str = "Datastore.Audit";

#[derive(Deserialize)]
struct Named {
    store: String,
}

impl BackupServer {
    /// How full one store is, or each.
    pub async fn usage(&self, store: Option<&str>) -> Result<Vec<StoreUsage>, SourceFailure> {
        let answer = async {
            self.require_store(store).await?;
            let stores: Vec<StoreUsage> = self.connection.get_list(&["status", "datastore-usage"], &[]).await?;
            let Some(wanted) = store else { return Ok(stores) };
            match stores.into_iter().find(|it| it.store == wanted) {
                Some(found) => Ok(vec![found]),
                None => Err(no_store(wanted)),
            }
        };
        answer.await.map_err(|error| self.failure("Usage of stores", error))
    }

    /// What garbage collection found in one store, or in each.
    pub async fn garbage_collection(&self, store: Option<&str>) -> Result<Vec<Object>, SourceFailure> {
        let answer = async {
            self.require_store(store).await?;
            match store {
                Some(store) => {
                    let one: Object = self.connection.get(&["admin", "datastore", store, "gc"], &[]).await?;
                    Ok(vec![one])
                }
                None => self.connection.get_list(&["admin", "gc"], &[]).await,
            }
        };
        answer.await.map_err(|error| self.failure("Garbage collection", error))
    }

    /// The groups of a store, or of a namespace in it, with their last snapshot.
    pub async fn groups(&self, store: Option<&str>, namespace: Option<&str>) -> Result<Vec<Object>, SourceFailure> {
        let query: Vec<(&str, &str)> = namespace.map(|namespace| ("ns", namespace)).into_iter().collect();
        self.of_store("Backup groups", (store, namespace), "groups", &query).await
    }

    /// The snapshots of a store, or of a namespace in it: all or those of a group such as `vm/201`.
    pub async fn snapshots(
        &self,
        store: Option<&str>,
        namespace: Option<&str>,
        group: Option<&str>,
    ) -> Result<Vec<Object>, SourceFailure> {
        let mut query: Vec<(&str, &str)> = match group.map(|group| group.split_once('/').unwrap_or((group, ""))) {
            None => Vec::new(),
            Some((kind, "")) => vec![("backup-type", kind)],
            Some((kind, id)) => vec![("backup-type", kind), ("backup-id", id)],
        };
        query.extend(namespace.map(|namespace| ("ns", namespace)));
        self.of_store("Snapshots", (store, namespace), "snapshots", &query).await
    }

    async fn of_store(
        &self,
        asked: &str,
        (store, namespace): (Option<&str>, Option<&str>),
        what: &str,
        query: &[(&str, &str)],
    ) -> Result<Vec<Object>, SourceFailure> {
        let answer = async {
            let store = match store {
                Some(store) => store.to_owned(),
                None => {
                    self.connection.require_somewhere(PRIVILEGE, "/datastore").await?;
                    self.only_store().await?
                }
            };
            let namespace = namespace.map(|namespace| namespace.trim_matches('/')).filter(|it| !it.is_empty());
            let below = namespace.map_or_else(String::new, |namespace| format!("/{namespace}"));
            self.connection.require_privilege(PRIVILEGE, &format!("/datastore/{store}{below}")).await?;
            let found: Vec<Object> = self.connection.get_list(&["admin", "datastore", &store, what], query).await?;
            if namespace.is_none() {
                self.tell_of_namespaces(&store, found.is_empty()).await;
            }
            Ok(found)
        };
        answer.await.map_err(|error| self.failure(asked, error))
    }

    /// The API answers for one namespace, the root where none is named: says which others there are. Stores of servers
    /// before version 2.2 have none, and what cannot be asked is not said.
    async fn tell_of_namespaces(&self, store: &str, is_empty: bool) {
        #[derive(Deserialize)]
        struct Namespace {
            #[serde(default, deserialize_with = "loose::text")]
            ns: String,
        }
        let namespaces = self.connection.get_list::<Namespace>(&["admin", "datastore", store, "namespace"], &[]).await;
        let names: Vec<String> =
            namespaces.into_iter().flatten().map(|it| it.ns).filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return;
        }
        let named = some_of(&names);
        remark::leave(if is_empty {
            Remark::Partial(format!(
                "it is about the root namespace of {store}, which holds nothing. Other namespaces are {named}: name one \
                 with --ns."
            ))
        } else {
            Remark::Note(format!(
                "This is the root namespace of {store} alone. Other namespaces are {named}: name one with --ns."
            ))
        });
    }

    /// The store that is meant when none is named: the only one.
    async fn only_store(&self) -> Result<String, ApiError> {
        let mut stores: Vec<Named> = self.connection.get_list(&["admin", "datastore"], &[]).await?;
        match stores.len() {
            1 => Ok(stores.remove(0).store),
            0 => Err(ApiError::NoSuch { what: "store".into() }),
            many => {
                Err(ApiError::NoSuch { what: format!("only store, but {many}: name one with --repository HOST:STORE") })
            }
        }
    }

    async fn require_store(&self, store: Option<&str>) -> Result<(), ApiError> {
        match store {
            None => self.connection.require_somewhere(PRIVILEGE, "/datastore").await,
            Some(store) => self.connection.require_privilege(PRIVILEGE, &format!("/datastore/{store}")).await,
        }
    }
}

fn no_store(store: &str) -> ApiError {
    ApiError::NoSuch { what: format!("store {store}") }
}
