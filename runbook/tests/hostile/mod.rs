//! Texts that would cost far more than their length if any step of reading were worse than linear. Each shape makes a
//! text of about the wanted size.

/// A shape, by name.
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// Every shape there is.
pub(crate) const SHAPES: &[Shape] = &[
    ("variables that double", variables_that_double),
    ("variables in every line", variables_in_every_line),
    ("variables of answers in answers", answers_in_answers),
    ("answers used often", answers_used_often),
    ("loops in command lines in loops", loops_in_loops),
    ("stages in command lines in stages", stages_in_stages),
    ("aliases and exports", aliases_and_exports),
    ("here-documents", here_documents),
    ("quotes never closed", |size| fence("kubectl get pods 'x\n", size)),
    ("loops never closed", |size| fence("for i in 1 2; do\n", size)),
    ("here-documents never closed", |size| fence("cat <<EOF | grep x\n", size)),
    ("continued lines", |size| fence("kubectl get pods \\\n", size)),
    ("one line of substitutions", |size| fence_line("kubectl get pods ", "$(x) ", size)),
    ("one line of open substitutions", |size| fence_line("kubectl get pods ", "$(", size)),
    ("one line of closed substitutions", closed_substitutions),
    ("one line of backtick pairs", |size| fence_line("kubectl get pods ", "`", size)),
    ("one line of placeholders", |size| fence_line("kubectl get pods ", "<pod> ", size)),
    ("one line of braces", |size| fence_line("kubectl get pods ", "{a", size)),
    ("one line of brackets", |size| fence_line("kubectl get pods ", "[[x", size)),
    ("one line of pipes", |size| fence_line("kubectl get pods ", "| grep x ", size)),
    ("one line of questions", |size| fence_line("kubectl get pods ", "; kubectl get pods ", size)),
    ("one line of redirections", |size| fence_line("kubectl get pods ", "> a ", size)),
    ("lines of commands", |size| fence("kubectl get pods -n web | grep -v Running\n", size)),
    ("one command in many spans", |size| fill("`kubectl get pods -A` ", size)),
    ("many fences", |size| fill("```bash\nqm list\n```\n\n", size)),
    ("prompts", |size| fence("root@pve1:~# qm list\nVMID NAME\n", size)),
    ("large classes", |size| fence(r"kubectl get pods | grep -iP '\w{100}'", size)),
    ("repeated repetitions", |size| fence_line("kubectl get pods | grep -E 'a", "*", size)),
    ("repeated groups", |size| fence_line("kubectl get pods | grep -E '(a)", "+*", size)),
    ("nested groups", |size| fence_line("kubectl get pods | grep -E '", "(a", size)),
    ("nested repetitions", |size| fence(r"kubectl get pods | grep -E '((((a{9}){9}){9}){9}){9}'", size)),
    ("open braces of a pattern", |size| fence_line("kubectl get pods | grep -E 'a", "{1", size)),
    ("sed scripts", |size| fence(r"kubectl get pods | sed -E 's/(\w{50}){9}/x/g; s/[[:alpha:]]{90}/y/'", size)),
    ("awk programs", |size| fence("kubectl get pods | awk '/[[:alpha:]]{90}/ && $3 ~ /(a{9}){9}/ {print $1}'", size)),
    ("long jq programs", |size| fence("kubectl get pods -o json | jq '.items[] | .a | .b | [.c, .d] | add'", size)),
    ("nested jq programs", |size| fence_line("kubectl get pods -o json | jq '", "[", size)),
    ("nested awk programs", |size| fence_line("kubectl get pods | awk '{print ", "(", size)),
    ("templates", |size| fence("kubectl get pods -o go-template='{{range .items}}{{.a.b}}{{end}}'", size)),
    ("paths", |size| fence("kubectl get pods -o jsonpath='{range .items[?(@.a==\"b\")]}{.x}{end}'", size)),
    ("promql", |size| format!("```promql\n{}\n```\n", fill("sum by (a) (rate(b[5m])) > 1\n\n", size))),
    ("nested promql", |size| format!("```promql\n{}\n```\n", fill("(", size))),
    ("one address and parentheses", |size| format!("https://x.org/{}", fill(")", size))),
    ("bare addresses", |size| fill("https://x.org ", size)),
    ("bare addresses without blanks", |size| fill("https://x.org/?", size)),
    ("one address and punctuation", |size| format!("https://x.org/{}", fill(").", size))),
    ("schemes without a host", |size| fill("http:// ", size)),
    ("schemes without a host or blanks", |size| fill("http://", size)),
    ("one scheme and text", |size| format!("http:// {}", fill("word ", size))),
    ("headings", |size| fill("# a\n\n", size)),
    ("headings of different names", |size| numbered("## Step {}: x\n\n", size)),
    ("headings that count up", |size| numbered("## a-{}\n\n## a\n\n", size)),
    ("wiki links", |size| fill("[[x]] ", size)),
    ("wiki links with text", |size| fill("[[x|y]] ", size)),
    ("links", |size| fill("[a](b.md) ", size)),
    ("links of different names", |size| numbered("[a](b{}.md) ", size)),
    ("open brackets", |size| fill("[", size)),
    ("open pictures", |size| fill("![", size)),
    ("open links", |size| fill("[a](", size)),
    ("open angles", |size| fill("<", size)),
    ("open tags", |size| fill("<a href=\"", size)),
    ("folding parts", |size| fill("<details>\n", size)),
    ("folding parts in a line", |size| fill("<details><summary>", size)),
    ("comments never closed", |size| fill("<!-- ", size)),
    ("shortcodes never closed", |size| fill("{{< ", size)),
    ("shortcodes", |size| fill("{{< note >}} ", size)),
    ("stars", |size| fill("*a **b ", size)),
    ("underscores", |size| fill("_a __b ", size)),
    ("tildes", |size| fill("~a ~~b ", size)),
    ("backticks of growing length", backticks),
    ("dollars", |size| fill("$a$ ", size)),
    ("footnotes", |size| numbered("[^{0}]\n\n[^{0}]: x\n\n", size)),
    ("references", |size| numbered("[a{0}]: x{0}\n", size)),
    ("reference uses", |size| format!("[a]: x\n\n{}", fill("[a] ", size))),
    ("quotes in quotes", |size| fill(">", size)),
    ("lists in lists", lists),
    ("admonitions", |size| fill("!!! note \"x\"\n    y\n\n", size)),
    ("admonitions in admonitions", admonitions),
    ("tables", |size| format!("| Symptom | Cause |\n|---|---|\n{}", fill("| `OOMKilled` | memory |\n", size))),
    ("wide tables", wide_table),
    ("tables without cells", |size| format!("|{}\n|{}\n{}", fill("a|", 2000), fill("-|", 2000), fill("x\n", size))),
    ("front matter", |size| format!("---\n{}---\n", numbered("key{}: value\n", size))),
    ("front matter nested", |size| format!("---\na: {}\n---\n", fill("[", size))),
    ("front matter of aliases", aliases),
    ("tasks", |size| fill("- [ ] a\n", size)),
    ("windows", |size| fill("Backup window 02:00-03:00 UTC\n\n", size)),
    ("one line of times", |size| fill("02:00-03:00 UTC ", size)),
    ("secrets", |size| fill("password: hunter2hunter2\n", size)),
    ("one line of secrets", |size| fill("password=hunter2hunter2 ", size)),
    ("one long word", |size| fill("aA1", size)),
    ("one line of equal signs", |size| fill("a=", size)),
    ("one line of colons", |size| fill("a: ", size)),
    ("private keys never closed", |size| fill("-----BEGIN PRIVATE KEY-----\n", size)),
    ("alerts", |size| numbered("# Alert: HomelabPod{}Down\n\n", size)),
    ("metadata", |size| format!("## Metadata\n\n{}", numbered("- **Key{}**: value\n", size))),
    ("paragraphs", |size| fill("Look at the pods first, then at the node.\n\n", size)),
    ("one paragraph", |size| fill("Look at the pods first, then at the node.\n", size)),
    ("line breaks", |size| fill("\n", size)),
    ("blanks", |size| fill(" ", size)),
    ("control characters", |size| fill("\u{1}", size)),
    ("many bytes to a letter", |size| fill("\u{1F9EA}", size)),
];

