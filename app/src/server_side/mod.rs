//! What only the server compiles: the door to the portal, the document shell and the pages.

pub mod alerts;
pub mod backend;
pub mod doctor;
pub mod evidence;
pub mod incident;
pub mod library;
mod pages;
pub mod preview;
mod query;
mod render;
pub mod request;
pub mod routes;
mod shell;
pub mod sign_in;

pub use self::{routes::App, shell::Assets};
