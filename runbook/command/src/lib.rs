//! From a command line to a typed question: shell words, recognition, parameters and their values, PromQL.
//!
//! Pure. Never runs anything; there is no type that expresses a change. What is not recognised in full is unknown.

pub mod binding;
pub mod check;
pub mod mark;
pub mod promql;
pub mod recognition;
pub mod shapes;
pub mod shell;