fn fill(part: &str, size: usize) -> String {
    part.repeat(size.div_ceil(part.len()))
}

fn fence(line: &str, size: usize) -> String {
    let line = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
    format!("```bash\n{}```\n", fill(&line, size))
}

fn fence_line(start: &str, part: &str, size: usize) -> String {
    format!("```bash\n{start}{}\n```\n", fill(part, size))
}

fn numbered(part: &str, size: usize) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&part.replace("{0}", &number.to_string()).replace("{}", &number.to_string()));
    }
    text
}

fn variables_that_double(size: usize) -> String {
    let line: String = (1..40).map(|n| format!("V{n}=$V{0}$V{0}; ", n - 1)).collect();
    let line = format!("V0=xxxxxxxxxxxxxxxx; {line}kubectl get pods $V39\n");
    format!("{}`{}`\n", fence(&line, size / 2), line.trim())
}

fn variables_in_every_line(size: usize) -> String {
    format!("```bash\n{}```\n", numbered("NAME_{0}=value{0}; kubectl get pods $NAME_{0}\n", size))
}

fn answers_in_answers(size: usize) -> String {
    let uses = |name: &str| format!("${name} ").repeat(200);
    let (a, b, c) = (uses("AAA"), uses("BBB"), uses("CCC"));
    let line = format!(
        "AAA=$(kubectl get pods)\nBBB=$(kubectl get pods {a})\nCCC=$(kubectl get pods {b})\nkubectl get pods {c}\n"
    );
    fence(&line, size)
}

