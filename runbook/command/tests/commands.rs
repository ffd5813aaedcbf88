//! What single commands come to.

use command::{
    check::{
        ApiFormat, Cause, Check, ClusterAsk, GuestKind, HostWord, LogStoreAsk, LogTarget, Output, ProcFile, ProxmoxAsk,
        Question, Reading, Refusal, Scope, ServiceView, SizeUnit, TableForm,
    },
    recognition::{FenceContext, read, recognise},
};
use pipe::filter::{Filter, TailFrom};

fn check(text: &str) -> Check {
    match recognise(text) {
        Reading::Check { check } => *check,
        other => panic!("{text}\n{other:#?}"),
    }
}

fn cluster(text: &str) -> ClusterAsk {
    match check(text).question {
        Question::Cluster(question) => question.ask,
        other => panic!("{text}\n{other:#?}"),
    }
}

fn proxmox(text: &str) -> (Option<String>, ProxmoxAsk) {
    match check(text).question {
        Question::Proxmox(question) => (question.host, question.ask),
        other => panic!("{text}\n{other:#?}"),
    }
}

fn refused(text: &str) -> Refusal {
    match recognise(text) {
        Reading::Refused(refusal) => refusal,
        other => panic!("{text}\n{other:#?}"),
    }
}

fn unknown(text: &str) -> Refusal {
    match recognise(text) {
        Reading::Unknown(refusal) => refusal,
        other => panic!("{text}\n{other:#?}"),
    }
}

#[test]
fn reads_a_sorted_list_of_pods_with_its_tail() {
    let text = "kubectl --kubeconfig=/root/.kube/config get pods -A --sort-by='.status.containerStatuses[0].restartCount' \
                2>/dev/null | tail -20";
    let check = check(text);
    assert_eq!(check.filters, [Filter::Tail(TailFrom::Last(20))]);
    let Question::Cluster(question) = check.question else { panic!("{check:?}") };
    assert_eq!(question.context, None);
    let ClusterAsk::Get(get) = question.ask else { panic!("{question:?}") };
    assert_eq!(get.resources[0].kind, "pods");
    assert_eq!(get.scope, Scope::All);
    assert_eq!(get.sort_by.as_deref(), Some("status.containerStatuses[0].restartCount"));
    assert_eq!(get.output, Output::Table);
}

#[test]
fn reads_logs_with_placeholders() {
    let command = read(
        "kubectl --context=admin@<cluster> logs -n <namespace> <pod> --previous --tail=50",
        &FenceContext::default(),
    );
    assert_eq!(command.parameters, ["cluster", "namespace", "pod"]);
    let Reading::Check { check } = command.reading else { panic!("{:?}", command.reading) };
    let Question::Cluster(question) = check.question else { panic!("{check:?}") };
    assert_eq!(question.context.as_deref(), Some("admin@<cluster>"));
    let ClusterAsk::Logs(logs) = question.ask else { panic!("{question:?}") };
    assert_eq!(logs.target, LogTarget::Pod("<pod>".into()));
    assert_eq!((logs.tail_lines, logs.previous, logs.follow), (Some(50), true, false));
}

#[test]
fn reads_continuation_lines_and_partial_names() {
    let text = "kubectl --context=admin@monitoring-cluster -n monitoring logs \\\n  \
                kube-prometheus-stack-grafana-<pod-id> -c grafana-sc-dashboard --previous --tail=30";
    let ClusterAsk::Logs(logs) = cluster(text) else { panic!() };
    assert_eq!(logs.target, LogTarget::Pod("kube-prometheus-stack-grafana-<pod-id>".into()));
    assert_eq!(logs.container.as_deref(), Some("grafana-sc-dashboard"));
    assert_eq!(read(text, &FenceContext::default()).parameters, ["pod-id"]);
}

