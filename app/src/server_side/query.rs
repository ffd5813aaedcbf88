//! Reads the raw query of an address: `+` and `%20` are spaces, repeated names are kept, order is kept.

use super::backend::Query;

/// Names and values, decoded. Bytes that are not UTF-8 become replacement characters, which no name's rule allows.
pub(super) fn read(raw: &str) -> Query {
    form_urlencoded::parse(raw.as_bytes()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plus_and_percent_and_keeps_repeated_names() {
        let pairs = [("run", "a"), ("run", "b c"), ("pod", "x+y"), ("flag", "")];
        let expected: Query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(read("run=a&run=b+c&pod=x%2by&&flag"), expected);
    }

    #[test]
    fn leaves_broken_escapes_as_they_are() {
        for (raw, name) in [("100%", "100%"), ("%zz%4", "%zz%4"), ("%+1", "% 1"), ("%ff", "\u{fffd}")] {
            assert_eq!(read(raw), [(name.to_owned(), String::new())], "{raw}");
        }
    }
}
