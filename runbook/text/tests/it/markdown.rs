//! Markdown as people write it, in small samples: what each becomes.

use command::{
    check::{Cause, Reading},
    mark::MarkKind,
};
use text::{
    parse, plain,
    runbook::{Block, Fence, FenceLine, Inline, ListItem, Runbook},
};

/// Blocks in one line each, so that a test shows what a reader would see.
fn outline(text: &str) -> Vec<String> {
    let runbook = parse(text);
    runbook.blocks.iter().map(|block| line(block, &runbook)).collect()
}

fn line(block: &Block, runbook: &Runbook) -> String {
    let text = |content: &[Inline]| plain(content, &runbook.commands);
    let all = |blocks: &[Block]| blocks.iter().map(|block| line(block, runbook)).collect::<Vec<_>>().join("; ");
    match block {
        Block::Heading { level, id, content } => format!("h{level}#{id} {}", text(content)),
        Block::Paragraph(content) => format!("p {}", text(content)),
        Block::Fence(Fence { language, lines }) => {
            let shown = lines.iter().map(|line| match line {
                FenceLine::Command(index) => format!("${}", runbook.commands[*index].text),
                FenceLine::Comment(text) => format!("#{text}"),
                FenceLine::Text(text) => text.clone(),
            });
            format!("code({}) {}", language.as_deref().unwrap_or(""), shown.collect::<Vec<_>>().join("|"))
        }
        Block::List { start, items } => {
            let item = |item: &ListItem| match &item.task {
                Some(task) => format!("[{}] {}", if task.is_done { "x" } else { " " }, all(&item.content)),
                None => all(&item.content),
            };
            format!(
                "list{} {}",
                start.map_or(String::new(), |n| n.to_string()),
                items.iter().map(item).collect::<Vec<_>>().join(" / ")
            )
        }
        Block::Quote { kind, content } => format!("quote({}) {}", kind.as_deref().unwrap_or(""), all(content)),
        Block::Table(table) => format!("table {}x{}", table.rows.len(), table.head.len()),
        Block::Details { summary, content } => format!("details({summary}) {}", all(content)),
        Block::Footnote { label, content } => format!("footnote({label}) {}", all(content)),
        Block::Rule => "rule".into(),
    }
}

/// The one paragraph of a text.
fn paragraph(text: &str) -> Vec<Inline> {
    match parse(text).blocks.pop() {
        Some(Block::Paragraph(content)) => content,
        other => panic!("{other:?} is no paragraph"),
    }
}

fn codes(text: &str) -> Vec<(String, usize)> {
    parse(text).problems.into_iter().map(|problem| (problem.code, problem.line)).collect()
}

#[test]
fn takes_its_title_from_the_first_h1_or_front_matter() {
    assert_eq!(parse("# A `b` *c*\n\ntext").title, "A b c");
    assert_eq!(parse("Setext\n======\n").title, "Setext");
    assert_eq!(parse("---\ntitle: From above\n---\n## Meaning\n").title, "From above");
    assert_eq!(parse("---\ntitle: From above\n---\n# H1\n").title, "H1");
    assert_eq!(parse("> # quoted\n").title, "");
}

#[test]
fn keeps_further_h1s_in_the_text_and_reports_them() {
    let text = "# One\n\na\n\n# Two\n\nb\n";
    assert_eq!(outline(text), ["p a", "h1#two Two", "p b"]);
    assert!(codes(text).contains(&("several-titles".into(), 5)));
}

#[test]
fn a_heading_at_the_top_stands_in_for_a_missing_h1() {
    let text = "## NodeDown\n\na\n\n## Fix\n\nb\n";
    assert_eq!(parse(text).title, "NodeDown");
    assert_eq!(outline(text), ["p a", "h2#fix Fix", "p b"]);
    assert!(codes(text).contains(&("no-title".into(), 1)));
    assert!(codes("just text").contains(&("no-title".into(), 1)));
    assert_eq!(parse("## Diagnosis\n\na\n").title, "", "a step is no title");
}

