//! Reads the raw query of an address: `+` and `%20` are spaces, repeated names are kept, order is kept.

use super::backend::Query;

/// Names and values, decoded. Bytes that are not UTF-8 become replacement characters, which no name's rule allows.
pub(super) fn read(raw: &str) -> Query {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// Undoes percent-encoding. A `%` that is not followed by two hexadecimal digits stands for itself.
pub(super) fn decode(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let encoded =
            (bytes[at] == b'%').then(|| Some((hex(*bytes.get(at + 1)?)?, hex(*bytes.get(at + 2)?)?))).flatten();
        match encoded {
            Some((high, low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            None => {
                out.push(if plus_is_space && bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
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
        assert_eq!(decode("100%", true), "100%");
        assert_eq!(decode("%zz%4", true), "%zz%4");
        assert_eq!(decode("%ff", true), "\u{fffd}");
        assert_eq!(decode("a+b", false), "a+b");
    }
}
