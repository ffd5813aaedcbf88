//! What is taken for a classifier, what is not, where rows lead, and the bounds of reading.

use judging::verdict::{Origin, RuleReading, explain_tables, explain_text, find_classifier, find_unjudged_text_rows};

fn find(markdown: &str) -> Option<judging::verdict::Classifier> {
    let book = text::parse(markdown);
    find_classifier(&book.blocks, &book.commands).map(|(_, classifier)| classifier)
}

fn table(head: &str, cells: &[&str]) -> String {
    let columns = head.split('|').count();
    let rule = "---|".repeat(columns);
    let rows: Vec<String> = cells.iter().map(|cell| format!("| {cell} |{}", " words |".repeat(columns - 1))).collect();
    format!("# T\n\n| {head} |\n|{rule}\n{}\n", rows.join("\n"))
}

const CRASHES: [&str; 3] = ["`OOMKilled`", "exit code 1", "`connection refused` in logs"];

#[test]
fn a_table_is_found_by_its_head_in_many_words() {
    for head in [
        "Crash | Why | Remedy",
        "Issue | Root cause | Mitigation",
        "Evidence | What it means",
        "Signature | Check",
        "Log snippet | Explanation | Next",
        "Exit status | Description",
        "If you see | It is | Do",
        "Kubernetes event | Meaning | First command",
        "Fehlermeldung | Ursache | Lösung",
        "Anzeichen | Was tun",
        "Symptôme | Cause probable | Solution",
        "Erreur | Signification | Que faire",
        "Síntoma | Causa | Qué hacer",
        "Erro | Causa | Correção",
        "# | Symptom | Fix",
    ] {
        let cells: Vec<String> = CRASHES
            .iter()
            .enumerate()
            .map(|(at, cell)| if head.starts_with('#') { format!("{} | {cell}", at + 1) } else { (*cell).to_owned() })
            .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert!(find(&table(head, &cells)).is_some(), "{head}");
    }
}

#[test]
fn a_table_is_found_by_what_it_holds_when_its_head_says_nothing() {
    assert!(find(&table("What | Then", &CRASHES)).is_some());
    assert!(find(&table("What | Then", &["a broker", "a queue", "`OOMKilled`"])).is_none());
}

#[test]
fn a_table_of_another_kind_is_none() {
    for head in [
        "Severity | Condition | Response time",
        "Setting | Default | When to change it",
        "Variable | Meaning",
        "Parameter | Type | Description",
        "Command | Purpose",
        "Role | Contact",
        "Metric | Threshold | Action",
        "Umgebung | Adresse",
        "Paramètre | Valeur",
    ] {
        assert!(find(&table(head, &CRASHES)).is_none(), "{head}");
    }
    assert!(find(&table("Status | Meaning", &["404", "503", "the page is slow"])).is_none());
}

#[test]
fn text_classifies_where_there_is_no_table_and_ordinary_lists_do_not() {
    let list = "# T\n\n- `OOMKilled`: more memory\n- **Evicted** – see the node\n";
    assert_eq!(find(list).map(|found| found.origin), Some(Origin::List));
    let headings = "# T\n\n## OOMKilled\n\nMore memory.\n\n## ErrImagePull\n\nMend the tag.\n";
    assert_eq!(find(headings).map(|found| found.origin), Some(Origin::Headings));
    let sentences = "# T\n\nIf you see `OOMKilled`, add memory. If the pod is `Evicted`, see the node.\n";
    assert_eq!(find(sentences).map(|found| found.origin), Some(Origin::Sentences));
    for markdown in [
        "# T\n\n- Check the logs: they may help\n- Restart the pod: it may help\n- Ask the team\n",
        "# T\n\n## Diagnosis\n\nLook.\n\n## Recovery\n\nWait.\n",
        "# T\n\nIf you see smoke, leave. If it rains, stay.\n",
        "# T\n\n1. `kubectl get pods`: shows them\n2. `kubectl describe pod x`: shows one\n",
    ] {
        assert!(find(markdown).is_none(), "{markdown}");
    }
    let both = format!("{}\n- `Evicted`: a\n- `OOMKilled`: b\n", table("Symptom | Fix", &CRASHES));
    assert_eq!(find(&both).map(|found| found.origin), Some(Origin::Table), "a table comes first");
}

