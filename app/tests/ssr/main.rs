//! Pages as the server sends them.

#[path = "../fixture/mod.rs"]
mod fixture;
