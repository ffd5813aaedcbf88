//! What a permanent link leads to, as plain text.

use app::server_side::evidence::{CrashView, EvidenceView, SharedView};

use super::report::{report, time};

/// A crash or a page that was kept.
pub fn evidence(view: &EvidenceView) -> String {
    match view {
        EvidenceView::Crash(crash) => of_crash(crash),
        EvidenceView::Page(page) => of_page(page),
    }
}

fn of_crash(crash: &CrashView) -> String {
    let mut text = format!("{}\n{}\n", crash.title, time(crash.at));
    crash.facts.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
    if let Some(seen) = &crash.seen {
        text.push_str(&format!("{}\n", seen.words()));
        seen.note.iter().for_each(|note| text.push_str(&format!("The last note there: {note}\n")));
    }
    crash.telling.iter().for_each(|line| text.push_str(&format!("The line that tells why: {line}\n")));
    match &crash.backup {
        Ok(work) if work.is_empty() => text.push_str("No backup was at work.\n"),
        Ok(work) => work.iter().for_each(|work| text.push_str(&format!("At that time: {work}\n"))),
        Err(unknown) => text.push_str(&format!("{}: {} {}\n", unknown.asked, unknown.reason, unknown.remedy)),
    }
    if let Some(difference) = &crash.difference {
        text.push_str(&format!("\nAgainst the crash before, {}:\n", time(difference.before.at)));
        for (what, then, now) in &difference.fields {
            text.push_str(&format!("{what}: {then}, now {now}\n"));
        }
        difference.only_now.iter().for_each(|line| text.push_str(&format!("Only now: {line}\n")));
        difference.only_before.iter().for_each(|line| text.push_str(&format!("Only then: {line}\n")));
    }
    crash.unknown.iter().for_each(|words| text.push_str(&format!("Not known: {words}\n")));
    if let Some((judged, words)) = &crash.verdict {
        text.push_str(&format!("\nThe verdict then. {words}\n{}", report(judged)));
    }
    text.push_str(&format!("\n{}\n{}", report(&crash.log), report(&crash.events)));
    text
}

fn of_page(page: &SharedView) -> String {
    let mut text = format!("{}\nShared by {}, {}\n", page.title, page.by, time(page.at));
    page.bindings.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
    for (command, shown) in &page.reports {
        let command = if command.is_empty() { String::new() } else { format!("$ {command}\n") };
        text.push_str(&format!("\n{command}{}", report(shown)));
    }
    text
}
