//! Values that the runbook's own commands give: `POD=$(kubectl get …)`. They are offered to the reader, never filled in.

use std::collections::BTreeMap;

use app::server_side::backend::Offer;
use futures::future::join_all;
use runbook::{
    binding::{self, Bindings},
    check::Supply,
    command::{self, FenceContext},
};

use super::Portal;
use crate::{
    checks::{Ask, Situation},
    library::Entry,
    sources::Grant,
};

/// Commands that one page asks for values.
const MAX_OFFERS: usize = 4;
/// Longest value that is offered, in bytes.
const MAX_VALUE_BYTES: usize = 253;

impl Portal {
    /// A value for each parameter that has none and that a command of the runbook can give.
    pub(super) async fn offers(&self, grant: &Grant, entry: &Entry, bindings: &Bindings) -> BTreeMap<String, Offer> {
        let mut supplies: Vec<&Supply> = Vec::new();
        for supply in entry.runbook.commands.iter().flat_map(|command| &command.supplies) {
            let is_wanted = bindings.get(&supply.parameter).is_none();
            if is_wanted && !supplies.iter().any(|known| known.parameter == supply.parameter) {
                supplies.push(supply);
            }
            if supplies.len() == MAX_OFFERS {
                break;
            }
        }
        let asking: Vec<_> = supplies.into_iter().map(|supply| self.offer(grant, supply, bindings)).collect();
        join_all(asking).await.into_iter().flatten().collect()
    }

    async fn offer(&self, grant: &Grant, supply: &Supply, bindings: &Bindings) -> Option<(String, Offer)> {
        let wait = grant.patience().with_panel();
        let value = tokio::time::timeout(wait, self.first_word(grant, supply, bindings)).await.ok()??;
        Some((supply.parameter.clone(), Offer { value, command: supply.text.clone() }))
    }

    /// The first word that the command prints, if it can be put and its answer can be a value.
    async fn first_word(&self, grant: &Grant, supply: &Supply, bindings: &Bindings) -> Option<String> {
        let check = command::read(&supply.text, &FenceContext::default()).resolve(bindings).ok()?;
        let printed = self.runner.print(&Ask { check, situation: Situation::of(grant, bindings) }).await.ok()?;
        // A value stands in links and in addresses, where no secret belongs.
        if printed.holds_secret_data {
            return None;
        }
        let word = printed.lines.iter().flat_map(|line| line.split_whitespace()).next()?;
        let is_value = word.len() <= MAX_VALUE_BYTES && binding::validate(&supply.parameter, word).is_ok();
        is_value.then(|| word.to_owned())
    }
}
