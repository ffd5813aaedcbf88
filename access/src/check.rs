//! What is wrong with `[sign_in]`, beyond what its types say. Each problem names a key and what to do.

use crate::{Preset, PublicUrl, SignIn, groups::is_name};

/// Configuration that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionProblem {
    /// The key: `sign_in.proxy.from`.
    pub key: String,
    /// What is wrong, without a full stop.
    pub problem: String,
    /// What to do, one sentence.
    pub remedy: String,
}

impl SectionProblem {
    fn new(key: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl SignIn {
    /// Whether the section can be meant as it stands.
    pub fn check(&self, public_url: Option<&PublicUrl>) -> Result<(), SectionProblem> {
        if self.has_a_way_in() && public_url.is_none() {
            return Err(SectionProblem::new(
                "server.public_url",
                "people can sign in, but where they open the portal is not said",
                "Set public_url in [server] to the address in readers' browsers, such as https://runlight.example.org.",
            ));
        }
        if self.session_hours == 0 || self.session_max_hours < self.session_hours {
            return Err(SectionProblem::new(
                "sign_in.session_hours",
                "a session would end before it begins, or outlive its limit",
                "Set session_hours to at least 1 and session_max_hours to no less than that.",
            ));
        }
        self.check_names()?;
        self.check_proxy()?;
        self.check_oidc(public_url)
    }

    fn check_names(&self) -> Result<(), SectionProblem> {
        if let Some(name) = self.users.keys().find(|name| !is_name(name)) {
            return Err(SectionProblem::new(
                format!("sign_in.users.{name:?}"),
                "this cannot be typed as a name",
                "Use a name without control characters.",
            ));
        }
        for (name, token) in &self.tokens {
            if token.scopes.is_empty() {
                return Err(SectionProblem::new(
                    format!("sign_in.tokens.{name}.scopes"),
                    "this token may do nothing",
                    "Name what it is for: read, metrics, webhook or mcp.",
                ));
            }
        }
        Ok(())
    }

    fn check_proxy(&self) -> Result<(), SectionProblem> {
        let Some(proxy) = &self.proxy else { return Ok(()) };
        if proxy.from.is_empty() {
            return Err(SectionProblem::new(
                "sign_in.proxy.from",
                "anybody could send the headers of a proxy",
                "Name the addresses that the proxy connects from, such as from = [\"127.0.0.1\", \"10.0.0.5/32\"].",
            ));
        }
        if let Some(wide) = proxy.from.iter().find(|net| net.prefix_len() == 0) {
            return Err(SectionProblem::new(
                "sign_in.proxy.from",
                format!("{wide} is everybody, and everybody could say who they are"),
                "Name the addresses that the proxy connects from.",
            ));
        }
        let has_own = proxy.user_header.is_some() || proxy.groups_header.is_some() || proxy.groups_separator.is_some();
        match proxy.preset {
            Preset::Custom if proxy.user_header.is_none() => Err(SectionProblem::new(
                "sign_in.proxy.user_header",
                "a custom proxy's header with the user is not named",
                "Name it, such as user_header = \"X-Remote-User\".",
            )),
            Preset::Custom => proxy.check_custom(),
            _ if has_own => Err(SectionProblem::new(
                "sign_in.proxy",
                "a preset has its headers already",
                "Leave user_header, groups_header and groups_separator out, or use preset = \"custom\".",
            )),
            Preset::Cloudflare => Err(SectionProblem::new(
                "sign_in.proxy.preset",
                "the signed assertion of Cloudflare Access cannot be verified yet, and its e-mail header is not believed",
                "Make Cloudflare Access an OpenID Connect provider and use [sign_in.oidc.NAME].",
            )),
            _ => Ok(()),
        }
    }

    fn check_oidc(&self, public_url: Option<&PublicUrl>) -> Result<(), SectionProblem> {
        for (name, oidc) in &self.oidc {
            let key = |key: &str| format!("sign_in.oidc.{name}.{key}");
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_word) {
                return Err(SectionProblem::new(
                    format!("sign_in.oidc.{name:?}"),
                    "this name stands in an address",
                    "Use letters, digits, - and _ alone.",
                ));
            }
            let host = oidc.issuer.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or(rest));
            let is_loopback = |host: &str| host.parse::<crate::Authority>().is_ok_and(|host| host.is_loopback());
            if host.is_some_and(|host| !is_loopback(host)) {
                return Err(SectionProblem::new(
                    key("issuer"),
                    "whoever is on the way to an http:// issuer can sign in as anybody",
                    "Use https://; for a private certificate authority there is ca_file.",
                ));
            }
            if host.is_none() && !oidc.issuer.starts_with("https://") {
                return Err(SectionProblem::new(
                    key("issuer"),
                    "this is no address",
                    "Write the issuer as the provider's discovery document does, such as https://id.example.org.",
                ));
            }
            if oidc.client_id.is_empty() {
                return Err(SectionProblem::new(key("client_id"), "is empty", "Register Runlight at the provider."));
            }
            // The provider sends readers back there; without TLS the code could be read on the way.
            if public_url.is_some_and(|url| !url.is_https() && !url.authority().is_loopback()) {
                return Err(SectionProblem::new(
                    "server.public_url",
                    "a provider would send readers back over http://",
                    "Serve the portal under https://: certificate_file in [server], or a proxy in front.",
                ));
            }
        }
        Ok(())
    }
}

