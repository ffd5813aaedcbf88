//! The file of a configuration, looked at while it is served. What can be used takes effect without a restart; what cannot
//! is said, and changes nothing.

use std::time::Duration;

use super::{PathBuf, SocketAddr};
use crate::{
    clock::Clock,
    config::{Config, ConfigError},
    portal::Portal,
};

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_secs(2);

/// The file, and what it held when it was last looked at.
#[derive(Debug)]
pub(super) struct Watched {
    path: PathBuf,
    listen: Option<SocketAddr>,
    text: Option<String>,
}

/// What has become of the file.
#[derive(Debug)]
enum Look {
    Same,
    Wrong(ConfigError),
    Other(Box<Config>),
}

impl Watched {
    /// Reads the configuration for the first time.
    pub(super) fn open(path: PathBuf, listen: Option<SocketAddr>) -> Result<(Self, Config), ConfigError> {
        let text = std::fs::read_to_string(&path).ok();
        let watched = Self { path, listen, text };
        let config = watched.load()?;
        Ok((watched, config))
    }

    /// Waits for another configuration that can be used. The portal tells of one that cannot.
    pub(super) async fn replaced(&mut self, portal: &Portal) -> Config {
        let mut asked = hang_up();
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = asked.next() => {}
            }
            let problem: Box<dyn std::error::Error> = match self.look() {
                Look::Same => continue,
                Look::Wrong(error) => error.into(),
                Look::Other(config) => match Portal::check(&config, Clock::system()).await {
                    Ok(()) => return *config,
                    Err(problem) => problem.into(),
                },
            };
            tracing::error!("the changed configuration cannot be used: {problem} The one before is used on.");
            portal.refuse_configuration();
        }
    }

    fn load(&self) -> Result<Config, ConfigError> {
        let mut config = Config::load(&self.path, std::env::vars())?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        Ok(config)
    }

    fn look(&mut self) -> Look {
        let text = std::fs::read_to_string(&self.path).ok();
        // A file that is about to be replaced may be absent for a moment.
        if text.is_none() || text == self.text {
            return Look::Same;
        }
        self.text = text;
        match self.load() {
            Ok(config) => Look::Other(Box::new(config)),
            Err(error) => Look::Wrong(error),
        }
    }
}

/// Being told to read the configuration again.
struct HangUp {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

fn hang_up() -> HangUp {
    HangUp {
        #[cfg(unix)]
        signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
    }
}

impl HangUp {
    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            let _ = signal.recv().await;
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn tells_another_configuration_from_the_same_and_from_a_wrong_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("runlight.toml");
        fs::write(&path, "[server]\nhost_names = [\"a\"]\n").expect("written");
        let listen = "127.0.0.1:9".parse().ok();
        let (mut watched, config) = Watched::open(path.clone(), listen).expect("a configuration");
        assert_eq!(config.server.host_names, ["a"]);
        assert!(matches!(watched.look(), Look::Same));
        fs::write(&path, "[server]\nhost_name = []\n").expect("written");
        assert!(matches!(watched.look(), Look::Wrong(error) if error.to_string().contains("host_names")));
        assert!(matches!(watched.look(), Look::Same), "what is wrong is said once");
        fs::remove_file(&path).expect("removed");
        assert!(matches!(watched.look(), Look::Same));
        fs::write(&path, "[server]\nhost_names = [\"b\"]\n").expect("written");
        let Look::Other(other) = watched.look() else { panic!("it is another one") };
        assert_eq!((other.server.host_names.as_slice(), Some(other.server.listen)), (&["b".to_owned()][..], listen));
    }
}
