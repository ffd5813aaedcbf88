//! Filters against the tools they stand for, on random text. Uses the tools of the machine, with `LC_ALL=C`; a tool
//! that is missing fails the test.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use command::{
    check::{Check, Reading},
    recognition::recognise,
};
use fixtures::draws::{self, Draws};
use pipe::filter::{Budget, Line, Stop, apply};

/// Lines as tools print them: words, numbers, sizes, some twice.
fn text(draws: &mut Draws) -> String {
    const WORDS: [&str; 24] = [
        "web-0",
        "Running",
        "error",
        "Error:",
        "CrashLoopBackOff",
        "10.0.0.1",
        "7",
        "42",
        "007",
        "-3",
        "1.5",
        "2Gi",
        "512M",
        "3K",
        "a=b",
        "x,y,z",
        "key: value",
        "",
        "  ",
        "\t",
        "[x]",
        "(y)",
        "foo.bar",
        "ns/kube-system",
    ];
    let mut text = String::new();
    for _ in 0..draws.below(12) {
        for _ in 0..draws.below(6) {
            text.push_str(draws.pick(&WORDS));
            text.push_str(draws.pick(&[" ", " ", "  ", "\t", "", ":", ","]));
        }
        text.push('\n');
    }
    text
}

/// What the tools of this machine print.
fn by_tools(pipe: &str, input: &str) -> String {
    let mut child = Command::new("bash")
        .args(["-c", pipe])
        .env("LC_ALL", "C")
        .env_remove("GREP_OPTIONS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // A tool that has seen enough closes its end early.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().expect("bash ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn by_filters(pipe: &str, input: &str) -> String {
    let check = check(pipe);
    let lines = apply(&check.filters, Line::of(input), &Budget::default()).expect("it costs little");
    lines.iter().map(|line| format!("{}\n", line.text)).collect()
}

fn check(pipe: &str) -> Check {
    match recognise(&format!("kubectl get pods | {pipe}")) {
        Reading::Check { check } => *check,
        other => panic!("{pipe}: {other:?}"),
    }
}

fn without_trailing_blanks(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end_matches(' '))).collect()
}

/// Compares both on random texts.
fn agree(pipes: &[&str]) {
    // One shell for many texts is faster than many shells: texts are small, so a few suffice per pipe.
    draws::hold(6, 160, |draws| {
        let text = text(draws);
        for pipe in pipes {
            assert_both_agree(pipe, &text);
        }
    });
}

fn assert_both_agree(pipe: &str, text: &str) {
    // How wide a tab inside a cell is, column itself does not know: it pads it as if it were nothing.
    let text = if pipe.contains("column") { text.replace('\t', " ") } else { text.to_owned() };
    let (ours, theirs) = (by_filters(pipe, &text), by_tools(pipe, &text));
    // Some versions of column fill up rows that lack columns.
    let (ours, theirs) = match pipe.contains("column") {
        true => (without_trailing_blanks(&ours), without_trailing_blanks(&theirs)),
        false => (ours, theirs),
    };
    // Lines are lines, whether or not the last one ends.
    assert_eq!(ours.trim_end_matches('\n'), theirs.trim_end_matches('\n'), "{pipe}\non\n{text}");
}

#[test]
fn grep_agrees() {
    agree(&[
        "grep error",
        "grep -i ERROR",
        "grep -v Running",
        "grep -E 'error|Running'",
        r"grep 'error\|Running'",
        "grep -F '[x]'",
        "grep -w web",
        "grep -w 7",
        "grep -x ''",
        "grep -c e",
        "grep -o '[0-9]*'",
        "grep -oE '[a-z]+'",
        "grep -ow '[a-z]*'",
        "grep -n r",
        "grep -A1 error",
        "grep -B 1 7",
        "grep -C2 42",
        "grep -nA1 e",
        "grep -e web -e 42",
        "grep -m2 .",
        "grep -vc x",
        "grep '^[^a-z]'",
        "grep 'o*r'",
        r"grep 'a\{1,2\}'",
        "grep -E '^.{3,9}$'",
        r"grep -E '\bweb\b'",
        r"grep '\<R'",
        "grep '[[:digit:]][[:space:]]'",
        "grep '[]x]'",
        "grep -E 'x?y+'",
        "grep '*'",
        "grep 'a+'",
        "grep -E '(web|foo)[-.]'",
        r"grep -E '\.'",
        "grep -i 'crash.*off'",
        "grep -ivE 'running|^$'",
        "egrep 'a|b'",
        "fgrep '.'",
        "grep -E 'a{2'",
        "grep -E '1{0,3}'",
        "grep -v '^ *$'",
        "grep -E 'e**'",
        "grep -m1 -A2 e",
    ]);
}

