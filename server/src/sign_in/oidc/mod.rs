//! A provider of OpenID Connect: discovery, the way there, and what comes back verified into a person. Sessions do not
//! depend on it: while it is down whoever is signed in stays so.

mod http;
mod pending;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use access::{Oidc, Person, PublicUrl, ReturnTo, groups_at};
use app::server_side::sign_in::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessToken, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndSessionUrl, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError, TokenResponse,
    core::{CoreClient, CoreJwsSigningAlgorithm, CoreResponseType, CoreTokenResponse},
};
use serde_json::Value;

use self::http::Http;
pub use self::pending::{Pending, Seal};
use crate::{
    clock::Clock,
    sources::{ConfigProblem, secret},
};

/// How long a discovery document and its keys are taken for true.
const KEPT: Duration = Duration::from_secs(3600);
/// Keys that are not known are looked for this often at most.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
/// How far two clocks may be apart.
const SKEW_S: i64 = 60;
/// Longest e-mail address or name that is looked at.
const MAX_NAME_CHARS: usize = 200;

/// One `[sign_in.oidc.NAME]`.
pub struct Provider {
    name: String,
    section: Oidc,
    redirect: RedirectUrl,
    home: String,
    known: Mutex<Option<Arc<Known>>>,
}

/// What is known of a provider since a moment.
struct Known {
    metadata: ProviderMetadataWithLogout,
    http: Http,
    secret: Option<ClientSecret>,
    since: Instant,
}

/// What stands in the address that a provider sends a reader back to.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Returned {
    /// For a token.
    pub code: Option<String>,
    /// What was sent along.
    pub state: Option<String>,
    /// Who says so, where the provider tells.
    pub iss: Option<String>,
    /// Why not.
    pub error: Option<String>,
}

impl Provider {
    /// A provider as it is configured. Asks nobody.
    pub fn new(name: &str, section: &Oidc, public_url: &PublicUrl) -> Result<Self, ConfigProblem> {
        let key = |part: &str| format!("sign_in.oidc.{name}.{part}");
        IssuerUrl::new(section.issuer.clone())
            .map_err(|_| ConfigProblem::new(key("issuer"), "this is no address", "Write it as the provider does."))?;
        let redirect = public_url.with_path(&format!("/sign-in/oidc/{name}/return"));
        let redirect = RedirectUrl::new(redirect).map_err(|_| {
            ConfigProblem::new("server.public_url", "this is no address", "Write it as browsers show it.")
        })?;
        let home = public_url.with_path("/sign-in");
        Ok(Self { name: name.to_owned(), section: section.clone(), redirect, home, known: Mutex::default() })
    }

    /// What the button says.
    pub fn label(&self) -> &str {
        self.section.label.as_deref().unwrap_or(&self.name)
    }

