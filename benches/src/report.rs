//! The report: what was measured, on which machine, and how each figure grows.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use serde::Serialize;

use crate::Outcome;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// When, in UTC.
    made_at: String,
    /// `runlight 0.1.0`.
    version: String,
    /// The binary's size; one for development is ten times as large.
    binary_bytes: u64,
    processor: String,
    cores: usize,
    /// How busy the machine was when this began.
    load: String,
    pub(crate) rows: Vec<Row>,
}

/// One figure.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) what: String,
    /// Pods, readers, runbooks: what it grows with.
    pub(crate) size: usize,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

/// From here on a binary was surely built for development.
const LARGE_BYTES: u64 = 80_000_000;

impl Report {
    pub(crate) fn about(runlight: &Path) -> Outcome<Self> {
        let said = std::process::Command::new(runlight).arg("--version").output()?;
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
        Ok(Self {
            made_at: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M").to_string(),
            version: String::from_utf8_lossy(&said.stdout).trim().to_owned(),
            binary_bytes: fs::metadata(runlight)?.len(),
            processor: processor.trim_matches([' ', '\t', ':']).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or("?").to_owned(),
            rows: Vec::new(),
        })
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::from("# What one process does\n\n");
        let Self { version, made_at, processor, cores, load, .. } = self;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{version}, {made_at} UTC, {cores} cores of {processor}, load {load} at the beginning.");
        if self.binary_bytes > LARGE_BYTES {
            text.push_str("\n**This binary was built for development: its figures mean nothing.**\n");
        }
        text.push_str("\n| what | size | figure | grows with the power |\n|---|---:|---:|---:|\n");
        let growths = self.growths();
        for Row { what, size, value, unit } in &self.rows {
            let growth = growths.get(&(what.as_str(), *size)).map_or(String::new(), |power| format!("{power:.2}"));
            let _ = writeln!(text, "| {what} | {size} | {value:.1} {unit} | {growth} |");
        }
        text
    }

    /// Of figures at several sizes the power by which they grow from the smallest to the largest: 1 is linear, 0 none.
    fn growths(&self) -> BTreeMap<(&str, usize), f64> {
        let mut by_name: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            by_name.entry(&row.what).or_default().push(row);
        }
        let power = |rows: &Vec<&Row>| {
            let (first, last) = (rows.first()?, rows.last()?);
            let grown = last.size as f64 / first.size as f64;
            (grown > 1.0 && first.value > 0.0).then(|| (last.value / first.value).ln() / grown.ln())
        };
        by_name.into_iter().filter_map(|(what, rows)| Some(((what, rows.last()?.size), power(&rows)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_by_which_power_a_figure_grows() {
        let row = |size, value| Row { what: "memory".into(), size, value, unit: "MB" };
        let mut report = Report {
            made_at: "2026-11-30 22:00".into(),
            version: "runlight 0.1.0".into(),
            binary_bytes: 1,
            processor: "p".into(),
            cores: 2,
            load: "0.1".into(),
            rows: vec![row(10, 1.0), row(20, 2.0), row(40, 16.0)],
        };
        let text = report.to_markdown();
        assert!(
            text.contains("| memory | 40 | 16.0 MB | 2.00 |") && text.contains("| memory | 10 | 1.0 MB |  |"),
            "{text}"
        );
        assert!(!text.contains("mean nothing"));
        report.binary_bytes = LARGE_BYTES + 1;
        assert!(report.to_markdown().contains("mean nothing"));
    }
}