#[test]
fn head_and_tail_agree() {
    agree(&[
        "head",
        "head -3",
        "head -n 2",
        "head -n -2",
        "tail",
        "tail -3",
        "tail -n 2",
        "tail -n +2",
        "tail -n +1",
        "head -n 0",
        "tail -n 0",
    ]);
}

#[test]
fn sort_and_uniq_agree() {
    agree(&[
        "sort",
        "sort -r",
        "sort -n",
        "sort -rn",
        "sort -u",
        "sort -nu",
        "sort -h",
        "sort -rh",
        "sort -k2",
        "sort -k2,2",
        "sort -k2n",
        "sort -k2,2nr",
        "sort -k3 -n",
        "sort -t: -k2",
        "sort -t, -k1,1 -k2,2",
        "sort -t= -k2 -rn",
        "sort -V",
        "sort -f",
        "sort -b",
        "sort -k2 -r",
        "uniq",
        "uniq -c",
        "uniq -d",
        "uniq -u",
        "sort | uniq -c | sort -rn",
        "sort | uniq -c | sort -rn | head -3",
    ]);
}

#[test]
fn counting_and_cutting_agree() {
    agree(&[
        "wc -l",
        "wc -w",
        "wc -c",
        "wc",
        "wc -lw",
        "cut -d' ' -f1",
        "cut -d: -f2",
        "cut -d, -f1,3",
        "cut -d' ' -f2-",
        "cut -d' ' -f-2",
        "cut -f1",
        "cut -c1-5",
        "cut -c3-",
        "cut -d: -f2 -s",
        "cut -d: --complement -f1",
        "cut -d, -f1-2 --output-delimiter=/",
        "tr a-z A-Z",
        "tr '[:lower:]' '[:upper:]'",
        "tr -d ' '",
        "tr -s ' '",
        "tr ' ' '\\n'",
        "tr -d '\\n'",
        "tr -cd '0-9\\n'",
        "tr ':,' '  '",
        "tr -s ' ' '\\n'",
        "tac",
        "cat -n",
        "cat",
    ]);
}

#[test]
fn awk_agrees() {
    agree(&[
        "awk '{print $1}'",
        "awk '{print $1, $3}'",
        "awk '{print $NF}'",
        "awk 'NR>1 {print $2}'",
        "awk 'NR==1'",
        "awk '$1 == \"error\"'",
        "awk '$2 > 5 {print $2}'",
        "awk '$3 != \"Running\" {print $1\"/\"$2}'",
        "awk '/error/'",
        "awk '!/error/ {print NR\": \"$0}'",
        "awk '$1 ~ /^[0-9]+$/'",
        "awk '$1 !~ /web/ && NF > 1'",
        "awk -F: '{print $1}'",
        "awk -F',' '{print $2 \"-\" $1}'",
        "awk -F'[:,]' '{print $2}'",
        "awk '{s+=$1} END {print s}'",
        "awk '{n++} END {print n+0}'",
        "awk '{c[$1]++} END {print c[\"web-0\"]+0}'",
        "awk 'END {print NR}'",
        "awk 'BEGIN {print \"head\"} {print}'",
        "awk '{printf \"%-10s|%5d|%.2f\\n\", $1, $2, $3}'",
        "awk '{print length($0), toupper($1), substr($2, 2, 3)}'",
        "awk '{if ($1 > 3) print \"big\"; else print \"small\"}'",
        "awk 'NF'",
        "awk '{print $1 $2}'",
        "awk '{print ($1 > 3) ? \"a\" : \"b\"}'",
        "awk '{gsub(/o/, \"0\"); print}'",
        "awk '{$1=\"x\"; print}'",
        "awk '{print $1/3}'",
        "awk '{x = $2 * 2 - 1; print x % 5}'",
        "awk '/web/,/error/'",
        "awk 'NR % 2 == 0 {next} {print}'",
        "awk 'NR == 3 {exit} {print}'",
        "awk '{print index($0, \"e\")}'",
        "awk -v limit=5 '$1 > limit'",
        "awk 'NF > 1 {print $(NF-1)}'",
        "awk 'length > 10'",
        "awk '{sub(/[0-9]+/, \"<&>\"); print}'",
        "awk '{print -$1, !$2}'",
        "awk '{print int($1) \" \" $2+0}'",
    ]);
}

