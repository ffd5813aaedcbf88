//! PromQL in code blocks: fences of that language, and the `expr:` of alert rules in YAML.

use super::Expression;

/// A stretch of a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// An expression, and where it begins in the block.
    Expression {
        /// The expression, without the quotes or the indentation of YAML.
        text: String,
        /// Byte offset of its first line.
        at: usize,
        /// The comment right above it.
        label: Option<String>,
    },
    /// Anything else, line breaks included.
    Text(String),
}

/// Languages whose fences are PromQL.
pub const LANGUAGES: [&str; 2] = ["promql", "prometheus"];
/// Languages in which rules are written.
pub const RULE_LANGUAGES: [&str; 2] = ["yaml", "yml"];

/// Cuts a PromQL fence into expressions: one for each stretch between blank lines, or for each line of a stretch that
/// is no expression as a whole.
pub fn expressions(text: &str) -> Vec<Part> {
    let mut parts = Parts::default();
    let mut at = 0;
    for stretch in split_at_blank_lines(text) {
        let (comments, rest) = leading_comments(stretch);
        let label = comments.lines().last().map(|line| line.trim().trim_start_matches('#').trim().to_owned());
        let expression = without_comments(rest);
        if Expression::read(&expression).is_ok() {
            parts.text(comments);
            parts.expression(expression, at + comments.len(), label);
        } else {
            let mut line_at = at;
            let mut label = None;
            for line in stretch.split_inclusive('\n') {
                let trimmed = line.trim();
                if !trimmed.starts_with('#') && Expression::read(trimmed).is_ok() {
                    parts.expression(trimmed.to_owned(), line_at, label.take());
                } else {
                    label = trimmed.strip_prefix('#').map(|comment| comment.trim().to_owned());
                    parts.text(line);
                }
                line_at += line.len();
            }
        }
        at += stretch.len();
    }
    parts.0
}

/// Cuts YAML into the expressions of its rules and everything around them.
pub fn rules(text: &str) -> Vec<Part> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut parts = Parts::default();
    let (mut index, mut at) = (0, 0);
    while index < lines.len() {
        let line = lines[index];
        let found = key_value(line).and_then(|(indent, value)| read_value(&lines, index, indent, value));
        match found.filter(|(expression, _)| Expression::read(expression).is_ok()) {
            Some((expression, taken)) => {
                // The key stays where its author put it.
                let key_end = line.find("expr:").map_or(line.len(), |at| at + "expr:".len());
                parts.text(&line[..key_end]);
                parts.text("\n");
                parts.expression(expression, at, None);
                at += lines[index..index + taken].iter().map(|line| line.len()).sum::<usize>();
                index += taken;
            }
            None => {
                parts.text(line);
                at += line.len();
                index += 1;
            }
        }
    }
    parts.0
}

/// The indentation of an `expr:` line and what follows the colon.
fn key_value(line: &str) -> Option<(usize, &str)> {
    let trimmed = line.trim_start_matches([' ', '-']);
    let value = trimmed.strip_prefix("expr:")?;
    Some((line.len() - trimmed.len(), value.trim()))
}

/// A scalar and how many lines it takes: plain, quoted, or a block.
fn read_value(lines: &[&str], index: usize, indent: usize, value: &str) -> Option<(String, usize)> {
    if value.is_empty() || value.starts_with(['|', '>']) {
        let is_inside = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
        let taken = lines[index + 1..].iter().take_while(is_inside).count();
        let block: Vec<&str> = lines[index + 1..=index + taken].iter().map(|line| line.trim()).collect();
        let block = block.join("\n").trim().to_owned();
        return (!block.is_empty()).then_some((block, taken + 1));
    }
    let unquoted = match value.as_bytes()[0] {
        b'"' => value.strip_prefix('"')?.strip_suffix('"')?.replace("\\\"", "\"").replace("\\\\", "\\"),
        b'\'' => value.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"),
        _ => value.to_owned(),
    };
    Some((unquoted, 1))
}

#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn text(&mut self, more: &str) {
        match self.0.last_mut() {
            _ if more.is_empty() => {}
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.0.push(Part::Text(more.to_owned())),
        }
    }

    fn expression(&mut self, text: String, at: usize, label: Option<String>) {
        self.0.push(Part::Expression { text, at, label: label.filter(|label| !label.is_empty()) });
    }
}

/// Stretches of lines, each with the blank lines that follow it.
fn split_at_blank_lines(text: &str) -> Vec<&str> {
    let mut stretches = Vec::new();
    let (mut start, mut at, mut was_blank) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if was_blank && !is_blank && at > start {
            stretches.push(&text[start..at]);
            start = at;
        }
        was_blank = is_blank;
        at += line.len();
    }
    if start < text.len() {
        stretches.push(&text[start..]);
    }
    stretches
}

fn leading_comments(stretch: &str) -> (&str, &str) {
    let is_comment = |line: &&str| line.trim_start().starts_with('#') || line.trim().is_empty();
    let end: usize = stretch.split_inclusive('\n').take_while(is_comment).map(str::len).sum();
    stretch.split_at(end)
}

fn without_comments(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &[Part]) -> Vec<&str> {
        let is_expression = |part: &&Part| matches!(part, Part::Expression { .. });
        parts
            .iter()
            .filter(is_expression)
            .map(|part| match part {
                Part::Expression { text, .. } | Part::Text(text) => text.as_str(),
            })
            .collect()
    }

    #[test]
    fn takes_each_stretch_of_a_fence_for_an_expression_else_each_line() {
        let fence = "# restarts\nincrease(x[1h])\n  > 5\n\nup == 0\nsum(rate(y[5m]))\nnot an expression at all\n";
        let parts = expressions(fence);
        assert_eq!(texts(&parts), ["increase(x[1h])\n  > 5", "up == 0", "sum(rate(y[5m]))"]);
        assert_eq!(parts[0], Part::Text("# restarts\n".into()));
        assert!(matches!(&parts[1], Part::Expression { label: Some(label), at: 11, .. } if label == "restarts"));
        assert_eq!(parts.last(), Some(&Part::Text("not an expression at all\n".into())));
    }

    #[test]
    fn finds_the_expression_of_a_rule_in_each_way_to_write_it() {
        let yaml = "- alert: A\n  expr: up == 0\n  for: 5m\n- alert: B\n  expr: |\n    x{a=\"b\"}\n      > 5\n  for: 1m\n- expr: \"y{c=\\\"d\\\"}\"\n- expr: 'z > 1'\n";
        let parts = rules(yaml);
        assert_eq!(texts(&parts), ["up == 0", "x{a=\"b\"}\n> 5", "y{c=\"d\"}", "z > 1"]);
        let rest: String = parts
            .iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Expression { .. } => None,
            })
            .collect();
        assert_eq!(rest, "- alert: A\n  expr:\n  for: 5m\n- alert: B\n  expr:\n  for: 1m\n- expr:\n- expr:\n");
    }

    #[test]
    fn leaves_yaml_alone_that_holds_no_expression() {
        for yaml in ["a: b\n", "expr: {{ .Values.x }}\n", "expr:\n", "expr: |\n", "  expr: \"", ""] {
            assert!(texts(&rules(yaml)).is_empty(), "{yaml}");
        }
        assert!(texts(&expressions("")).is_empty());
    }
}