#[test]
fn reads_front_matter_into_metadata() {
    let runbook = parse(
        "---\nalert: NodeDown\ndomain: nodes\ntags:\n  - disk\n  - node\ndecay_rate: 5%\nlast_updated: 2026-01-02\nowner: sre\n---\ntext\n",
    );
    let metadata = runbook.metadata;
    assert_eq!(metadata.alert.as_deref(), Some("NodeDown"));
    assert_eq!(metadata.domain.as_deref(), Some("nodes"));
    assert_eq!(metadata.tags, ["disk", "node"]);
    assert_eq!(metadata.decay_rate, Some(0.05));
    assert_eq!(metadata.last_updated.as_deref(), Some("2026-01-02"));
    assert_eq!(metadata.other, [("owner".to_owned(), "sre".to_owned())]);
    assert_eq!(outline("+++\nlast_updated = 2026-01-02\n+++\ntext"), ["p text"]);
    assert!(codes("---\na: [\n---\ntext").contains(&("unreadable-front-matter".into(), 1)));
}

#[test]
fn reads_metadata_from_lists_tables_and_lines() {
    for text in [
        "# T\n\n## Metadata\n\n- **Domain**: nodes\n- **Last Updated**: 2026-01-02\n",
        "# T\n\n## Metadata\n\n| Key | Value |\n|---|---|\n| Domain | nodes |\n| Last Updated | 2026-01-02 |\n",
        "# T\n\n## Metadata\n\n**Domain:** nodes\n**Last Updated:** 2026-01-02 (by hand)\n",
    ] {
        let runbook = parse(text);
        assert_eq!(runbook.metadata.domain.as_deref(), Some("nodes"), "{text}");
        assert_eq!(runbook.metadata.last_updated.as_deref(), Some("2026-01-02"), "{text}");
        assert!(runbook.blocks.is_empty(), "{text}");
    }
    let runbook = parse("# T\n\n**Last Updated**: 2026-01-02\n\n## Tags\n\na, b\n");
    assert_eq!(runbook.metadata.last_updated.as_deref(), Some("2026-01-02"));
    assert_eq!(runbook.metadata.tags, ["a", "b"]);
    assert_eq!(runbook.blocks.len(), 3, "what stands in the text stays there");
}

#[test]
fn a_metadata_section_that_holds_more_stays_in_the_text() {
    let text = "# T\n\n## Metadata\n\n- **Domain**: nodes\n\n```sh\nkubectl get pods\n```\n";
    let runbook = parse(text);
    assert_eq!(runbook.metadata.domain.as_deref(), Some("nodes"));
    assert_eq!(runbook.blocks.len(), 3);
}

#[test]
fn shows_shortcodes_and_templates_as_text() {
    assert_eq!(
        outline("{{< tabs \"a\" >}}\nCareful\n{{< /tabs >}}\n"),
        ["p {{< tabs \"a\" >}}\nCareful\n{{< /tabs >}}"]
    );
    assert_eq!(outline("{{< hint danger >}}\nnever closed\n"), ["p {{< hint danger >}}\nnever closed"]);
    assert_eq!(outline("```\n{{< note >}}\nx\n{{< /note >}}\n```\n"), ["code() {{< note >}}\nx\n{{< /note >}}\n"]);
    assert_eq!(outline("a <%= name %> b"), ["p a <%= name %> b"]);
    assert_eq!(outline("a {% raw %} b"), ["p a {% raw %} b"]);
}

#[test]
fn reads_hugos_paired_shortcodes_as_admonitions_and_its_references_as_links() {
    assert_eq!(
        outline("{{< hint danger >}}\n**Careful**\n\n```sh\nkubectl get pods\n```\n{{< /hint >}}\nafter\n"),
        ["quote(danger) p Careful; code(sh) $kubectl get pods", "p after"]
    );
    assert_eq!(outline("{{% notice style=\"warning\" %}}\na\n{{% /notice %}}\n"), ["quote(warning) p a"]);
    assert_eq!(outline("{{% tip %}}\na\n{{% /tip %}}\n"), ["quote(tip) p a"]);
    let links = |text: &str| -> Vec<String> {
        let path = |inline: Inline| if let Inline::RunbookLink { path, .. } = inline { Some(path) } else { None };
        paragraph(text).into_iter().filter_map(path).collect()
    };
    assert_eq!(
        links("[a]({{< ref \"./One.md\" >}}) [b]({{<relref \"two#fix\">}}) {{% ref \"three\" %}}"),
        ["./One.md", "two.md#fix", "three.md"]
    );
    assert_eq!(links("{{< ref \"javascript:alert(1)\" >}} {{< ref \"a b\" >}} {{< ref >}}"), [] as [&str; 0]);
}

