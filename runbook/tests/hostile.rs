//! Files that cost far more than their length, if any step of reading were worse than linear: they are read, or left
//! out, within a number of steps; and filters that multiply what they get, within a budget.

#[path = "hostile/mod.rs"]
mod hostile;

use hostile::SHAPES;
use runbook::{
    LIBRARY_STEPS,
    check::{Question, Reading},
    command::recognise,
    filter::{Budget, Line, Stop, TooCostly, apply},
    gotemplate::GoTemplate,
    jsonpath::Template,
    parse_within,
};

/// Large enough that a square would be seen, small enough for code that is compiled for tests.
const SHAPE_BYTES: usize = 48 * 1024;

#[test]
fn every_shape_is_read_or_left_out() {
    for (name, make) in SHAPES {
        let text = make(SHAPE_BYTES);
        assert!(text.len() < 3 * SHAPE_BYTES, "{name} has {} bytes", text.len());
        if let Ok(runbook) = parse_within(&text, LIBRARY_STEPS) {
            assert!(runbook.commands.len() <= text.len(), "{name}");
        }
    }
}

fn reason(line: &str) -> String {
    match recognise(line) {
        Reading::Unknown(refusal) => refusal.reason,
        other => panic!("{line:.80} is {other:?}"),
    }
}

#[test]
fn variables_that_double_end_as_unknown() {
    let doubled: String = (1..40).map(|n| format!("V{n}=$V{0}$V{0}; ", n - 1)).collect();
    let line = format!("V0=xxxxxxxxxxxxxxxx; {doubled}kubectl get pods $V39");
    assert!(line.len() < 600);
    assert!(reason(&line).contains("longer than 4 KiB"), "{}", reason(&line));
}

#[test]
fn variables_of_a_file_are_put_in_within_a_budget() {
    let long = "x".repeat(4000);
    let uses = "$LONG ".repeat(300);
    let text = format!("```bash\nLONG={long}\n{}```\n", format!("kubectl get pods {uses}\n").repeat(4));
    let commands = runbook::parse(&text).commands;
    let reasons: Vec<&str> = commands
        .iter()
        .filter_map(|command| match &command.reading {
            Reading::Unknown(refusal) => Some(refusal.reason.as_str()),
            _ => None,
        })
        .collect();
    assert!(reasons.iter().any(|reason| reason.contains("grows beyond 64 KiB")), "{reasons:?}");
    let many = format!("A=b; kubectl get pods {}", "$A ".repeat(300));
    assert!(reason(&many).contains("more than 256 variables"), "{}", reason(&many));
}

#[test]
fn a_file_whose_variables_bring_a_mebibyte_is_followed_no_further() {
    let value = "a".repeat(1000);
    let lines = format!("kubectl get pods {}\n", "$VALUE ".repeat(60)).repeat(40);
    let commands = runbook::parse(&format!("```bash\nVALUE={value}\n{lines}```\n")).commands;
    let Reading::Unknown(refusal) = &commands.last().expect("commands").reading else { panic!("it is followed") };
    assert!(refusal.reason.contains("more than 1 MiB"), "{}", refusal.reason);
}

#[test]
fn answers_inside_answers_are_read_within_a_budget() {
    let uses = |name: &str| format!("${name} ").repeat(200);
    let text = format!(
        "```bash\nAAA=$(kubectl get pods)\nBBB=$(kubectl get pods {})\nCCC=$(kubectl get pods {})\nkubectl get pods {}\n```\n",
        uses("AAA"),
        uses("BBB"),
        uses("CCC")
    );
    let commands = runbook::parse(&text).commands;
    assert!(matches!(commands.last().expect("commands").reading, Reading::Unknown(_)));
}

#[test]
fn loops_multiply_to_a_few_questions_at_most() {
    let words: String = (0..8).map(|n| format!("{n} ")).collect();
    let inner = format!("for b in {words}; do kubectl get pods; done");
    let line = format!("for a in {words}; do bash -c '{inner}'; done");
    assert!(reason(&line).contains("more than 32 questions"), "{}", reason(&line));
    fn count(question: &Question) -> usize {
        if let Question::Several(checks) = question { checks.iter().map(|it| count(&it.question)).sum() } else { 1 }
    }
    let small = "for a in 1 2 3; do bash -c 'for b in 1 2; do kubectl get pods; done'; done";
    let Reading::Check { check } = recognise(small) else { panic!("it is a check") };
    assert_eq!(count(&check.question), 6);
}

