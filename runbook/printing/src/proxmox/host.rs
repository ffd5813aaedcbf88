//! The node as a host: `uptime`, `free`, `df`, `uname`, `pveversion` and a few files of `/proc`, of its status.

use document::loose;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    Level, Object, Sheet, plain, real,
    storage::Space,
    units::{Offset, Scale, df_size, free_size},
};
use command::check::HostWord;

/// `/nodes/{node}/status`, as far as it is printed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeStatus {
    /// In seconds.
    #[serde(default, deserialize_with = "loose::count")]
    pub uptime: u64,
    /// Over 1, 5 and 15 minutes. One product writes texts, the other numbers.
    #[serde(deserialize_with = "loads")]
    pub loadavg: Vec<String>,
    /// Main memory.
    pub memory: Memory,
    /// Swap space.
    pub swap: Option<Space>,
    /// The root file system.
    #[serde(alias = "root")]
    pub rootfs: Space,
    /// The kernel that runs.
    #[serde(rename = "current-kernel")]
    pub kernel: Option<Kernel>,
    /// `pve-manager/9.0.10/deb1ca707ec72a89`; a backup server has none.
    pub pveversion: Option<String>,
    /// Processors.
    pub cpuinfo: Option<Processors>,
}

/// Main memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Memory {
    /// All of it.
    #[serde(deserialize_with = "loose::needed_count")]
    pub total: u64,
    /// Taken.
    #[serde(deserialize_with = "loose::needed_count")]
    pub used: u64,
    /// Unused.
    #[serde(deserialize_with = "loose::needed_count")]
    pub free: u64,
    /// What programs may still take; older hosts do not tell.
    #[serde(default, deserialize_with = "loose::maybe_count")]
    pub available: Option<u64>,
}

/// A kernel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Kernel {
    /// `Linux`.
    pub sysname: String,
    /// `6.14.11-2-pve`.
    pub release: String,
    /// `#1 SMP PREEMPT_DYNAMIC PMX …`.
    pub version: String,
    /// `x86_64`.
    pub machine: String,
}

/// Processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Processors {
    /// How many there are.
    #[serde(deserialize_with = "loose::needed_count")]
    pub cpus: u64,
}

fn loads<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let loads = Vec::<Value>::deserialize(deserializer)?;
    Ok(loads.iter().map(|load| load.as_f64().map_or_else(|| plain(load), |load| format!("{load:.2}"))).collect())
}

/// `uptime`.
pub fn uptime(status: &NodeStatus, now_s: i64, offset: Offset, is_pretty: bool) -> Sheet {
    let load = status.loadavg.join(", ");
    let line = if is_pretty {
        format!("up {}", spelled(status.uptime))
    } else {
        let clock = offset.date_time(now_s);
        let clock = clock.split(' ').nth(1).unwrap_or("");
        format!(" {clock} up {},  load average: {load}", running(status.uptime))
    };
    let mut sheet = Sheet::text([line]);
    if !is_pretty {
        sheet = sheet.note("The API does not tell how many users are logged in: their number is left out.");
    }
    let first = status.loadavg.first().and_then(|load| load.parse::<f64>().ok());
    if let (Some(load), Some(processors)) = (first, status.cpuinfo)
        && load > real(processors.cpus)
    {
        sheet.find(Level::Warn, format!("Load {load} on {} processors.", processors.cpus));
    }
    sheet
}

/// `37 days,  1:22`, as uptime has it.
fn running(uptime_s: u64) -> String {
    let (days, hours, minutes) = (uptime_s / 86_400, uptime_s / 3_600 % 24, uptime_s / 60 % 60);
    let clock = if hours > 0 { format!("{hours:2}:{minutes:02}") } else { format!("{minutes} min") };
    match days {
        0 => clock,
        1 => format!("1 day, {clock}"),
        days => format!("{days} days, {clock}"),
    }
}

