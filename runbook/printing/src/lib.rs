//! What tools print, made of what an API answers: `kubectl describe` and `explain`, Proxmox' tools, Helm's stores, logs.
//!
//! Pure. Asks nothing, and says what the API does not tell instead of inventing it.

pub mod describe;
pub mod explain;
pub mod helm;
pub mod log_text;
pub mod proxmox;
