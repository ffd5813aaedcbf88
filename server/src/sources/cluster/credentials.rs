//! Why a kubeconfig does not lead to a client, in words that name the very part of it that is wrong. Never repeats what a
//! plug-in printed, a key or a token.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use kube::{
    client::AuthError,
    config::{AuthInfo, KubeconfigError, LoadDataError},
};

use super::link::Trouble;
use crate::sources::{
    Cause,
    failure::{chain, find_cause},
    tls,
};

/// What is known of credentials when they turn out not to work.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// The cluster's name in the configuration.
    pub(super) cluster: String,
    /// The file; none for the account of a pod.
    pub(super) kubeconfig: Option<PathBuf>,
    /// The context in it.
    pub(super) context: String,
    /// The program that is asked for credentials.
    pub(super) plugin: Option<String>,
    /// The `auth-provider` of old kubeconfigs.
    pub(super) provider: Option<String>,
    /// The client's certificate.
    pub(super) certificate: Option<tls::Certificate>,
}

impl Facts {
    pub(super) fn of_pod(cluster: &str) -> Self {
        Self { cluster: cluster.to_owned(), ..Self::default() }
    }

    fn plugin(&self) -> &str {
        self.plugin.as_deref().filter(|name| !name.is_empty()).unwrap_or("(no command)")
    }

    /// "The context admin@lab of the kubeconfig /etc/kubeconfig".
    fn context(&self) -> String {
        match &self.kubeconfig {
            Some(path) => format!("The context {} of the kubeconfig {}", self.context, path.display()),
            None => format!("The service account that Runlight has in {}", self.cluster),
        }
    }
}

/// What to use in place of credentials that depend on more than a file.
const RATHER_A_TOKEN: &str =
    "or use the token of a service account, which depends on nothing else (deploy/rbac.yaml has a role that suffices)";

/// The certificate by which a user of a kubeconfig shows who it is, if it can be read.
pub(super) fn client_certificate(user: &AuthInfo) -> Option<tls::Certificate> {
    let pem = match (&user.client_certificate_data, &user.client_certificate) {
        (Some(data), _) => BASE64_STANDARD.decode(data.trim()).ok()?,
        (None, Some(path)) => std::fs::read(path).ok()?,
        (None, None) => return None,
    };
    tls::Certificate::first_of(&pem)
}

/// The file is no kubeconfig, or cannot be read.
pub(super) fn unreadable(cluster: &str, path: &Path, error: &KubeconfigError) -> Trouble {
    let file = path.display();
    match error {
        KubeconfigError::ReadConfig(io, _) => trouble(
            format!("The kubeconfig {file} of {cluster} cannot be read: {io}."),
            "Check the path and that the user that Runlight runs as may read it.",
        ),
        _ => trouble(
            format!("The file {file} of {cluster} is not a kubeconfig."),
            format!("Check it with: kubectl config view --kubeconfig {file}"),
        ),
    }
}

/// The kubeconfig is one, and its context does not lead to a cluster.
pub(super) fn unusable(facts: &Facts, error: &KubeconfigError) -> Trouble {
    let context = facts.context();
    let (what, remedy) = match error {
        KubeconfigError::LoadContext(_) => ("is empty".to_owned(), "Give it a cluster and a user."),
        KubeconfigError::LoadClusterOfContext(name) => (
            format!("names the cluster {name}, which the file does not have"),
            "Add that cluster, or correct the name.",
        ),
        KubeconfigError::MissingClusterUrl => {
            ("leads to a cluster without a server".to_owned(), "Set server to the API server's address.")
        }
        KubeconfigError::ParseClusterUrl(_) => (
            "leads to a cluster whose server is not an address".to_owned(),
            "Set server to an address such as https://10.10.0.5:6443.",
        ),
        KubeconfigError::ParseProxyUrl(_) => {
            ("has a proxy-url that is not an address".to_owned(), "Correct proxy-url, or take it out.")
        }
        KubeconfigError::LoadCertificateAuthority(cause) => (
            format!("has a certificate-authority that {}", data_words(cause)),
            "Give the cluster's CA certificate in PEM.",
        ),
        KubeconfigError::ParseCertificates(_) => {
            ("has a certificate-authority that is not PEM".to_owned(), "Give the cluster's CA certificate in PEM.")
        }
        KubeconfigError::LoadClientCertificate(cause) => {
            (format!("has a client-certificate that {}", data_words(cause)), "Give the certificate in PEM.")
        }
        KubeconfigError::LoadClientKey(cause) => {
            (format!("has a client-key that {}", data_words(cause)), "Give the certificate's key in PEM.")
        }
        other => (format!("cannot be used: {}", chain(other)), "Check its cluster, its user and the files they name."),
    };
    trouble(format!("{context} {what}."), remedy)
}

/// Nobody would be checked.
pub(super) fn skips_verification(facts: &Facts) -> Trouble {
    Trouble {
        kind: Cause::Certificate,
        reason: format!(
            "{} says insecure-skip-tls-verify, and Runlight trusts no unknown certificate.",
            facts.context()
        ),
        remedy: "Give the cluster's certificate-authority in the kubeconfig instead.".into(),
    }
}

/// A plug-in that asks a person.
pub(super) fn wants_a_terminal(facts: &Facts) -> Trouble {
    trouble(
        format!(
            "The credential plug-in `{}` of {} wants a terminal, and there is none here.",
            facts.plugin(),
            facts.cluster
        ),
        format!("Let it log in without asking (interactiveMode: Never), {RATHER_A_TOKEN}."),
    )
}

/// The API server's address is `http://`, and credentials would go there.
pub(super) fn in_the_clear(facts: &Facts) -> Trouble {
    trouble(
        format!("The kubeconfig of {} would send its credentials in the clear, to an http:// address.", facts.cluster),
        "Use its https:// address.".to_owned(),
    )
}