impl crate::Proxy {
    fn check_custom(&self) -> Result<(), SectionProblem> {
        for (key, header) in [("user_header", &self.user_header), ("groups_header", &self.groups_header)] {
            let is_header = |name: &String| name.parse::<http::HeaderName>().is_ok() && !name.contains('_');
            if header.as_ref().is_some_and(|name| !is_header(name)) {
                return Err(SectionProblem::new(
                    format!("sign_in.proxy.{key}"),
                    "this is no name of a header",
                    "Write it with letters, digits and hyphens; underscores are not told apart from hyphens by every proxy.",
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key that is complained of.
    fn problem(text: &str, public_url: &str) -> Option<String> {
        let section: SignIn = toml::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        section.check(public_url.parse().ok().as_ref()).err().map(|problem| problem.key)
    }

    #[test]
    fn names_the_key_of_each_thing_that_cannot_be_meant() {
        const URL: &str = "https://runlight.example.org";
        const TOKEN: &str =
            "[tokens.a]\nhash = \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"\n";
        let oidc = |more: &str| format!("[oidc.home]\nclient_id = \"r\"\n{more}");
        for (text, url, key) in [
            (format!("{TOKEN}scopes = [\"read\"]"), "", "server.public_url"),
            (format!("{TOKEN}scopes = []"), URL, "sign_in.tokens.a.scopes"),
            ("[proxy]\npreset = \"authelia\"".into(), URL, "sign_in.proxy.from"),
            ("[proxy]\npreset = \"authelia\"\nfrom = [\"0.0.0.0/0\"]".into(), URL, "sign_in.proxy.from"),
            ("[proxy]\npreset = \"authelia\"\nfrom = [\"::/0\"]".into(), URL, "sign_in.proxy.from"),
            ("[proxy]\npreset = \"cloudflare\"\nfrom = [\"10.0.0.5\"]".into(), URL, "sign_in.proxy.preset"),
            ("[proxy]\npreset = \"custom\"\nfrom = [\"10.0.0.5\"]".into(), URL, "sign_in.proxy.user_header"),
            (
                "[proxy]\npreset = \"custom\"\nfrom = [\"10.0.0.5\"]\nuser_header = \"X_User\"".into(),
                URL,
                "sign_in.proxy.user_header",
            ),
            (
                "[proxy]\npreset = \"authelia\"\nfrom = [\"10.0.0.5\"]\nuser_header = \"X-User\"".into(),
                URL,
                "sign_in.proxy",
            ),
            (oidc("issuer = \"http://id.example.org\""), URL, "sign_in.oidc.home.issuer"),
            (oidc("issuer = \"http://localhost.evil.example/\""), URL, "sign_in.oidc.home.issuer"),
            (oidc("issuer = \"id.example.org\""), URL, "sign_in.oidc.home.issuer"),
            (oidc("issuer = \"https://id.example.org\""), "http://runlight.example.org", "server.public_url"),
            ("session_hours = 0".into(), URL, "sign_in.session_hours"),
            ("session_hours = 24\nsession_max_hours = 12".into(), URL, "sign_in.session_hours"),
        ] {
            assert_eq!(problem(&text, url).as_deref(), Some(key), "{text}");
        }
        for (text, url) in [
            (String::new(), ""),
            (format!("{TOKEN}scopes = [\"read\"]"), URL),
            ("[proxy]\npreset = \"tailscale\"\nfrom = [\"127.0.0.1\", \"fd00::/64\"]".into(), URL),
            (oidc("issuer = \"https://id.example.org\""), URL),
            (oidc("issuer = \"http://127.0.0.1:5000\""), "http://localhost:8080"),
        ] {
            assert_eq!(problem(&text, url), None, "{text}");
        }
    }

    #[test]
    fn a_password_in_the_clear_is_no_section() {
        for wrong in [
            "[users.anna]\npassword = \"hunter2\"",
            "[users.anna]\n",
            "[tokens.a]\nhash = \"x\"\nscopes = []",
            "[ways]\n",
        ] {
            let error = toml::from_str::<SignIn>(wrong).expect_err("refused");
            assert!(!error.message().contains("hunter2"), "{error}");
        }
    }
}