fn answers_used_often(size: usize) -> String {
    let head = format!("AAA=$(kubectl get pods {})\n", "x".repeat(size.min(60_000) / 2));
    format!("```bash\n{head}kubectl get pods {}\n```\n", fill("$AAA ", size.min(60_000) / 2))
}

fn loops_in_loops(size: usize) -> String {
    let words: String = (0..32).map(|n| format!("{n} ")).collect();
    let inner = format!("for c in {words}; do kubectl get pods; done");
    let middle = format!("for b in {words}; do bash -c \\\"{inner}\\\"; done");
    fence(&format!("for a in {words}; do bash -c \"bash -c '{middle}'\"; done\n"), size)
}

fn stages_in_stages(size: usize) -> String {
    let inner = "odd x; odd y; odd z; odd w; ".repeat(20);
    fence(&format!("bash -c \"bash -c 'sh -c \\\"{inner}\\\" | odd; odd' | odd; odd\" | odd; odd\n"), size)
}

fn aliases_and_exports(size: usize) -> String {
    format!("```bash\n{}```\n", numbered("alias k{0}='kubectl get pods'\nexport NAME_{0}=web\nk{0} -A\n", size))
}

fn here_documents(size: usize) -> String {
    fence("cat <<EOF | kubectl apply -f -\na: b\nEOF\n", size)
}

fn closed_substitutions(size: usize) -> String {
    let depth = size / 3;
    format!("```bash\nkubectl get pods {}{}\n```\n", "$(".repeat(depth), ")".repeat(depth))
}

fn backticks(size: usize) -> String {
    let mut text = String::new();
    for length in 1.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&"`".repeat(length));
        text.push('a');
    }
    text
}

fn lists(size: usize) -> String {
    let mut text = String::new();
    for depth in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&"  ".repeat(depth % 400));
        text.push_str("- a\n");
    }
    text
}

fn admonitions(size: usize) -> String {
    let mut text = String::new();
    for depth in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&"    ".repeat(depth % 200));
        text.push_str("!!! note\n");
    }
    text
}

fn wide_table(size: usize) -> String {
    let cells = size / 8;
    format!("|{}\n|{}\n|{}\n", fill("a|", cells * 2), fill("-|", cells * 2), fill("b|", cells * 2))
}

fn aliases(size: usize) -> String {
    let mut text = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1.. {
        if text.len() >= size.min(4_000) {
            break;
        }
        text.push_str(&format!("a{n}: &a{n} [{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]\n", format!("*a{}", n - 1)));
    }
    text + "---\n# Title\n"
}
