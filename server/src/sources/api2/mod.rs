//! The HTTP API that Proxmox' products share: `/api2/json`, a token, answers wrapped in `data`, and empty lists where a
//! privilege is missing. Only GET leaves here. Knows neither virtual machines nor backups.

mod connect;
mod connection;
mod error;
mod host;
mod knock;
mod privileges;
mod product;

pub(super) use self::{
    connect::{Section, connect},
    connection::Connection,
    error::ApiError,
    privileges::some_of,
    product::{BACKUP_SERVER, Product, VIRTUAL_ENVIRONMENT},
};
pub use self::{
    host::{Host, JournalLines},
    knock::{Found, Shown, knock},
};
