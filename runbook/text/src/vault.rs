//! What note-taking programs such as Obsidian write beyond Markdown, as far as a reader would stumble over it: `%%…%%` is a
//! comment and is left out, ` ^name` at the end of a line is an anchor of a block, and `> [!warning]- Title` a note with a
//! title. Rewritten before Markdown is read, line for line.

use crate::{admonition, lines::Lines, source::Edit};

/// What opens and closes a comment.
const COMMENT: &str = "%%";

/// The edits that leave out comments and anchors and give notes their titles.
pub(crate) fn rewrite(file: &str) -> Vec<Edit> {
    let has_closed_comment = file.matches(COMMENT).nth(1).is_some();
    if !has_closed_comment && !file.contains(" ^") && !file.contains("[!") {
        return Vec::new();
    }
    let mut edits = Vec::new();
    let mut comments_left = if has_closed_comment { closed_comments(file) } else { 0 };
    let mut is_in_comment = false;
    for line in Lines::of(file) {
        // A comment that is open goes on whatever its lines look like.
        if line.is_in_fence && !is_in_comment {
            continue;
        }
        let before = edits.len();
        comments(line.start, line.text, &mut is_in_comment, &mut comments_left, &mut edits);
        if edits.len() > before || is_in_comment {
            continue;
        }
        edits.extend(anchor(line.start, line.text));
        edits.extend(titled_note(line.start, line.text));
    }
    edits
}

/// How many marks of comments come in pairs: one that is never closed is text.
fn closed_comments(file: &str) -> usize {
    let lines = Lines::of(file).filter(|line| !line.is_in_fence);
    let marks: usize = lines.map(|line| marks(line.text).count()).sum();
    marks / 2
}

/// Where the marks of comments stand in a line, those in inline code left out.
fn marks(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.match_indices(COMMENT).map(|(at, _)| at).filter(|at| line[..*at].matches('`').count().is_multiple_of(2))
}

fn comments(start: usize, line: &str, is_open: &mut bool, left: &mut usize, edits: &mut Vec<Edit>) {
    let mut from = 0;
    for at in marks(line) {
        if *is_open {
            edits.push(cut(start + from..start + at + COMMENT.len()));
            *is_open = false;
        } else if *left > 0 {
            *left -= 1;
            *is_open = true;
            from = at;
        }
    }
    if *is_open && from < line.len() {
        edits.push(cut(start + from..start + line.len()));
    }
}

/// ` ^name` at the end of a line of text. A number alone is a power.
fn anchor(start: usize, line: &str) -> Option<Edit> {
    let text = line.trim_end();
    let at = text.rfind('^')?;
    let name = &text[at + 1..];
    let is_name =
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && name.bytes().any(|b| b.is_ascii_alphabetic());
    let before = &text[..at];
    let stands_apart = before.is_empty() || before.ends_with(' ');
    let is_in_code = !before.matches('`').count().is_multiple_of(2);
    (is_name && stands_apart && !is_in_code && !line.starts_with("    "))
        .then(|| cut(start + before.trim_end().len()..start + text.len()))
}

/// `> [!warning]- Title`: GitHub's form has neither a title nor a mark that folds it.
fn titled_note(start: usize, line: &str) -> Option<Edit> {
    let quoted = line.trim_start_matches([' ', '>']);
    let at = line.len() - quoted.len();
    let (kind, rest) = quoted.strip_prefix("[!")?.split_once(']')?;
    let is_kind = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    let title = rest.trim_start_matches(['-', '+']).trim().replace('"', "'");
    if !line[..at].contains('>') || !is_kind || rest.trim().is_empty() {
        return None;
    }
    let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
    let replacement = format!("{}{title}", admonition::first_line(&kind.to_lowercase()).trim_start_matches('>'));
    Some(Edit { original: start + at..start + line.trim_end().len(), replacement: replacement.into() })
}

fn cut(original: std::ops::Range<usize>) -> Edit {
    Edit { original, replacement: "".into() }
}

#[cfg(test)]
mod tests {
    use crate::source::Source;

    fn read(file: &str) -> String {
        Source::read(file).text().to_owned()
    }

    #[test]
    fn leaves_out_comments_and_keeps_the_lines() {
        assert_eq!(read("Look first. %%ask Ann before%% Then act.\n"), "Look first.  Then act.\n");
        assert_eq!(read("One\n%%\nhidden\n```\nmore\n```\n%%\nTwo\n"), "One\n\n\n\n\n\n\nTwo\n");
    }

    #[test]
    fn keeps_marks_that_are_no_comment() {
        for text in ["100 %% of it\n", "`date +%%s%%`\n", "```\necho %%a%%\n```\n", "a %%b\n\n%%c%% never closed"] {
            let kept = read(text);
            assert!(kept.contains("%%"), "{text}: {kept}");
        }
    }

    #[test]
    fn leaves_out_anchors_of_blocks() {
        assert_eq!(read("Check the disk ^disk-full\n"), "Check the disk\n");
        for text in ["about 2 ^10\n", "`grep ^x`\n", "a^b\n", "grep '^error'\n"] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn gives_notes_their_titles() {
        assert_eq!(read("> [!warning]- Mind the backup\n> text\n"), "> !! warning \"Mind the backup\"\n> text\n");
        assert_eq!(read("> [!note]\n> text\n"), "> [!note]\n> text\n");
        assert_eq!(read("[!note] x\n"), "[!note] x\n");
    }
}
