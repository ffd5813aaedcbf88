//! The one way from text to a runbook.

use crate::{
    alerts,
    effort::{Effort, TooMuchToRead},
    front_matter, markdown, metadata,
    plain::plain,
    runbook::{Block, Runbook},
    source::Source,
    steps, window,
};
use document::problem::{Problem, Severity};

/// Reads a runbook, whatever work it takes. What is wrong with the text is among its problems.
pub fn parse(text: &str) -> Runbook {
    // So many steps are more than any text has.
    parse_within(text, usize::MAX).unwrap_or_else(|TooMuchToRead| unreachable!("nothing takes that many steps"))
}

/// Reads a runbook that takes no more than so many steps.
///
/// # Errors
/// A text that takes more.
pub fn parse_within(text: &str, steps: usize) -> Result<Runbook, TooMuchToRead> {
    let effort = Effort::new(steps);
    let mut source = Source::read(text);
    let mut problems = source.take_problems();
    let front_matter = front_matter::read(source.text());
    let markdown::Text { title, mut blocks, commands, problems: in_text, references } =
        markdown::read(&source, front_matter.body_at, &effort)?;
    problems.extend(in_text);
    let alerts = alerts::find::find(&front_matter.entries, &title, &blocks, &commands);
    let metadata = metadata::take(&front_matter.entries, &title, &mut blocks, &commands);
    if let Some(span) = front_matter.unreadable {
        problems.push(Problem {
            severity: Severity::Warning,
            code: "unreadable-front-matter".into(),
            message: "The front matter is not valid YAML or TOML, so none of it is used.".into(),
            help: None,
            line: 1,
            span: source.in_file(span),
        });
    }
    let titled_by_front_matter = || {
        let entry = front_matter.entries.iter().find(|(key, _)| key.eq_ignore_ascii_case("title"));
        entry.and_then(|(_, values)| values.first().cloned())
    };
    let title = if title.is_empty() { titled_by_front_matter().unwrap_or_default() } else { title };
    let stand_in = if title.is_empty() { take_heading_at_top(&mut blocks) } else { None };
    if title.is_empty() {
        let help = "Begin the file with `# ` and a title.";
        problems.push(of_file(
            "no-title",
            Severity::Warning,
            "The file has no title: no H1 and none in front matter.",
            help,
        ));
    }
    if metadata.is_empty() {
        let help = "Close the file with a section `## Metadata` that lists **Domain**, **Tags**, **Decay Rate** and **Last Updated**.";
        problems.push(of_file("no-metadata", Severity::Info, "The file does not say when it was last updated.", help));
    }
    let title = stand_in.unwrap_or(title);
    problems.sort_by_key(|problem| (problem.span.start, problem.code.clone()));
    let steps = steps::find(&blocks, &commands);
    let windows = window::find(&blocks, &title, &commands);
    Ok(Runbook { title, metadata, alerts, blocks, steps, commands, windows, problems, references })
}

/// A file without an H1 that begins with a heading means that as its title, unless it is a step.
fn take_heading_at_top(blocks: &mut Vec<Block>) -> Option<String> {
    let Some(Block::Heading { content, .. }) = blocks.first() else { return None };
    let title = plain(content, &[]);
    if title.is_empty() || steps::is_named_like_a_step(&title) {
        return None;
    }
    blocks.remove(0);
    Some(title)
}

/// A problem of the file as a whole.
fn of_file(code: &str, severity: Severity, message: &str, help: &str) -> Problem {
    Problem { severity, code: code.into(), message: message.into(), help: Some(help.into()), line: 1, span: 0..0 }
}