#[test]
fn reads_a_process_list_as_running_tasks_without_the_password() {
    let text = "sshpass -p 'hunter2' ssh root@10.10.0.20 \"ps aux | grep vzdump | grep -v grep\"";
    let ask = ProxmoxAsk::RunningTasks { task_type: "vzdump".into() };
    assert_eq!(proxmox(text), (Some("10.10.0.20".into()), ask.clone()));
    assert!(check(text).filters.is_empty());
    assert!(!format!("{:?}", check(text)).contains("hunter2"));
    assert_eq!(proxmox("ps aux | grep '[v]zdump'"), (None, ask.clone()));
    assert_eq!(proxmox("ssh pve 'pgrep -a vzdump'"), (Some("pve".into()), ask));
    assert_eq!(refused("ps aux | grep nginx").cause, Cause::NeedsShell);
}

#[test]
fn refuses_what_changes_something_by_name() {
    for text in [
        "kubectl delete pod x",
        "kubectl -n x rollout restart deploy/y",
        "sudo systemctl restart pveproxy",
        "ssh pve 'qm stop 101'",
        "kubectl get pods | xargs kubectl delete pod",
        "kubectl get pods; kubectl delete pod x",
        "pvesh set /nodes/x/config --description y",
    ] {
        assert!(
            matches!(recognise(text), Reading::Refused(Refusal { cause: Cause::Changes, .. }) | Reading::Unknown(_)),
            "{text}"
        );
    }
    assert_eq!(refused("kubectl delete pod x").cause, Cause::Changes);
}

#[test]
fn says_whose_flag_it_is_and_suggests_the_right_spelling() {
    let refusal = unknown("kubectl get pods --grace-period=0");
    assert_eq!(refusal.reason, "`--grace-period` belongs to `kubectl delete`, not to `kubectl get`.");
    assert_eq!(refusal.span, Some(17..33));
    assert!(unknown("kubectl logs x --tial=5").reason.contains("Did you mean `--tail`?"));
    assert!(unknown("kubectl gte pods").reason.contains("Did you mean `get`?"));
}

#[test]
fn names_the_refused_verb_as_it_was_written() {
    assert_eq!(refused("talosctl reboot").reason, "`talosctl reboot` changes a node or the cluster.");
    assert_eq!(refused("talosctl -n 10.0.0.1 image pull x").reason, "`talosctl image` changes a node or the cluster.");
    assert_eq!(refused("argocd app delete web").reason, "`argocd app delete` changes an application.");
}

#[test]
fn takes_no_name_that_reads_as_a_flag() {
    for text in
        ["kubectl get pods/-w", "kubectl get pods,-w", "kubectl describe pods/web,pods/-x", "kubectl logs pod/-f"]
    {
        let refusal = unknown(text);
        assert!(refusal.reason.ends_with("is neither a kind nor a name."), "{text}: {}", refusal.reason);
    }
}

#[test]
fn a_bare_program_that_looks_for_processes_is_no_check() {
    for text in ["pgrep", "pidof", "pgrep -f"] {
        assert!(!matches!(recognise(text), Reading::Check { .. }), "{text}");
    }
}

#[test]
fn a_placeholder_excuses_nothing_around_it() {
    let refusal = unknown("kubectl get \"pods -A <app>/web\"");
    assert_eq!(refusal.reason, "`pods -A <app>/web` is neither a kind nor a name.");
    assert!(matches!(recognise("kubectl get pods web-<the app's name>"), Reading::Check { .. }));
}

#[test]
fn reads_no_part_of_a_variables_name() {
    let name = "N".repeat(78);
    let command = read(&format!("kubectl get pods -n ${name}"), &FenceContext::default());
    assert_eq!(command.parameters, [name.to_lowercase()]);
    for text in [format!("kubectl get pods -n ${name}N"), "kubectl get pods -n $_".to_owned()] {
        assert_eq!(unknown(&text).reason, "This variable has no name that Runlight reads.", "{text}");
    }
}

#[test]
fn asks_for_no_log_of_half_a_name() {
    for text in ["kubectl logs po/", "kubectl logs deploy/", "kubectl logs /web", "kubectl logs deploy/web/app"] {
        let refusal = unknown(text);
        assert!(refusal.reason.ends_with("is neither a pod nor TYPE/NAME."), "{text}: {}", refusal.reason);
    }
}