    /// The section's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.section.issuer
    }

    /// The address where a sign-in goes on, and what must be remembered until it comes back.
    pub async fn begin(&self, to: &ReturnTo, clock: Clock) -> Result<(String, Pending), Problem> {
        let known = self.known().await?;
        let client = CoreClient::from_provider_metadata(known.metadata.clone(), self.client_id(), known.secret.clone())
            .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = self.section.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let pending = Pending {
            provider: self.name.clone(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            to: pending::short(to),
            begun_s: clock.now().0 / 1000,
        };
        Ok((address.to_string(), pending))
    }

    /// The person whom the provider vouches for.
    pub async fn finish(
        &self,
        returned: Returned,
        pending: &Pending,
        named: &BTreeSet<String>,
        clock: Clock,
    ) -> Result<Person, Problem> {
        // Another provider's answer must not be taken to this one.
        if pending.provider != self.name || returned.iss.as_ref().is_some_and(|iss| *iss != self.section.issuer) {
            return Err(self.disbelieve("it came from another provider"));
        }
        if !pending.is_fresh(clock.now().0 / 1000) || !returned.state.as_deref().is_some_and(|it| pending.has_state(it))
        {
            return Err(Problem::Expired);
        }
        if let Some(error) = &returned.error {
            let error: String = error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
            tracing::info!(provider = %self.name, %error, "the provider did not let somebody sign in");
            return Err(Problem::Refused);
        }
        let code = returned.code.ok_or(Problem::Expired)?;
        let known = self.known().await?;
        let tokens = self.exchange(&known, code, pending).await?;
        let known = self.verified(known, &tokens, &pending.nonce, clock).await?;
        let (subject, claims) = self.claims(&known, &tokens).await?;
        self.person(subject, &claims, named)
    }

    /// Where one signs out at the provider, if it has such a place and is known.
    pub fn sign_out_address(&self) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let place: EndSessionUrl = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(self.home.clone()).ok()?;
        let request = LogoutRequest::from(place).set_client_id(self.client_id()).set_post_logout_redirect_uri(back);
        Some(request.http_get_url().to_string())
    }

    /// Whether the provider can be asked now: its discovery document, read anew.
    pub async fn look(&self) -> Result<(), String> {
        self.discover().await.map(drop)
    }

    async fn exchange(&self, known: &Known, code: String, pending: &Pending) -> Result<CoreTokenResponse, Problem> {
        let client = CoreClient::from_provider_metadata(known.metadata.clone(), self.client_id(), known.secret.clone())
            .set_redirect_uri(self.redirect.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| self.disbelieve("its discovery document names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()));
        request.request_async(&known.http).await.map_err(|cause| match cause {
            openidconnect::RequestTokenError::Request(cause) => self.unreachable(&cause.to_string()),
            // What the answer holds may be a secret of somebody's; what kind of failure it is says enough.
            openidconnect::RequestTokenError::ServerResponse(answer) => {
                self.disbelieve(&format!("it took no code: {}", answer.error()))
            }
            openidconnect::RequestTokenError::Parse(..) => self.disbelieve("its answer for a code is no token"),
            openidconnect::RequestTokenError::Other(_) => self.disbelieve("its answer for a code has another form"),
        })
    }

    /// Verifies the ID token. With a key that is not known the keys are read anew, once: providers change them.
    async fn verified(
        &self,
        known: Arc<Known>,
        tokens: &CoreTokenResponse,
        nonce: &str,
        clock: Clock,
    ) -> Result<Arc<Known>, Problem> {
        let cause = match self.verify(&known, tokens, nonce, clock) {
            Ok(()) => return Ok(known),
            Err(cause) => cause,
        };
        let is_of_keys = matches!(
            &cause,
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                    | SignatureVerificationError::CryptoError(_)
                    | SignatureVerificationError::AmbiguousKeyId(_)
            )
        );
        if !is_of_keys || known.since.elapsed() < BETWEEN_LOOKS {
            return Err(self.disbelieve(&cause.to_string()));
        }
        let renewed = self.discover().await.map_err(|cause| self.unreachable(&cause))?;
        match self.verify(&renewed, tokens, nonce, clock) {
            Ok(()) => Ok(renewed),
            Err(cause) => Err(self.disbelieve(&cause.to_string())),
        }
    }

    fn verify(
        &self,
        known: &Known,
        tokens: &CoreTokenResponse,
        nonce: &str,
        clock: Clock,
    ) -> Result<(), ClaimsVerificationError> {
        // Signatures by a key pair alone: `none` is nobody's word, and a shared secret is anybody's who has it.
        const ALLOWED: [CoreJwsSigningAlgorithm; 9] = [
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha384,
            CoreJwsSigningAlgorithm::RsaSsaPssSha512,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ];
        let client = CoreClient::from_provider_metadata(known.metadata.clone(), self.client_id(), known.secret.clone());
        let now_s = clock.now().0 / 1000;
        let at = move |s: i64| chrono::DateTime::from_timestamp(s, 0).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALLOWED)
            .set_time_fn(move || at(now_s - SKEW_S))
            .set_issue_time_verifier_fn(move |issued| match issued > at(now_s + SKEW_S) {
                true => Err("it was issued in the future: compare the clocks".into()),
                false => Ok(()),
            });
        let token = tokens.id_token().ok_or_else(|| ClaimsVerificationError::Other("there is no ID token".into()))?;
        token.claims(&verifier, &Nonce::new(nonce.to_owned())).map(drop)
    }

    /// The subject and all claims: those of the ID token, whose signature has been verified by now, and what the provider
    /// tells of the same person where the groups are not among them.
    async fn claims(&self, known: &Known, tokens: &CoreTokenResponse) -> Result<(String, Value), Problem> {
        let payload = tokens.id_token().and_then(|token| payload_of(&token.to_string()));
        let mut claims = payload.ok_or_else(|| self.disbelieve("its ID token cannot be read"))?;
        let subject = claims["sub"].as_str().unwrap_or_default().to_owned();
        if subject.is_empty() {
            return Err(self.disbelieve("its ID token names nobody"));
        }
        if groups_at(&claims, &self.section.groups_claim, &BTreeSet::new()).is_none()
            && let Some(place) = known.metadata.userinfo_endpoint()
        {
            let told = self.told(known, place.as_str(), tokens.access_token()).await?;
            // Another subject's claims would be somebody else's rights.
            if told["sub"].as_str() != Some(&subject) {
                return Err(self.disbelieve("its userinfo is about somebody else"));
            }
            if let (Some(claims), Value::Object(told)) = (claims.as_object_mut(), told) {
                for (name, value) in told {
                    claims.entry(name).or_insert(value);
                }
            }
        }
        Ok((subject, claims))
    }

    async fn told(&self, known: &Known, place: &str, token: &AccessToken) -> Result<Value, Problem> {
        let answer = known.http.get_json(place, token.secret()).await;
        answer.map_err(|cause| self.unreachable(&format!("userinfo: {cause}")))
    }

    fn person(&self, subject: String, claims: &Value, named: &BTreeSet<String>) -> Result<Person, Problem> {
        let text =
            |claim: &str| claims[claim].as_str().filter(|it| !it.is_empty() && !it.chars().any(char::is_control));
        let name =
            text(&self.section.name_claim).or_else(|| text("name")).or_else(|| text("email")).unwrap_or(&subject);
        // No such claim is no group, and the account's page says so.
        let groups = groups_at(claims, &self.section.groups_claim, named).unwrap_or_default();
        let email = text("email").filter(|_| claims["email_verified"].as_bool() == Some(true));
        let users = &self.section.allow_users;
        // What people write about themselves, such as a display name or an address that nobody verified, lets nobody in;
        // it is what they are called where there is nothing better.
        let named = text(&self.section.name_claim).filter(|_| self.section.name_claim != "email" || email.is_some());
        let is_user = |user: &String| [Some(subject.as_str()), email, named].contains(&Some(user.as_str()));
        if !groups.meet(&self.section.allow_groups) || !(users.is_empty() || users.iter().any(is_user)) {
            tracing::info!(provider = %self.name, "somebody who may not use the portal signed in at the provider");
            return Err(Problem::NotAllowed);
        }
        let name = name.chars().take(MAX_NAME_CHARS).collect();
        Ok(Person { issuer: self.section.issuer.clone(), subject, name, groups })
    }

    /// What is known, read anew when it is old. While the provider is down what was known goes on.
    async fn known(&self) -> Result<Arc<Known>, Problem> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if known.since.elapsed() < KEPT => Ok(known),
            _ => self.discover().await.map_err(|cause| self.unreachable(&cause)),
        }
    }

    async fn discover(&self) -> Result<Arc<Known>, String> {
        let section = format!("sign_in.oidc.{}", self.name);
        let http = Http::new(&section, self.section.ca_file.as_deref()).map_err(|problem| problem.to_string())?;
        let secret = match &self.section.client_secret_file {
            Some(path) => Some(secret(&format!("{section}.client_secret_file"), path).map_err(|it| it.to_string())?),
            None => None,
        };
        let issuer = IssuerUrl::new(self.section.issuer.clone()).map_err(|cause| cause.to_string())?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http).await;
        let metadata = metadata.map_err(|cause| crate::sources::chain(&cause))?;
        let known = Arc::new(Known { metadata, http, secret: secret.map(ClientSecret::new), since: Instant::now() });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.section.client_id.clone())
    }

    fn disbelieve(&self, cause: &str) -> Problem {
        tracing::warn!(provider = %self.name, %cause, "what the provider answered is not believed");
        Problem::Disbelieved
    }

    fn unreachable(&self, cause: &str) -> Problem {
        tracing::warn!(provider = %self.name, %cause, "the provider cannot be asked");
        Problem::Unreachable
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The middle part of a signed token.
fn payload_of(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
