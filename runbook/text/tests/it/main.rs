//! Runbooks as a whole: the owner's own, four hundred public ones, and texts that nobody should write.

mod corpus;
mod lookup;
mod markdown;
mod robustness;
mod seed;
mod shared;
