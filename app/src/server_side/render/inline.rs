//! Running text: emphasis, links, code, and commands that stand inside a sentence.

use leptos::prelude::*;
use runbook::{
    binding::{Bindings, Piece, fill},
    check::Reading,
    document::{Command, Inline, Mark},
    suspect::{Stretch, stretches},
};

use super::markdown::Text;
use crate::{
    paths,
    server_side::{backend::Picture, render::command::reading_word},
};

/// A run of inline content.
pub(super) fn inlines(text: Text<'_>, content: &[Inline]) -> AnyView {
    content.iter().map(|inline| one(text, inline)).collect::<Vec<_>>().into_any()
}

/// Indices of the checks that stand in running text: their panels follow the block.
pub(super) fn checks_in(text: Text<'_>, content: &[Inline], found: &mut Vec<usize>) {
    for inline in content {
        match inline {
            Inline::Command(index) if text.is_check(*index) => found.push(*index),
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. }
            | Inline::RunbookLink { content, .. } => checks_in(text, content, found),
            _ => {}
        }
    }
}

/// The text of code, its values filled in and marked.
pub(super) fn pieces(text: &str, marks: &[Mark], bindings: &Bindings) -> AnyView {
    fill(text, marks, bindings).into_iter().map(piece).collect::<Vec<_>>().into_any()
}

/// The text of a command, word by word: a line breaks between words, and `--tail=50` stays whole.
pub(super) fn words(command: &Command, bindings: &Bindings) -> AnyView {
    let mut line: Vec<AnyView> = Vec::new();
    let mut word: Vec<AnyView> = Vec::new();
    let close = |word: &mut Vec<AnyView>, line: &mut Vec<AnyView>| {
        if !word.is_empty() {
            line.push(view! { <span class="word">{std::mem::take(word)}</span> }.into_any());
        }
    };
    // A browser breaks no line inside these anyhow.
    let is_whole = |letters: &str| letters.chars().all(|c| c.is_ascii_alphanumeric() || "._=:".contains(c));
    for part in fill(&command.text, &command.marks, bindings) {
        let Piece::Text(text) = part else {
            word.push(piece(part));
            continue;
        };
        // Other blanks than these are no blanks to a shell either: they are shown for what they are.
        for stretch in text.split_inclusive([' ', '\t', '\n']) {
            let letters = stretch.trim_end_matches([' ', '\t', '\n']);
            if word.is_empty() && letters.len() < stretch.len() && is_whole(letters) {
                line.push(stretch.to_owned().into_any());
                continue;
            }
            if !letters.is_empty() {
                word.push(shown(letters));
            }
            if letters.len() < stretch.len() {
                close(&mut word, &mut line);
                line.push(stretch[letters.len()..].to_owned().into_any());
            }
        }
    }
    close(&mut word, &mut line);
    line.into_any()
}

/// Code as it stands, with a mark in place of each character that hides or passes for another.
pub(super) fn shown(code: &str) -> AnyView {
    let stretches = stretches(code).into_iter().map(|stretch| match stretch {
        Stretch::Plain(text) => text.to_owned().into_any(),
        Stretch::Odd { character, meaning, is_seen } => {
            let point = format!("U+{:04X}", u32::from(character));
            let title = format!("{point} {meaning}");
            let seen = is_seen.then(|| character.to_string());
            view! { <span class="odd" title=title>{seen}<span class="odd-point">{point}</span></span> }.into_any()
        }
    });
    stretches.collect::<Vec<_>>().into_any()
}

fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => shown(&text),
        Piece::Filled { name, value } => view! { <span class="filled" title=name>{value}</span> }.into_any(),
        Piece::Placeholder { name, text } => {
            view! { <span class="placeholder" title=format!("no value yet for {name}")>{text}</span> }.into_any()
        }
        Piece::Masked(text) => {
            view! { <span class="masked" title="A secret stands here in the file">{text}</span> }.into_any()
        }
    }
}