#[test]
fn rows_lead_to_the_sections_that_they_mean() {
    let markdown = "# Restarts

| Pattern | Cause | Action |
|---|---|---|
| `OOMKilled` | Too little memory | Raise it |
| `lease lost` | Disks are busy (nightly archive window) | Wait, see below |
| `ErrImagePull` | A bad tag | [Mend it](#tags) |
| exit code 1 | Broken settings at start | Read the log |
| exit code 9 | Sunspots | Hope |
| exit code 8 | Rain | See step 2 |

## The nightly archive window (01:00-02:00 UTC)

It is short.

## Step 2: Wait for the sun

Wait.

## Fixes

### OOM kill

Edit the manifest.

### Broken settings at start

Edit the ConfigMap.

### Tags

Push again.
";
    let classifier = find(markdown).expect("a table of patterns");
    let leads: Vec<Option<&str>> =
        classifier.rules.iter().map(|rule| rule.leads_to.as_ref().map(|section| section.title.as_str())).collect();
    assert_eq!(
        leads,
        [
            Some("OOM kill"),
            Some("The nightly archive window (01:00-02:00 UTC)"),
            Some("Tags"),
            Some("Broken settings at start"),
            None,
            Some("Step 2: Wait for the sun")
        ]
    );
}

#[test]
fn says_which_rows_can_never_lead() {
    let markdown = table(
        "Symptom | Fix",
        &["`OOMKilled`", "Pod is OOM killed", "exit code 1 with exit code 2", "OOMKilled but not OOMKilled", "Evicted"],
    );
    let book = text::parse(&markdown);
    let tables = explain_tables(&book);
    let never: Vec<bool> = tables[0].cells.iter().map(|cell| cell.never.is_some()).collect();
    assert_eq!(never, [false, true, true, true, false], "{tables:#?}");
}

#[test]
fn lint_says_which_rows_of_a_list_are_left_to_the_reader() {
    let text = "# T\n\nLook here.\n\n- `OOMKilled`: more memory\n- **Evicted**: see the node\n- **No soup today**: eat bread\n";
    let book = text::parse(text);
    let account = explain_text(&book, text).expect("the list is judged");
    assert_eq!((account.origin, account.line, account.cells.len()), (Origin::List, 5, 3));
    assert!(account.why.contains("2 of 3"), "{}", account.why);
    let left = find_unjudged_text_rows(&book, text);
    assert_eq!(left.iter().map(|problem| problem.line).collect::<Vec<_>>(), [7]);
    assert!(text[left[0].span.clone()].contains("soup"));
    let table = table("Symptom | Fix", &["`OOMKilled`", "soup"]);
    assert!(explain_text(&text::parse(&table), &table).is_none());
}

#[test]
fn huge_lists_and_runs_of_headings_are_read_to_a_bound() {
    let list = "# T\n\n".to_owned() + &"- `OOMKilled`: x\n".repeat(10_000);
    assert_eq!(find(&list).map(|found| found.rules.len()), Some(1_000));
    let headings = "# T\n\n".to_owned() + &"## OOMKilled\n\nx\n\n".repeat(5_000);
    assert_eq!(find(&headings).map(|found| found.rules.len()), Some(1_000));
    let sentences = "# T\n\n".to_owned() + &"If you see `OOMKilled`, act.\n\n".repeat(5_000);
    assert_eq!(find(&sentences).map(|found| found.rules.len()), Some(1_000));
}

#[test]
fn a_huge_table_is_read_to_a_bound_that_is_said() {
    let row = "| `OOMKilled` and `disk 7 is broken` | x |\n";
    let markdown = format!("# T\n\n| Symptom | Fix |\n|---|---|\n{}", row.repeat(10_000));
    let book = text::parse(&markdown);
    let (_, classifier) = find_classifier(&book.blocks, &book.commands).expect("a table of patterns");
    assert_eq!(classifier.rules.len(), 1_000);
    let tables = explain_tables(&book);
    assert!(tables[0].why.contains("9000 rows beyond the first 1000 are not read"), "{}", tables[0].why);
}

#[test]
fn a_cell_of_a_megabyte_is_left_to_the_reader() {
    let cell = "OOMKilled or ".repeat(80_000);
    let classifier = find(&table("Symptom | Fix", &[&cell, "`OOMKilled`"])).expect("a table of patterns");
    let RuleReading::Unread { why } = &classifier.rules[0].reading else { panic!("the cell is read") };
    assert!(why.contains("longer than"), "{why}");
}

#[test]
fn markup_scripts_and_marks_of_direction_do_not_matter() {
    let cells = [
        "**[`OOMKilled`](https://example.com)**",
        "*exit code* <br> 137",
        "\u{202b}`Evicted`\u{202c}",
        "エラー `ErrImagePull`",
        "~~old~~ `FailedMount`",
    ];
    let classifier = find(&table("Symptom | Fix", &cells)).expect("a table of patterns");
    let unread: Vec<_> = classifier.unread().collect();
    assert!(unread.is_empty(), "{unread:?}");
}