/// `5 weeks, 2 days, 1 hour, 22 minutes`, as uptime -p has it.
fn spelled(uptime_s: u64) -> String {
    let minutes = uptime_s / 60;
    let parts = [
        ("week", minutes / 10_080),
        ("day", minutes / 1_440 % 7),
        ("hour", minutes / 60 % 24),
        ("minute", minutes % 60),
    ];
    let parts = parts.into_iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(unit, count)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" })).collect();
    if parts.is_empty() { "0 minutes".into() } else { parts.join(", ") }
}

/// `free`.
pub fn free(status: &NodeStatus, scale: Scale, has_total: bool) -> Sheet {
    let size = |value: u64| free_size(value, scale);
    let mut sheet =
        Sheet::table(&[("Memory", false), ("Total", true), ("Used", true), ("Free", true), ("Available", true)]);
    sheet.frame(format!(
        "{:8}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "", "total", "used", "free", "shared", "buff/cache", "available"
    ));
    let memory = status.memory;
    let available = memory.available.map_or_else(|| "-".to_owned(), size);
    let line = format!(
        "{:8}{:>12}{:>12}{:>12}{:>12}{:>12}{available:>12}",
        "Mem:",
        size(memory.total),
        size(memory.used),
        size(memory.free),
        "-",
        "-"
    );
    sheet.row(line, vec!["Mem".into(), size(memory.total), size(memory.used), size(memory.free), available]);
    let swap = status.swap;
    if let Some(swap) = swap {
        let cells = [swap.total, swap.used, swap.left()].map(size);
        let line = format!("{:8}{:>12}{:>12}{:>12}", "Swap:", cells[0], cells[1], cells[2]);
        let [total, used, free] = cells;
        sheet.row(line, vec!["Swap".into(), total, used, free, String::new()]);
    }
    if has_total {
        let sum = |memory: u64, swap: Option<u64>| size(memory + swap.map_or(0, |swap| swap));
        let cells = [
            sum(memory.total, swap.map(|it| it.total)),
            sum(memory.used, swap.map(|it| it.used)),
            sum(memory.free, swap.map(|it| it.left())),
        ];
        let line = format!("{:8}{:>12}{:>12}{:>12}", "Total:", cells[0], cells[1], cells[2]);
        let [total, used, free] = cells;
        sheet.row(line, vec!["Total".into(), total, used, free, String::new()]);
    }
    let left = memory.available.unwrap_or(memory.free);
    if memory.total > 0 && real(left) / real(memory.total) < 0.05 {
        let percent = 100.0 - real(left) * 100.0 / real(memory.total);
        sheet.find(Level::Warn, format!("{percent:.1} % of the memory are taken."));
    }
    sheet.note("The API does not tell shared and buff/cache: - stands in their place.")
}

/// `df`, of the root file system.
pub fn df(status: &NodeStatus, scale: Scale, with_type: bool, is_whole: bool) -> Sheet {
    let Space { total, used, avail, .. } = status.rootfs;
    let avail = avail.unwrap_or(status.rootfs.left());
    let percent = (used * 100).div_ceil((used + avail).max(1));
    let size = |value: u64| df_size(value, scale);
    let (blocks, available) = match scale {
        Scale::Human { .. } => ("Size", "Avail"),
        Scale::Units(1_048_576) => ("1M-blocks", "Available"),
        Scale::Units(_) => ("1K-blocks", "Available"),
    };
    let (width, wide) = if matches!(scale, Scale::Human { .. }) { (5, 5) } else { (blocks.len().max(9), 9) };
    let kind = |word: &str| if with_type { format!(" {word:<4}") } else { String::new() };
    let mut sheet =
        Sheet::table(&[("Mounted on", false), ("Size", true), ("Used", true), ("Available", true), ("Use %", true)]);
    sheet.frame(format!(
        "{:<14}{} {blocks:>width$} {:>wide$} {available:>wide$} Use% Mounted on",
        "Filesystem",
        kind("Type"),
        "Used"
    ));
    sheet.row(
        format!(
            "{:<14}{} {:>width$} {:>wide$} {:>wide$} {percent:>3}% /",
            "-",
            kind("-"),
            size(total),
            size(used),
            size(avail)
        ),
        vec!["/".into(), size(total), size(used), size(avail), format!("{percent}%")],
    );
    match percent {
        95.. => sheet.find(Level::Fail, format!("The root file system is {percent} % full.")),
        85.. => sheet.find(Level::Warn, format!("The root file system is {percent} % full.")),
        _ => {}
    }
    if is_whole {
        sheet.part(
            "The API tells about the root file system alone, and not what it is called; df itself lists all of them.",
        )
    } else {
        sheet.note("The API does not tell what the file system is called: - stands in its place.")
    }
}

