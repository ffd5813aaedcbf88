//! The pages. Plain server-rendered components; what moves in them is an island of its own.

pub(super) mod account;
pub(super) mod doctor;
pub(super) mod evidence;
pub(super) mod find;
mod frame;
pub(super) mod home;
pub(super) mod incident;
mod library;
pub(super) mod not_found;
pub(super) mod runbook;
pub(super) mod sign_in;
mod title;