#[test]
fn patterns_are_bounded_and_not_compiled_at_reading() {
    for pattern in [
        r"grep -P '\w{100}'".to_owned(),
        r"grep -E '((((a{9}){9}){9}){9}){9}'".to_owned(),
        format!("grep -E '{}a{}'", "(".repeat(60), ")".repeat(60)),
        format!("grep -E '{}'", "a".repeat(5000)),
        format!("grep '{}'", r"a\{2\}".to_owned() + &r"\{2\}".repeat(20)),
        r"sed -E 's/[[:alpha:]]{900}{90}/x/'".to_owned(),
        r"awk '/(a{99}){99}{99}/'".to_owned(),
    ] {
        let reading = recognise(&format!("kubectl get pods | {pattern}"));
        assert!(matches!(reading, Reading::Unknown(_)), "{pattern:.60}: {reading:?}");
    }
}

#[test]
fn repetitions_of_repetitions_mean_what_grep_means() {
    for (pattern, line, matches) in [
        ("^a****$", "aaa", true),
        ("^a****$", "b", false),
        ("^a+?$", "", true),
        ("^a+?$", "aa", true),
        ("^a?+$", "aaa", true),
        ("^(ab)+*$", "abab", true),
        ("^a{2}{3}$", "aaaaaa", true),
        ("^a{2}{3}$", "aaaaa", false),
        ("^a{2}?$", "", true),
        ("^a{2}?$", "a", false),
        ("^x(a{2}){2}{2}$", "xaaaaaaaa", true),
    ] {
        let Reading::Check { check } = recognise(&format!("kubectl get pods | grep -E '{pattern}'")) else {
            panic!("{pattern} is read")
        };
        let kept = apply(&check.filters, Line::of(line), &Budget::default()).expect("it costs little");
        let found = !kept.is_empty() || (line.is_empty() && matches);
        assert_eq!(found, matches, "{pattern} on {line:?}");
    }
}

fn cost(pipe: &str, input: &str, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let Reading::Check { check } = recognise(&format!("kubectl get pods | {pipe}")) else { panic!("{pipe} is read") };
    apply(&check.filters, Line::of(input), budget)
}

/// Each of these asks for far more than it has: gigabytes out of a few bytes.
#[test]
fn builders_ask_before_they_build() {
    let line = "abcdefgh".repeat(64);
    let doubled = "a=a a; ".repeat(30);
    for pipe in [
        format!("awk 'BEGIN{{a=\"x\"; {doubled}print a}}'"),
        format!("awk 'BEGIN{{a=\"x\"; {}b=a; gsub(/x/,b,a); print a}}'", "a=a a; ".repeat(17)),
        "awk 'BEGIN{OFS=\"0123456789012345678901234567890123456789\"; NF=60000; gsub(/1/, $0)}'".to_owned(),
        "awk '{OFS=$0; NF=60000; print}'".to_owned(),
        format!("awk '{{printf \"{}\", 1}}'", "%4096s".repeat(600)),
        format!("awk '{{{}; print length(x)}}'", "x=sprintf(\"%s%s%s%s%s%s%s%s\",$0 x,x,x,x,x,x,x,x);".repeat(8)),
        format!("sed '{}'", "s/.*/&&&&&&&&&&&&&&&&/;".repeat(8)),
        format!("sed -E '{}'", r"s/(.*)/\1\1\1\1\1\1\1\1/;".repeat(10)),
        "jq -nr '\"a\" * 100000000'".to_owned(),
        "jq -n '[range(100000000)]'".to_owned(),
        "jq -n '[limit(100000000; repeat(1))]'".replace("repeat(1)", "range(1e12)"),
        "jq -n 'reduce range(40) as $x (\"ab\"; . + .)'".to_owned(),
        "jq -nc '[range(1000)] | [.[] as $a | .[] as $b | {a: $a, b: [$b]}]'".to_owned(),
    ] {
        let budget = Budget::of(50_000_000, 8 << 20, Stop::default());
        assert!(cost(&pipe, &line, &budget).is_err(), "{pipe:.100}");
    }
}

