//! Objects to be described. Of a Secret only names, type and sizes are kept: its values are measured while the answer is
//! read, and never stored.

use std::{collections::BTreeMap, fmt};

use runbook::describe::{LEFT_OUT_ANNOTATIONS, is_shown_of_secret};
use serde::{Deserialize, Deserializer, de::Visitor};
use serde_json::{Map, Value, json};

use super::{Cluster, connection::Asked, discovery::Kind, error::ClusterError, get::GetRequest};
use crate::sources::SourceFailure;

/// Largest answer, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// What is kept of a Secret's metadata.
pub(super) const SHOWN_METADATA: [&str; 5] = ["name", "namespace", "labels", "creationTimestamp", "uid"];

impl Cluster {
    /// Objects as JSON, as `get_json` gives them; of Secrets the sizes of their values in place of the values.
    pub async fn get_to_describe(&self, request: &GetRequest) -> Result<Value, SourceFailure> {
        let (kind, asked) = self.resolve(request).await?;
        if !kind.is_secret() {
            return self.get_json(request).await;
        }
        self.measure_secrets(request, &kind, &asked).await
    }

    async fn measure_secrets(&self, request: &GetRequest, kind: &Kind, asked: &Asked) -> Result<Value, SourceFailure> {
        let read = async {
            let base = kind.path(self.namespace(request).as_deref())?;
            let path = match request.names.as_slice() {
                [name] => base.part(name)?,
                _ => super::get::select(base, request),
            };
            let answer = self.connection.get(&path, "application/json", MAX_BYTES).await?;
            measure(&answer, request.names.is_empty())
        };
        read.await.map_err(|error| self.connection.failure(asked, error))
    }
}

/// One secret, or a list of them, without what they hold.
fn measure(answer: &[u8], is_list: bool) -> Result<Value, ClusterError> {
    if !is_list {
        return Ok(serde_json::from_slice::<Measured>(answer)?.into_value());
    }
    let list: MeasuredList = serde_json::from_slice(answer)?;
    Ok(json!({ "items": list.items.into_iter().map(Measured::into_value).collect::<Vec<_>>() }))
}

#[derive(Deserialize)]
struct MeasuredList {
    items: Vec<Measured>,
}

/// What may be kept of a secret.
#[derive(Deserialize)]
struct Measured {
    metadata: Map<String, Value>,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    data: Option<BTreeMap<String, Size>>,
}

impl Measured {
    fn into_value(mut self) -> Value {
        let annotations = match self.metadata.remove("annotations") {
            Some(Value::Object(annotations)) => annotations,
            _ => Map::new(),
        };
        let all = annotations.len();
        let shown: Map<String, Value> =
            annotations.into_iter().filter(|(key, value)| is_shown_of_secret(key, value)).collect();
        let left_out = all - shown.len();
        self.metadata.retain(|key, _| SHOWN_METADATA.contains(&key.as_str()));
        if !shown.is_empty() {
            self.metadata.insert("annotations".into(), Value::Object(shown));
        }
        let data: Map<String, Value> =
            self.data.into_iter().flatten().map(|(key, size)| (key, Value::from(size.bytes))).collect();
        json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": self.metadata, "type": self.kind, "data": data,
            LEFT_OUT_ANNOTATIONS: left_out,
        })
    }
}

/// How many bytes a Base64 text holds.
struct Size {
    bytes: usize,
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Measure;
        impl Visitor<'_> for Measure {
            type Value = Size;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Base64 text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Size, E> {
                let letters = text.bytes().filter(|byte| *byte != b'=').count();
                Ok(Size { bytes: letters * 3 / 4 })
            }
        }
        deserializer.deserialize_str(Measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_sizes_and_nothing_of_the_values() {
        let answer = json!({ "kind": "SecretList", "items": [{
            "metadata": { "name": "s", "labels": { "app": "s" }, "managedFields": [{ "manager": "kopf" }], "annotations": copies() },
            "type": "Opaque", "data": { "a": "c2VjcmV0", "empty": "", "one": "eA==" },
            "stringData": { "a": "secret" } }] });
        let measured = measure(answer.to_string().as_bytes(), true).expect("it is a list");
        let secret = &measured["items"][0];
        assert_eq!(secret["data"], json!({ "a": 6, "empty": 0, "one": 1 }));
        assert_eq!(
            secret["metadata"],
            json!({ "name": "s", "labels": { "app": "s" },
            "annotations": { "kubernetes.io/service-account.name": "builder" } })
        );
        assert_eq!(secret[LEFT_OUT_ANNOTATIONS], 5);
        let text = measured.to_string();
        assert!(!text.contains("c2VjcmV0") && !text.contains("stringData"), "{text}");
    }

    /// What tools keep of a Secret beside it, and one annotation that tells whose it is.
    fn copies() -> Value {
        let copy = "{\"data\":{\"a\":\"c2VjcmV0\"}}";
        json!({
            "kubectl.kubernetes.io/last-applied-configuration": copy,
            "kapp.k14s.io/original": copy,
            "kopf.zalando.org/last-handled-configuration": copy,
            // A gzip of the object, in Base64.
            "objectset.rio.cattle.io/applied": "H4sIAAAAAAAA/c2VjcmV0",
            "cert-manager.io/common-name": "c2VjcmV0".repeat(100),
            "kubernetes.io/service-account.name": "builder",
        })
    }

    #[test]
    fn refuses_an_answer_that_is_no_secret() {
        assert!(measure(b"{\"metadata\":{},\"data\":{\"a\":[1]}}", false).is_err());
        assert!(measure(b"{\"items\":null}", true).is_err());
    }
}