#[test]
fn a_task_has_an_id_that_survives_edits_elsewhere() {
    let ids = |text: &str| -> Vec<String> {
        let Some(Block::List { items, .. }) = parse(text).blocks.pop() else { panic!("no list") };
        items.into_iter().filter_map(|item| item.task).map(|task| task.id).collect()
    };
    let before = ids("- [ ] Look\n- [x] Mend\n- [ ] Look\n");
    let after = ids("intro\n\n- [ ] New\n- [ ] **Look**\n- [ ] Mend\n- [ ] Look\n");
    assert_eq!(before, after[1..]);
    assert_ne!(before[0], before[2], "equal texts are told apart");
}

#[test]
fn keeps_pictures_of_raw_html() {
    let picture = |source: &str, alt: &str| Inline::Image { source: source.into(), alt: alt.into() };
    assert_eq!(paragraph("<img src=\"img/a.png\" alt=\"A plan\" width=600>"), [picture("img/a.png", "A plan")]);
    assert_eq!(paragraph("<p align=\"center\">\n<img src='b.png'>\n</p>\n"), [picture("b.png", "")]);
    assert!(matches!(&paragraph("a <img src=https://x.org/p.png> b")[1], Inline::Link { .. }));
    assert_eq!(paragraph("a <img src=javascript:x alt=y> b"), [Inline::Text("a  b".into())]);
}

#[test]
fn reads_admonitions_of_github_and_mkdocs() {
    assert_eq!(outline("> [!WARNING]\n> Careful\n"), ["quote(warning) p Careful"]);
    assert_eq!(outline("!!! note\n    Careful\n    now\n\nafter\n"), ["quote(note) p Careful\nnow", "p after"]);
    assert_eq!(
        outline("!!! danger \"Mind this\"\n\n    First\n\n    ```sh\n    kubectl get pods\n    ```\n\nafter\n"),
        ["quote(danger) p Mind this; p First; code(sh) $kubectl get pods", "p after"]
    );
    assert_eq!(outline("??? tip\n    - a\n    - b\n"), ["quote(tip) list p a / p b"]);
    assert_eq!(outline("```\n!!! note\n    text\n```\n"), ["code() !!! note\n    text\n"]);
    assert_eq!(outline("wow!!! great"), ["p wow!!! great"]);
}

#[test]
fn reads_lists_tasks_and_footnotes() {
    assert_eq!(outline("- [ ] a\n- [x] b\n- c\n"), ["list [ ] p a / [x] p b / p c"]);
    assert_eq!(outline("3. a\n4. b\n"), ["list3 p a / p b"]);
    assert_eq!(outline("- a\n\n  ```sh\n  kubectl get pods\n  ```\n"), ["list p a; code(sh) $kubectl get pods"]);
    assert_eq!(outline("a[^n]\n\n[^n]: why\n"), ["p a", "footnote(n) p why"]);
}

#[test]
fn reads_folding_parts_with_markdown_in_them() {
    let text =
        "<details>\n<summary>More <b>here</b></summary>\n\n```sh\nkubectl get pods\n```\n\n</details>\n\nafter\n";
    assert_eq!(outline(text), ["details(More here) code(sh) $kubectl get pods", "p after"]);
    assert_eq!(outline("- <details>\n\n  open\n\nafter\n"), ["list details() p open", "p after"]);
    assert_eq!(outline("</details>\n\nafter\n"), ["p after"]);
}

#[test]
fn drops_raw_html_and_keeps_its_text() {
    assert_eq!(outline("a <b onclick=\"x()\">bold</b><br>c"), ["p a bold\nc"]);
    assert_eq!(outline("<div align=\"center\">\nHello\n</div>\n"), ["p Hello"]);
    assert_eq!(outline("<script>\nalert(1)\n</script>\n\nafter"), ["p after"]);
    assert_eq!(outline("a <!-- hidden --> b"), ["p a  b"]);
    assert_eq!(outline("restart <pod> in <namespace>"), ["p restart <pod> in <namespace>"]);
}

