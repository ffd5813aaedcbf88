//! Everything that needs more than one module, in one binary.

mod cli;
mod day;
mod demo;
mod deploy;
mod house;
mod portal;
mod soon;
mod sources;
