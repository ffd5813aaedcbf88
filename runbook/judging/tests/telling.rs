//! The line that a careful engineer would point at, in logs of many makers. Each file holds cases: a head with how the
//! run ended, then the log, with `>> ` before the line; a log without that mark tells nothing.

use judging::log_reading::{Ending, find_telling_line};

const FAMILIES: [(&str, &str); 9] = [
    ("go", include_str!("telling/go.txt")),
    ("python", include_str!("telling/python.txt")),
    ("jvm", include_str!("telling/jvm.txt")),
    ("node", include_str!("telling/node.txt")),
    ("rust", include_str!("telling/rust.txt")),
    ("dotnet", include_str!("telling/dotnet.txt")),
    ("php, ruby, beam", include_str!("telling/php_ruby_beam.txt")),
    ("native", include_str!("telling/native.txt")),
    ("servers", include_str!("telling/servers.txt")),
];

const NONE: &str = include_str!("telling/none.txt");

struct Tail {
    name: String,
    ending: Ending,
    lines: Vec<String>,
    right: Option<usize>,
}

fn read(file: &str) -> Vec<Tail> {
    let cases = file.split("=== ").skip(1);
    cases
        .map(|case| {
            let (head, log) = case.split_once('\n').expect("a head ends its line");
            let mut ending = Ending::default();
            let mut name = Vec::new();
            for word in head.split(' ') {
                if let Some(code) = word.strip_prefix("exit=") {
                    ending.exit_code = Some(code.parse().expect("a code is a number"));
                } else if word == "oom" {
                    ending = Ending { exit_code: Some(137), is_out_of_memory: true };
                } else {
                    name.push(word);
                }
            }
            let right = log.lines().position(|line| line.starts_with(">> "));
            let lines = log.lines().map(|line| line.strip_prefix(">> ").unwrap_or(line).to_owned()).collect();
            Tail { name: name.join(" "), ending, lines, right }
        })
        .collect()
}

/// Judges every case of a file; gives the number of cases and a paragraph for each that is wrong.
fn judge(family: &str, file: &str) -> (usize, Vec<String>) {
    let tails = read(file);
    let count = tails.len();
    let wrong = tails.into_iter().filter_map(|tail| {
        let lines: Vec<&str> = tail.lines.iter().map(String::as_str).collect();
        let found = find_telling_line(&lines, tail.ending);
        let show = |at: Option<usize>| at.map_or("none", |at| lines[at]).to_owned();
        (found != tail.right)
            .then(|| format!("{family}: {}\n  right: {}\n  found: {}", tail.name, show(tail.right), show(found)))
    });
    (count, wrong.collect())
}

#[test]
fn points_at_the_line_that_a_careful_engineer_would() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (family, file) in FAMILIES.into_iter().chain([("none", NONE)]) {
        let (here, faults) = judge(family, file);
        count += here;
        wrong.extend(faults);
    }
    assert!(count >= 80, "only {count} cases were read");
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// `RUNLIGHT_TAILS=FILE` judges a file of one's own in the same form and prints what it finds.
#[test]
fn judges_a_file_of_ones_own() {
    let Some(path) = std::env::var_os("RUNLIGHT_TAILS") else { return };
    let file = std::fs::read_to_string(path).expect("RUNLIGHT_TAILS names a file");
    let (count, wrong) = judge("own", &file);
    println!("{} of {count} right\n{}", count - wrong.len(), wrong.join("\n"));
}

#[test]
fn reads_a_log_of_any_size_and_form() {
    let long = "x".repeat(1_000_000);
    let deep = format!("{{\"a\":{}", "[".repeat(50_000));
    let lines = [long.as_str(), deep.as_str(), "\u{0}\u{feff}\u{202e}", "\u{1b}[", "\r\r", "Caused by:", "panicked at"];
    for count in 0..lines.len() {
        find_telling_line(&lines[count..], Ending::default());
    }
    let many: Vec<&str> = std::iter::repeat_n("ERROR no route to host", 50_000).collect();
    assert_eq!(find_telling_line(&many, Ending::default()), Some(48_000));
}