/// It has not come back yet.
pub(super) fn slow(facts: &Facts, limit: Duration) -> Trouble {
    let seconds = limit.as_secs_f32();
    match &facts.plugin {
        Some(_) => trouble(
            format!(
                "The credential plug-in `{}` of {} has not answered within {seconds} s.",
                facts.plugin(),
                facts.cluster
            ),
            format!("Run it by hand as the user that Runlight runs as: it may wait for a login; {RATHER_A_TOKEN}."),
        ),
        None => trouble(
            format!("The credentials of {} could not be read within {seconds} s.", facts.cluster),
            "Check the files that its kubeconfig names, and the disk or share they lie on.",
        ),
    }
}

/// The attempt itself broke.
pub(super) fn cut_short(facts: &Facts) -> Trouble {
    trouble(
        format!("The credentials of {} could not be read: the attempt was cut short.", facts.cluster),
        "It is tried again; if it stays so, look at the log of Runlight.",
    )
}

/// No client came of a kubeconfig that reads well.
pub(super) fn explain(facts: &Facts, error: &kube::Error) -> Trouble {
    if let Some(auth) = find_cause::<AuthError>(error) {
        return explain_auth(facts, auth);
    }
    if let kube::Error::InferKubeconfig(error) = error {
        return unusable(facts, error);
    }
    let context = facts.context();
    let certificate = |reason: String, remedy: String| Trouble { kind: Cause::Certificate, reason, remedy };
    match (&facts.certificate, find_cause::<rustls::Error>(error)) {
        (Some(shown), _) if shown.version < 3 => certificate(
            format!(
                "{context} has a client-certificate of X.509 version {}, and TLS here takes version 3.",
                shown.version
            ),
            format!("Issue it anew with extensions (openssl x509 -req … -extfile FILE), {RATHER_A_TOKEN}."),
        ),
        (Some(shown), _) if shown.is_p_521 => certificate(
            format!("{context} has a client-certificate with a key on the curve P-521."),
            format!("Runlight's TLS takes {}: issue it anew with such a key, {RATHER_A_TOKEN}.", tls::ALGORITHMS),
        ),
        (_, Some(rustls::Error::InconsistentKeys(_))) => certificate(
            format!("{context} has a client-key that does not belong to its client-certificate."),
            "Give both of the same user.".into(),
        ),
        (_, Some(tls)) => certificate(
            format!("{context} has a client-certificate or client-key that cannot be used: {tls}."),
            format!("Runlight's TLS takes keys of {}, without a passphrase.", tls::ALGORITHMS),
        ),
        (_, None) => certificate(
            format!("{context} has certificates or keys that cannot be used: {}.", chain(error)),
            "Check certificate-authority, client-certificate and client-key: PEM, and the key without a passphrase."
                .into(),
        ),
    }
}

/// The credentials themselves could not be had. Also while the portal runs, when a plug-in is asked again.
pub(super) fn explain_auth(facts: &Facts, error: &AuthError) -> Trouble {
    let plugin = format!("The credential plug-in `{}` of {}", facts.plugin(), facts.cluster);
    let by_hand = format!("Run it by hand as the user that Runlight runs as, {RATHER_A_TOKEN}.");
    match error {
        AuthError::AuthExecStart(io) => trouble(
            format!("{plugin} cannot be started: {io}."),
            format!("Install it where Runlight runs and on the PATH of its service, {RATHER_A_TOKEN}."),
        ),
        AuthError::AuthExecRun { out, .. } => trouble(format!("{plugin} failed: {}.", out.status), by_hand),
        AuthError::AuthExecParse(_)
        | AuthError::ExecPluginFailed
        | AuthError::MalformedTokenExpirationDate(_)
        | AuthError::UnrefreshableTokenResponse => {
            trouble(format!("{plugin} answered with something that holds no credentials."), by_hand)
        }
        AuthError::MissingCommand => trouble(
            format!("{} has a credential plug-in without a command.", facts.context()),
            "Name the program as command.",
        ),
        AuthError::ReadTokenFile(io, path) => trouble(
            format!("The token file {} of {} cannot be read: {io}.", path.display(), facts.cluster),
            "Check the path and that the user that Runlight runs as may read it.",
        ),
        AuthError::InvalidBearerToken(_) | AuthError::InvalidBasicAuth(_) => trouble(
            format!(
                "{} has a token or password that cannot be one: it holds a character that no header carries.",
                facts.context()
            ),
            "Write it on one line, without blanks or quotes of its own.",
        ),
        AuthError::NoValidNativeRootCA(_) => trouble(
            format!("{} names no certificate-authority, and this machine has none either.", facts.context()),
            "Give the cluster's CA certificate in the kubeconfig.",
        ),
        // What is left may repeat what a program printed.
        _ => match &facts.provider {
            Some(provider) => trouble(
                format!("{} has the auth-provider {provider}, which gives no credentials here.", facts.context()),
                format!("Use an exec plug-in in its place, {RATHER_A_TOKEN}."),
            ),
            None => trouble(format!("{} gives no credentials that can be used.", facts.context()), by_hand),
        },
    }
}

fn data_words(cause: &LoadDataError) -> String {
    match cause {
        LoadDataError::DecodeBase64(_) => "is not base64".to_owned(),
        LoadDataError::ReadFile(io, path) => format!("cannot be read: {}: {io}", path.display()),
        LoadDataError::NoBase64DataOrFile => "is empty".to_owned(),
    }
}

fn trouble(reason: impl Into<String>, remedy: impl Into<String>) -> Trouble {
    Trouble { kind: Cause::Unauthorized, reason: reason.into(), remedy: remedy.into() }
}