#[test]
fn sed_agrees() {
    agree(&[
        "sed 's/error/ERR/'",
        "sed 's/e/E/g'",
        "sed -n '1,3p'",
        "sed -n '2p'",
        "sed '1d'",
        "sed '/error/d'",
        "sed -n '/web/p'",
        "sed -n '/web/,/error/p'",
        "sed '$d'",
        "sed -n '$p'",
        "sed 's/^ *//'",
        "sed 's/[[:space:]]*$//'",
        "sed -E 's/([a-z]+)-([0-9]+)/\\2-\\1/'",
        r"sed 's/\([0-9]*\)/<\1>/'",
        "sed 's|/|:|g'",
        "sed 's/.*/[&]/'",
        "sed -e 's/a/b/' -e 's/b/c/'",
        "sed '2q'",
        "sed 's/E/x/Ig'",
        "sed -n 's/web/WEB/p'",
        "sed '/Running/!d'",
        "sed 's/x*/-/g'",
        "sed '1~2d'",
        "sed -n '2,$p'",
        "sed '/7/,+1d'",
        "sed 's/o/0/2'",
        "sed '1,2d;s/a/A/'",
    ]);
}

#[test]
fn columns_and_base64_agree() {
    agree(&["column -t", "column -t -s:", "column -t -s ,", "sort | column -t", "awk '{print $1, $2}' | column -t"]);
    for text in ["hello\n", "", "two\nlines\n", "\u{e9}\u{4e2d}\n", "a\n\nb\n"] {
        let encoded = by_tools("base64", text);
        for pipe in ["base64 -d", "base64 --decode"] {
            assert_eq!(by_filters(pipe, &encoded).trim_end(), by_tools(pipe, &encoded).trim_end(), "{text:?}");
        }
    }
    assert!(by_filters("base64 -d", "?\n").starts_with("base64: "));
}

#[test]
fn more_of_what_runbooks_use_agrees() {
    agree(&[
        "grep -A2 -B1 error",
        "grep -C1 -n 7",
        "grep -c -v Running",
        "grep -io 'r[a-z]*'",
        "grep -wo 'error\\|Error'",
        "grep -Fx ''",
        "grep -nE 'web|7' | cut -d: -f1",
        "grep -e error -e Running -c",
        "grep -v -e error -e Running",
        "grep -vF -e '[x]' -e '(y)'",
        "sort -k1,1 -k2,2n",
        "sort -t, -k2,2 -u",
        "sort -h -k2",
        "sort -hr -k1,1",
        "sort -u -k1,1",
        "sort -n -u",
        "sort | uniq -c | sort -k1,1nr -k2",
        "uniq -c | sort -rn | head -1",
        "uniq -i",
        "cut -d' ' -f1,3-",
        "cut -c-3,5",
        "tr -d '[:space:]'",
        "tr -s '[:blank:]' '\\t'",
        "tr '[:upper:]' '[:lower:]'",
        "awk '{print NF\": \"$0}'",
        "awk 'NR>=2 && NR<=4'",
        "awk '$2 ~ /^[0-9]+$/ {s+=$2} END {print s+0}'",
        "awk -F: '$2 != \"\" {print $2}'",
        "awk '{a[$1]+=$2} END {for (k in a) n++; print n+0}'",
        "awk '/error/ {c++} END {printf \"%d\\n\", c}'",
        "awk 'NR==1 || /web/'",
        "awk 'length($1) > 3 {print substr($1, 1, 2)}'",
        "sed -n '/error/,$p'",
        "sed 's/  */ /g'",
        "sed -E 's/^(.)(.*)$/\\2\\1/'",
        "sed -n 's/.*\\(web\\).*/\\1/p'",
        "sed '$!d'",
        "sed '/^$/d'",
        "head -5 | tail -2",
        "tail -n +3 | head -n 1",
        "wc -lc",
    ]);
}