#[test]
fn a_long_row_does_not_widen_all_others_for_nothing() {
    let input = format!("{} x\n{}", "a".repeat(1 << 16), "b c\n".repeat(2000));
    let budget = Budget::of(50_000_000, 8 << 20, Stop::default());
    assert_eq!(cost("column -t", &input, &budget), Err(TooCostly::Bytes));
}

/// A look reads to the end of the line for each match, so that all looks read the square of its length.
#[test]
fn going_from_match_to_match_pays_for_what_is_read() {
    let long = "a".repeat(40_000);
    for pipe in [
        r"grep -oE '.*\[NOPE\]|[a-z]'",
        r"sed -E 's/.*\[NOPE\]|[a-z]/x/g'",
        r#"awk '{gsub(/.*NOPE|[a-z]/, "x"); print}'"#,
    ]
    .iter()
    {
        let budget = Budget::of(1_000_000, 64 << 20, Stop::default());
        assert_eq!(cost(pipe, &long, &budget), Err(TooCostly::Steps), "{pipe}");
    }
    // What ends at once reads little, however long the line is.
    let budget = Budget::of(1_000_000, 64 << 20, Stop::default());
    let numbers = "12,".repeat(20_000);
    assert_eq!(cost("grep -oE '[0-9]+'", &numbers, &budget).map(|lines| lines.len()), Ok(20_000));
}

#[test]
fn a_stop_ends_every_filter() {
    for pipe in [
        "grep -o a",
        "sed s/a/b/g",
        "awk '{print $1}'",
        "sort",
        "uniq -c",
        "tr a b",
        "cut -c1",
        "column -t",
        "jq .",
        "wc -l",
        "base64 -d",
        "nl",
        "python3 -m json.tool",
    ] {
        let stop = Stop::default();
        stop.now();
        assert_eq!(cost(pipe, "[1]", &Budget::new(stop)), Err(TooCostly::Stopped), "{pipe}");
    }
}

#[test]
fn nested_json_is_not_indented_without_end() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let lines = cost("python3 -m json.tool", &nested, &Budget::default()).expect("it is refused as JSON");
    assert_eq!(lines.len(), 1);
    let lines = cost("jq .", &nested, &Budget::default()).expect("it is refused as JSON");
    assert!(lines[0].text.contains("nested more than 128 deep"), "{}", lines[0].text);
}

#[test]
fn templates_and_paths_ask_before_they_build() {
    let data = serde_json::json!({ "items": vec![serde_json::json!({ "a": "x".repeat(2000), "b": [1, 2, 3] }); 500] });
    let budget = || Budget::of(5_000_000, 8 << 20, Stop::default());
    for template in [
        format!("{{{{printf \"{}\" 1}}}}", "%4096d".repeat(2000)),
        format!("{{{{len (print {})}}}}", ". ".repeat(2000)),
        format!("{{{{len (printf \"{}\" {})}}}}", "%v".repeat(500), ". ".repeat(500)),
        "{{range $i, $a := .items}}{{range $.items}}{{range $.items}}{{$i}}{{end}}{{end}}{{end}}".to_owned(),
        "{{range .items}}{{$}}{{end}}".to_owned(),
    ] {
        let read = GoTemplate::parse(&template).expect("it is read");
        assert!(read.render_within(&data, &budget()).is_err(), "{template:.80}");
    }
    for template in [
        "{range .items[*]}{$}{end}",
        "{.items[*]..[?(@..a>$..b)]}",
        "{range .items[*]}{range $.items[*]}{range $.items[*]}{.b}{end}{end}{end}",
    ] {
        let read = Template::parse(template).expect("it is read");
        assert!(read.render_within(&data, &budget()).is_err(), "{template}");
    }
}
