//! What pods ask for and may use, added up the way the scheduler does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    look::{Look, print},
    quantity::Quantity,
};

/// Amounts by resource name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Amounts(BTreeMap<String, Quantity>);

impl Amounts {
    /// `{"cpu": "10m"}`. What is no amount counts as absent, as it cannot be added.
    pub(super) fn read(list: &Value) -> Self {
        let amount = |(name, value): (&str, &Value)| Some((name.to_owned(), print(value).parse().ok()?));
        Self(list.own_fields().into_iter().filter_map(amount).collect())
    }

    /// Names of the resources.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Adds each amount.
    pub(super) fn add(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            *self.0.entry(name.clone()).or_default() += *amount;
        }
    }

    /// Takes each amount that is larger.
    fn raise(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let own = self.0.entry(name.clone()).or_default();
            *own = own.max(*amount);
        }
    }

    /// `10m (0%)`: an amount and its share of the room that there is.
    pub(super) fn share(&self, name: &str, room: &Self) -> String {
        let (amount, whole) = (amount_of(self, name), amount_of(room, name));
        let (part, whole) = match name {
            "cpu" => (amount.thousandths(), whole.thousandths()),
            _ => (amount.whole(), whole.whole()),
        };
        let percent = if whole == 0 { 0 } else { part.saturating_mul(100) / whole };
        format!("{amount} ({percent}%)")
    }
}

/// The amount of a resource; none when it is not named.
pub(super) fn amount_of(amounts: &Amounts, name: &str) -> Quantity {
    amounts.0.get(name).copied().unwrap_or_default()
}

/// The `requests` or `limits` of a pod: its containers together, or the largest step of its start if that is more.
pub(super) fn of_pod(pod: &Value, list: &str) -> Amounts {
    let spec = pod.at("spec");
    let of = |holder: &Value| Amounts::read(holder.at("resources").at(list));
    let mut total = Amounts::default();
    spec.list("containers").iter().for_each(|container| total.add(&of(container)));
    // Sidecars go on beside the main containers, and beside the init containers that come after them.
    let (mut sidecars, mut start) = (Amounts::default(), Amounts::default());
    for container in spec.list("initContainers") {
        let own = of(container);
        let mut step = own.clone();
        step.add(&sidecars);
        start.raise(&step);
        if container.text("restartPolicy") == "Always" {
            sidecars.add(&own);
        }
    }
    total.add(&sidecars);
    total.raise(&start);
    // What the pod says for all of its containers goes before.
    for (name, amount) in of(spec).0 {
        total.0.insert(name, amount);
    }
    for (name, amount) in Amounts::read(spec.at("overhead")).0 {
        // A pod without a limit stays without one.
        if list == "requests" || total.0.contains_key(&name) {
            *total.0.entry(name).or_default() += amount;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_the_larger_of_start_and_run() {
        let container = |cpu: &str| json!({ "resources": { "requests": { "cpu": cpu } } });
        let mut sidecar = container("50m");
        sidecar["restartPolicy"] = json!("Always");
        let pod = json!({ "spec": { "containers": [container("100m"), container("100m")],
            "initContainers": [sidecar, container("400m")], "overhead": { "cpu": "10m" } } });
        assert_eq!(amount_of(&of_pod(&pod, "requests"), "cpu").to_string(), "460m");
        assert_eq!(of_pod(&pod, "limits"), Amounts::default());
    }

    #[test]
    fn says_how_much_of_the_room_it_is() {
        let amounts = Amounts::read(&json!({ "cpu": "250m", "memory": "nonsense" }));
        let room = Amounts::read(&json!({ "cpu": "2", "memory": "1Gi" }));
        assert_eq!(amounts.share("cpu", &room), "250m (12%)");
        assert_eq!(amounts.share("memory", &room), "0 (0%)");
        assert_eq!(amounts.share("pods", &room), "0 (0%)");
    }
}
