//! Views, islands and the server-function API.
//!
//! Knows no source: on the server everything comes through `server_side::backend::Backend`, in the browser through
//! `api` and the live stream.

pub mod answer;
pub mod api;
pub mod error;
pub mod live;
pub mod panels;
pub mod paths;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod server_side;
