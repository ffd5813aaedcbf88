//! What fires, drawn once for everybody who has the home page open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::panels::drawn;
use futures::{Stream, StreamExt};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use crate::{alerts::Alerts, sources::Grant};

/// The list says as of when it is; it is drawn anew at least this often.
const REDRAW: Duration = Duration::from_secs(30);

/// The shared drawings.
#[derive(Debug, Default)]
pub struct Board {
    /// One for each grant: people with the same rights share it.
    topics: Mutex<HashMap<Grant, watch::Sender<Option<Arc<str>>>>>,
}

impl Board {
    /// Every drawing from now on, the present one first. It ends with its last reader.
    pub fn follow(
        self: &Arc<Self>,
        alerts: &Arc<Alerts>,
        grant: &Grant,
    ) -> impl Stream<Item = Arc<str>> + Send + use<> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = match topics.get(grant) {
            Some(sender) => sender.subscribe(),
            None => {
                let (sender, receiver) = watch::channel(None);
                topics.insert(grant.clone(), sender.clone());
                tokio::spawn(Arc::clone(self).keep(Arc::clone(alerts), grant.clone(), sender));
                receiver
            }
        };
        WatchStream::new(receiver).filter_map(std::future::ready)
    }

    async fn keep(self: Arc<Self>, alerts: Arc<Alerts>, grant: Grant, sender: watch::Sender<Option<Arc<str>>>) {
        loop {
            tokio::select! {
                () = sender.closed() => {}
                () = publish(&alerts, &grant, &sender) => {}
            }
            let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
            // Somebody may have come between the last reader's leaving and this lock.
            if sender.receiver_count() == 0 {
                topics.remove(&grant);
                return;
            }
        }
    }
}

async fn publish(alerts: &Alerts, grant: &Grant, sender: &watch::Sender<Option<Arc<str>>>) {
    let mut changes = Alerts::changes(grant);
    loop {
        if let Some(view) = alerts.board(grant).await {
            sender.send_replace(Some(drawn::firing(&view).into()));
        }
        // Either way it is time to draw; a stream that has ended leaves the beat.
        let _ = tokio::time::timeout(REDRAW, async {
            if changes.next().await.is_none() {
                std::future::pending::<()>().await;
            }
        })
        .await;
    }
}