/// Running text with its links: `<target|text>` to a page, `{path|text}` to another runbook.
fn linked(content: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Link { href, content } => format!("<{href}|{}>", linked(content)),
        Inline::RunbookLink { path, content } => format!("{{{path}|{}}}", linked(content)),
        Inline::Strong(content) => format!("*{}*", linked(content)),
        other => plain(std::slice::from_ref(other), &[]),
    };
    content.iter().map(one).collect()
}

#[test]
fn keeps_the_safe_links_of_raw_html() {
    for (text, expected) in [
        ("see <a href=\"https://x.org/a\">the <b>page</b></a> now", "see <https://x.org/a|the page> now"),
        ("<a href='../other.md#fix'>other</a>", "{../other.md#fix|other}"),
        ("<div><a href=\"https://x.org\">x</a></div>\n", "<https://x.org|x>"),
        ("<a href=\"#fix\" onclick=\"x()\">fix</a>", "<#fix|fix>"),
        ("<a href=\"javascript:alert(1)\">x</a> y", "x y"),
        ("<a href=\"java\tscript:alert(1)\">x</a> y", "x y"),
        ("<a name=\"top\"></a>x", "x"),
        ("x</a> y", "x y"),
        ("<a href=\"https://x.org\">never closed", "<https://x.org|never closed>"),
        ("<a href=\"https://x.org\">a [b](https://y.org) c</a>", "<https://x.org|a b c>"),
        ("<a href=\"https://x.org\">a <a href=\"https://y.org\">b</a></a>", "<https://x.org|a b>"),
        ("**<a href=\"https://x.org\">a</a>** b", "*<https://x.org|a>* b"),
    ] {
        assert_eq!(linked(&paragraph(text)), expected, "{text}");
    }
    assert!(codes("# T\n\n<a href=\"javascript:x\">y</a>\n").contains(&("unsafe-link".into(), 3)));
}

#[test]
fn reads_links_as_wikis_write_them() {
    for (text, expected) in [
        ("see [[Pod Crash Looping]].", "see {Pod Crash Looping|Pod Crash Looping}."),
        ("[[alerts/pod-crash|the pod]]", "{alerts/pod-crash|the pod}"),
        ("[[Pods#Fix it now|x]]", "{Pods#fix-it-now|x}"),
        ("[[#Fix it|x]]", "<#fix-it|x>"),
        ("[[https://x.org/a|x]]", "<https://x.org/a|x>"),
        ("[[javascript:alert(1)|x]]", "[[javascript:alert(1)|x]]"),
        ("if [[ -f x ]] then", "if [[ -f x ]] then"),
        ("a [[:space:]] b", "a [[:space:]] b"),
        ("[[$X == 1]]", "[[$X == 1]]"),
        ("[[]] and [[", "[[]] and [["),
    ] {
        assert_eq!(linked(&paragraph(text)), expected, "{text}");
    }
    let runbook = parse("[[One]] and [[https://x.org]]");
    assert_eq!(runbook.references.iter().map(|reference| reference.path.as_str()).collect::<Vec<_>>(), ["One"]);
}

#[test]
fn a_footnote_knows_its_first_reference() {
    let earlier = |inline: &Inline| match inline {
        Inline::FootnoteReference { label, earlier } => Some((label.clone(), *earlier)),
        _ => None,
    };
    let text = "a[^n] b[^n] c[^other] d[^none]\n\n[^n]: why\n\n[^other]: x\n";
    let Some(Block::Paragraph(content)) = parse(text).blocks.into_iter().next() else { panic!("no paragraph") };
    let found: Vec<_> = content.iter().filter_map(earlier).collect();
    assert_eq!(found, [("n".to_owned(), 0), ("n".to_owned(), 1), ("other".to_owned(), 0)]);
}

#[test]
fn other_fences_are_text_under_their_label() {
    assert_eq!(outline("```mermaid\ngraph TD\n```\n"), ["code(mermaid) graph TD\n"]);
    assert_eq!(outline("```yaml\nrun: kubectl get pods\n```\n"), ["code(yaml) run: kubectl get pods\n"]);
    assert_eq!(outline("```promql\nup == 0\n```\n"), ["code(promql) $up == 0"]);
    assert_eq!(outline("~~~ Bash title=\"x\"\r\nkubectl get pods\r\n~~~\r\n"), ["code(bash) $kubectl get pods"]);
    assert_eq!(outline("    kubectl get pods\n"), ["code() $kubectl get pods"]);
    assert_eq!(outline("    some: yaml\n"), ["code() some: yaml\n"]);
}

