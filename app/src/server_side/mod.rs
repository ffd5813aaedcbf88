//! What only the server compiles: the door to the portal, the document shell and the pages.

pub mod backend;