#[test]
fn asks_a_nested_command_for_a_value() {
    let text = "kubectl -n a describe pod $(kubectl -n a get pod -l app=<app> -o jsonpath='{.items[0].metadata.name}')";
    let command = read(text, &FenceContext::default());
    assert!(matches!(command.reading, Reading::Check { .. }), "{:?}", command.reading);
    assert_eq!(command.parameters, ["app", "answer-1"]);
    assert_eq!(command.supplies.len(), 1);
    let refusal = unknown("kubectl get pod $(frobnicate | sh)");
    assert!(refusal.span.is_some_and(|span| span.start > 15));
}

#[test]
fn knows_what_a_file_has_set_before() {
    let mut context = FenceContext::default();
    for text in ["export KUBECONFIG=~/x", "NS=monitoring", "POD=$(kubectl -n $NS get pod -o name | head -1)"] {
        context.absorb(text);
    }
    let command = read("kubectl -n $NS logs $POD", &context);
    assert_eq!(command.parameters, ["pod"]);
    assert_eq!(command.supplies[0].parameter, "pod");
    let Reading::Check { check } = &command.reading else { panic!("{:?}", command.reading) };
    assert!(format!("{check:?}").contains("monitoring"));
    context.absorb("ssh root@10.0.0.1");
    let Reading::Check { check } = read("pvesm status", &context).reading else { panic!() };
    assert!(format!("{check:?}").contains("10.0.0.1"));
    context.end_fence();
    let Reading::Check { check } = read("pvesm status", &context).reading else { panic!() };
    assert!(!format!("{check:?}").contains("10.0.0.1"));
}

#[test]
fn keeps_the_data_of_secrets_to_itself() {
    for text in [
        "kubectl get secret x -o yaml",
        "kubectl get secrets -o json | jq .",
        "kubectl get secret/x -o jsonpath='{.data.password}' | base64 -d",
        "kubectl get pods,secrets -o yaml",
        "kubectl get secret x -o go-template='{{.data}}'",
        "kubectl get --raw /api/v1/namespaces/x/secrets/y",
        "kubectl config view --raw",
    ] {
        assert_eq!(refused(text).cause, Cause::SecretData, "{text}");
    }
    check("kubectl get secrets -A");
    check("kubectl describe secret x");
    check("kubectl get secret x -o jsonpath='{.metadata.labels}'");
}

#[test]
fn reads_proxmox_tools_here_and_on_a_host() {
    assert_eq!(proxmox("qm list").1, ProxmoxAsk::Guests { kind: GuestKind::Vm });
    let status = ProxmoxAsk::GuestStatus { kind: GuestKind::Container, id: "101".into(), verbose: false };
    assert_eq!(proxmox("ssh root@pve pct status 101"), (Some("pve".into()), status));
    assert!(matches!(
        proxmox("pvesh get /nodes/<node>/status --output-format json").1,
        ProxmoxAsk::Api { format: ApiFormat::Json, .. }
    ));
    assert_eq!(refused("pct exec 101 -- ls").cause, Cause::NeedsShell);
    unknown("pvesh get /nodes/x/vncshell");
}

