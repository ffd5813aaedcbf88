//! Which runbooks mention some words: an index in memory over titles, alerts, headings, commands and text.
//!
//! Every word of a query must be found, as a whole word or as the beginning of one; where it stands decides the rank.
//! Knows no files and no addresses: a document is its position in the order in which the index was built.

mod index;
mod passage;
mod terms;

pub use self::{
    index::{Found, Index},
    passage::{Passage, Place, passages},
    terms::Terms,
};
