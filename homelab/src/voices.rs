//! A table of how the homelab's programs talk. Some lines are awkward on purpose: colours, control characters, great
//! length, JSON, times out of order.

use super::voice::Voice;

/// kube-scheduler, kube-controller-manager and other Kubernetes controllers.
pub(crate) static CONTROLLER: Voice = Voice {
    opening: &[
        "I{klog} serving.go:386] \"Generated self-signed cert in-memory\"",
        "I{klog} server.go:176] \"Starting\" version=\"v1.32.3\"",
        "I{klog} server.go:178] \"Golang settings\" GOGC=\"\" GOMAXPROCS=\"\" GOTRACEBACK=\"\"",
        "I{klog} secure_serving.go:213] Serving securely on 127.0.0.1:10259",
        "I{klog} leaderelection.go:257] attempting to acquire leader lease kube-system/{container}...",
        "I{klog} leaderelection.go:271] successfully acquired lease kube-system/{container}",
    ],
    steady: &[
        "I{klog} shared_informer.go:357] \"Caches are synced\" controller=\"{container}\"",
        "I{klog} reflector.go:430] \"Caches populated\" type=\"*v1.Node\" reflector=\"k8s.io/client-go/informers/factory.go:160\"",
        "W{klog} reflector.go:535] \"Watch closed\" type=\"*v1.PodDisruptionBudget\" err=\"an error on the server prevented the watch from ending cleanly\"",
        "I{klog} trace.go:236] Trace[{n}]: \"Scheduling\" namespace:monitoring (total time: {ms}ms)",
    ],
    steady_every_ms: 7_000,
};

/// kube-apiserver and etcd.
pub(crate) static API_SERVER: Voice = Voice {
    opening: &[
        "I{klog} server.go:149] Version: v1.32.3",
        "I{klog} instance.go:233] Using reconciler: lease",
        "I{klog} secure_serving.go:213] Serving securely on [::]:6443",
    ],
    steady: &[
        "I{klog} trace.go:236] Trace[{n}]: \"Update\" accept:application/vnd.kubernetes.protobuf (total time: {ms}ms)",
        "W{klog} lease.go:265] Resetting endpoints for master service \"kubernetes\" to [10.10.0.31]",
        "I{klog} controller.go:667] quota admission added evaluator for: leases.coordination.k8s.io",
    ],
    steady_every_ms: 11_000,
};

/// etcd's JSON lines.
pub(crate) static ETCD: Voice = Voice {
    opening: &[
        "{\"level\":\"info\",\"ts\":\"{iso}\",\"caller\":\"etcdmain/etcd.go:73\",\"msg\":\"Running: \",\"args\":[\"/usr/local/bin/etcd\"]}",
        "{\"level\":\"info\",\"ts\":\"{iso}\",\"caller\":\"embed/serve.go:250\",\"msg\":\"serving client traffic securely\",\"address\":\"[::]:2379\"}",
    ],
    steady: &[
        "{\"level\":\"warn\",\"ts\":\"{iso}\",\"caller\":\"etcdserver/util.go:170\",\"msg\":\"apply request took too long\",\"took\":\"{ms}ms\",\"expected-duration\":\"100ms\"}",
        "{\"level\":\"info\",\"ts\":\"{iso}\",\"caller\":\"mvcc/index.go:214\",\"msg\":\"compact tree index\",\"revision\":{n}}",
    ],
    steady_every_ms: 9_000,
};

/// Web servers that log every request, with colours for the status.
pub(crate) static WEB: Voice = Voice {
    opening: &[
        "\u{1b}[32m[info]\u{1b}[0m {iso} configuration read",
        "\u{1b}[32m[info]\u{1b}[0m {iso} listening on :8080",
    ],
    steady: &[
        "{ip} - - [{iso}] \"GET / HTTP/1.1\" \u{1b}[32m200\u{1b}[0m 5123 {ms}ms",
        "{ip} - - [{iso}] \"GET /api/items?page={n} HTTP/1.1\" \u{1b}[32m200\u{1b}[0m 912 {ms}ms",
        "{ip} - - [{iso}] \"GET /static/app.js HTTP/1.1\" \u{1b}[36m304\u{1b}[0m 0 1ms",
        "{ip} - - [{iso}] \"POST /api/login HTTP/1.1\" \u{1b}[33m401\u{1b}[0m 61 {ms}ms",
        "{ip} - - [{iso}] \"GET /<script>alert(1)</script> HTTP/1.1\" \u{1b}[31m404\u{1b}[0m 153 1ms",
    ],
    steady_every_ms: 4_000,
};

