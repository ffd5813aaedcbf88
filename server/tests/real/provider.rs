//! Signing in at an OpenID Connect provider that we did not write, by the steps that a browser takes.

use std::{
    env,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
};

use libtest_mimic::Trial;
use serde_json::Value;
use server::{
    clock::Clock,
    config::Config,
    http::{self, Stop},
    portal::Portal,
};

use crate::not_run::{NotRun, Ran, trials};

/// The tests of this file.
pub(crate) fn tests() -> Vec<Trial> {
    trials![a_person_signs_in_and_arrives_at_the_very_link, a_person_outside_the_allowed_groups_stays_out]
}

/// The provider. Dropping it ends it.
struct Provider {
    child: Child,
    _open: Option<ChildStdin>,
    about: Value,
}

impl Provider {
    /// A provider that knows the portal at this address, or what is missing.
    fn start(portal: &str) -> Result<Self, NotRun> {
        let missing = || NotRun("RUNLIGHT_REAL_PROVIDER is not set; end2end/real sets it".into());
        let script = env::var_os("RUNLIGHT_REAL_PROVIDER").ok_or_else(missing)?;
        let mut command = Command::new(script);
        command.arg(portal).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the script can be started");
        let open = child.stdin.take();
        let mut line = String::new();
        let read = BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line);
        if read.ok().is_none_or(|bytes| bytes == 0) {
            drop(open);
            let _ = child.wait();
            return Err(NotRun("the provider cannot be had here; its script says why".into()));
        }
        let about = serde_json::from_str(&line).expect("it says in JSON what it is");
        Ok(Self { child, _open: open, about })
    }

    fn says(&self, key: &str) -> &str {
        self.about[key].as_str().expect("it says so")
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Its script ends with its input.
        self._open.take();
        let _ = self.child.wait();
    }
}

/// A portal that listens, and the provider that it trusts.
struct House {
    provider: Provider,
    portal: String,
    _folder: tempfile::TempDir,
    _serving: tokio::task::JoinSet<()>,
}

async fn house(more: &str) -> Result<House, NotRun> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let portal = format!("http://{free}");
    let provider = {
        let portal = portal.clone();
        tokio::task::spawn_blocking(move || Provider::start(&portal)).await.expect("no panic")?
    };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("x.md"), "# Alert: X\n").expect("written");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, provider.says("client_secret")).expect("written");
    let section = format!(
        "[server]\nlisten = \"{free}\"\npublic_url = \"{portal}\"\n[library]\nfolders = [{:?}]\n\
         [sign_in.oidc.home]\nissuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = {secret:?}\n{more}\n",
        folder.path(),
        provider.says("issuer"),
        provider.says("client_id"),
    );
    let config: Config = section.parse().expect("a configuration");
    let opened = Portal::open(&config, Clock::system(), Vec::new()).await.expect("a valid configuration");
    opened.library_read().await;
    let mut serving = tokio::task::JoinSet::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    serving.spawn(async move {
        let announce = move |address: SocketAddr| tell.send(address).expect("the test waits for it");
        let stop = Stop::default();
        http::serve_until(Arc::clone(&opened), &config.server, &stop, announce).await.expect("a free port");
    });
    told.await.expect("it listens");
    Ok(House { provider, portal, _folder: folder, _serving: serving })
}

/// Goes through the provider's pages and back; asks for pages of the portal then.
async fn visit(house: &House, start: &str, addresses: &[&str]) -> Value {
    let mut command = Command::new(house.provider.says("python"));
    command.arg(house.provider.says("visit")).arg(format!("{}{start}", house.portal));
    command.arg(house.provider.says("user")).arg(house.provider.says("password"));
    command.args(addresses.iter().map(|address| format!("{}{address}", house.portal)));
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it says in JSON where it ended")
}

async fn a_person_signs_in_and_arrives_at_the_very_link() -> Ran {
    let house = house("").await?;
    let link = "/r/x?cluster=a&x=%2F%26%3D%23+b&y=1%252B1&u=%C3%BC&&e";
    let escaped = percent_encoding::utf8_percent_encode(link, percent_encoding::NON_ALPHANUMERIC);
    let ended = visit(&house, &format!("/sign-in/oidc/home?to={escaped}"), &["/account"]).await;
    assert_eq!(
        (ended["place"].as_str(), ended["status"].as_u64()),
        (Some(format!("{}{link}", house.portal).as_str()), Some(200))
    );
    let account = ended["pages"][0].as_str().expect("a page");
    for word in [house.provider.says("user"), house.provider.says("group"), house.provider.says("issuer")] {
        assert!(account.contains(word), "{word} is missing in {account}");
    }
    Ok(())
}

async fn a_person_outside_the_allowed_groups_stays_out() -> Ran {
    let house = house("allow_groups = [\"nobody-is-here\"]").await?;
    let ended = visit(&house, "/sign-in/oidc/home?to=/r/x", &["/account"]).await;
    assert!(ended["place"].as_str().expect("a place").contains("problem=not-allowed"), "{ended}");
    assert_eq!(ended["status"], 403);
    assert!(ended["pages"][0].as_str().expect("a page").contains("Sign in"));
    Ok(())
}
