//! The HTTP API that Proxmox' products share: `/api2/json`, a token, answers wrapped in `data`, and empty lists where a
//! privilege is missing. Only GET leaves here. Knows neither virtual machines nor backups.

mod connect;
mod connection;
mod error;
mod host;
mod privileges;
mod product;

pub use self::host::{Host, JournalLines};
pub(super) use self::{
    connect::{Section, connect},
    connection::Connection,
    error::ApiError,
    product::{BACKUP_SERVER, Product, VIRTUAL_ENVIRONMENT},
};
