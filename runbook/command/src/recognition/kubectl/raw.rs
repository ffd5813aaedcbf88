//! `kubectl get --raw PATH`: which paths of an API server are plain questions. They are listed by their shape; whatever
//! else a server has (proxies, consoles, logs, watches, doors that extensions add) is not among them.

use super::super::{
    args::Arg,
    reason::{Stop, refused, unknown},
};
use crate::check::Cause;
use document::names::PathSegment;

/// Paths without a name in them. `*` stands for one word.
const FIXED: [&str; 21] = [
    "version",
    "healthz",
    "healthz/*",
    "healthz/*/*",
    "livez",
    "livez/*",
    "livez/*/*",
    "readyz",
    "readyz/*",
    "readyz/*/*",
    "metrics",
    "metrics/slis",
    "flagz",
    "statusz",
    ".well-known/openid-configuration",
    "openid/v1/jwks",
    "openapi/v2",
    "openapi/v3",
    "openapi/v3/*",
    "openapi/v3/api/*",
    "openapi/v3/apis/*/*",
];

/// What a kubelet tells of itself and its pods; other paths of its lead into containers.
const KUBELET: [&str; 10] = [
    "stats/summary",
    "metrics",
    "metrics/cadvisor",
    "metrics/resource",
    "metrics/probes",
    "configz",
    "healthz",
    "flagz",
    "statusz",
    "pods",
];

/// Parts of an object that are objects themselves. Every other part may be a connection to something.
const PARTS_OF_OBJECTS: [&str; 2] = ["status", "scale"];

/// Old spellings of a watch and of proxies, in the place where a resource stands.
const NO_RESOURCES: [&str; 3] = ["watch", "proxy", "redirect"];

/// Parameters that choose among what is there or how it is written. One that makes the answer go on is none of them.
const PARAMETERS: [&str; 12] = [
    "limit",
    "continue",
    "labelSelector",
    "fieldSelector",
    "resourceVersion",
    "resourceVersionMatch",
    "pretty",
    "verbose",
    "exclude",
    "hash",
    "timeout",
    "only_cpu_and_memory",
];

