//! The measures over real commands: what share becomes checks, and that nothing that changes something does.
//! Needs the shared corpus; prints its report with `--nocapture`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use command::{
    check::{Cause, Reading},
    recognition::recognise,
};
use serde_json::Value;

/// Commands of class `change` or `session` in the corpus that are checks, each with why the class is wrong.
const WRONG_CLASSES: &[(&str, &str)] = &[];

struct Sample {
    tool: String,
    class: String,
    wrapper: Option<String>,
    command: String,
}

fn corpus() -> Vec<Sample> {
    let shared = std::env::var_os("RUNLIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("corpus/commands.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}. Set RUNLIGHT_SHARED to the folder that holds corpus/commands.jsonl.", path.display())
    });
    let field = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let sample = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("each line is a JSON object");
        Sample {
            tool: field(&value, "tool").expect("a tool"),
            class: field(&value, "class").expect("a class"),
            wrapper: field(&value, "wrapper"),
            command: field(&value, "command").expect("a command"),
        }
    };
    text.lines().map(sample).collect()
}

fn is_kubectl(sample: &Sample) -> bool {
    matches!(sample.tool.as_str(), "kubectl" | "oc" | "k3s")
}

/// Programs that Proxmox VE and Proxmox Backup Server bring.
const PROXMOX_TOOLS: [&str; 9] = [
    "qm",
    "pct",
    "pvesh",
    "pvesm",
    "pvecm",
    "pveversion",
    "ha-manager",
    "proxmox-backup-manager",
    "proxmox-backup-client",
];

#[derive(Default)]
struct Tally {
    checks: usize,
    all: usize,
    in_guests: usize,
    secret_data: usize,
    missed: Vec<String>,
}

impl Tally {
    fn add(&mut self, sample: &Sample) {
        let in_guest =
            matches!(sample.wrapper.as_deref(), Some("kubectl exec" | "kubectl rsh" | "pct exec" | "qm guest exec"))
                || ["kubectl debug", "oc debug", "kubectl run"]
                    .contains(&sample.wrapper.as_deref().unwrap_or_default());
        match recognise(&sample.command) {
            _ if in_guest => self.in_guests += 1,
            Reading::Refused(refusal) if refusal.cause == Cause::SecretData => self.secret_data += 1,
            Reading::Check { .. } => {
                self.checks += 1;
                self.all += 1;
            }
            Reading::Refused(refusal) | Reading::Unknown(refusal) => {
                self.all += 1;
                self.missed.push(format!(
                    "{:?}: {}\n      {}",
                    refusal.cause,
                    refusal.reason,
                    sample.command.replace('\n', "\\n")
                ));
            }
        }
    }

    fn percent(&self) -> f64 {
        100.0 * self.checks as f64 / self.all.max(1) as f64
    }

    fn print(&self, what: &str) {
        println!(
            "{what}: {} of {} become checks, {:.1} % (left out: {} run inside containers or guests, {} print Secret data)",
            self.checks,
            self.all,
            self.percent(),
            self.in_guests,
            self.secret_data
        );
        for missed in &self.missed {
            println!("  - {missed}");
        }
    }
}

/// One report with every figure, in the order of the measures; then the judgement.
#[test]
fn the_measures_hold() {
    let corpus = corpus();
    println!("{} commands\n", corpus.len());
    print_outcomes(&corpus);
    let kubectl = tally(&corpus, is_kubectl);
    kubectl.print("\nkubectl, oc, k3s (at least 97 %)");
    let proxmox = tally(&corpus, is_proxmox);
    proxmox.print("\nProxmox tools (at least 90 %)");
    let changing = find_changing_checks(&corpus);
    println!("\ncommands of class change or session that become checks (none): {}", changing.len());
    changing.iter().for_each(|command| println!("  - {command}"));
    println!("exceptions, whose class is wrong: {}", WRONG_CLASSES.len());
    WRONG_CLASSES.iter().for_each(|(command, why)| println!("  - {command}: {why}"));
    assert!(kubectl.percent() >= 97.0 && kubectl.all > 1_000, "{} of {}", kubectl.checks, kubectl.all);
    assert!(proxmox.percent() >= 90.0 && proxmox.all > 50, "{} of {}", proxmox.checks, proxmox.all);
    assert!(changing.is_empty(), "{changing:#?}");
}

fn tally(corpus: &[Sample], is_counted: fn(&Sample) -> bool) -> Tally {
    let mut tally = Tally::default();
    corpus.iter().filter(|sample| is_counted(sample) && sample.class == "read").for_each(|sample| tally.add(sample));
    tally
}

fn is_proxmox(sample: &Sample) -> bool {
    let first = sample.command.split_whitespace().find(|word| !matches!(*word, "sudo")).unwrap_or_default();
    PROXMOX_TOOLS.contains(&sample.tool.as_str()) || PROXMOX_TOOLS.contains(&first)
}

fn find_changing_checks(corpus: &[Sample]) -> Vec<String> {
    let changes = |sample: &&Sample| matches!(sample.class.as_str(), "change" | "session");
    let is_listed = |sample: &Sample| WRONG_CLASSES.iter().any(|(command, _)| *command == sample.command);
    let found = corpus.iter().filter(changes).filter(|sample| !is_listed(sample));
    let found = found.filter(|sample| matches!(recognise(&sample.command), Reading::Check { .. }));
    found.map(|sample| format!("{}: {}", sample.class, sample.command)).collect()
}

fn print_outcomes(corpus: &[Sample]) {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for sample in corpus {
        let outcome = match recognise(&sample.command) {
            Reading::Check { .. } => "check",
            Reading::Refused(_) => "refused",
            Reading::Unknown(_) => "unknown",
        };
        *counts.entry((sample.class.as_str(), outcome)).or_default() += 1;
    }
    for ((class, outcome), count) in &counts {
        println!("{class:8} {outcome:8} {count:5}");
    }
}
