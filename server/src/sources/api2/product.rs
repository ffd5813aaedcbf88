//! What differs between Proxmox' products: names, ports, how a token is written, and where remedies are to be found.

/// A product, in words.
#[derive(Debug)]
pub(in crate::sources) struct Product {
    /// As sentences begin: "Proxmox at 10.10.0.20:8006".
    pub(super) name: &'static str,
    /// "Proxmox VE".
    pub(super) full_name: &'static str,
    /// The sections of the configuration: `proxmox`.
    pub(super) section: &'static str,
    /// Where the API listens when the address names no port.
    pub(super) port: u16,
    /// An address, for remedies.
    pub(super) example_url: &'static str,
    /// `PVEAPIToken=`, before the token.
    pub(super) scheme: &'static str,
    /// Between a token's id and its secret.
    pub(super) separator: char,
    /// How the token's file reads.
    pub(super) token_form: &'static str,
    /// Where tokens are made.
    pub(super) tokens_at: &'static str,
    /// Where the fingerprint is shown.
    pub(super) fingerprint_hint: &'static str,
    /// Which authority signs its certificates.
    pub(super) ca_hint: &'static str,
    /// The role that suffices.
    pub(super) role: &'static str,
    /// The services behind the API.
    pub(super) daemons: &'static str,
}

/// Proxmox Virtual Environment.
pub(in crate::sources) const VIRTUAL_ENVIRONMENT: &Product = &Product {
    name: "Proxmox",
    full_name: "Proxmox VE",
    section: "proxmox",
    port: 8006,
    example_url: "https://10.10.0.20:8006",
    scheme: "PVEAPIToken=",
    separator: '=',
    token_form: "USER@REALM!TOKENID=SECRET",
    tokens_at: "Datacenter, Permissions, API Tokens",
    fingerprint_hint: "Copy it from the Proxmox panel: the node, System, Certificates, pve-ssl.pem.",
    ca_hint: "It holds the authority's certificate in PEM; on the host: /etc/pve/pve-root-ca.pem.",
    role: "a role with Sys.Audit, VM.Audit and Datastore.Audit on /",
    daemons: "pveproxy and pvedaemon",
};

/// Proxmox Backup Server.
pub(in crate::sources) const BACKUP_SERVER: &Product = &Product {
    name: "The backup server",
    full_name: "Proxmox Backup Server",
    section: "backup",
    port: 8007,
    example_url: "https://10.10.0.15:8007",
    scheme: "PBSAPIToken ",
    separator: ':',
    token_form: "USER@REALM!NAME:SECRET",
    tokens_at: "Configuration, Access Control, API Token",
    fingerprint_hint: "Copy it from the panel: Dashboard, Show Fingerprint; or from proxmox-backup-manager cert info.",
    ca_hint: "It holds the certificate in PEM; on the host: /etc/proxmox-backup/proxy.pem.",
    role: "the role Audit on /",
    daemons: "proxmox-backup-proxy and proxmox-backup",
};
