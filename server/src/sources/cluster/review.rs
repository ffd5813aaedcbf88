//! Reviews: the one kind of question that Kubernetes takes as a POST. The API server answers them and stores nothing;
//! they are all that leaves here with another method than GET, under three fixed paths that no value can change.

use serde_json::{Value, json};

use super::{Cluster, connection::Asked};
use crate::sources::SourceFailure;

/// What may be reviewed: always the account that asks, never anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// May this account do that?
    Access,
    /// What may this account do in a namespace?
    Rules,
    /// Who is this account?
    Identity,
}

impl Review {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Access, Self::Rules, Self::Identity];

    /// Where it is asked.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Access => "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            Self::Rules => "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            Self::Identity => "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        }
    }

    fn body(self, spec: &Value) -> Value {
        let (api_version, kind) = match self {
            Self::Access => ("authorization.k8s.io/v1", "SelfSubjectAccessReview"),
            Self::Rules => ("authorization.k8s.io/v1", "SelfSubjectRulesReview"),
            Self::Identity => return json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}),
        };
        json!({ "apiVersion": api_version, "kind": kind, "spec": spec })
    }

    fn resource(self) -> &'static str {
        self.path().rsplit_once('/').map_or("", |(_, resource)| resource)
    }
}

impl Cluster {
    /// The status of a review with this specification.
    pub async fn review(&self, review: Review, spec: &Value) -> Result<Value, SourceFailure> {
        let words = format!("The account of Runlight in {}", self.name());
        let asked = Asked::new(words, "create", review.resource(), None);
        let answer = self.connection.review(review, review.body(spec).to_string()).await;
        let read = answer.and_then(|bytes| Ok(serde_json::from_slice::<Value>(&bytes)?));
        let mut answer = read.map_err(|error| self.connection.failure(&asked, error))?;
        Ok(answer["status"].take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creates_nothing_but_reviews_of_itself() {
        for review in Review::ALL {
            assert!(review.resource().starts_with("selfsubject") && review.resource().ends_with("reviews"));
            assert!(review.body(&json!({}))["kind"].as_str().is_some_and(|kind| kind.starts_with("SelfSubject")));
        }
    }
}
