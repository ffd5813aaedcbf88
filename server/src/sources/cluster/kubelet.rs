//! What stands between an API server and a kubelet when a log cannot be had: said by the API server with status 500 in
//! Go's words, or by the kubelet itself in place of a log, with status 200.

use crate::sources::failure::Cause;

/// How the API server failed to ask a node's kubelet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// The node's address, as the API server dialled it.
    pub(super) address: Option<String>,
    fault: Fault,
    /// Go's own words, without the address and its query.
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NoCertificate,
    NotTrusted,
    NotAllowed,
    NotReached,
}

impl Trouble {
    /// Reads the API server's sentence; `None` when it is about something else.
    pub(super) fn read(code: u16, message: &str) -> Option<Self> {
        if code < 500 {
            return None;
        }
        let lower = message.to_ascii_lowercase();
        let is_about_kubelet = lower.contains(":10250")
            || lower.contains("error dialing backend")
            || lower.contains("no agent available")
            || lower.contains("subresource=proxy")
            || lower.contains("containerlogs");
        if !is_about_kubelet {
            return None;
        }
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let fault = if has(&["tls: internal error"]) {
            Fault::NoCertificate
        } else if has(&["x509:", "certificate"]) {
            Fault::NotTrusted
        } else if has(&["authorization error", "unauthorized", "forbidden", "subresource=proxy"]) {
            Fault::NotAllowed
        } else {
            Fault::NotReached
        };
        Some(Self { address: address_in(message), fault, said: said(message) })
    }

    /// Kind, sentence and remedy. `node` is the node's name, where it is known.
    pub(super) fn words(&self, node: Option<&str>) -> (Cause, String, String) {
        let named = match (node, &self.address) {
            (Some(node), _) => format!("the node {node}"),
            (None, Some(address)) => format!("the node at {address}"),
            (None, None) => "the pod's node".to_owned(),
        };
        let said = &self.said;
        match self.fault {
            Fault::NoCertificate => (
                Cause::Broken,
                format!("The kubelet of {named} has no serving certificate ({said})."),
                "Look for a pending request with kubectl get csr, and approve it; something has to approve the requests \
                 of kubelets that rotate their serving certificates."
                    .into(),
            ),
            Fault::NotTrusted => (
                Cause::Broken,
                format!("The API server does not trust the kubelet's certificate of {named} ({said})."),
                "Check which authority signed it and which addresses it is for; kubectl get csr shows requests that \
                 wait."
                    .into(),
            ),
            Fault::NotAllowed => (
                Cause::Broken,
                format!("The kubelet of {named} does not let the API server ask it ({said})."),
                "Check the API server's client certificate for kubelets, and that its user may get nodes/proxy.".into(),
            ),
            Fault::NotReached => (
                Cause::Broken,
                format!("The API server does not reach the kubelet of {named} ({said})."),
                "Look at that node: whether it is up and Ready, and whether port 10250 can be reached from the control \
                 plane."
                    .into(),
            ),
        }
    }
}

/// `192.0.2.31` of `Get "https://192.0.2.31:10250/…"` or `dial tcp 192.0.2.31:10250`.
fn address_in(message: &str) -> Option<String> {
    let (before, _) = message.split_once(":10250")?;
    let is_end = |c: char| c == '/' || c == '"' || c == ' ' || c == '@';
    let host = before.rsplit(is_end).next()?.trim_matches(['[', ']']);
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-".contains(&byte));
    is_host.then(|| host.to_owned())
}

/// What follows the address, bounded: `remote error: tls: internal error`.
fn said(message: &str) -> String {
    const MAX_CHARS: usize = 160;
    let rest = match message.rsplit_once("\": ") {
        Some((_, rest)) => rest,
        None => message.split_once("error dialing backend: ").map_or(message, |(_, rest)| rest),
    };
    let plain = rest.trim().trim_end_matches('.').chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MAX_CHARS).collect()
}

/// What a kubelet writes in place of a log, or at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excuse {
    /// The run's log is not on the node, or cannot be read there.
    NoLog,
    /// The node has no inotify instance left, so that the log cannot be followed.
    CannotFollow,
}

/// How kubelets and runtimes begin, in small letters. They say it with status 200 and without a time stamp.
const NO_LOG: [&str; 21] = [
    "unable to retrieve container logs for ",
    "failed to try resolving symlinks in path ",
    "failed to open log file ",
    "failed to stat log file ",
    "failed to read log ",
    "failed to read a line ",
    "failed to get parse function",
    "failed to get logs",
    "failed to get log path",
    "failed to get container status ",
    "failed to find container",
    "failed to seek ",
    "failed parsing log",
    "failed to list ",
    "an error occurred when try to find container ",
    "could not find container ",
    "rpc error: code = ",
    "error from daemon in stream",
    "error response from daemon",
    "error grabbing logs",
    "lstat /",
];
const CANNOT_FOLLOW: [&str; 5] = [
    "failed to create fsnotify watcher",
    "failed to watch ",
    "failed to create inotify",
    "failed to add watch",
    "error creating fsnotify watcher",
];

