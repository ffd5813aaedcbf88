//! The suite on real parts: a Kubernetes control plane and node with pods that really crash, and a Proxmox VE that we
//! did not write. `end2end/real` brings the parts up and runs this; where they are absent every test says that it did not run.
//! Changes nothing outside the namespace that it is given.

mod assistants;
mod chart;
mod cluster;
#[path = "../day/mod.rs"]
mod day;
mod described;
mod differential;
mod doctor;
mod helm;
mod logs;
mod not_run;
mod parts;
mod peer;
mod pods;
mod provider;
mod proxmox;
mod refusals;
mod schema;
mod simulator;
mod verdicts;
mod wire;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let tests = [
        assistants::tests(),
        chart::tests(),
        differential::tests(),
        doctor::tests(),
        helm::tests(),
        logs::tests(),
        pods::tests(),
        provider::tests(),
        proxmox::tests(),
        refusals::tests(),
        schema::tests(),
        simulator::tests(),
        verdicts::tests(),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests.into_iter().flatten().collect()).exit_code()
}
