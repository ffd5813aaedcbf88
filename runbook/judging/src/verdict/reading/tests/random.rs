//! Random patterns, written as cells, are read as themselves.

use super::*;

/// A linear congruential generator: the same patterns on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A term of one kind; terms of one kind may stand as a choice, those of different kinds beside each other.
    fn leaf(&mut self, kind: usize) -> Condition {
        use crate::verdict::language::{ExitCodes, NodeTrouble, Probe};
        let reason = |name: &str| Clause::Reason(name.to_owned());
        Condition::Is(match kind {
            0 => {
                let from = self.pick(&[0, 1, 2, 126, 134]);
                let to = if self.below(3) == 0 { from + 3 } else { from };
                Clause::Exit(ExitCodes { from, to })
            }
            1 => {
                reason(self.pick(&["OOMKilled", "ImagePullBackOff", "CreateContainerConfigError", "InvalidImageName"]))
            }
            2 => reason(self.pick(&["FailedMount", "FailedScheduling", "FailedAttachVolume"])),
            3 => {
                let words = self.pick(&["disk is broken", "no such table", "cannot open queue", "quota is spent"]);
                let place = self.pick(&[Place::Anywhere, Place::Logs, Place::PreviousLog, Place::Events]);
                let mut parts = vec![match self.below(3) {
                    0 => LinePart::Says(self.pick(&[Saying::Refused, Saying::Timeout, Saying::NoSpace])),
                    1 => LinePart::Regex("level=(fatal|panic).*".into()),
                    _ => LinePart::Words(words.to_owned()),
                }];
                if self.below(3) == 0 {
                    parts.push(LinePart::Address(self.pick(&["10.0.0.7:5432", "10.96.0.1"]).to_owned()));
                }
                Clause::Line { parts, place }
            }
            4 => Clause::Probe(self.pick(&[Probe::Liveness, Probe::Readiness, Probe::Startup])),
            5 => Clause::Node(self.pick(&[NodeTrouble::NotReady, NodeTrouble::Disk, NodeTrouble::Memory])),
            _ => Clause::Restarts { more_than: self.pick(&[0, 5, 12]) },
        })
    }

    fn choice(&mut self, kind: usize) -> Condition {
        let (one, two) = (self.leaf(kind), self.leaf(kind));
        let denied = kind == 1 && self.below(4) == 0;
        match () {
            () if denied => Condition::Not(Box::new(one)),
            () if kind < 4 && one != two && self.below(2) == 0 => Condition::Any(vec![one, two]),
            () => one,
        }
    }
}

#[test]
fn random_patterns_written_as_cells_are_read_as_themselves() {
    let mut random = Random(11);
    for _ in 0..2_000 {
        let first = random.below(7);
        let mut parts = vec![random.choice(first)];
        for step in 1..=random.below(3) {
            parts.push(random.choice((first + step * 2) % 7));
        }
        let wanted = if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) };
        let cell = wanted.write_cell();
        assert_eq!(short(&read(&cell)), write(&wanted), "{cell}");
    }
}
