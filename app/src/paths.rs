//! Addresses of the portal: one function per route, so that no link is spelt twice.
