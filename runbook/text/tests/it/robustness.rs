//! Texts that nobody should write: cut at random, nested without end, one line of ten megabytes.

use fixtures::draws;
use text::parse;

use crate::{corpus::assert_holds_together, shared};

/// Marks that open something, put where nobody closes it.
const SPLINTERS: [&str; 22] = [
    "\0",
    "```\n",
    "~~~",
    "> ",
    "- ",
    "    ",
    "<details>",
    "</summary>",
    "<!--",
    "](javascript:x)",
    "[^1]: ",
    "|---|\n",
    "!!! note\n",
    "---\n",
    "+++\n",
    "\u{202e}",
    "password: hunter2 ",
    "\r",
    "🔥",
    "$(",
    "'",
    "sshpass -p 'x\n",
];

#[test]
fn survives_pieces_of_real_files_cut_and_joined_at_random() {
    let files = shared::library();
    draws::hold(600, 16, |draws| {
        let mut text = String::new();
        for _ in 0..1 + draws.below(4) {
            let (_, file) = &files[draws.below(files.len())];
            let bytes = file.as_bytes();
            let start = draws.below(bytes.len());
            let end = (start + draws.below(3_000)).min(bytes.len());
            text.push_str(&String::from_utf8_lossy(&bytes[start..end]));
            text.push_str(draws.pick(&SPLINTERS));
        }
        assert_holds_together(&parse(&text), &text, "pieces");
    });
}

#[test]
fn survives_nesting_without_end() {
    let deep = 10_000;
    let staircase: String = (0..1_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    for text in [
        ">".repeat(deep) + "x",
        "> ".repeat(deep) + "`kubectl get pods`",
        "- ".repeat(deep) + "x",
        "1. ".repeat(deep) + "x",
        staircase,
        "*_".repeat(deep) + "x" + &"_*".repeat(deep),
        "[".repeat(deep) + "x" + &"](y)".repeat(deep),
        "![".repeat(deep),
        "<details>\n".repeat(deep),
        "<details><summary>".repeat(deep),
        "<details>\n\n> ".repeat(deep),
        "<a<b ".repeat(deep),
        "<script>".repeat(deep) + &"</script>".repeat(deep),
        "`".repeat(deep) + "x",
        "|".repeat(deep) + "\n" + &"|-".repeat(deep) + "|\n|a|",
        "[^a]: ".repeat(deep),
        "!!! note\n    ".repeat(deep),
        "---\n".to_owned() + &"[".repeat(deep) + "\n---\n",
        "---\n".to_owned() + &"a: &a [*a,".repeat(deep) + "\n---\n",
        "+++\nx = ".to_owned() + &"[".repeat(deep) + "\n+++\n",
    ] {
        let runbook = parse(&text);
        assert_holds_together(&runbook, &text, &text[..20]);
        drop(serde_json::to_string(&runbook).expect("what was read can be sent"));
    }
}

#[test]
fn survives_long_lines_of_anything() {
    let bytes = 200_000;
    for unit in [
        "a",
        "`",
        "[",
        "*a ",
        "<",
        "kubectl get pods ",
        "password: x1 ",
        "\0",
        "_",
        "| ",
        "&",
        "\\",
        "https://",
        ":",
        "02:00-",
    ] {
        let text = unit.repeat(bytes / unit.len());
        assert_holds_together(&parse(&text), &text, unit);
        let fence = format!("```sh\n{text}");
        assert_holds_together(&parse(&fence), &fence, unit);
    }
}

#[test]
fn survives_a_line_of_ten_megabytes() {
    let text = "kubectl get pods -n kube-system ".repeat((10 << 20) / 32);
    let runbook = parse(&format!("```\n{text}\n```\n"));
    assert!(!runbook.blocks.is_empty());
}

#[test]
fn marks_are_places_in_the_command_whatever_follows_its_quotes() {
    for tail in ["🔥", "\u{fffd}", "é'", "\\é", "'é"] {
        let text = format!("```sh\nssh root@h \"pct exec 103 -- ls\"{tail}\n```\n");
        assert_holds_together(&parse(&text), &text, tail);
    }
}

#[test]
fn reads_nothing_out_of_nothing() {
    for text in ["", "\n", "\u{feff}", "\r\n\r\n", " ", "---", "---\n---\n", "#", "```"] {
        let runbook = parse(text);
        assert!(runbook.commands.is_empty() && runbook.steps.is_empty(), "{text:?}");
        assert_holds_together(&runbook, text, text);
    }
}