/// `hostname`, `uname`.
pub fn names(node: &str, status: &NodeStatus, words: &[HostWord]) -> Sheet {
    let kernel = |part: fn(&Kernel) -> &str| status.kernel.as_ref().map_or("unknown", part).to_owned();
    let words = words.iter().map(|word| match word {
        HostWord::NodeName => node.to_owned(),
        HostWord::KernelName => kernel(|kernel| &kernel.sysname),
        HostWord::KernelRelease => kernel(|kernel| &kernel.release),
        HostWord::KernelVersion => kernel(|kernel| &kernel.version),
        HostWord::Machine => kernel(|kernel| &kernel.machine),
        HostWord::OperatingSystem => "GNU/Linux".to_owned(),
    });
    Sheet::text([words.collect::<Vec<_>>().join(" ")])
}

/// `/proc/loadavg`, `/proc/uptime`, `/proc/meminfo`.
pub fn proc_file(status: &NodeStatus, file: command::check::ProcFile) -> Sheet {
    use command::check::ProcFile;
    match file {
        ProcFile::LoadAverage => Sheet::text([status.loadavg.join(" ")])
            .part("The API tells the three averages alone, not the numbers of processes behind them."),
        ProcFile::Uptime => Sheet::text([format!("{}.00", status.uptime)])
            .part("The API tells how long the node has run, not how long it was idle."),
        ProcFile::MemInfo => {
            let line = |name: &str, bytes: u64| format!("{:<16}{:>8} kB", format!("{name}:"), bytes / 1_024);
            let memory = status.memory;
            let mut lines = vec![line("MemTotal", memory.total), line("MemFree", memory.free)];
            lines.extend(memory.available.map(|available| line("MemAvailable", available)));
            if let Some(swap) = status.swap {
                lines.extend([line("SwapTotal", swap.total), line("SwapFree", swap.left())]);
            }
            Sheet::text(lines).part("The API tells these lines alone; the file has more.")
        }
    }
}

/// `pveversion`.
pub fn version(status: &NodeStatus) -> Sheet {
    let version = status.pveversion.as_deref().unwrap_or("unknown");
    let kernel = status.kernel.as_ref().map_or("unknown", |kernel| kernel.release.as_str());
    Sheet::text([format!("{version} (running kernel: {kernel})")])
}

