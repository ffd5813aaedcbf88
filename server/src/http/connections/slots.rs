//! Who may be connected. When there is no room, the connection that has waited longest without a request gives way; one
//! that is at work never does.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::Notify;

use super::{Crowds, Limits};

/// Every open connection.
#[derive(Debug)]
pub(super) struct Slots {
    limits: Limits,
    crowds: Crowds,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// Grows with each connection, so that a smaller number is an older one.
    next: u64,
    all: HashMap<u64, Known>,
}

#[derive(Debug)]
struct Known {
    /// Counted together.
    peer: IpAddr,
    is_spare: bool,
    work: Work,
    evict: Arc<Notify>,
}

/// The place of one connection; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    number: u64,
    is_spare: bool,
    work: Work,
    evict: Arc<Notify>,
}

/// Requests of a connection that have come whole and whose answers have not left yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Work(Arc<AtomicUsize>);

/// One such request.
#[derive(Debug)]
pub(super) struct Busy(Arc<AtomicUsize>);

impl Slots {
    pub(super) fn new(limits: Limits, crowds: Crowds) -> Self {
        Self { limits, crowds, open: Mutex::default() }
    }

    /// A place for a new connection, or none when everybody before it is at work.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let peer = counted(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.crowds.include(address) && open.count(|known| known.peer == peer) >= self.limits.of_one_peer {
            open.evict(|known| known.peer == peer)?;
        }
        let has_room = open.count(|known| !known.is_spare) < self.limits.connections
            || open.evict(|known| !known.is_spare).is_some();
        if !has_room && open.count(|known| known.is_spare) >= self.limits.spare {
            open.evict(|known| known.is_spare)?;
        }
        let (number, is_spare, work, evict) = (open.next, !has_room, Work::default(), Arc::new(Notify::new()));
        open.next += 1;
        open.all.insert(number, Known { peer, is_spare, work: work.clone(), evict: Arc::clone(&evict) });
        drop(open);
        Some(Slot { slots: Arc::clone(self), number, is_spare, work, evict })
    }
}

impl Open {
    fn count(&self, which: impl Fn(&Known) -> bool) -> usize {
        self.all.values().filter(|known| which(known)).count()
    }

    /// Ends the oldest of these connections that waits for a request.
    fn evict(&mut self, which: impl Fn(&Known) -> bool) -> Option<()> {
        let waiting = self.all.iter().filter(|(_, known)| which(known) && known.work.is_none());
        let oldest = *waiting.map(|(number, _)| number).min()?;
        self.all.remove(&oldest)?.evict.notify_one();
        Some(())
    }
}

impl Slot {
    /// Whether only probes are answered here.
    pub(super) fn is_spare(&self) -> bool {
        self.is_spare
    }

    pub(super) fn work(&self) -> Work {
        self.work.clone()
    }

    /// Waits until the connection has to make room.
    pub(super) async fn evicted(&self) {
        self.evict.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.open.lock().unwrap_or_else(PoisonError::into_inner).all.remove(&self.number);
    }
}

impl Work {
    pub(super) fn begin(&self) -> Busy {
        self.0.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(&self.0))
    }

    fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Busy {
    /// Keeps on until the body has been read to its end, or is dropped.
    pub(super) fn until_end_of(self, body: Body) -> BusyBody {
        BusyBody { body, _busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer's body whose connection is at work.
pub(super) struct BusyBody {
    body: Body,
    _busy: Busy,
}

impl HttpBody for BusyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The address that connections are counted under: of IPv6 the network, since one host has a whole one.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn slots(connections: usize, of_one_peer: usize, spare: usize) -> Arc<Slots> {
        let time = Duration::from_secs(60);
        Arc::new(Slots::new(
            Limits { connections, of_one_peer, spare, head: time, stall: time, grace: time },
            Crowds::default(),
        ))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn open(slots: &Slots) -> Vec<u64> {
        let mut open: Vec<u64> = slots.open.lock().expect("unpoisoned").all.keys().copied().collect();
        open.sort_unstable();
        open
    }

    #[test]
    fn the_longest_waiting_connection_gives_way_and_one_at_work_does_not() {
        let slots = slots(3, 3, 0);
        let local = address("127.0.0.1");
        let held: Vec<Slot> = (0..3).map(|_| slots.enter(local).expect("room")).collect();
        let busy = held[0].work().begin();
        let fourth = slots.enter(local).expect("the second gives way");
        assert_eq!(open(&slots), [0, 2, 3]);
        let all_busy: Vec<Busy> = held.iter().chain([&fourth]).map(|slot| slot.work().begin()).collect();
        assert!(slots.enter(local).is_none());
        drop((busy, all_busy));
        assert!(slots.enter(local).is_some());
    }

    #[test]
    fn one_peer_takes_only_its_share_and_this_machine_all() {
        let slots = slots(10, 2, 0);
        let mut held = Vec::new();
        for peer in ["10.0.0.1", "10.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "2001:db8::2", "2001:db8::3"]
        {
            let slot = slots.enter(address(peer)).expect("its own older ones give way");
            held.push((slot.work().begin(), slot));
            if held.len() % 2 == 1 {
                // Every other one waits for a request.
                held.last_mut().expect("just put there").0 = Work::default().begin();
            }
        }
        let open = slots.open.lock().expect("unpoisoned");
        assert_eq!(open.count(|known| known.peer == address("10.0.0.1")), 2);
        assert_eq!(open.count(|known| known.peer == address("2001:db8::")), 2);
        drop(open);
        let local: Vec<_> = (0..6).map(|_| slots.enter(address("::1"))).collect();
        assert!(local.iter().all(Option::is_some));
    }

    #[test]
    fn what_is_beyond_the_room_gets_a_spare_place() {
        let slots = slots(1, 1, 1);
        let local = address("127.0.0.1");
        let first = slots.enter(local).expect("room");
        let _busy = first.work().begin();
        let second = slots.enter(local).expect("a spare place");
        assert!(!first.is_spare() && second.is_spare());
        let third = slots.enter(local).expect("the spare one gives way");
        assert!(third.is_spare());
        let _busy = third.work().begin();
        assert!(slots.enter(local).is_none());
    }
}