/// The path of `--raw`, when it is a plain question.
pub(super) fn raw_path(arg: &Arg<'_>) -> Result<String, Stop> {
    let path = arg.as_str();
    if names_secrets(path) {
        let reason = "This path reads Secrets, whose data Runlight does not read.";
        return Err(refused(Cause::SecretData, arg.span(), reason));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/?=&:,".contains(c);
    let text = super::get::without_placeholders(arg);
    if !text.chars().all(is_plain) || !is_raw_path(&text) {
        return Err(unknown(arg.span(), "This path is not one that Runlight asks."));
    }
    Ok(path.to_owned())
}

/// Whether a path with its query is one that may be asked of an API server as it stands.
pub fn is_raw_path(text: &str) -> bool {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let Some(path) = path.strip_prefix('/') else { return false };
    // kubectl users write a slash at the end of what is like a folder.
    let parts: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    parts.iter().all(|part| part.parse::<PathSegment>().is_ok())
        && !names_secrets(text)
        && (FIXED.iter().any(|shape| has_shape(shape, &parts)) || is_of_the_api(&parts))
        && query.split('&').filter(|pair| !pair.is_empty()).all(is_parameter)
}

/// Whether a path leads to Secrets, or may once it is decoded.
fn names_secrets(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path.contains('%') || path.split('/').any(|part| part.eq_ignore_ascii_case("secrets"))
}

fn has_shape(shape: &str, parts: &[&str]) -> bool {
    let mut words = shape.split('/');
    parts.iter().all(|part| words.next().is_some_and(|word| word == "*" || word == *part)) && words.next().is_none()
}

/// `/api/v1/…` and `/apis/GROUP/VERSION/…`: a list, an object, or a part of it that is an object.
fn is_of_the_api(parts: &[&str]) -> bool {
    let below = match parts {
        ["api" | "apis"] | ["api", _] | ["apis", _] | ["apis", _, _] => return true,
        ["api", "v1", "nodes", node, "proxy", what @ ..] => {
            // With a port in its name the node would be asked at another program's door.
            return !node.contains(':') && KUBELET.contains(&what.join("/").as_str());
        }
        ["api", _, below @ ..] | ["apis", _, _, below @ ..] => below,
        _ => return false,
    };
    let below = match below {
        ["namespaces", _, resource, rest @ ..] if !PARTS_OF_OBJECTS.contains(resource) => {
            return is_of_a_resource(resource, rest);
        }
        below => below,
    };
    below.split_first().is_some_and(|(resource, rest)| is_of_a_resource(resource, rest))
}

fn is_of_a_resource(resource: &str, rest: &[&str]) -> bool {
    !NO_RESOURCES.contains(&resource)
        && match rest {
            [] | [_] => true,
            [_, part] => PARTS_OF_OBJECTS.contains(part),
            _ => false,
        }
}

fn is_parameter(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    PARAMETERS.contains(&name) && !value.chars().any(|c| c.is_control() || c.is_whitespace() || c == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_what_has_the_shape_of_a_plain_question() {
        for path in [
            "/version",
            "/readyz?verbose",
            "/livez/etcd?verbose&exclude=ping",
            "/readyz/poststarthook/rbac",
            "/metrics",
            "/api",
            "/apis",
            "/apis/",
            "/api/v1",
            "/apis/apps/v1",
            "/api/v1/nodes",
            "/api/v1/pods?limit=1&labelSelector=a%3Db",
            "/api/v1/namespaces/kube-system",
            "/api/v1/namespaces/kube-system/status",
            "/api/v1/namespaces/kube-system/pods/web-0",
            "/api/v1/namespaces/kube-system/pods/web-0/status",
            "/apis/apps/v1/namespaces/x/deployments/y/scale",
            "/apis/metrics.k8s.io/v1beta1/nodes",
            "/apis/external-secrets.io/v1/externalsecrets",
            "/api/v1/nodes/n1/proxy/stats/summary?only_cpu_and_memory=true",
            "/openapi/v3/apis/apps/v1?hash=ABC",
        ] {
            assert!(is_raw_path(path), "{path}");
        }
    }

    #[test]
    fn asks_nothing_else() {
        for path in [
            "",
            "version",
            "/",
            "//version",
            "/api/v1/pods?watch=true",
            "/api/v1/pods?limit=1&watch=1",
            "/api/v1/watch/pods",
            "/apis/apps/v1/watch/deployments",
            "/api/v1/proxy/nodes/x",
            "/api/v1/redirect/nodes/x",
            "/api/v1/namespaces/x/pods/y/log?follow=true",
            "/api/v1/namespaces/x/pods/y/proxy",
            "/api/v1/namespaces/x/pods/y/exec?command=id",
            "/api/v1/namespaces/x/services/y/proxy/delete",
            "/api/v1/nodes/x/proxy/run/a/b/c",
            "/api/v1/nodes/x:10250/proxy/metrics",
            "/apis/subresources.kubevirt.io/v1/namespaces/x/virtualmachineinstances/y/vnc",
            "/apis/subresources.kubevirt.io/v1/namespaces/x/virtualmachineinstances/y/console",
            "/apis/subresources.kubevirt.io/v1/namespaces/x/virtualmachineinstances/y/guestfs/z",
            "/apis/custom.example.io/v1/namespaces/x/things/y/connect",
            "/api/v1/secrets",
            "/api/v1/SECRETS",
            "/api/v1/namespaces/a/secrets/x?x=y",
            "/api/v1/s%65crets",
            "/api/v1/namespaces/a%2Fsecrets/pods",
            "/api/v1/namespaces/../secrets",
            "/debug/pprof/heap",
            "/logs/kube-apiserver.log",
            "/openid/v1/other",
            "/api/v1/pods?limit=1#x",
        ] {
            assert!(!is_raw_path(path), "{path}");
        }
    }
}