#[test]
fn filters_that_multiply_their_input_end() {
    let many = "a b c d e f g h i j k l m n o p q r s t u v w x y z\n".repeat(2_000);
    for pipe in [
        "awk '{for (k in a) for (l in a) for (m in a) print k l m; a[NR]=1}'",
        "awk '{x = x $0 $0; print x}'",
        "awk '{printf \"%4096s%4096s%4096s\\n\", $1, $2, $3}' | awk '{print $0 $0 $0 $0 $0 $0 $0 $0}'",
        "sed 's/./&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&/g;s/./&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&/g'",
        "sed 'p;p;p;p;p;p;p;p' | sed 'p;p;p;p;p;p;p;p' | sed 'p;p;p;p;p;p;p;p'",
        "cut -d' ' -f1- --output-delimiter='0123456789012345678901234567890123456789' | cut -d0 -f1- --output-delimiter='0123456789012345678901234567890123456789' | cut -d1 -f1- --output-delimiter='0123456789012345678901234567890123456789' | cut -d2 -f1- --output-delimiter='0123456789012345678901234567890123456789'",
    ] {
        let budget = Budget::of(50_000_000, 32 << 20, Stop::default());
        let ends = apply(&check(pipe).filters, Line::of(&many), &budget);
        assert!(ends.is_err(), "{pipe}");
    }
}

#[test]
fn lines_that_are_only_chosen_keep_their_origin() {
    let lines = Line::of("a\nb\nc\na");
    let origins = |pipe: &str| -> Vec<Option<usize>> {
        apply(&check(pipe).filters, lines.clone(), &Budget::default())
            .expect("it costs little")
            .iter()
            .map(|line| line.origin)
            .collect()
    };
    assert_eq!(origins("grep a"), [Some(0), Some(3)]);
    assert_eq!(origins("sort -r | head -2"), [Some(2), Some(1)]);
    assert_eq!(origins("tail -1"), [Some(3)]);
    assert_eq!(origins("awk 'NR==2'"), [Some(1)]);
    assert_eq!(origins("grep -n b"), [None]);
    assert_eq!(origins("cut -c1"), [None; 4]);
    assert_eq!(origins("wc -l"), [None]);
}

#[test]
fn jq_prints_as_jq_does() {
    let json = r#"{"items":[{"metadata":{"name":"a","labels":{"x.y/z":"1"}},"n":3},{"metadata":{"name":"b"},"n":1}]}"#;
    for (pipe, expected) in [
        ("jq -r '.items[].metadata.name'", "a\nb\n"),
        ("jq '.items | length'", "2\n"),
        ("jq -c '.items[] | select(.n > 1) | {name: .metadata.name, n}'", "{\"name\":\"a\",\"n\":3}\n"),
        ("jq '.items[0].metadata.labels.\"x.y/z\"'", "\"1\"\n"),
        ("jq -r '.items[] | \"\\(.metadata.name)=\\(.n)\"'", "a=3\nb=1\n"),
        ("jq '.items[1]'", "{\n  \"metadata\": {\n    \"name\": \"b\"\n  },\n  \"n\": 1\n}\n"),
        ("jq -r '.items | sort_by(.n) | map(.metadata.name) | join(\",\")'", "b,a\n"),
        ("jq -r --arg name b '.items[] | select(.metadata.name == $name) | .n'", "1\n"),
        ("jq -r '[.items[].n] | add'", "4\n"),
        ("jq -r '.items[] | [.metadata.name, .n] | @tsv'", "a\t3\nb\t1\n"),
    ] {
        assert_eq!(by_filters(pipe, json), expected, "{pipe}");
    }
    assert!(by_filters("jq .", "no json").starts_with("jq: error: "));
}

#[test]
fn programs_that_write_run_or_never_end_are_not_read() {
    for pipe in [
        "awk '{system(\"rm -rf /\")}'",
        "awk '{print > \"/tmp/x\"}'",
        "awk '{print | \"sh\"}'",
        "awk 'BEGIN {while (1) {}}'",
        "awk '{\"date\" | getline x; print x}'",
        "awk -f prog.awk",
        "sed -i s/a/b/",
        "sed 's/a/b/e'",
        "sed 'w /tmp/x'",
        "sed 's/a/b/w /tmp/x'",
        "sed '1e date'",
        "sed ':a;ba'",
        "sed -f x.sed",
        "jq 'repeat(1)'",
        "jq 'env'",
        "jq '$ENV.HOME'",
        "jq 'input'",
        "jq 'def f: f; f'",
        "jq -f prog.jq",
        "jq . file.json",
        "jq 'recurse(.)'",
        "grep -f patterns",
        "grep -r x",
        "grep x file",
        r"grep '\(a\)\1'",
        "sort -o out",
        "sort file",
        "tail -f /var/log/syslog",
        "tr a b c",
        "xargs rm",
        "sh",
        "bash -s",
        "tee /dev/sda /dev/sdb",
        "python3 -c 'import os'",
        "wc -l file",
    ] {
        let text = format!("kubectl get pods -o json | {pipe}");
        assert!(!matches!(recognise(&text), Reading::Check { .. }), "{text}");
    }
}
