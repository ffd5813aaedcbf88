//! Prometheus' text format: families of samples, with what its labels must escape.

use std::fmt::Write as _;

/// A text under way.
#[derive(Default)]
pub(super) struct Exposition {
    text: String,
    family: &'static str,
}

impl Exposition {
    /// Begins a family; the samples that follow are its own.
    pub(super) fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.family = name;
        // Writing into a string cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample of the family.
    pub(super) fn sample(&mut self, labels: &[(&'static str, &str)], value: u32) {
        self.text.push_str(self.family);
        for (place, (name, value)) in labels.iter().enumerate() {
            let _ = write!(self.text, "{}{name}=\"", if place == 0 { '{' } else { ',' });
            for letter in value.chars() {
                match letter {
                    '\\' => self.text.push_str("\\\\"),
                    '"' => self.text.push_str("\\\""),
                    '\n' => self.text.push_str("\\n"),
                    letter => self.text.push(letter),
                }
            }
            self.text.push('"');
        }
        let _ = writeln!(self.text, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_a_label_cannot_hold() {
        let mut text = Exposition::default();
        text.family("things", "gauge", "Things.");
        text.sample(&[("a", "x"), ("b", "\\ \" \n é")], 3);
        text.sample(&[], 0);
        assert_eq!(
            text.finish(),
            "# HELP things Things.\n# TYPE things gauge\nthings{a=\"x\",b=\"\\\\ \\\" \\n é\"} 3\nthings 0\n"
        );
    }
}
