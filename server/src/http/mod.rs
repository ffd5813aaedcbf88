//! The portal's HTTP side.

pub mod assets;
