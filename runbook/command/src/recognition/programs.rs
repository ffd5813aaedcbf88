//! Programs that Runlight knows by name only, so that it can say why it does not run them.

use super::{
    args::Arg,
    reason::{Stop, refused},
};
use crate::check::{Cause, Refusal};

/// What is known of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) cause: Cause,
    pub(crate) reason: &'static str,
}

const fn known(cause: Cause, reason: &'static str) -> Known {
    Known { cause, reason }
}

const CHANGES: Known = known(Cause::Changes, "changes something.");
const DEPLOYS: Known = known(Cause::Changes, "can change what runs; Runlight never does.");
const SHELL: Known = known(Cause::NeedsShell, "runs on a host; Runlight opens no shell.");
const FILES: Known = known(Cause::NeedsShell, "reads files of a host; Runlight opens no shell.");
const SESSION: Known = known(Cause::Interactive, "waits for a person.");
const LOCAL: Known = known(Cause::Local, "touches no source.");
const NO_SOURCE: Known = known(Cause::NoSource, "asks something that Runlight has no source for.");
const SCRIPT: Known = known(Cause::NeedsShell, "runs a program of its own; Runlight runs none.");

/// A program that is known by name only.
pub(crate) fn find(name: &str) -> Option<Known> {
    Some(match base_name(name) {
        "rm" | "mv" | "cp" | "dd" | "mkdir" | "rmdir" | "touch" | "ln" | "chmod" | "chown" | "chattr" | "truncate"
        | "shred" | "tee" | "install" | "rsync" | "scp" | "sftp" | "tar" | "unzip" | "zip" | "gzip" | "gunzip"
        | "kill" | "pkill" | "killall" | "reboot" | "shutdown" | "poweroff" | "halt" | "init" | "mkfs"
        | "mkfs.ext4" | "mkfs.xfs" | "fsck" | "mount" | "umount" | "swapoff" | "swapon" | "sysctl" | "modprobe"
        | "rmmod" | "useradd" | "userdel" | "usermod" | "adduser" | "passwd" | "chpasswd" | "crontab" | "visudo"
        | "apt" | "apt-get" | "yum" | "dnf" | "apk" | "pacman" | "snap" | "brew" | "pip" | "pip3" | "npm" | "dpkg"
        | "rpm" | "update-grub" | "update-initramfs" | "grub-install" | "parted" | "fdisk" | "sgdisk" | "wipefs"
        | "lvcreate" | "lvremove" | "lvextend" | "lvresize" | "vgcreate" | "vgremove" | "vgextend" | "pvcreate"
        | "pvremove" | "resize2fs" | "xfs_growfs" | "qemu-img" | "qmrestore" | "vzdump" | "pct-restore"
        | "iptables" | "nft" | "ufw" | "fstrim" | "hostnamectl" | "timedatectl" | "localectl" | "a2ensite"
        | "certbot" | "ssh-copy-id" | "ssh-keygen" | "ssh-keyscan" | "wg-quick" | "ifup" | "ifdown" | "ifreload"
        | "at" | "eject" | "setfacl" | "growpart" | "cloud-localds" | "virt-customize" | "logrotate" | "patch" => {
            CHANGES
        }
        "terraform"
        | "tofu"
        | "terragrunt"
        | "ansible"
        | "ansible-playbook"
        | "ansible-galaxy"
        | "pulumi"
        | "make"
        | "task"
        | "just"
        | "skaffold"
        | "helmfile"
        | "kustomize"
        | "kubeadm"
        | "kops"
        | "eksctl"
        | "kubeseal"
        | "sops"
        | "age"
        | "vault"
        | "tilt"
        | "kind"
        | "k3d"
        | "docker-compose"
        | "podman-compose"
        | "packer"
        | "velero"
        | "restic"
        | "cmctl"
        | "istioctl"
        | "linkerd"
        | "cilium"
        | "calicoctl"
        | "clusterctl"
        | "kubent"
        | "omnictl"
        | "mc"
        | "s3cmd"
        | "rclone"
        | "aws"
        | "gcloud"
        | "az"
        | "doctl"
        | "hcloud"
        | "gh"
        | "git"
        | "docker"
        | "podman"
        | "crictl"
        | "ctr"
        | "nerdctl"
        | "etcdctl"
        | "ceph"
        | "rbd"
        | "zfs"
        | "zpool"
        | "gds"
        | "mise"
        | "direnv"
        | "asdf"
        | "wg"
        | "tailscale"
        | "pveam"
        | "pvesr"
        | "pveceph"
        | "pvesubscription"
        | "pmxcfs"
        | "pve-firewall"
        | "proxmox-backup-debug"
        | "proxmox-file-restore" => DEPLOYS,
        "vi" | "vim" | "nano" | "emacs" | "mysql" | "psql" | "redis-cli" | "mongo" | "mongosh" | "sqlite3"
        | "telnet" | "screen" | "tmux" | "htop" | "btop" | "iotop" | "iftop" | "nethogs" | "k9s" | "lens"
        | "tcpdump" | "su" | "less" | "more" | "man" | "ncdu" | "virsh" | "stern" | "kubectx" | "kubens" | "fzf" => {
            SESSION
        }
        "cat" | "tail" | "head" | "grep" | "egrep" | "fgrep" | "zgrep" | "zcat" | "ls" | "ll" | "find" | "stat"
        | "file" | "wc" | "sort" | "uniq" | "cut" | "awk" | "gawk" | "sed" | "tr" | "diff" | "md5sum" | "sha256sum"
        | "strings" | "tree" | "xxd" | "hexdump" | "locate" | "readlink" | "realpath" | "jq" | "yq" | "rg" | "nl"
        | "base64" | "column" | "xargs" => FILES,
        "ps"
        | "top"
        | "pgrep"
        | "pidof"
        | "pstree"
        | "lsof"
        | "ss"
        | "netstat"
        | "ip"
        | "ifconfig"
        | "route"
        | "arp"
        | "ethtool"
        | "dmesg"
        | "lsblk"
        | "blkid"
        | "lspci"
        | "lsusb"
        | "lscpu"
        | "lsmod"
        | "vmstat"
        | "iostat"
        | "mpstat"
        | "sar"
        | "pidstat"
        | "smartctl"
        | "nvme"
        | "sensors"
        | "nvidia-smi"
        | "du"
        | "who"
        | "w"
        | "last"
        | "id"
        | "mountpoint"
        | "findmnt"
        | "exportfs"
        | "showmount"
        | "nfsstat"
        | "pvs"
        | "vgs"
        | "lvs"
        | "pvdisplay"
        | "vgdisplay"
        | "lvdisplay"
        | "corosync-cfgtool"
        | "corosync-quorumtool"
        | "chronyc"
        | "ntpq"
        | "efibootmgr"
        | "dmidecode"
        | "numactl"
        | "ausearch"
        | "aureport"
        | "getent"
        | "bridge"
        | "brctl"
        | "cpupower"
        | "perf"
        | "strace"
        | "hdparm"
        | "fio"
        | "ipmitool"
        | "apcaccess"
        | "upsc"
        | "systemd-analyze"
        | "systemd-resolve"
        | "resolvectl"
        | "loginctl"
        | "networkctl"
        | "systemd-cgls"
        | "systemd-cgtop" => SHELL,
        "ping" | "dig" | "nslookup" | "host" | "nc" | "ncat" | "traceroute" | "tracepath" | "mtr" | "wget" | "http"
        | "openssl" | "nmap" | "arping" | "iperf" | "iperf3" | "whois" | "grpcurl" => NO_SOURCE,
        "cd" | "export" | "echo" | "printf" | "set" | "unset" | "source" | "." | "alias" | "unalias" | "pwd"
        | "true" | "false" | ":" | "exit" | "logout" | "sleep" | "clear" | "date" | "history" | "pushd" | "popd"
        | "read" | "type" | "which" | "test" | "[" | "wait" | "umask" | "declare" | "local" | "readonly" | "shift"
        | "return" | "trap" | "ulimit" | "basename" | "dirname" | "seq" | "expr" | "hostid" | "yes" | "whoami"
        | "printenv" | "let" | "cal" => LOCAL,
        "k3s" | "microk8s" | "minikube" | "k0s" | "rke2" => SHELL,
        "eval" | "exec" | "python" | "python3" | "perl" | "ruby" | "node" | "php" | "go" | "cargo" | "java"
        | "rake" | "bundle" | "rails" | "Rscript" | "lua" | "expect" | "parallel" | "tclsh" | "pwsh" | "powershell"
        | "kubecm" | "gpg" | "pass" | "bw" | "op" => SCRIPT,
        _ => return None,
    })
}

