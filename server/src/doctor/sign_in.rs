//! A look at how people sign in: each provider is asked for what it says of itself, and what is weaker than it need be is
//! said.

use access::Scope;
use app::server_side::doctor::{Part, Row, State, Topic};
use futures::future::join_all;

use super::own::part;
use crate::sign_in::{Provider, SignIn};

/// Every way in.
pub(super) async fn part_of(sign_in: &SignIn) -> Part {
    if !sign_in.has_a_way_in() {
        let words = "Nobody signs in: the portal answers on this machine alone.";
        return part("Sign-in", vec![Row::new(State::NotConfigured, Topic::Setup, words)]);
    }
    let mut rows = Vec::new();
    if let Some(url) = sign_in.public_url() {
        rows.push(match url.is_https() || url.authority().is_loopback() {
            true => Row::ok(Topic::Setup, format!("Readers open the portal at {url}.")),
            false => Row::warning(
                Topic::Setup,
                format!("Readers open the portal at {url}, where whoever is on the way can take over a session."),
                "Put a proxy with TLS in front, and set public_url in [server] to its https:// address.",
            ),
        });
    }
    rows.extend(join_all(sign_in.providers().iter().map(provider)).await);
    if !sign_in.providers().is_empty() && !sign_in.has_key_file() {
        rows.push(Row::ok(
            Topic::Setup,
            "Sign-ins under way are sealed with a key of this process: with several replicas set key_file in [sign_in].",
        ));
    }
    let ways = sign_in.ways();
    if ways.has_passwords {
        rows.push(Row::ok(Topic::Setup, "Names and passwords of the configuration are taken."));
    }
    if ways.has_proxy {
        rows.push(Row::ok(Topic::Setup, "The headers of a proxy in front are believed, from its addresses alone."));
    }
    match sign_in.tokens_for(Scope::Mcp) {
        0 => {}
        1 => rows.push(Row::ok(Topic::Setup, "One token is for assistants, at /mcp.")),
        count => rows.push(Row::ok(Topic::Setup, format!("{count} tokens are for assistants, at /mcp."))),
    }
    part("Sign-in", rows)
}

async fn provider(provider: &Provider) -> Row {
    let (label, name) = (provider.label(), provider.name());
    match provider.look().await {
        Ok(()) => Row::ok(Topic::Reach, format!("{label} can be asked: people can sign in there.")),
        Err(cause) => Row::unknown(
            Topic::Reach,
            format!("Nobody new can sign in at {label}: {}.", cause.trim_end_matches('.')),
            format!(
                "Check issuer, client_secret_file and ca_file in [sign_in.oidc.{name}]: the issuer is written exactly as in \
                 its own /.well-known/openid-configuration."
            ),
        ),
    }
}
