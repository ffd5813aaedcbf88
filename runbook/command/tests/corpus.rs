//! The measures over real commands: what share becomes checks, and that nothing that changes something does.
//! Reads a large collection that lies beside the checkout, and says of each test that it did not run where it does not.

use std::{collections::BTreeMap, fs, process::ExitCode};

use command::{
    check::{Cause, Reading},
    recognition::recognise,
};
use libtest_mimic::{Arguments, Completion, Trial};
use serde_json::Value;

/// Commands of class `change` or `session` in the corpus that are checks, each with why the class is wrong.
const WRONG_CLASSES: &[(&str, &str)] = &[];

struct Sample {
    tool: String,
    class: String,
    wrapper: Option<String>,
    command: String,
}

fn corpus(text: &str) -> Vec<Sample> {
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

/// Tests of the collection of commands, which do not run where it is not.
fn of_commands(name: &str, test: fn(&[Sample])) -> Trial {
    Trial::ignorable_test(name, move || match fixtures::beside_the_checkout("corpus/commands.jsonl") {
        Err(reason) => Ok(Completion::ignored_with(reason)),
        Ok(path) => {
            test(&corpus(&fs::read_to_string(path)?));
            Ok(Completion::Completed)
        }
    })
}

fn main() -> ExitCode {
    let tests =
        vec![of_commands("the_measures_hold", the_measures_hold), of_commands("checks_come_back", checks_come_back)];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

/// A check, printed as a command and read again, is the same check.
fn checks_come_back(corpus: &[Sample]) {
    let mut count = 0;
    for sample in corpus {
        let Reading::Check { check } = recognise(&sample.command) else { continue };
        let text = check.to_string();
        match recognise(&text) {
            Reading::Check { check: again } => assert_eq!(*again, *check, "{text}"),
            other => panic!("{text}\nis no longer a check: {other:?}\n{check:?}"),
        }
        count += 1;
    }
    assert!(count > 1_000, "only {count} checks");
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
fn the_measures_hold(corpus: &[Sample]) {
    println!("{} commands\n", corpus.len());
    print_outcomes(corpus);
    let kubectl = tally(corpus, is_kubectl);
    kubectl.print("\nkubectl, oc, k3s (at least 97 %)");
    let proxmox = tally(corpus, is_proxmox);
    proxmox.print("\nProxmox tools (at least 90 %)");
    let changing = find_changing_checks(corpus);
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
