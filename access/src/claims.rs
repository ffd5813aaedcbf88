//! Groups out of a provider's claims: a list, one string, or either of them nested.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Groups;

/// Most names that are looked at. A longer list is read as far as this.
const MAX_LOOKED_AT: usize = 20_000;

/// The groups at a claim such as `groups` or `realm_access.roles`. `None` when there is no such claim: that is not the same
/// as being in no group, and a page says so. A claim whose own name holds dots (`https://example.org/groups`) is found
/// before a nested one.
pub fn groups_at(claims: &Value, claim: &str, named: &BTreeSet<String>) -> Option<Groups> {
    let found = match claims.get(claim) {
        Some(found) => found,
        None => claim.split('.').try_fold(claims, |value, part| value.get(part))?,
    };
    match found {
        Value::String(one) => Some(Groups::of([one.as_str()], named)),
        Value::Array(list) => Some(Groups::of(list.iter().take(MAX_LOOKED_AT).filter_map(Value::as_str), named)),
        // Anything else names no group.
        _ => Some(Groups::default()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(claims: &Value, claim: &str) -> Option<Vec<String>> {
        groups_at(claims, claim, &BTreeSet::new()).map(|groups| groups.names().map(str::to_owned).collect())
    }

    #[test]
    fn reads_lists_strings_and_nested_claims() {
        let claims = json!({
            "groups": ["sre", "dev", 7, null, {"a": 1}],
            "role": "admin",
            "realm_access": {"roles": ["ops"]},
            "https://example.org/groups": ["dotted"],
            "count": 3,
        });
        assert_eq!(found(&claims, "groups"), Some(vec!["dev".into(), "sre".into()]));
        assert_eq!(found(&claims, "role"), Some(vec!["admin".into()]));
        assert_eq!(found(&claims, "realm_access.roles"), Some(vec!["ops".into()]));
        assert_eq!(found(&claims, "https://example.org/groups"), Some(vec!["dotted".into()]));
        assert_eq!(found(&claims, "count"), Some(Vec::new()));
        assert_eq!(found(&claims, "absent"), None);
        assert_eq!(found(&claims, "role.deeper"), None);
    }

    #[test]
    fn one_string_is_one_group() {
        assert_eq!(found(&json!({"groups": "sre,admin"}), "groups"), Some(vec!["sre,admin".into()]));
    }
}
