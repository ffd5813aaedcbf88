//! Services of a node: `systemctl`, as far as the API tells.

use document::loose;
use serde::Deserialize;

use super::{Level, Sheet};
use command::check::ServiceView;

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Service {
    /// `pveproxy`.
    pub service: String,
    /// What it is.
    #[serde(default, deserialize_with = "loose::text")]
    pub desc: String,
    /// `running`, `dead`.
    #[serde(default, deserialize_with = "loose::text")]
    pub state: String,
    /// `active`, `failed`; backup servers before version 4 do not tell.
    #[serde(rename = "active-state")]
    pub active: Option<String>,
    /// `enabled`, `static`.
    #[serde(rename = "unit-state")]
    pub unit: Option<String>,
}

impl Service {
    fn active(&self) -> &str {
        self.active.as_deref().unwrap_or(if self.state == "running" { "active" } else { "inactive" })
    }

    fn unit(&self) -> &str {
        self.unit.as_deref().unwrap_or("unknown")
    }
}

/// `systemctl status|is-active|is-enabled|is-failed UNIT`.
pub fn one(service: &Service, view: ServiceView) -> Sheet {
    let mut sheet = match view {
        ServiceView::IsActive | ServiceView::IsFailed => Sheet::text([service.active()]),
        ServiceView::IsEnabled => Sheet::text([service.unit()]),
        ServiceView::Status => {
            let mark = match service.active() {
                "active" => "●",
                "failed" => "×",
                _ => "○",
            };
            Sheet::text([
                format!("{mark} {}.service - {}", service.service, service.desc),
                format!("     Loaded: loaded ({})", service.unit()),
                format!("     Active: {} ({})", service.active(), service.state),
            ])
            .part("The API does not tell since when it runs, its processes, or its last log lines: journalctl -u has those.")
        }
    };
    if view != ServiceView::IsEnabled {
        judge(&mut sheet, service);
    }
    sheet
}

/// `systemctl list-units --type=service`.
pub fn list(mut services: Vec<Service>) -> Sheet {
    services.sort_by(|a, b| a.service.cmp(&b.service));
    let mut sheet = Sheet::table(&[
        ("Service", false),
        ("Active", false),
        ("State", false),
        ("Enabled", false),
        ("Description", false),
    ]);
    let width = services.iter().map(|it| it.service.len() + 8).max().map_or(4, |longest| longest.max(4));
    sheet.frame(format!("  {:<width$} {:<6} {:<8} {:<8} {}", "UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"));
    for it in &services {
        let mark = if it.active() == "failed" { "●" } else { " " };
        sheet.row(
            format!(
                "{mark} {:<width$} {:<6} {:<8} {:<8} {}",
                format!("{}.service", it.service),
                "loaded",
                it.active(),
                it.state,
                it.desc
            ),
            vec![it.service.clone(), it.active().into(), it.state.clone(), it.unit().into(), it.desc.clone()],
        );
        if it.active() == "failed" {
            judge(&mut sheet, it);
        }
    }
    sheet.part("The API tells about the services of Proxmox and a few others; systemctl itself lists all units.")
}

fn judge(sheet: &mut Sheet, service: &Service) {
    match service.active() {
        "active" | "activating" | "reloading" => {}
        "failed" => sheet.find(Level::Fail, format!("{} has failed.", service.service)),
        other => sheet.find(Level::Warn, format!("{} is {other}.", service.service)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(active: &str, state: &str) -> Service {
        serde_json::from_value(json!({"service": "pveproxy", "name": "pveproxy", "desc": "PVE API Proxy Server",
            "state": state, "active-state": active, "unit-state": "enabled"}))
        .expect("a service")
    }

    #[test]
    fn prints_one_service_as_each_verb_does() {
        let running = service("active", "running");
        assert_eq!(one(&running, ServiceView::IsActive).printed(), "active\n");
        assert_eq!(one(&running, ServiceView::IsEnabled).printed(), "enabled\n");
        let text = one(&running, ServiceView::Status).printed();
        assert!(text.contains("     Active: active (running)\n"), "{text}");
        let failed = one(&service("failed", "failed"), ServiceView::Status);
        assert_eq!(failed.finding, Some((Level::Fail, "pveproxy has failed.".into())));
    }

    #[test]
    fn lists_services_with_a_mark_at_those_that_failed() {
        let sheet = list(vec![service("failed", "failed")]);
        assert!(
            sheet.printed().lines().nth(1).is_some_and(|line| line.starts_with("● pveproxy.service loaded failed"))
        );
        assert!(sheet.is_part.is_some());
    }
}