/// What a flag changes in the text must be in the question: a pipe reads that text.
#[test]
fn keeps_what_flags_change_in_the_answer_of_a_host() {
    let memory = |unit, total| ProxmoxAsk::Memory { unit, total };
    let disk = |unit, named| ProxmoxAsk::RootDisk { unit, with_type: false, named };
    let service = |view| ProxmoxAsk::Service { unit: "pveproxy".into(), view };
    for (command, expected) in [
        ("free", memory(SizeUnit::Kibi, false)),
        ("free -h", memory(SizeUnit::Human, false)),
        ("free -mt", memory(SizeUnit::Mebi, true)),
        ("df -h", disk(SizeUnit::Human, false)),
        ("df -H /", disk(SizeUnit::HumanDecimal, true)),
        ("systemctl is-active pveproxy", service(ServiceView::IsActive)),
        ("systemctl status pveproxy.service", service(ServiceView::Status)),
        ("uname -r", ProxmoxAsk::Host { words: vec![HostWord::KernelRelease] }),
        ("uname -a", ProxmoxAsk::Host { words: HostWord::ALL.to_vec() }),
        ("hostname", ProxmoxAsk::Host { words: vec![HostWord::NodeName] }),
        ("cat /proc/loadavg", ProxmoxAsk::ProcFile(ProcFile::LoadAverage)),
        ("uptime -p", ProxmoxAsk::Uptime { pretty: true }),
    ] {
        assert_eq!(proxmox(&format!("ssh root@pve '{command}'")).1, expected, "{command}");
    }
    unknown("ssh root@pve 'free --mega'");
    unknown("ssh root@pve 'free -m -g'");
    unknown("pvesh get /nodes --quiet");
    unknown("pvesh get /nodes --human-readable maybe");
    unknown("pvenode task list --noborder");
    let form = TableForm { has_border: false, has_head: false, is_human: false };
    assert!(matches!(
        proxmox("pvesh get /nodes --noborder --noheader 1 --human-readable=0").1,
        ProxmoxAsk::Api { format: ApiFormat::Text(known), .. } if known == form
    ));
    unknown("ssh root@pve 'hostname -f'");
    assert!(refused("ssh root@pve 'cat /etc/pve/vzdump.cron'").reason.contains("jobs.cfg"));
}

#[test]
fn prints_an_order_that_is_read_again() {
    for (typed, printed) in [
        (".metadata.name", "metadata.name"),
        ("{.metadata.name}", "metadata.name"),
        ("'{.status.phase }'", "status.phase"),
        (".@at:x", ".@at:x"),
        ("..startTime", "..startTime"),
        ("[0]", "[0]"),
    ] {
        let once = check(&format!("kubectl get pods --sort-by=\"{typed}\"")).to_string();
        assert_eq!(once.replace('\'', ""), format!("kubectl get pods --sort-by={printed}"), "{typed}");
        assert_eq!(check(&once).to_string(), once);
    }
}

/// The findings of two readings of runbooks that nobody here had seen.
#[test]
fn reads_what_other_runbooks_write() {
    for (text, printed) in [
        ("qm config {vmid}", "qm config <vmid>"),
        ("pvesh get /nodes/{node}/status", "pvesh get /nodes/<node>/status"),
        ("pvesh get /nodes/$(hostname)/qemu", "pvesh get /nodes/<node>/qemu"),
        ("kubectl --context={ctx} get pods -n [namespace]", "kubectl --context <ctx> get pods -n <namespace>"),
        ("kubectl get pods -n <Namespace名>", "kubectl get pods -n '<namespace名>'"),
        ("cat /etc/pve/lxc/200.conf", "pct config 200"),
        ("ssh pve 'cat /etc/pve/qemu-server/<vmid>.conf'", "ssh pve 'qm config <vmid>'"),
        ("systemctl is-active pvedaemon pveproxy", "systemctl is-active pvedaemon; systemctl is-active pveproxy"),
        ("ssh $SSH_OPTS root@pve \"qm list\"", "ssh pve 'qm list'"),
        ("pveum user list --output-format json", "pvesh get /access/users --output-format json"),
        ("ha-manager rules list", "pvesh get /cluster/ha/rules"),
        (
            "kubectl get --raw \"/api/v1/nodes/<node>/proxy/stats/summary\"",
            "kubectl get --raw /api/v1/nodes/<node>/proxy/stats/summary",
        ),
        ("kubectl get nodes | grep -q Ready && echo yes", "kubectl get nodes | grep Ready"),
        ("pvesh get /version --output-format yaml", "pvesh get /version --output-format yaml"),
        ("$ kubectl get nodes", "kubectl get nodes"),
        (
            "kubectl config view --minify -o jsonpath='{..namespace}'",
            "kubectl config view -o 'jsonpath={..namespace}' --minify",
        ),
        ("kubectl config view -o yaml", "kubectl config view"),
        (
            "kubectl api-resources --verbs=list --namespaced -o name | xargs -n 1 kubectl get --show-kind --ignore-not-found -n x",
            "kubectl api-resources -o name --namespaced=true --verbs=list | xargs -r -n1 kubectl get --show-kind --ignore-not-found -n x",
        ),
        ("kubectl top nodes 2>/dev/null || log_warning 'none'", "kubectl top nodes"),
        ("ETCD_POD=$(kubectl get pods -l component=etcd -o name)", "kubectl get pods -l component=etcd -o name"),
        ("export IP=$(kubectl get svc x -o name)", "kubectl get svc x -o name"),
        (
            "kubectl get pods -o jsonpath='{range.items[*]}{.status.podIP}{end}'",
            "kubectl get pods -o 'jsonpath={range.items[*]}{.status.podIP}{end}'",
        ),
        (
            "proxmox-backup-client list --repository <user@realm@host:store>",
            "proxmox-backup-client list --repository :<user-realm-host-store>",
        ),
    ] {
        assert_eq!(check(text).to_string(), printed, "{text}");
    }
    for text in [
        "kubectl describe <pod-name> -n x",
        "kubectl get pods -n ...",
        "kubectl get po -v=6",
        "X=$(kubectl get po | foo)",
    ] {
        unknown(text);
    }
    for text in
        ["kubectl apply -f- <<EOF\nx\nEOF", "kubectl get ns x || kubectl create ns x", "X=$(kubectl delete pod a)"]
    {
        assert_eq!(refused(text).cause, Cause::Changes, "{text}");
    }
    assert_eq!(refused("X=$(kubectl get secret a -o yaml)").cause, Cause::SecretData);
    let reason = refused("zpool status tank").reason;
    assert!(reason.contains("no source") && reason.contains("disks/zfs"), "{reason}");
    for text in ["ceph osd tree", "mount", "/usr/bin/mount", "etcdctl member list", "ssh pve 'docker ps'"] {
        assert_eq!(refused(text).cause, Cause::NoSource, "{text}");
    }
    for text in
        ["ceph osd out 3", "mount /dev/sda1", "etcdctl member remove 1", "docker volume rm x", "zpool scrub tank"]
    {
        assert_eq!(refused(text).cause, Cause::Changes, "{text}");
    }
}

