//! Which values a row gives to the placeholders of a runbook, beyond the pod, the namespace and the node that every
//! runbook knows: a deployment's name for `<deployment>`, a guest's number for `<vmid>`.

use runbook::sheet::Sheet;

use super::Situation;

/// Columns whose cells are a value for the placeholder of the same name, as Proxmox' tools and API name them.
const VALUE_COLUMNS: [&str; 10] =
    ["vmid", "node", "storage", "upid", "volid", "userid", "poolid", "sid", "datastore", "store"];

/// What choosing a row of a table binds.
#[derive(Debug)]
pub(super) enum Binding {
    /// What its cells hold for the runbook's placeholders.
    Cells,
    /// The same values in every runbook, row by row.
    Values(Vec<Vec<(String, String)>>),
    /// The object that each row is.
    Objects {
        /// `pods`.
        resource: String,
        /// `Pod`.
        kind: String,
        /// Namespace and name, row by row.
        objects: Vec<(String, String)>,
    },
}

impl Binding {
    /// What choosing one row binds.
    pub(super) fn of(&self, row: usize, sheet: &Sheet, situation: &Situation) -> Vec<(String, String)> {
        let of_it = match self {
            Self::Cells => {
                let heads = sheet.columns.iter().map(|column| column.name.as_str());
                sheet.rows.get(row).map(|cells| of_row(situation, heads, cells))
            }
            Self::Values(values) => values.get(row).cloned(),
            Self::Objects { resource, kind, objects } => {
                let object = objects.get(row).filter(|(_, name)| !name.is_empty());
                object.map(|(namespace, name)| of_listed(situation, resource, kind, namespace, name))
            }
        };
        of_it.into_iter().flatten().collect()
    }
}

/// What choosing an object of a list binds; a pod leads to its log.
fn of_listed(situation: &Situation, resource: &str, kind: &str, namespace: &str, name: &str) -> Vec<(String, String)> {
    let value = |parameter: &str, value: &str| (parameter.to_owned(), value.to_owned());
    match resource {
        "pods" => {
            let log = situation.logs_check.as_ref().map(|check| value("run", check.as_str()));
            [value("namespace", namespace), value("pod", name)].into_iter().chain(log).collect()
        }
        "namespaces" => vec![value("namespace", name)],
        "nodes" => vec![value("node", name)],
        _ => of_object(situation, kind, namespace, name),
    }
}

/// What choosing an object of a kind binds: its name for `<deployment>` or `<deployment-name>`, where the runbook has such
/// a placeholder, and the namespace that it lives in.
fn of_object(situation: &Situation, kind: &str, namespace: &str, name: &str) -> Vec<(String, String)> {
    let kind = kind.to_lowercase();
    let wanted = [kind.clone(), format!("{kind}-name")];
    let Some(parameter) = wanted.into_iter().find(|wanted| has(situation, wanted)) else { return Vec::new() };
    let place = Some(("namespace".to_owned(), namespace.to_owned())).filter(|(_, namespace)| !namespace.is_empty());
    place.into_iter().chain([(parameter, name.to_owned())]).collect()
}

/// What choosing a row of a host's table binds.
fn of_row<'c>(
    situation: &Situation,
    columns: impl Iterator<Item = &'c str>,
    cells: &[String],
) -> Vec<(String, String)> {
    let value = |(head, cell): (&str, &String)| {
        let head = head.to_lowercase();
        let is_value = VALUE_COLUMNS.contains(&head.as_str()) && has(situation, &head) && !cell.trim().is_empty();
        is_value.then(|| (head, cell.trim().to_owned()))
    };
    columns.zip(cells).filter_map(value).collect()
}

fn has(situation: &Situation, parameter: &str) -> bool {
    situation.parameters.iter().any(|known| known == parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(parameters: &[&str]) -> Situation {
        Situation { parameters: parameters.iter().map(|name| (*name).to_owned()).collect(), ..Situation::default() }
    }

    #[test]
    fn binds_what_the_runbook_has_a_placeholder_for() {
        let found = of_object(&situation(&["deployment"]), "Deployment", "apps", "web");
        assert_eq!(found, [("namespace".into(), "apps".into()), ("deployment".to_owned(), "web".to_owned())]);
        let found = of_object(&situation(&["service-name"]), "Service", "", "web");
        assert_eq!(found, [("service-name".to_owned(), "web".to_owned())]);
        assert_eq!(of_object(&situation(&["pod"]), "Deployment", "apps", "web"), []);
        let cells = ["201".to_owned(), "web".into(), "pihanga".into(), String::new()];
        let heads = || ["VMID", "Name", "node", "storage"].into_iter();
        let found = of_row(&situation(&["vmid", "name", "node", "storage"]), heads(), &cells);
        assert_eq!(found, [("vmid".to_owned(), "201".to_owned()), ("node".into(), "pihanga".into())]);
        assert_eq!(of_row(&situation(&[]), heads(), &cells), []);
    }
}
