//! How many event streams there may be, and how many of one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use super::crowds::Crowds;

/// Streams of one address other than this machine's: tabs of a household or a team.
const OF_ONE_PEER: usize = 64;

/// The streams that are open now.
#[derive(Debug, Clone)]
pub(super) struct Streams {
    most: usize,
    crowds: Crowds,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// The place of one stream; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    peer: IpAddr,
}

impl Streams {
    /// At most so many at the same time.
    pub(super) fn new(most: usize, crowds: Crowds) -> Self {
        Self { most, crowds, open: Arc::default() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// A place for one more stream. Addresses behind which many people are may have as many as there are.
    pub(super) fn enter(&self, peer: IpAddr) -> Option<Seat> {
        let peer = peer.to_canonical();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.get(&peer).copied().unwrap_or(0);
        if open.values().sum::<usize>() >= self.most || (own >= OF_ONE_PEER && !self.crowds.include(peer)) {
            return None;
        }
        open.insert(peer, own + 1);
        Some(Seat { open: Arc::clone(&self.open), peer })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.remove(&self.peer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_all_streams_and_those_of_one_peer() {
        let (local, one, other): (IpAddr, IpAddr, IpAddr) =
            ([127, 0, 0, 1].into(), [10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let streams = Streams::new(OF_ONE_PEER + 70, Crowds::default());
        let seats: Vec<Seat> = (0..OF_ONE_PEER).filter_map(|_| streams.enter(one)).collect();
        assert_eq!(seats.len(), OF_ONE_PEER);
        assert!(streams.enter(one).is_none());
        let more: Vec<Seat> = (0..69).filter_map(|_| streams.enter(local)).collect();
        let last = streams.enter(other).expect("one more");
        assert_eq!(more.len(), 69);
        assert!(streams.enter(local).is_none() && streams.enter(other).is_none());
        drop((last, seats));
        assert!(streams.enter(one).is_some() && streams.enter(other).is_some());
        drop(more);
        assert!(streams.open.lock().expect("unpoisoned").is_empty());
    }
}