/// A program's name without a folder that programs usually lie in.
pub(crate) fn base_name(name: &str) -> &str {
    match name.rsplit_once('/') {
        Some(("/bin" | "/sbin" | "/usr/bin" | "/usr/sbin" | "/usr/local/bin", name)) => name,
        _ => name,
    }
}

/// Commands of such programs that only read: the words that they begin with, none for the program alone, and what an API
/// gives in their place. What is not here counts as what the program does at its worst.
const READS: &[(&str, &[&str], &str)] = &[
    (
        "ceph",
        &[
            "-s",
            "-w",
            "status",
            "health",
            "df",
            "versions",
            "osd tree",
            "osd df",
            "osd stat",
            "osd status",
            "osd perf",
            "osd dump",
            "osd pool ls",
            "osd pool stats",
            "osd crush rule ls",
            "mon stat",
            "mon dump",
            "mgr stat",
            "mgr services",
            "fs status",
            "fs ls",
            "pg stat",
            "pg dump",
            "log last",
            "device ls",
            "crash ls",
            "crash stat",
        ],
        "Proxmox' API gives the state: `pvesh get /nodes/<node>/ceph/status`, and under /ceph its OSDs, monitors and pools.",
    ),
    ("pveceph", &["status", "pool ls"], "Proxmox' API gives it: `pvesh get /nodes/<node>/ceph/status`, `…/ceph/pool`."),
    ("rbd", &["ls", "list", "info", "du", "status", "showmapped"], ""),
    (
        "zpool",
        &["status", "list", "iostat", "get", "history", "events"],
        "Proxmox' API gives the pools of a node: `pvesh get /nodes/<node>/disks/zfs` and `…/zfs/<pool>`.",
    ),
    ("zfs", &["list", "get", "diff"], ""),
    (
        "pvesr",
        &["status", "list", "read"],
        "Proxmox' API gives it: `pvesh get /nodes/<node>/replication`, `pvesh get /cluster/replication`.",
    ),
    ("pveam", &["available", "list"], "Proxmox' API gives it: `pvesh get /nodes/<node>/aplinfo`."),
    ("pvesubscription", &["get"], "Proxmox' API gives it: `pvesh get /nodes/<node>/subscription`."),
    ("pve-firewall", &["status", "compile", "localnet"], ""),
    ("docker", &["ps", "logs", "inspect", "images", "stats", "info", "version", "network ls", "volume ls"], ""),
    ("podman", &["ps", "logs", "inspect", "images", "stats", "info", "version"], ""),
    ("crictl", &["ps", "pods", "logs", "inspect", "inspectp", "images", "info", "stats", "version"], ""),
    ("etcdctl", &["endpoint health", "endpoint status", "member list", "alarm list", "get", "version"], ""),
    ("git", &["log", "status", "diff", "show", "remote -v", "blame"], ""),
    ("velero", &["get", "describe", "backup get", "backup describe", "backup logs", "version"], ""),
    ("cilium", &["status", "version", "endpoint list", "endpoint get", "monitor"], ""),
    ("istioctl", &["proxy-status", "ps", "analyze", "version", "proxy-config", "pc"], ""),
    ("linkerd", &["check", "version", "viz stat", "viz top", "viz edges"], ""),
    ("apt", &["list", "show", "search", "policy"], "Proxmox' API gives it: `pvesh get /nodes/<node>/apt/update`."),
    ("dpkg", &["-l", "-L", "-s", "-S", "--list"], "Proxmox' API gives it: `pvesh get /nodes/<node>/apt/versions`."),
    ("rpm", &["-q", "-qa", "-qi", "-ql"], ""),
    ("iptables", &["-L", "-S", "-nL", "-vnL"], ""),
    ("nft", &["list"], ""),
    ("ufw", &["status"], ""),
    ("mount", &[""], ""),
    ("sysctl", &["-a"], ""),
    ("crontab", &["-l"], ""),
    ("hostnamectl", &["", "status"], ""),
    (
        "timedatectl",
        &["", "status", "timesync-status", "show"],
        "Proxmox' API gives it: `pvesh get /nodes/<node>/time`.",
    ),
    ("wg", &["show", "showconf"], ""),
    ("tailscale", &["status", "ip", "netcheck"], ""),
    ("vault", &["status", "read", "list"], ""),
    ("fdisk", &["-l"], "Proxmox' API gives it: `pvesh get /nodes/<node>/disks/list`."),
];

