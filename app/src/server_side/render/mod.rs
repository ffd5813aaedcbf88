//! A runbook's text as HTML. Everything an author wrote goes through the view macro's escaping; no raw HTML exists.

pub(super) mod applies;
mod command;
pub(super) mod crashes;
pub(super) mod fence;
pub(super) mod foot;
pub(super) mod freshness;
pub(super) mod inline;
pub(super) mod lint;
pub(super) mod markdown;
pub(super) mod standing;
pub(super) mod strip;
mod told;
