//! What an answer says of itself. Whether something is a Secret is judged by the answer, too: an API server may route a
//! question differently from how Runlight read it.

use serde::Deserialize;
use serde_json::Value;

/// Whether a document is a Secret, or a list that holds one.
pub(super) fn holds_secrets(document: &Value) -> bool {
    let items = document["items"].as_array();
    let text = |field: &str| document[field].as_str().unwrap_or("");
    is_secret(text("apiVersion"), text("kind")) || items.is_some_and(|items| items.iter().any(holds_secrets))
}

/// The same of an answer that may be no JSON at all.
pub(super) fn text_holds_secrets(answer: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    #[derive(Default)]
    struct Head {
        api_version: String,
        kind: String,
        items: Vec<Head>,
    }
    impl Head {
        fn is_of_secrets(&self) -> bool {
            is_secret(&self.api_version, &self.kind) || self.items.iter().any(Self::is_of_secrets)
        }
    }
    match serde_json::from_slice::<Head>(answer) {
        Ok(head) => head.is_of_secrets(),
        // It has another form, such as `items` that are texts; only the objects of Kubernetes have these fields.
        Err(_) => serde_json::from_slice::<Value>(answer).is_ok_and(|document| holds_secrets(&document)),
    }
}

fn is_secret(api_version: &str, kind: &str) -> bool {
    api_version == "v1" && matches!(kind, "Secret" | "SecretList")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn knows_secrets_by_their_own_words() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}});
        let list = json!({"apiVersion": "v1", "kind": "SecretList", "items": [{"data": {"a": "eA=="}}]});
        let mixed = json!({"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod", "apiVersion": "v1"}, secret]});
        for document in [secret, list, mixed] {
            assert!(holds_secrets(&document) && text_holds_secrets(document.to_string().as_bytes()), "{document}");
        }
        for other in [
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "secrets"}}),
            json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret"}),
            json!({"apiVersion": "external-secrets.io/v1", "kind": "Secret"}),
            json!({"items": ["a", 1], "kind": 5}),
            json!([1, 2]),
        ] {
            assert!(!holds_secrets(&other) && !text_holds_secrets(other.to_string().as_bytes()), "{other}");
        }
        assert!(!text_holds_secrets(b"ok") && !text_holds_secrets(b"# HELP kind Secret\n"));
    }
}
