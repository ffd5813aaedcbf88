//! Sizes, spans and instants as Proxmox' tools write them.

use super::real;
use document::time::Timestamp;

/// How far a node's clock is ahead of UTC, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offset(pub i64);

impl Offset {
    /// `2026-02-26 02:23:41` by the node's clock.
    pub fn date_time(self, epoch_s: i64) -> String {
        let at = Timestamp(epoch_s.saturating_add(self.0).saturating_mul(1_000));
        format!("{} {}", at.date(), at.clock())
    }

    /// The instant that the node's clock shows as this one.
    pub fn to_epoch(self, local_s: i64) -> i64 {
        local_s.saturating_sub(self.0)
    }
}

/// `30.68 GiB`.
pub fn bytes(value: f64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = value;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.2} {}", UNITS[unit])
}

/// `5w 2d 1h 22m 24s`, units of zero left out.
pub fn duration(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, length) in [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    parts.join(" ")
}

/// `9.96%` of a share between 0 and 1.
pub fn percentage(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// How `free` and `df` are told to write sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Whole units of so many bytes.
    Units(u64),
    /// The largest binary unit that fits: `2.9G`, with `i` behind it where the tool writes so.
    Human {
        /// Powers of 1,000 in place of 1,024.
        is_decimal: bool,
    },
}

/// As `df -h` writes: rounded up, one decimal below ten.
pub fn df_size(value: u64, scale: Scale) -> String {
    match scale {
        Scale::Units(unit) => value.div_ceil(unit).to_string(),
        Scale::Human { is_decimal } => human(value, if is_decimal { 1_000.0 } else { 1_024.0 }, f64::ceil, ""),
    }
}

/// As `free -h` writes: `2.9Gi`, rounded.
pub fn free_size(value: u64, scale: Scale) -> String {
    match scale {
        Scale::Units(unit) => (value / unit).to_string(),
        Scale::Human { .. } if value < 1_024 => format!("{value}B"),
        Scale::Human { .. } => human(value, 1_024.0, f64::round, "i"),
    }
}

fn human(value: u64, step: f64, round: impl Fn(f64) -> f64, suffix: &str) -> String {
    const UNITS: [&str; 6] = ["", "K", "M", "G", "T", "P"];
    let mut amount = real(value);
    let mut unit = 0;
    while amount >= step && unit + 1 < UNITS.len() {
        amount /= step;
        unit += 1;
    }
    let tenths = round(amount * 10.0) / 10.0;
    let suffix = if unit == 0 { "" } else { suffix };
    if unit > 0 && tenths < 10.0 {
        format!("{tenths:.1}{}{suffix}", UNITS[unit])
    } else {
        format!("{:.0}{}{suffix}", round(amount), UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_sizes_as_each_tool_does() {
        assert_eq!(bytes(32_944_332_800.0), "30.68 GiB");
        assert_eq!(bytes(512.0), "512.00 B");
        assert_eq!(df_size(94 << 30, Scale::Human { is_decimal: false }), "94G");
        assert_eq!(df_size((9 << 30) + 1, Scale::Human { is_decimal: false }), "9.1G");
        assert_eq!(df_size(1_025, Scale::Units(1_024)), "2");
        assert_eq!(free_size(128 << 30, Scale::Human { is_decimal: false }), "128Gi");
        assert_eq!(free_size(943_718_400, Scale::Human { is_decimal: false }), "900Mi");
        assert_eq!(free_size(3_100_000_000, Scale::Human { is_decimal: false }), "2.9Gi");
        assert_eq!(free_size(0, Scale::Human { is_decimal: false }), "0B");
        assert_eq!(free_size(2_097_151, Scale::Units(1 << 20)), "1");
    }

    #[test]
    fn writes_spans_and_instants() {
        assert_eq!(duration(3_201_744), "5w 2d 1h 22m 24s");
        assert_eq!(duration(0), "");
        assert_eq!(Offset(0).date_time(1_772_063_999), "2026-02-25 23:59:59");
        assert_eq!(Offset(46_800).date_time(1_772_063_999), "2026-02-26 12:59:59");
        assert_eq!(percentage(0.0996), "9.96%");
    }
}
