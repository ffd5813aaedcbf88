//! The portal behind the binary `runlight`.

pub mod clock;
pub mod config;
pub mod demo;
pub mod http;
pub mod sources;
