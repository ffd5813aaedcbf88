//! Questions to a host as such: load, memory, disk, services, journal. A Proxmox VE node and a backup server answer them
//! alike.

use runbook::{
    check::{Journal, ProxmoxAsk, SizeUnit},
    proxmox::{host, services, units::Scale},
    sheet::Sheet,
};

use super::super::sheet::SheetAnswer;
use crate::{
    clock::Clock,
    sources::{Host, JournalLines, SourceFailure},
};

/// Whether any host answers this question.
pub(super) fn is_asked(ask: &ProxmoxAsk) -> bool {
    matches!(
        ask,
        ProxmoxAsk::Uptime { .. }
            | ProxmoxAsk::Memory { .. }
            | ProxmoxAsk::RootDisk { .. }
            | ProxmoxAsk::ProcFile(_)
            | ProxmoxAsk::Host { .. }
            | ProxmoxAsk::Service { .. }
            | ProxmoxAsk::Services
            | ProxmoxAsk::Journal(_)
    )
}

/// Asks a host.
pub(super) async fn ask(host: Host<'_>, ask: &ProxmoxAsk, clock: Clock) -> Result<SheetAnswer, SourceFailure> {
    let sheet = sheet(host, ask, clock).await?;
    Ok(SheetAnswer::of_host(host.name(), title(host.node(), ask), sheet, clock.now()))
}

pub(super) async fn sheet(host: Host<'_>, ask: &ProxmoxAsk, clock: Clock) -> Result<Sheet, SourceFailure> {
    Ok(match ask {
        ProxmoxAsk::Uptime { pretty } => {
            let now_s = clock.now().0.div_euclid(1_000);
            host::uptime(&host.status().await?, now_s, host.offset().await?, *pretty)
        }
        ProxmoxAsk::Memory { unit, total } => host::free(&host.status().await?, scale(*unit), *total),
        ProxmoxAsk::RootDisk { unit, with_type, named } => {
            host::df(&host.status().await?, scale(*unit), *with_type, !named)
        }
        ProxmoxAsk::ProcFile(file) => host::proc_file(&host.status().await?, *file),
        ProxmoxAsk::Host { words } => host::names(host.node(), &host.status().await?, words),
        ProxmoxAsk::Service { unit, view } => services::one(&host.service(unit).await?, *view),
        ProxmoxAsk::Services => services::list(host.services().await?),
        ProxmoxAsk::Journal(question) => journal(host.journal(question, clock.now()).await?, question),
        // `is_asked` leaves nothing else.
        _ => Sheet::default(),
    })
}

pub(super) fn title(node: &str, ask: &ProxmoxAsk) -> String {
    match ask {
        ProxmoxAsk::Uptime { .. } => format!("Uptime and load of {node}"),
        ProxmoxAsk::Memory { .. } => format!("Memory of {node}"),
        ProxmoxAsk::RootDisk { .. } => format!("Root file system of {node}"),
        ProxmoxAsk::Service { unit, .. } => format!("Service {unit} on {node}"),
        ProxmoxAsk::Services => format!("Services of {node}"),
        ProxmoxAsk::Journal(question) if !question.units.is_empty() => {
            format!("Journal of {} on {node}", question.units.join(", "))
        }
        ProxmoxAsk::Journal(_) => format!("Journal of {node}"),
        _ => format!("The host {node}"),
    }
}

/// Lines of a journal, and what is not among them.
fn journal(journal: JournalLines, question: &Journal) -> Sheet {
    const TOLD: &str = "Only the last lines were fetched; older ones may hold what is looked for.";
    let mut sheet = Sheet::text(journal.lines);
    if let Some(bound) = journal.bound.filter(|bound| question.lines != Some(*bound)) {
        sheet = sheet.note(format!("The last {bound} lines; older ones were not fetched."));
        sheet.is_part = Some(TOLD);
    }
    sheet
}

fn scale(unit: SizeUnit) -> Scale {
    match unit {
        SizeUnit::Kibi => Scale::Units(1 << 10),
        SizeUnit::Byte => Scale::Units(1),
        SizeUnit::Mebi => Scale::Units(1 << 20),
        SizeUnit::Gibi => Scale::Units(1 << 30),
        SizeUnit::Human => Scale::Human { is_decimal: false },
        SizeUnit::HumanDecimal => Scale::Human { is_decimal: true },
    }
}