/// What a flag changes would be lost if nothing looked at it.
#[test]
fn follows_every_flag_or_none() {
    for text in [
        "kubectl wait pod/a --for=condition=Ready -o name",
        "kubectl logs a --limit-bytes=100",
        "promtool query instant --time=1700000000 http://prometheus:9090 up",
        "amtool alert -o json",
        "pvesm status --target pve2",
        "proxmox-backup-client status --repository pbs:main --output-format json",
        "pvenode task list --errors maybe",
        "kubectl get --raw /version -o yaml",
    ] {
        unknown(text);
    }
    assert_eq!(refused("kubectl version --client").cause, Cause::Local);
    for (text, printed) in [
        ("pvenode task list --errors --limit 5", "pvenode task list --limit 5 --errors 1"),
        ("qm status 100 --verbose 1", "qm status 100 --verbose"),
        ("qm status 100 --verbose 0", "qm status 100"),
        (
            "proxmox-backup-manager datastore list --output-format json-pretty",
            "proxmox-backup-manager datastore list --output-format json-pretty",
        ),
        (
            "proxmox-backup-client snapshots list --ns lab --repository pbs:main",
            "ssh pbs 'proxmox-backup-client snapshot list --repository :main --ns lab'",
        ),
    ] {
        assert_eq!(check(text).to_string(), printed, "{text}");
    }
}

#[test]
fn reads_helm_where_the_data_of_secrets_may_be_shown_and_prints_it_again() {
    for (text, printed) in [
        ("helm ls -A", "helm list -A"),
        (
            "helm -n apps list --all --short -o json --max=5 --no-headers",
            "helm list -n apps -o json -a -q --no-headers --max=5",
        ),
        ("helm status web --namespace apps --show-desc", "helm status web -n apps --show-desc"),
        ("helm history web -o yaml", "helm history web -o yaml"),
        ("helm --kube-context prod hist web --max 3 -o table", "helm --kube-context prod history web --max=3"),
        ("ssh host 'helm list'", "ssh host 'helm list'"),
    ] {
        assert_eq!(refused(text).cause, Cause::SecretData, "{text}");
        let check = |text: &str| {
            let shown = read(text, &FenceContext::default()).showing_secret_data();
            shown.and_then(|shown| shown.resolve(&Default::default()).ok()).unwrap_or_else(|| panic!("{text}"))
        };
        assert_eq!(check(text).to_string(), printed);
        assert_eq!(check(printed), check(text));
        assert!(check(text).reads_secret_data());
    }
    for text in [
        "helm list x",
        "helm list -o xml",
        "helm status",
        "helm status a b",
        "helm status 'a,b'",
        "helm history w -- x",
    ] {
        assert!(unknown(text).span.is_some(), "{text}");
    }
    assert!(read("helm get values web", &FenceContext::default()).showing_secret_data().is_none());
}

