//! Who is signed in: a bounded store in memory behind `tower-sessions`, with what a reader may know of their own sessions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use access::Person;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tower_sessions::{
    Session, SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store,
};

/// Sessions that are kept. Beyond them the one that ends first gives way.
const MAX_SESSIONS: usize = 20_000;
/// Sessions of one person.
const MAX_OF_ONE: usize = 50;
/// A session is extended this often at most.
const TOUCH_S: i64 = 300;
/// What a record keeps its entry under.
const ENTRY: &str = "who";

/// The store, shared by all requests.
#[derive(Debug, Clone)]
pub struct Sessions {
    records: Arc<Mutex<HashMap<Id, Record>>>,
    /// Told whenever somebody signs out.
    endings: watch::Sender<()>,
    idle: Duration,
    limit: Duration,
}

/// What is kept of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    person: Person,
    /// When they signed in, in seconds since 1970.
    since_s: i64,
    /// When the session was extended last.
    touched_s: i64,
}

/// A session that is open: what a stream looks at again while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat(Id);

impl Sessions {
    /// A store without sessions: `idle` unused ends one, and nothing lets one live longer than `limit`.
    pub fn new(idle: Duration, limit: Duration) -> Self {
        Self { records: Arc::default(), endings: watch::Sender::new(()), idle, limit }
    }

    /// How long a session lasts without being used.
    pub fn idle(&self) -> Duration {
        self.idle
    }

    /// Begins a session under an id that nobody has seen before, whatever the browser brought.
    pub async fn begin(&self, session: &Session, person: Person) -> Result<(), tower_sessions::session::Error> {
        self.leave_room_for(&person);
        session.clear().await;
        // Flushing alone would keep the old id for the new session.
        session.cycle_id().await?;
        let now_s = OffsetDateTime::now_utc().unix_timestamp();
        session.insert(ENTRY, Entry { person, since_s: now_s, touched_s: now_s }).await?;
        session.save().await
    }

    /// Who has this session. Using it extends it; past its limit it is over.
    pub async fn person(&self, session: &Session) -> Option<(Person, Seat)> {
        let id = session.id()?;
        let mut entry: Entry = session.get(ENTRY).await.ok().flatten()?;
        let now_s = OffsetDateTime::now_utc().unix_timestamp();
        if self.is_over(&entry, now_s) {
            let _ = session.flush().await;
            return None;
        }
        if now_s - entry.touched_s >= TOUCH_S {
            entry.touched_s = now_s;
            session.insert(ENTRY, &entry).await.ok()?;
        }
        Some((entry.person, Seat(id)))
    }

    /// Whether a session is still open. Looking does not extend it.
    pub fn is_open(&self, seat: Seat) -> bool {
        let now = OffsetDateTime::now_utc();
        let records = self.lock();
        let record = records.get(&seat.0).filter(|record| record.expiry_date > now);
        record.and_then(entry).is_some_and(|entry| !self.is_over(&entry, now.unix_timestamp()))
    }

    /// Changes whenever somebody signs out.
    pub fn endings(&self) -> watch::Receiver<()> {
        self.endings.subscribe()
    }

    /// Ends every session of a person.
    pub fn end_all(&self, person: &Person) {
        self.lock().retain(|_, record| !is_of(record, person));
        self.endings.send_replace(());
    }

    /// How many sessions a person has.
    pub fn count(&self, person: &Person) -> usize {
        self.lock().values().filter(|record| is_of(record, person)).count()
    }

    fn is_over(&self, entry: &Entry, now_s: i64) -> bool {
        let limit_s = i64::try_from(self.limit.as_secs()).unwrap_or(i64::MAX);
        now_s.saturating_sub(entry.since_s) >= limit_s
    }

