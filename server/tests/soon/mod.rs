//! Waiting for what must come.

use std::time::Duration;

/// Far longer than a busy machine needs: it only keeps a test that waits for ever from doing so in silence.
const GIVE_UP: Duration = Duration::from_secs(180);

/// Waits for something that must come, and fails loudly when it does not.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(GIVE_UP, future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}
