//! Everything that needs more than one module, in one binary.

mod demo;
mod portal;
mod sources;
