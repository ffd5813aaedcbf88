//! How hard a node's disks are pressed: the host's own samples of the last hour.

use runbook::{loose, time::Timestamp};
use serde::Deserialize;

use super::Proxmox;
use crate::sources::{
    SourceFailure,
    api2::{ApiError, Connection},
};

/// Samples that tell how it is now: the host takes one a minute.
const LAST_SAMPLES: usize = 10;

/// IO pressure of the node in one stretch of time, in per cent; absent where the host does not measure it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PressureSample {
    /// When.
    pub at: Timestamp,
    /// Time in which processors waited for IO.
    pub io_wait_percent: Option<f64>,
    /// Time in which some task stood still for IO.
    pub io_some_percent: Option<f64>,
    /// Time in which all tasks stood still for IO.
    pub io_full_percent: Option<f64>,
}

#[derive(Deserialize)]
struct WireSample {
    #[serde(deserialize_with = "loose::instant")]
    time: i64,
    #[serde(default, deserialize_with = "loose::maybe_real")]
    iowait: Option<f64>,
    #[serde(default, deserialize_with = "loose::maybe_real")]
    pressureiosome: Option<f64>,
    #[serde(default, deserialize_with = "loose::maybe_real")]
    pressureiofull: Option<f64>,
}

impl Proxmox {
    /// IO pressure of the last hour, oldest first.
    pub async fn io_pressure(&self) -> Result<Vec<PressureSample>, SourceFailure> {
        self.connection.io_pressure().await.map_err(|error| self.connection.failure("IO pressure", error))
    }

    /// IO pressure of the last ten minutes that the host has measured, oldest first; the last one is how it is now.
    /// Empty on a host that has just started.
    pub async fn node_pressure(&self) -> Result<Vec<PressureSample>, SourceFailure> {
        let mut samples = self.io_pressure().await?;
        // The minute that is still running has no figures yet.
        samples.retain(PressureSample::is_measured);
        Ok(samples.split_off(samples.len().saturating_sub(LAST_SAMPLES)))
    }
}

impl Connection {
    async fn io_pressure(&self) -> Result<Vec<PressureSample>, ApiError> {
        let query = [("timeframe", "hour"), ("cf", "AVERAGE")];
        let mut samples: Vec<WireSample> = self.get_list(&["nodes", &self.node, "rrddata"], &query).await?;
        samples.sort_by_key(|sample| sample.time);
        Ok(samples
            .into_iter()
            .map(|sample| PressureSample {
                at: Timestamp(sample.time.saturating_mul(1_000)),
                io_wait_percent: sample.iowait.map(|share| share * 100.0),
                io_some_percent: sample.pressureiosome,
                io_full_percent: sample.pressureiofull,
            })
            .collect())
    }
}

impl PressureSample {
    fn is_measured(&self) -> bool {
        self.io_wait_percent.or(self.io_some_percent).or(self.io_full_percent).is_some()
    }
}