/// A sentence of Runlight's own, in which backquotes set off code.
pub(super) fn sentence(words: &str) -> AnyView {
    let part = |(at, part): (usize, &str)| {
        let part = part.to_owned();
        if at % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    words.split('`').enumerate().map(part).collect::<Vec<_>>().into_any()
}

fn one(text: Text<'_>, inline: &Inline) -> AnyView {
    match inline {
        Inline::Text(words) => words.clone().into_any(),
        Inline::Code { text: code, marks } => view! { <code>{pieces(code, marks, text.bindings())}</code> }.into_any(),
        Inline::Command(index) => command(text, *index),
        Inline::Emphasis(content) => view! { <em>{inlines(text, content)}</em> }.into_any(),
        Inline::Strong(content) => view! { <strong>{inlines(text, content)}</strong> }.into_any(),
        Inline::Strike(content) => view! { <s>{inlines(text, content)}</s> }.into_any(),
        Inline::Link { href, content } => link(text, href, content),
        Inline::RunbookLink { path, content } => runbook_link(text, path, content),
        Inline::Image { source, alt } => picture(text, source, alt),
        Inline::FootnoteReference { label, earlier } => {
            // The footnote leads back to the first place that points at it.
            let id = (*earlier == 0).then(|| footnote_id("note-ref", label));
            let href = format!("#{}", footnote_id("note", label));
            view! { <sup class="footnote-ref"><a id=id href=href>{label.clone()}</a></sup> }.into_any()
        }
        Inline::Break => view! { <br /> }.into_any(),
    }
}

/// The id of a footnote, or of where it is pointed at; an id holds no blanks.
pub(super) fn footnote_id(kind: &str, label: &str) -> String {
    format!("{kind}-{}", label.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// A command in a sentence: a check points to its panel, anything else says on itself why it is not run.
fn command(text: Text<'_>, index: usize) -> AnyView {
    let Some(command) = text.command(index) else { return ().into_any() };
    let shown = pieces(&command.text, &command.marks, text.bindings());
    match &command.reading {
        Reading::Check { .. } => {
            let href = format!("#{}", paths::check_anchor(command.id.as_str()));
            view! { <a class="to-check" href=href><code>{shown}</code></a> }.into_any()
        }
        Reading::Refused(refusal) | Reading::Unknown(refusal) => {
            let (word, reason) = (reading_word(&command.reading), refusal.reason.replace('`', ""));
            view! { <code data-command=word title=reason>{shown}</code> }.into_any()
        }
    }
}

/// Links out of the portal open as they are; a relative one leads nowhere here, so only its text stands.
fn link(text: Text<'_>, href: &str, content: &[Inline]) -> AnyView {
    let shown = inlines(text, content);
    let leads = ["https://", "http://", "mailto:", "#"].iter().any(|start| href.starts_with(start));
    if leads {
        view! { <a href=href.to_owned() rel="noreferrer">{shown}</a> }.into_any()
    } else {
        view! { <span title=href.to_owned()>{shown}</span> }.into_any()
    }
}

/// A picture of the library; pressing it shows it whole. One that is not there is named with the reason.
fn picture(text: Text<'_>, source: &str, alt: &str) -> AnyView {
    match text.view.pictures.get(source) {
        Some(Picture::There { address, size }) => {
            let (width, height) = size.unzip();
            let alt = if alt.is_empty() { source.to_owned() } else { alt.to_owned() };
            view! {
                <a class="picture" href=address.clone()>
                    <img src=address.clone() alt=alt width=width height=height loading="lazy" decoding="async" />
                </a>
            }
            .into_any()
        }
        missing => {
            let why = match missing {
                Some(Picture::Missing(why)) => why.clone(),
                _ => "It is not part of the library.".to_owned(),
            };
            view! { <span class="picture missing">{format!("[Picture {source}: {alt}] {why}")}</span> }.into_any()
        }
    }
}

/// Another runbook of the library, opened for the same situation.
fn runbook_link(text: Text<'_>, path: &str, content: &[Inline]) -> AnyView {
    let shown = inlines(text, content);
    match text.view.links.get(path) {
        Some(target) => {
            let bindings = text.bindings().0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let anchor = path.split_once('#').map(|(_, anchor)| format!("#{anchor}")).unwrap_or_default();
            let href = paths::runbook(target.as_str(), bindings) + &anchor;
            view! { <a class="runbook-link" href=href>{shown}</a> }.into_any()
        }
        None => view! { <span class="runbook-link missing" title="Not in this library">{shown}</span> }.into_any(),
    }
}
