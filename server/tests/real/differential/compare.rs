//! Whether two answers say the same, once what changes from second to second is taken out.

use runbook::check::{ClusterAsk, LogTarget};

use super::prepare::Prepared;

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Standard output.
    pub(super) lines: Vec<String>,
    /// Standard error, or Runlight's reason.
    pub(super) complaint: String,
    /// It had not ended in time.
    pub(super) is_cut: bool,
}

/// What a comparison came to.
#[derive(Debug)]
pub(super) enum Judgement {
    /// Same rows, same order.
    Same,
    /// Both say that there is no answer.
    NeitherAnswers,
    /// Something differs: the first line that does, of both.
    Different {
        /// kubectl's.
        theirs: String,
        /// Runlight's.
        ours: String,
    },
    /// They cannot be compared, and why.
    NotComparable(String),
}

/// Compares two answers to the same command.
pub(super) fn judge(command: &Prepared, theirs: &Answer, ours: &Answer) -> Judgement {
    if theirs.is_cut {
        return Judgement::NotComparable("it did not end within 15 s in the shell".into());
    }
    if let Some(program) = missing_program(&theirs.complaint) {
        return Judgement::NotComparable(format!("the shell has no {program}"));
    }
    if ours.complaint.contains("this version cannot ask it yet") {
        return Judgement::NotComparable(format!("Runlight does not answer it yet: {}", verb(&command.ask)));
    }
    if ours.complaint.is_empty() && ours.lines.is_empty() && says_there_is_no_log(theirs) {
        return Judgement::Same;
    }
    match (is_refused(command, theirs), !ours.complaint.is_empty()) {
        // Beside an error there may be an answer: of several names or kinds some were found.
        (true, true) if theirs.lines.is_empty() || ours.lines.is_empty() => return Judgement::NeitherAnswers,
        (true, true) => {}
        (false, false) => {}
        // An error that is silenced or filtered away may also have been an empty answer.
        (true, false) if ours.lines.is_empty() && theirs.lines.is_empty() && theirs.complaint.is_empty() => {
            return Judgement::Same;
        }
        (true, false) => return different(theirs.complaint.trim(), &first(&ours.lines)),
        (false, true) => return different(&first(&theirs.lines), &format!("no answer: {}", ours.complaint)),
    }
    let (theirs, ours) = (normal(command, &theirs.lines), normal(command, &ours.lines));
    if theirs == ours || (is_sorted(command) && same_but_for_ties(&theirs, &ours)) {
        return Judgement::Same;
    }
    let at = theirs.iter().zip(&ours).take_while(|(a, b)| a == b).count();
    let line = |lines: &[String]| lines.get(at).map_or_else(|| "(no more lines)".to_owned(), Clone::clone);
    different(&line(&theirs), &line(&ours))
}

/// Whether kubectl gave an error in place of an answer. With `2>&1` that stands among the lines, and with a silenced
/// error stream there is nothing at all.
fn is_refused(command: &Prepared, theirs: &Answer) -> bool {
    let is_error = |text: &str| text.contains("rror from server") || text.contains("error:");
    let is_silenced = command.text.contains("2>/dev/null") || command.text.contains("&>/dev/null");
    is_error(&theirs.complaint)
        || theirs.lines.first().is_some_and(|line| is_error(line))
        || (theirs.lines.is_empty() && (is_silenced || command.text.contains("2>&1 |")))
}

/// That a log does not exist (yet) is an error to kubectl, and to Runlight an answer without lines.
fn says_there_is_no_log(theirs: &Answer) -> bool {
    let said = [theirs.complaint.as_str(), &theirs.lines.join("\n")].concat();
    said.contains("previous terminated container") || said.contains("is waiting to start")
}

fn different(theirs: &str, ours: &str) -> Judgement {
    let short = |text: &str| text.chars().take(300).collect();
    Judgement::Different { theirs: short(theirs), ours: short(ours) }
}

fn first(lines: &[String]) -> String {
    lines.first().map_or_else(|| "(nothing)".into(), Clone::clone)
}

/// The word of a question, as kubectl has it.
pub(super) fn verb(ask: &ClusterAsk) -> String {
    let value = serde_json::to_value(ask).expect("a question is plain data");
    value["verb"].as_str().unwrap_or_default().to_owned()
}

fn is_sorted(command: &Prepared) -> bool {
    matches!(&command.ask, ClusterAsk::Get(get) if get.sort_by.is_some())
}

/// Events of one second, and the logs of several containers, come in no defined order.
fn is_unordered(command: &Prepared) -> bool {
    match &command.ask {
        ClusterAsk::Events(_) => true,
        ClusterAsk::Logs(logs) => logs.all_containers || matches!(logs.target, LogTarget::Selector(_)),
        _ => false,
    }
}

/// kubectl's sort leaves rows with equal keys in no defined order, and a following `tail` may choose others of them. So
/// the rows must be the same, or have the same numbers in the same places. `pods` tests the order itself.
fn same_but_for_ties(theirs: &[String], ours: &[String]) -> bool {
    let sorted = |lines: &[String]| {
        let mut lines = lines.to_vec();
        lines.sort();
        lines
    };
    if sorted(theirs) == sorted(ours) {
        return true;
    }
    let numbers = |line: &String| line.split(' ').find(|word| word.parse::<u32>().is_ok()).map(str::to_owned);
    theirs.iter().map(numbers).eq(ours.iter().map(numbers))
}

fn missing_program(complaint: &str) -> Option<&str> {
    let line = complaint.lines().find(|line| line.ends_with(": command not found"))?;
    line.strip_suffix(": command not found")?.rsplit(": ").next()
}

/// Lines without what changes by itself: ages, and the width of columns that hold them. Facts of `describe` are
/// compared without regard to layout or order.
fn normal(command: &Prepared, lines: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|line| normal_line(line)).filter(|line| !line.is_empty()).collect();
    if matches!(command.ask, ClusterAsk::Version { .. }) {
        // There is no kubectl in Runlight that could have a version.
        lines.retain(|line| !line.starts_with("Client Version") && !line.starts_with("Kustomize Version"));
    }
    if matches!(command.ask, ClusterAsk::Describe(_)) || is_unordered(command) {
        lines.sort();
    }
    lines
}

fn normal_line(line: &str) -> String {
    line.split_whitespace().map(normal_word).collect::<Vec<_>>().join(" ")
}

fn normal_word(word: &str) -> String {
    let bare = word.trim_matches(['(', ')', ',', ';']);
    if is_age(bare) { word.replace(bare, "AGE") } else { word.to_owned() }
}

/// `5d4h`, `12m`, `0s`, `<unknown>`.
fn is_age(word: &str) -> bool {
    let mut digits = false;
    let mut units = 0;
    for c in word.chars() {
        match c {
            '0'..='9' => digits = true,
            's' | 'm' | 'h' | 'd' | 'y' if digits => {
                digits = false;
                units += 1;
            }
            _ => return false,
        }
    }
    units > 0 && !digits
}