/// What a Secret holds never becomes a part of another question, which stands in addresses and in audit logs.
#[test]
fn makes_no_question_of_the_data_of_secrets() {
    for text in [
        "kubectl get secret db -o jsonpath='{.data.name}' | base64 -d | xargs kubectl get pods -n shop",
        "kubectl get secret db -o jsonpath='{.data.name}' | xargs -I{} kubectl get pod {}",
        "kubectl get secrets -o yaml | awk '{print $1}' | xargs -n1 kubectl describe pod",
        "bash -c 'kubectl get pods -o name; kubectl get secret db -o yaml' | xargs kubectl describe",
        "kubectl get pods -l app=$(kubectl get secret db -o jsonpath='{.data.app}')",
    ] {
        let command = read(text, &FenceContext::default());
        assert!(matches!(&command.reading, Reading::Refused(refusal) if refusal.cause == Cause::SecretData), "{text}");
        assert!(command.showing_secret_data().is_none(), "{text}");
    }
}

#[test]
fn lines_of_a_log_store_are_asked_for_with_a_bound() {
    let lines = |text: &str| match check(text).question {
        Question::LogStore(question) => (question.address, question.ask),
        other => panic!("{text}\n{other:#?}"),
    };
    let (address, ask) = lines(
        "logcli query --addr=http://loki:3100 --since 1h30m --limit=50 -o raw '{namespace=\"<namespace>\"} |= `lost`'",
    );
    assert_eq!(address.as_deref(), Some("http://loki:3100"));
    let wanted = LogStoreAsk::Lines {
        query: "{namespace=\"<namespace>\"} |= `lost`".into(),
        limit: Some(50),
        since_s: Some(5_400),
        raw: true,
    };
    assert_eq!(ask, wanted);
    let url = "http://loki:3100/loki/api/v1/query_range";
    let (_, ask) = lines(&format!("curl -sG {url} --data-urlencode 'query={{pod=\"web-0\"}}' -d limit=20 | jq ."));
    let parameters = vec![("limit".into(), "20".into()), ("query".into(), "{pod=\"web-0\"}".into())];
    assert_eq!(ask, LogStoreAsk::Api { path: "/loki/api/v1/query_range".into(), parameters });
    let (address, _) = lines("curl http://vlogs:9428/select/logsql/query -d 'query=error'");
    assert_eq!(address.as_deref(), Some("http://vlogs:9428"));
    for text in [
        "logcli query --tail '{a=\"b\"}'",
        "logcli query --limit=0 '{a=\"b\"}'",
        "logcli query --org-id=other '{a=\"b\"}'",
        "logcli query --since=forever '{a=\"b\"}'",
        "logcli query '{a=\"b\"'",
        "logcli query -o jsonl '{a=\"b\"}'",
        "logcli query '{a=\"b\"}' '{c=\"d\"}'",
    ] {
        unknown(text);
    }
    for text in [
        "logcli delete create '{a=\"b\"}'",
        "logcli labels",
        "curl http://loki:3100/loki/api/v1/push",
        "curl -X POST http://loki:3100/loki/api/v1/push -d x=1",
        "curl -X DELETE http://loki:3100/loki/api/v1/delete",
        "curl http://loki:3100/loki/api/v1/tail",
        "curl http://vlogs:9428/select/logsql/tail",
        "curl http://vlogs:9428/insert/jsonline",
        "curl http://loki:3100/flush",
    ] {
        refused(text);
    }
}
