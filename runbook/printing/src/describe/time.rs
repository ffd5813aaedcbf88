//! Instants and ages as kubectl writes them.

use document::time::{Timestamp, kubectl_age};

/// An instant of the API: `2026-02-26T02:23:41Z`, with or without a fraction.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// `Thu, 26 Feb 2026 02:23:41 +0000`. An absent instant is Go's first one, as in kubectl.
pub(super) fn long(text: &str) -> String {
    let format = |at: jiff::Timestamp| at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    text.parse::<jiff::Timestamp>().map_or_else(|_| "Mon, 01 Jan 0001 00:00:00 +0000".into(), format)
}

/// How long ago an instant was, `<unknown>` for an absent one.
pub(super) fn since(text: &str, now: Timestamp) -> String {
    instant(text).map_or_else(|| "<unknown>".into(), |at| kubectl_age(now.ms_since(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_instants_in_full() {
        assert_eq!(long("2026-02-26T02:23:41.123456Z"), "Thu, 26 Feb 2026 02:23:41 +0000");
        assert_eq!(long(""), "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}