/// Programs in Go that write key=value lines.
pub(crate) static LOGFMT: Voice = Voice {
    opening: &[
        "time=\"{iso}\" level=info msg=\"starting\" version=3.1.2 pod={pod}",
        "time=\"{iso}\" level=info msg=\"metrics are served\" port=9090",
    ],
    steady: &[
        "time=\"{iso}\" level=info msg=\"reconciled\" object=app-{n} duration={ms}ms",
        "time=\"{iso}\" level=debug msg=\"cache hit\" key={hex}",
        "time=\"{iso}\" level=warn msg=\"slow answer\" duration={ms}ms upstream={ip}",
    ],
    steady_every_ms: 6_000,
};

/// Programs that write one JSON object a line; one of them very long.
pub(crate) static JSON: Voice = Voice {
    opening: &["{\"time\": \"{iso}\", \"level\": \"INFO\", \"msg\": \"Starting collector\"}"],
    steady: &[
        "{\"time\": \"{iso}\", \"level\": \"INFO\", \"msg\": \"Working on ADDED configmap monitoring/dashboard-{n}\"}",
        "{\"time\": \"{iso}\", \"level\": \"INFO\", \"msg\": \"Contents unchanged\", \"file\": \"/tmp/dashboards/{hex}.json\"}",
        "{\"time\": \"{iso}\", \"level\": \"DEBUG\", \"msg\": \"payload\", \"items\": [{payload}]}",
    ],
    steady_every_ms: 8_000,
};

/// Databases.
pub(crate) static DATABASE: Voice = Voice {
    opening: &[
        "{iso} [1] LOG:  starting PostgreSQL 16.6 on x86_64-pc-linux-gnu, 64-bit",
        "{iso} [1] LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
        "{iso} [1] LOG:  database system is ready to accept connections",
    ],
    steady: &[
        "{iso} [27] LOG:  checkpoint starting: time",
        "{iso} [27] LOG:  checkpoint complete: wrote {ms} buffers (0.{ms}%); 0 WAL file(s) added, 0 removed, 1 recycled",
    ],
    steady_every_ms: 30_000,
};

/// A Python worker. Its progress bar leaves control characters in the log.
pub(crate) static WORKER: Voice = Voice {
    opening: &[
        "[{short}] INFO     Starting gunicorn 23.0.0",
        "[{short}] INFO     Listening at: http://[::]:3003 (8)",
        "[{short}] INFO     Created in-memory cache with unloading after 300s of inactivity.",
    ],
    steady: &[
        "[{short}] INFO     Handled request {n} in {ms} ms",
        "Downloading model:  42%|####      | 210M/500M\rDownloading model:  43%|####      | 215M/500M\u{8}\u{7}",
        "[{short}] WARNING  Memory of the worker stands at {code} MiB",
        "[{short}] INFO     Queue depth {ms}",
    ],
    steady_every_ms: 3_500,
};

/// The task router, which never gets as far as steady work.
pub(crate) static ROUTER: Voice = Voice {
    opening: &[
        "\u{1b}[1mtask-router\u{1b}[0m 0.14.2 ({hex})",
        "\u{1b}[32mINFO\u{1b}[0m  {iso} config: reading /etc/router/router.toml",
        "\u{1b}[32mINFO\u{1b}[0m  {iso} config: reading environment from secret agents/task-router-env",
    ],
    steady: &["\u{1b}[32mINFO\u{1b}[0m  {iso} waiting for configuration, attempt {n}"],
    steady_every_ms: 5_000,
};
