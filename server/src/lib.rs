//! The portal behind the binary `runlight`.

pub mod config;
