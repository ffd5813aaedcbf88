//! What commands print, and what stands behind a pipe: sheets of lines and rows, filters on lines, jq, awk and sed,
//! JSONPath, Go templates and columns.
//!
//! Pure: starts no program, reads no file, and pays for each step out of a budget. Knows nothing of runbooks.

pub mod columns;
pub mod filter;
pub mod gotemplate;
pub mod jsonpath;
pub mod sheet;
pub mod words;
