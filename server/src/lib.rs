//! The portal behind the binary `runlight`.

pub mod alerts;
pub mod checks;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod evidence;
pub mod http;
pub mod library;
pub mod live;
pub mod mcp;
mod notify;
pub mod patience;
pub mod plain;
pub mod portal;
pub mod sign_in;
pub mod sources;
pub mod telemetry;

pub use ::clock;
