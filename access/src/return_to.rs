//! Where a reader goes after signing in: an address of this portal, path and query, exactly as it was asked for.

use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest address that is returned to, in bytes. An alert's link with many labels has a tenth of it.
const MAX_BYTES: usize = 8 * 1024;
/// What needs no escape in a query's value.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// A path of this portal with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

/// What is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere;

impl ReturnTo {
    /// The home page.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// The address, or the home page where there is none to return to.
    pub fn read(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::home())
    }

    /// As it stands in a `Location`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the value of a query's field.
    pub fn escaped(&self) -> String {
        utf8_percent_encode(&self.0, PLAIN).to_string()
    }
}

impl FromStr for ReturnTo {
    type Err = Elsewhere;

    fn from_str(text: &str) -> Result<Self, Elsewhere> {
        let bytes = text.as_bytes();
        // Browsers read `//host` and `/\host` as another site, and leave out tabs and line breaks before they look.
        let is_own = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
        let is_plain = bytes.iter().all(|byte| (0x21..0x7f).contains(byte) && *byte != b'\\' && *byte != b'#');
        if !is_own || !is_plain || text.len() > MAX_BYTES {
            return Err(Elsewhere);
        }
        // Back to where one signs in or out would lead nowhere.
        let path = text.split('?').next().unwrap_or(text);
        let is_loop =
            ["/sign-in", "/sign-out"].iter().any(|door| path == *door || path.starts_with(&format!("{door}/")));
        if is_loop { Err(Elsewhere) } else { Ok(Self(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_path_and_query_as_they_are() {
        for own in [
            "/",
            "/r/alerts/pod-crash-looping?cluster=a&pod=b",
            "/alert/A?x=%2F%2Fevil.example&y=a+b%20c&z=%7B%22%3D",
            "/r/x?a=b//c&d=http://e/&f='()*;:@!$,[]|^`{}\"<>",
        ] {
            assert_eq!(ReturnTo::read(own).as_str(), own);
        }
    }

    #[test]
    fn leads_to_no_other_site_and_not_in_a_circle() {
        let long = format!("/{}", "x".repeat(MAX_BYTES));
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x=y",
            "/r/\u{e4}",
            "/a\\b",
            "///evil.example",
            "/x#y",
            "/sign-in",
            "/sign-in?to=/",
            "/sign-out",
            "/sign-in/oidc/x",
            "@evil.example",
            ".evil.example",
            &long,
        ] {
            assert_eq!(ReturnTo::read(foreign), ReturnTo::home(), "{foreign:.40}");
        }
        assert_eq!(ReturnTo::read("/sign-inn").as_str(), "/sign-inn");
    }

    proptest! {
        #[test]
        fn whatever_is_returned_to_is_on_this_host(text in "[/\\\\]{0,3}[ -~\\t\\n]{0,40}") {
            let to = ReturnTo::read(&text);
            prop_assert!(to.as_str().starts_with('/'));
            prop_assert!(!to.as_str().starts_with("//") && !to.as_str().contains(['\\', '\n', '\r', '\t']));
        }
    }
}