impl Excuse {
    /// Reads a line that carries no time stamp; `None` for anything that a container may have written.
    pub(super) fn read(text: &str) -> Option<Self> {
        let start: String = text.trim_start().chars().take(80).flat_map(char::to_lowercase).collect();
        let start = start.strip_prefix("error: ").unwrap_or(&start);
        let begins = |all: &[&str]| all.iter().any(|beginning| start.starts_with(beginning));
        if begins(&CANNOT_FOLLOW) { Some(Self::CannotFollow) } else { begins(&NO_LOG).then_some(Self::NoLog) }
    }

    /// One sentence.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::NoLog => {
                "The node has no log of that run, or cannot read it at the moment; just after a crash this passes within \
                 about a minute."
            }
            Self::CannotFollow => {
                "The node cannot follow this log: it has no inotify instance left. Raise fs.inotify.max_user_instances \
                 there; what is shown ends where it was read."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(message: &str, node: Option<&str>) -> Option<(String, String)> {
        let (_, reason, remedy) = Trouble::read(500, message)?.words(node);
        Some((reason, remedy))
    }

    #[test]
    fn names_the_node_and_what_its_certificate_lacks() {
        let message = "Get \"https://198.51.100.7:10250/containerLogs/team/api-1/main?follow=true\": remote error: tls: \
                       internal error";
        let (reason, remedy) = words(message, Some("node-7")).expect("about a kubelet");
        assert_eq!(
            reason,
            "The kubelet of the node node-7 has no serving certificate (remote error: tls: internal error)."
        );
        assert!(remedy.contains("kubectl get csr"));
        let (reason, _) = words(message, None).expect("about a kubelet");
        assert!(reason.contains("the node at 198.51.100.7 has"), "{reason}");
        assert!(!reason.contains("containerLogs"), "{reason}");
    }

    #[test]
    fn tells_a_node_that_is_away_from_one_that_refuses() {
        for (message, expected) in [
            (
                "Get \"https://node-7:10250/containerLogs/a/b/c\": dial tcp 198.51.100.7:10250: connect: no route to host",
                "does not reach",
            ),
            ("Get \"https://[2001:db8::7]:10250/containerLogs/a/b/c\": dial tcp: i/o timeout", "does not reach"),
            (
                "error dialing backend: proxy error from 127.0.0.1:9345 while dialing 10.1.2.3:10250, code 502: 502 Bad Gateway",
                "does not reach",
            ),
            ("error dialing backend: No agent available", "does not reach"),
            (
                "Get \"https://10.1.2.3:10250/containerLogs/a/b/c\": x509: certificate signed by unknown authority",
                "does not trust",
            ),
            (
                "error dialing backend: tls: failed to verify certificate: x509: cannot validate certificate for 10.1.2.3",
                "does not trust",
            ),
            (
                "Internal error occurred: Authorization error (user=apiserver, verb=get, resource=nodes, subresource=proxy)",
                "does not let",
            ),
        ] {
            let (reason, _) = words(message, None).expect(message);
            assert!(reason.contains(expected), "{message}: {reason}");
        }
        let address = Trouble::read(500, "Get \"https://[2001:db8::7]:10250/x\": EOF").and_then(|it| it.address);
        assert_eq!(address.as_deref(), Some("2001:db8::7"));
        for other in ["etcdserver: leader changed", "the server is currently unable to handle the request"] {
            assert_eq!(Trouble::read(500, other), None);
        }
        assert_eq!(Trouble::read(400, "container is waiting on :10250"), None);
    }

    #[test]
    fn takes_a_kubelets_excuse_for_no_line_of_the_container() {
        for excuse in [
            "unable to retrieve container logs for containerd://4f",
            "failed to try resolving symlinks in path \"/var/log/pods/a/0.log\": lstat /var/log/pods/a/0.log: no such file",
            "Error: failed to open log file \"/var/log/pods/a/0.log\": open /var/log/pods/a/0.log: no such file",
            "rpc error: code = NotFound desc = an error occurred when try to find container \"4f\": not found",
            "error from daemon in stream: Error grabbing logs: invalid character '\\x00' looking for beginning of value",
            "Unable to retrieve container logs for docker://4f",
        ] {
            assert_eq!(Excuse::read(excuse), Some(Excuse::NoLog), "{excuse}");
        }
        let watcher = "failed to create fsnotify watcher: too many open files";
        assert_eq!(Excuse::read(watcher), Some(Excuse::CannotFollow));
        for line in
            ["2026-02-26T02:23:41Z unable to retrieve container logs for x", "open /etc/app.conf failed", "", "failed"]
        {
            assert_eq!(Excuse::read(line), None, "{line}");
        }
    }
}