/// `pveversion -v`, of `/nodes/{node}/apt/versions`.
pub fn packages(packages: &[Object]) -> Sheet {
    let mut sheet = Sheet::table(&[("Package", false), ("Version", false), ("More", false)]);
    for package in packages {
        let text = |key: &str| package.get(key).map_or_else(String::new, plain);
        let (name, version) = (text("Package"), text("OldVersion"));
        let version = if version.is_empty() { text("Version") } else { version };
        let more = match (text("RunningKernel"), text("ManagerVersion"), text("CurrentState").as_str()) {
            (_, _, state) if !matches!(state, "Installed" | "") => "not correctly installed".to_owned(),
            (kernel, _, _) if !kernel.is_empty() => format!("running kernel: {kernel}"),
            (_, manager, _) if !manager.is_empty() => format!("running version: {manager}"),
            _ => String::new(),
        };
        let line = match more.as_str() {
            "" => format!("{name}: {version}"),
            "not correctly installed" => format!("{name}: not correctly installed"),
            more => format!("{name}: {version} ({more})"),
        };
        sheet.row(line, vec![name, version, more]);
    }
    sheet
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status() -> NodeStatus {
        serde_json::from_value(json!({
            "uptime": 3_201_744, "loadavg": ["19.82", "17.40", "11.02"], "cpuinfo": {"cpus": 16},
            "memory": {"total": 137_438_953_472_u64, "used": 68_719_476_736_u64, "free": 4_294_967_296_u64, "available": 68_719_476_736_u64},
            "swap": {"total": 8_589_934_592_u64, "used": 943_718_400, "free": 7_646_216_192_u64},
            "rootfs": {"total": 100_931_731_456_u64, "used": 33_285_996_544_u64, "free": 67_645_734_912_u64, "avail": 62_277_025_792_u64},
            "current-kernel": {"sysname": "Linux", "release": "6.14.11-2-pve", "version": "#1 SMP", "machine": "x86_64"},
            "pveversion": "pve-manager/9.0.10/deb1ca707ec72a89",
        }))
        .expect("a status")
    }

    const HUMAN: Scale = Scale::Human { is_decimal: false };

    #[test]
    fn prints_how_long_it_runs_and_its_load() {
        let sheet = uptime(&status(), 1_772_073_601, Offset::default(), false);
        assert_eq!(sheet.printed(), " 02:40:01 up 37 days,  1:22,  load average: 19.82, 17.40, 11.02\n");
        assert_eq!(sheet.finding, Some((Level::Warn, "Load 19.82 on 16 processors.".into())));
        assert_eq!(uptime(&status(), 0, Offset::default(), true).printed(), "up 5 weeks, 2 days, 1 hour, 22 minutes\n");
        assert_eq!(running(600), "10 min");
        assert_eq!(running(86_400 + 7_200), "1 day,  2:00");
    }

    #[test]
    fn prints_memory_and_disk_in_the_wanted_units() {
        let expected = "\
\x20              total        used        free      shared  buff/cache   available
Mem:           128Gi        64Gi       4.0Gi           -           -        64Gi
Swap:          8.0Gi       900Mi       7.1Gi
";
        assert_eq!(free(&status(), HUMAN, false).printed(), expected);
        let mebi = free(&status(), Scale::Units(1 << 20), false).printed();
        assert!(mebi.contains("Mem:          131072       65536        4096"), "{mebi}");
        let expected = "\
Filesystem      Size  Used Avail Use% Mounted on
-                94G   31G   58G  35% /
";
        assert_eq!(df(&status(), HUMAN, false, false).printed(), expected);
        let kibi = df(&status(), Scale::Units(1_024), false, true);
        assert!(
            kibi.printed().starts_with("Filesystem     1K-blocks      Used Available Use% Mounted on\n"),
            "{}",
            kibi.printed()
        );
        assert!(kibi.is_part.is_some());
    }

    #[test]
    fn prints_names_and_versions() {
        assert_eq!(names("pihanga", &status(), &[HostWord::NodeName]).printed(), "pihanga\n");
        assert_eq!(
            names("pihanga", &status(), &[HostWord::KernelRelease, HostWord::Machine]).printed(),
            "6.14.11-2-pve x86_64\n"
        );
        assert_eq!(
            version(&status()).printed(),
            "pve-manager/9.0.10/deb1ca707ec72a89 (running kernel: 6.14.11-2-pve)\n"
        );
        let list: Vec<Object> = serde_json::from_value(json!([
            {"Package": "proxmox-ve", "OldVersion": "9.0.0", "CurrentState": "Installed", "RunningKernel": "6.14.11-2-pve"},
            {"Package": "ceph", "CurrentState": "NotInstalled"},
        ]))
        .expect("packages");
        assert_eq!(
            packages(&list).printed(),
            "proxmox-ve: 9.0.0 (running kernel: 6.14.11-2-pve)\nceph: not correctly installed\n"
        );
    }
}
