//! What the browser does inside a panel: puts new drawings in place, and carries out what a reader sets. Works on the
//! rows and lines that are there, whatever they mean.

pub(super) mod apply;
pub(crate) mod patch;
pub(super) mod settings;
