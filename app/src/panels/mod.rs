//! Panels: what a check found. The server draws them; the browser puts a new drawing in place of the old one, touching
//! only what differs, and carries out what a reader sets in a panel (order, filter, search) on the rows that are there.

pub mod check;
#[cfg(feature = "ssr")]
pub mod drawn;
#[cfg(feature = "hydrate")]
pub(crate) mod hands;
pub(crate) mod raw;
#[cfg(any(feature = "hydrate", test))]
mod sort;