/// The words by which a command is known to read only, and what there is in its place.
fn reads(name: &str, words: &[Arg<'_>]) -> Option<(&'static str, &'static str)> {
    let (_, phrases, instead) = READS.iter().find(|(known, ..)| *known == base_name(name))?;
    let begins = |phrase: &&&str| match **phrase {
        "" => words.len() == 1,
        phrase => {
            phrase.split(' ').enumerate().all(|(at, word)| words.get(at + 1).is_some_and(|arg| arg.as_str() == word))
        }
    };
    phrases.iter().find(begins).map(|phrase| (*phrase, *instead))
}

/// Why a program is not run.
pub(super) fn explain(program: &Arg<'_>, words: &[Arg<'_>], host: Option<&str>) -> Stop {
    let name = program.as_str();
    let Some(Known { cause, reason }) = find(name) else {
        let reason = if name.starts_with('<') {
            "Which program this runs is not known.".to_owned()
        } else {
            format!("`{name}` is not a program that Runlight knows.")
        };
        return Stop::Unknown(Refusal { cause: Cause::UnknownProgram, reason, span: Some(program.span()) });
    };
    let place = host.map(|host| format!(" The command is meant for {host}.")).unwrap_or_default();
    if let Some((phrase, instead)) = reads(name, words) {
        let asked = [name, phrase].join(" ");
        let more = [instead, place.trim_start()].join(" ");
        let reason = format!("`{}` asks something that Runlight has no source for. {}", asked.trim(), more.trim());
        return refused(Cause::NoSource, program.span(), reason.trim());
    }
    refused(cause, program.span(), format!("`{name}` {reason}{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reads only is an exception to what its program may do; without that it would be looked up for nothing.
    #[test]
    fn every_program_that_may_read_is_known_by_its_worst() {
        for (program, phrases, _) in READS {
            assert!(find(program).is_some() && !phrases.is_empty(), "{program}");
        }
    }
}
