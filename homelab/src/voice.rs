//! What containers log. A log is a pure function of a voice, a life and the time, so nothing is stored and it grows.

use document::time::Timestamp;

use super::{cluster::Death, dice::Dice, story::Trouble};

/// Lines of a log that are kept: a container log is rotated, so a life of months does not show its first line.
const KEPT_LINES: i64 = 2_000;

/// Lines with their distance from the moment they belong to, in milliseconds.
pub(crate) type Words = &'static [(i64, &'static str)];

/// How a program talks. Words in braces are filled in: `{iso}`, `{short}` and `{klog}` are times, `{n}`, `{ms}`,
/// `{code}`, `{hex}` and `{ip}` numbers, `{container}` and `{pod}` names.
#[derive(Debug)]
pub(crate) struct Voice {
    /// Lines after the start, 45 ms apart.
    pub(crate) opening: &'static [&'static str],
    /// Lines that go on, one after the other, for ever.
    pub(crate) steady: &'static [&'static str],
    /// Milliseconds from one steady line to the next.
    pub(crate) steady_every_ms: i64,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// When it was written.
    pub(crate) at: Timestamp,
    /// Microseconds beyond the millisecond, which tell lines of one moment apart.
    pub(crate) micros: i64,
    /// Without its line break.
    pub(crate) text: String,
}

/// Whose log it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker<'a> {
    pub(crate) voice: &'static Voice,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) container: &'a str,
    pub(crate) pod: &'a str,
}

impl Speaker<'_> {
    /// What a container that still lives has said by `now`.
    pub(crate) fn living(&self, started_at: Timestamp, now: Timestamp) -> Vec<Line> {
        let steady_from = started_at.plus_ms(1_000);
        let opening = (0_i64..).zip(self.voice.opening).map(|(i, text)| (started_at.plus_ms(20 + i * 45), i, *text));
        let said = now.ms_since(steady_from).div_euclid(self.voice.steady_every_ms) + 1;
        let first = (said - KEPT_LINES).max(0);
        let steady = (first..said).filter_map(|i| {
            let text =
                usize::try_from(i).ok().and_then(|i| self.voice.steady.get(i % self.voice.steady.len().max(1)))?;
            Some((steady_from.plus_ms(i * self.voice.steady_every_ms), i, *text))
        });
        opening
            .filter(|_| first == 0)
            .chain(steady)
            .filter(|(at, ..)| *at <= now)
            .map(|(at, index, text)| self.say(at, index, text))
            .collect()
    }

    /// Everything that a container said before its end.
    pub(crate) fn dead(&self, death: &Death) -> Vec<Line> {
        let started_at = death.life.started_at;
        let last_words = self.last_words(death);
        let silent_from = last_words.first().map_or(death.finished_at, |first| first.at);
        let mut lines = self.living(started_at, silent_from.max(started_at));
        lines.extend(last_words);
        lines
    }

    /// What it said of its end. A life can be shorter than its last words; none of them was said before it began.
    pub(crate) fn last_words(&self, death: &Death) -> Vec<Line> {
        let words = if death.exit_code == 0 { &[] } else { self.trouble.map_or(SUDDEN, Trouble::last_words) };
        let earliest = death.life.started_at.plus_ms(500).min(death.finished_at);
        (0_i64..)
            .zip(words)
            .map(|(index, (before_ms, text))| {
                self.say(death.finished_at.plus_ms(-before_ms).max(earliest), index, text)
            })
            .collect()
    }

    fn say(&self, at: Timestamp, index: i64, text: &str) -> Line {
        let mut dice = Dice::new(at.0.unsigned_abs(), &[self.pod, self.container, text]);
        let micros = dice.between(0, 1_000);
        let text = fill(text, |word| {
            Some(match word {
                "iso" => format!("{}T{}.{:03}Z", at.date(), at.clock(), at.0.rem_euclid(1_000)),
                "short" => at.clock(),
                "klog" => klog_header(at, micros),
                "n" => (index + 1).to_string(),
                "ms" => dice.between(2, 480).to_string(),
                "code" => dice.between(200, 340).to_string(),
                "hex" => dice.hex(12),
                "ip" => format!("10.244.{}.{}", dice.between(0, 4), dice.between(2, 250)),
                "container" => self.container.to_owned(),
                "pod" => self.pod.to_owned(),
                "payload" => long_payload(&mut dice),
                _ => return None,
            })
        });
        Line { at, micros, text }
    }
}