#[test]
fn an_unclosed_fence_is_reported_where_it_opens() {
    let text = "# T\n\n```sh\nkubectl get pods\n\n## Not a heading\n";
    assert!(codes(text).contains(&("unclosed-fence".into(), 3)));
    for closed in
        ["```sh\nx\n```", "- a\n  ```sh\n  x\n  ```\n", "> ```\n> x\n> ```\n", "~~~\n```\n~~~\n", "````\n```\n````  \n"]
    {
        assert!(!codes(closed).iter().any(|(code, _)| code == "unclosed-fence"), "{closed}");
    }
    for open in ["```sh\nx\n``", "> ```\n> x\n\nafter", "```"] {
        assert!(codes(open).iter().any(|(code, _)| code == "unclosed-fence"), "{open}");
    }
}

#[test]
fn inline_code_is_a_command_a_runbook_or_code() {
    let runbook = parse("Run `kubectl get pods`, read `infra/node.md`, not `OOMKilled`.");
    let [Block::Paragraph(content)] = runbook.blocks.as_slice() else { panic!("{:?}", runbook.blocks) };
    assert!(matches!(content[1], Inline::Command(0)));
    assert!(matches!(&content[3], Inline::RunbookLink { path, .. } if path == "infra/node.md"));
    assert!(matches!(&content[5], Inline::Code { text, .. } if text == "OOMKilled"));
    let runbook = parse("## Run `kubectl get pods`\n\n[`kubectl get pods`](https://x.org)\n");
    assert!(runbook.commands.is_empty(), "a heading or a link holds no command");
}

