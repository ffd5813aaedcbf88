//! The forms that must be masked and those that must not, line by line. Tokens in them are made up here.

use super::{find, mask};
use crate::MASK;

const MASKED: &str = include_str!("forms/masked.txt");
const HARMLESS: &str = include_str!("forms/harmless.txt");

/// Letters that only look random, the same in each run.
struct Letters(u64);

impl Letters {
    fn next(&mut self, alphabet: &[u8]) -> char {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        alphabet[(self.0 >> 33) as usize % alphabet.len()].into()
    }

    /// A form with its made-up parts in place: `{A36}`.
    fn fill(&mut self, form: &str) -> String {
        let mut out = String::new();
        let mut rest = form;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            rest = &rest[open..];
            match part(rest) {
                Some((alphabet, count, length)) => {
                    out.extend((0..count).map(|_| self.next(alphabet)));
                    rest = &rest[length..];
                }
                None => {
                    out.push('{');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out.replace('⏎', "\n")
    }
}

/// What `{A36}` asks for: letters, how many, and how long it is written.
fn part(text: &str) -> Option<(&'static [u8], usize, usize)> {
    let close = text.find('}')?;
    let inner = &text[1..close];
    let alphabet: &[u8] = match inner.chars().next()? {
        'A' => b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789",
        'H' => b"0123456789abcdef",
        'U' => b"ABCDEFGHJKLMNPQRSTUVWXYZ234567",
        'L' => b"abcdefghijklmnopqrstuvwxyz0123456789",
        'D' => b"0123456789",
        'W' => b"abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_-",
        'B' => b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
        _ => return None,
    };
    Some((alphabet, inner[1..].parse().ok()?, close + 1))
}

fn forms(file: &str) -> Vec<String> {
    let mut letters = Letters(7);
    let forms = file.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    forms.map(|form| letters.fill(form)).collect()
}

/// What a form becomes: dots for what stands in «…», each line for itself.
fn expected(form: &str) -> String {
    let mut out = String::new();
    let mut rest = form;
    while let Some((before, tail)) = rest.split_once('«') {
        let (secret, after) = tail.split_once('»').expect("a secret in a form has an end");
        let lines: Vec<&str> = secret.split('\n').map(|_| MASK).collect();
        out.push_str(before);
        out.push_str(&lines.join("\n"));
        rest = after;
    }
    out + rest
}

#[test]
fn masks_secrets_in_every_form() {
    let forms = forms(MASKED);
    assert!(forms.len() >= 200, "{}", forms.len());
    let wrong: Vec<String> = forms
        .iter()
        .map(|form| (form.replace(['«', '»'], ""), expected(form)))
        .filter(|(text, expected)| mask(text) != *expected)
        .map(|(text, expected)| format!("{text}\n  became {}\n  and not {expected}", mask(&text)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), forms.len(), wrong.join("\n"));
}

#[test]
fn touches_nothing_that_is_no_secret() {
    let forms = forms(HARMLESS);
    assert!(forms.len() >= 60, "{}", forms.len());
    let wrong: Vec<String> = forms
        .iter()
        .filter(|form| mask(form) != form.as_str())
        .map(|form| format!("{form}\n  became {}", mask(form)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), forms.len(), wrong.join("\n"));
}

#[test]
fn masking_twice_changes_nothing_more_and_keeps_the_lines() {
    for form in forms(MASKED).iter().chain(&forms(HARMLESS)) {
        let masked = mask(form).into_owned();
        assert_eq!(mask(&masked), masked, "{form}");
        assert_eq!(masked.matches('\n').count(), form.matches('\n').count(), "{form}");
    }
}

#[test]
fn secrets_are_in_order_and_apart() {
    let all = forms(MASKED).join("\n\n").replace(['«', '»'], "");
    let secrets = find(&all);
    assert!(secrets.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    assert!(secrets.iter().all(|secret| !all[secret.span.clone()].contains('\n')));
}

/// Lines of one shape, as long as a hostile file makes them: each reader is bounded, so that this ends at all.
#[test]
fn long_lines_of_one_shape_are_read_in_passing() {
    let shapes = [
        "password=",
        "password='",
        "://a@",
        "bearer ",
        "mysql -p",
        "!a=",
        "key>",
        "$",
        "sk-",
        "M-",
        "eyJ",
        "a:b@",
        "cookie: a=",
        "xoxd-",
        "docker login ",
        "https://hooks.x/",
        "<password>",
        "user a / ",
        "password is ",
        "- --password\n",
        "password: |\n  ",
        "kind: Secret\ndata:\n",
    ];
    for shape in shapes {
        let text = shape.repeat(4_000 / shape.len());
        let masked = mask(&text);
        assert!(masked.len() <= text.len() * MASK.len(), "{shape}");
    }
}
