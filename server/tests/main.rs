//! Everything that needs more than one module, in one binary.

mod demo;
mod house;
mod portal;
mod sources;