#[test]
fn keeps_safe_links_and_reports_the_others() {
    let kept =
        paragraph("[a](https://x.org) [b](#fix) [c](other.md) [d](mailto:x@y) <https://z.org> https://w.org/x_y_z.");
    let hrefs: Vec<String> = kept
        .iter()
        .filter_map(|inline| match inline {
            Inline::Link { href, .. } => Some(href.clone()),
            Inline::RunbookLink { path, .. } => Some(format!("runbook {path}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        hrefs,
        ["https://x.org", "#fix", "runbook other.md", "mailto:x@y", "https://z.org", "https://w.org/x_y_z"]
    );
    let text = "a\n\n[click](javascript:alert(1)) ![p](data:image/png;base64,x)\n";
    assert_eq!(paragraph(text), [Inline::Text("click p".into())]);
    assert_eq!(codes(text).iter().filter(|(code, line)| code == "unsafe-link" && *line == 3).count(), 2);
}

#[test]
fn pictures_come_from_the_library_alone() {
    assert_eq!(
        paragraph("![plan](img/plan.png)"),
        [Inline::Image { source: "img/plan.png".into(), alt: "plan".into() }]
    );
    assert!(
        matches!(&paragraph("![plan](https://x.org/p.png)")[0], Inline::Link { href, .. } if href == "https://x.org/p.png")
    );
}

#[test]
fn tables_have_as_many_cells_in_each_row_as_heads() {
    let runbook = parse("| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n");
    let [Block::Table(table)] = runbook.blocks.as_slice() else { panic!("{:?}", runbook.blocks) };
    assert_eq!(table.rows.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn commands_know_their_lines_wherever_they_stand() {
    let text = "---\ntitle: t\n---\n\nRun `kubectl get pods`.\n\n1. a\n   ```sh\n   # why\n   kubectl get nodes\n   ```\n\n> ```sh\n> kubectl get events\n> ```\n\npassword: hunter2\n\n```\nkubectl get svc\n```\n";
    let lines: Vec<(usize, String)> =
        parse(text).commands.into_iter().map(|command| (command.line, command.text)).collect();
    assert_eq!(
        lines,
        [
            (5, "kubectl get pods".into()),
            (10, "kubectl get nodes".into()),
            (14, "kubectl get events".into()),
            (20, "kubectl get svc".into()),
        ]
    );
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let text = "---\npassword: fm5ecret\n---\n# T\n\nLogin `--password=in1ine`, password: pr0se.\n\n```yaml\npassword: y4ml\n```\n\n[x](https://u:l1nk@h.org) https://u:b4re@h.org\n\n| a |\n|---|\n| `PASSWORD=t4ble` |\n";
    let runbook = parse(text);
    let whole = format!("{runbook:?}");
    for secret in ["fm5ecret", "in1ine", "pr0se", "y4ml", "l1nk", "b4re", "t4ble"] {
        assert!(!whole.contains(secret), "{secret} shows");
    }
    assert_eq!(runbook.problems.iter().filter(|problem| problem.code == "plain-text-secret").count(), 7);
}

/// What stands in dots is not asked: `grep -c ••••••` would say 0 of a log that is full of it.
#[test]
fn a_command_that_asks_for_a_secret_is_no_check() {
    let text = "# T\n\n```sh\nkubectl logs web-0 | grep -c 'password: hunter2'\nkubectl get pods -l token=abc123def456\n\
                sshpass -p hunter2 ssh root@10.0.0.1 'qm list'\n```\n\n\
                ```promql\nup{password=\"hunter2\"}\n```\n";
    let runbook = parse(text);
    let readings: Vec<&Reading> = runbook.commands.iter().map(|command| &command.reading).collect();
    let [logs, pods, list, query] = readings.as_slice() else { panic!("{readings:?}") };
    assert!(!matches!(pods, Reading::Check { .. }), "{pods:?}");
    for (at, reading) in [logs, query].into_iter().enumerate() {
        let Reading::Unknown(refusal) = reading else { panic!("{at}: {reading:?}") };
        assert!(refusal.reason.contains("dots"), "{}", refusal.reason);
        assert_eq!(refusal.cause, Cause::UnknownPart);
    }
    // A login beside the question is not asked.
    assert!(matches!(list, Reading::Check { .. }), "{list:?}");
    assert!(!format!("{runbook:?}").contains("hunter2"));
    let marked = runbook.commands[0].marks.iter().any(|mark| mark.kind == MarkKind::Masked);
    assert!(marked, "the dots are marked");
}

#[test]
fn steps_are_numbered_headings_or_sections_that_act() {
    let titles = |text: &str| parse(text).steps.into_iter().map(|step| step.title).collect::<Vec<_>>();
    assert_eq!(
        titles("# T\n\n## Meaning\n\nx\n\n## Diagnosis\n\nx\n\n## Mitigation\n\nx\n"),
        ["Diagnosis", "Mitigation"]
    );
    assert_eq!(
        titles(
            "# T\n\n## Troubleshooting\n\nx\n\n### 1. Look\n\nx\n\n### 2. Fix\n\nx\n\n## Related\n\n`kubectl get pods`\n"
        ),
        ["1. Look", "2. Fix"]
    );
    assert_eq!(
        titles("# T\n\n## Step 1 - Look\n\n### Sub\n\n`kubectl get pods`\n\n## Notes\n\nx\n"),
        ["Step 1 - Look"]
    );
    assert_eq!(titles("# T\n\n## Anything\n\n```sh\nkubectl get pods\n```\n"), ["Anything"]);
}

#[test]
fn takes_promql_for_what_it_is() {
    let book = text::parse(
        "# A\n\nFires when `rate(x{pod=\"<pod>\"}[5m]) > 1 for 10m`; see `up` and `a > 5`.\n\n```promql\n# The disks\nrate(y[5m])\n```\n\n\
         ```yaml\n- alert: B\n  expr: up == 0\n  for: 5m\n```\n\n```yaml\nkind: Pod\n```\n",
    );
    let texts: Vec<(&str, usize, Option<&str>)> =
        book.commands.iter().map(|command| (command.text.as_str(), command.line, command.label.as_deref())).collect();
    let expected = [
        ("rate(x{pod=\"<pod>\"}[5m]) > 1 for 10m", 3, None),
        ("rate(y[5m])", 7, Some("The disks")),
        ("up == 0", 12, None),
    ];
    assert_eq!(texts, expected);
    assert_eq!(book.commands[0].parameters, ["pod"]);
    assert!(book.commands.iter().all(|command| matches!(command.reading, command::check::Reading::Check { .. })));
}