/// What a container without a trouble of its own says when it is made to crash.
const SUDDEN: Words = &[(15, "fatal: terminated unexpectedly")];

/// Replaces `{word}` by what `of` knows; other braces stay, for JSON has many.
fn fill(text: &str, mut of: impl FnMut(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let known = from.find('}').and_then(|close| Some((of(&from[1..close])?, close)));
        match known {
            Some((value, close)) => {
                filled.push_str(&value);
                rest = &from[close + 1..];
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Month, day, time and thread as Kubernetes' own programs head their lines: `1123 02:23:41.123456       1`.
fn klog_header(at: Timestamp, micros: i64) -> String {
    let date = at.date();
    let (month, day) = (&date[5..7], &date[8..10]);
    format!("{month}{day} {}.{:06}       1", at.clock(), at.0.rem_euclid(1_000) * 1_000 + micros)
}

/// `Feb 26 02:00:04`, as journals begin their lines.
pub(crate) fn syslog_stamp(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = at.date();
    let month = date[5..7].parse::<usize>().unwrap_or(1);
    format!("{} {} {}", MONTHS[(month - 1) % 12], &date[8..10], at.clock())
}

/// A line that nobody wants to see whole: about 6 kB.
fn long_payload(dice: &mut Dice) -> String {
    (0..120).map(|i| format!("{{\"id\":{i},\"sha\":\"{}\"}}", dice.hex(24))).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cluster::Life, voices::CONTROLLER};

    fn speaker() -> Speaker<'static> {
        Speaker { voice: &CONTROLLER, trouble: Some(Trouble::LostLeader), container: "kube-scheduler", pod: "p" }
    }

    fn death(life_ms: i64) -> Death {
        let started_at = Timestamp(1_800_000_000_000);
        let life = Life { id: "containerd://x".into(), started_at };
        Death { life, finished_at: started_at.plus_ms(life_ms), exit_code: 1, reason: "Error" }
    }

    #[test]
    fn grows_and_never_changes_what_was_said() {
        let start = Timestamp(1_800_000_000_000);
        let early = speaker().living(start, start.plus_ms(20_000));
        let late = speaker().living(start, start.plus_ms(60_000));
        assert!(late.len() > early.len());
        assert_eq!(late[..early.len()], early[..]);
        assert!(speaker().living(start, start.plus_ms(40 * 86_400_000)).len() as i64 <= KEPT_LINES);
    }

    #[test]
    fn ends_with_the_cause_within_its_life() {
        for life_ms in [3_000, 300_000] {
            let death = death(life_ms);
            let lines = speaker().dead(&death);
            assert!(lines.iter().all(|line| line.at >= death.life.started_at && line.at <= death.finished_at));
            let last = &lines.last().expect("it said something").text;
            assert!(last.ends_with("\"Leaderelection lost\""), "{last}");
            assert!(lines.iter().any(|line| line.text.contains("https://127.0.0.1:7445/")));
        }
    }

    #[test]
    fn dates_a_journal_by_its_day() {
        assert_eq!(syslog_stamp(Timestamp(1_835_400_000_000)), "Feb 29 01:20:00");
    }

    #[test]
    fn leaves_unknown_braces_alone() {
        assert_eq!(fill("{\"a\": {n}, {x}} {", |w| (w == "n").then(|| "7".into())), "{\"a\": 7, {x}} {");
    }
}
