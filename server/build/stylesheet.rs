//! One style sheet out of `style/`: tokens, base, layout, then the components by name.
//!
//! Used by the server's build script and, by path, by xtask's bundler, so that both give the same page.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The parts that come first, in this order. What is not there is left out.
const FIRST: [&str; 3] = ["tokens.css", "base.css", "layout.css"];

/// The whole style sheet, without comments and indentation.
pub(crate) fn assemble(style: &Path) -> io::Result<String> {
    let mut sheet = String::new();
    for part in parts(style)? {
        squeeze(&fs::read_to_string(part)?, &mut sheet);
    }
    Ok(sheet)
}

/// The files in the order in which they cascade.
fn parts(style: &Path) -> io::Result<Vec<PathBuf>> {
    let mut parts: Vec<PathBuf> = FIRST.iter().map(|name| style.join(name)).filter(|path| path.is_file()).collect();
    let components = style.join("components");
    if components.is_dir() {
        let mut named = fs::read_dir(components)?
            .map(|entry| Ok(entry?.path()))
            .filter(|path: &io::Result<PathBuf>| {
                path.as_ref().map_or(true, |path| path.extension().is_some_and(|extension| extension == "css"))
            })
            .collect::<io::Result<Vec<_>>>()?;
        named.sort();
        parts.extend(named);
    }
    Ok(parts)
}

/// Drops comments, indentation and empty lines. Text inside quotes stays as it is.
fn squeeze(source: &str, sheet: &mut String) {
    let mut line = String::new();
    let mut quote: Option<char> = None;
    let mut chars = source.chars().peekable();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (None, '/') if chars.peek() == Some(&'*') => {
                chars.next();
                let mut previous = ' ';
                for inside in chars.by_ref() {
                    if previous == '*' && inside == '/' {
                        break;
                    }
                    previous = inside;
                }
            }
            (None, '\n') => {
                end_line(&mut line, sheet);
            }
            (None, '"' | '\'') => {
                quote = Some(char);
                line.push(char);
            }
            (Some(open), _) if open == char => {
                quote = None;
                line.push(char);
            }
            (Some(_), '\\') => {
                line.push(char);
                line.extend(chars.next());
            }
            _ => line.push(char),
        }
    }
    end_line(&mut line, sheet);
}

fn end_line(line: &mut String, sheet: &mut String) {
    let text = line.trim();
    if !text.is_empty() {
        sheet.push_str(text);
        sheet.push('\n');
    }
    line.clear();
}
