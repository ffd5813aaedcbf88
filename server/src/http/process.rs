//! What the system tells of this process: memory, processor time, open files. Known on Linux; elsewhere it is left out.

use std::{fs, sync::atomic::AtomicU64};

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

/// Puts the figures under the names that `/metrics` shows.
pub(super) fn register(registry: &mut Registry) {
    if let Some(bytes) = fs::read_to_string("/proc/self/status").ok().and_then(|status| resident_bytes(&status)) {
        let gauge = Gauge::<i64>::default();
        gauge.set(bytes);
        registry.register("process_resident_memory_bytes", "Memory that is in use", gauge);
    }
    if let Some(seconds) = fs::read_to_string("/proc/self/stat").ok().and_then(|stat| processor_seconds(&stat)) {
        let counter = Counter::<f64, AtomicU64>::default();
        counter.inc_by(seconds);
        registry.register("process_cpu_seconds", "Processor time that was used", counter);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        registry.register("process_open_fds", "Files and connections that are open", gauge);
    }
}

fn resident_bytes(status: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

/// The fields utime and stime of proc(5), in hundredths of a second. The program's name before them may hold anything, and
/// ends with the last bracket.
fn processor_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((f64::from(user) + f64::from(system)) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_system_tells() {
        assert_eq!(resident_bytes("Name:\trunlight\nVmRSS:\t    2048 kB\nThreads:\t3\n"), Some(2_097_152));
        assert_eq!(resident_bytes("Name:\trunlight\n"), None);
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 2000 0 0 150 50 1 2 20 0 1 0 100 1000 100";
        assert_eq!(processor_seconds(stat), Some(2.0));
        assert_eq!(processor_seconds("7 (x) S 1"), None);
    }
}