    /// The oldest sessions of a person give way to a new one.
    fn leave_room_for(&self, person: &Person) {
        let mut records = self.lock();
        let mut own: Vec<(OffsetDateTime, Id)> =
            records.iter().filter(|(_, record)| is_of(record, person)).map(|(id, it)| (it.expiry_date, *id)).collect();
        own.sort_unstable_by_key(|(expiry, _)| *expiry);
        let too_many = (own.len() + 1).saturating_sub(MAX_OF_ONE);
        for (_, id) in own.into_iter().take(too_many) {
            records.remove(&id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn entry(record: &Record) -> Option<Entry> {
    serde_json::from_value(record.data.get(ENTRY)?.clone()).ok()
}

/// The same account, whatever it is called by now.
fn is_of(record: &Record, person: &Person) -> bool {
    let field = |name: &str| record.data.get(ENTRY)?.get("person")?.get(name)?.as_str();
    field("subject") == Some(&person.subject) && field("issuer") == Some(&person.issuer)
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let now = OffsetDateTime::now_utc();
        let mut records = self.lock();
        if records.len() >= MAX_SESSIONS {
            records.retain(|_, record| record.expiry_date > now);
        }
        if records.len() >= MAX_SESSIONS {
            let first = records.iter().min_by_key(|(_, record)| record.expiry_date).map(|(id, _)| *id);
            first.and_then(|id| records.remove(&id));
        }
        while records.contains_key(&record.id) {
            record.id = Id::default();
        }
        records.insert(record.id, record.clone());
        Ok(())
    }

    /// Only what is still there is kept: a request under way must not bring a session back that has been signed out.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        if let Some(kept) = self.lock().get_mut(&record.id) {
            kept.clone_from(record);
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = OffsetDateTime::now_utc();
        let mut records = self.lock();
        if records.get(id).is_some_and(|record| record.expiry_date <= now) {
            records.remove(id);
        }
        Ok(records.get(id).cloned())
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.lock().remove(id);
        self.endings.send_replace(());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use access::Groups;
    use tower_sessions::Expiry;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn person(subject: &str) -> Person {
        Person { issuer: "local".into(), subject: subject.into(), name: subject.into(), groups: Groups::default() }
    }

    fn session(sessions: &Sessions, id: Option<Id>) -> Session {
        let idle = tower_sessions::cookie::time::Duration::hours(12);
        Session::new(id, Arc::new(sessions.clone()), Some(Expiry::OnInactivity(idle)))
    }

    async fn signed_in(sessions: &Sessions, subject: &str) -> Id {
        let session = session(sessions, None);
        sessions.begin(&session, person(subject)).await.expect("kept");
        session.id().expect("an id")
    }

    #[tokio::test]
    async fn a_sign_in_takes_an_id_that_the_browser_did_not_bring() {
        let sessions = Sessions::new(12 * HOUR, 168 * HOUR);
        let planted = signed_in(&sessions, "mallory").await;
        let brought = session(&sessions, Some(planted));
        sessions.begin(&brought, person("anna")).await.expect("kept");
        let own = brought.id().expect("an id");
        assert_ne!(own, planted);
        assert!(sessions.person(&session(&sessions, Some(planted))).await.is_none());
        let (found, _) = sessions.person(&session(&sessions, Some(own))).await.expect("signed in");
        assert_eq!(found, person("anna"));
    }

    #[tokio::test]
    async fn a_session_ends_by_disuse_and_at_its_limit() {
        let sessions = Sessions::new(12 * HOUR, 168 * HOUR);
        let id = signed_in(&sessions, "anna").await;
        let (_, seat) = sessions.person(&session(&sessions, Some(id))).await.expect("signed in");
        assert!(sessions.is_open(seat));
        if let Some(record) = sessions.lock().get_mut(&id) {
            record.expiry_date = OffsetDateTime::now_utc() - Duration::from_secs(1);
        }
        assert!(!sessions.is_open(seat));
        assert!(sessions.person(&session(&sessions, Some(id))).await.is_none());
        let sessions = Sessions::new(12 * HOUR, Duration::ZERO);
        let id = signed_in(&sessions, "anna").await;
        assert!(sessions.person(&session(&sessions, Some(id))).await.is_none());
        assert!(sessions.lock().is_empty());
    }

    #[tokio::test]
    async fn what_was_signed_out_stays_out() {
        let sessions = Sessions::new(12 * HOUR, 168 * HOUR);
        let id = signed_in(&sessions, "anna").await;
        let under_way = session(&sessions, Some(id));
        let (_, seat) = sessions.person(&under_way).await.expect("signed in");
        sessions.end_all(&person("anna"));
        under_way.insert("x", 1).await.expect("inserted");
        under_way.save().await.expect("saved");
        assert!(!sessions.is_open(seat) && sessions.lock().is_empty());
    }

    #[tokio::test]
    async fn people_of_two_issuers_are_two_people() {
        let sessions = Sessions::new(12 * HOUR, 168 * HOUR);
        signed_in(&sessions, "anna").await;
        let other = Person { issuer: "https://other.example".into(), ..person("anna") };
        assert_eq!((sessions.count(&person("anna")), sessions.count(&other)), (1, 0));
        sessions.end_all(&other);
        assert_eq!(sessions.count(&person("anna")), 1);
    }

    #[tokio::test]
    async fn one_person_keeps_a_bounded_number() {
        let sessions = Sessions::new(12 * HOUR, 168 * HOUR);
        for _ in 0..MAX_OF_ONE + 10 {
            signed_in(&sessions, "anna").await;
        }
        signed_in(&sessions, "bob").await;
        assert_eq!((sessions.count(&person("anna")), sessions.count(&person("bob"))), (MAX_OF_ONE, 1));
    }
}
