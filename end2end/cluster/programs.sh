# How each program of the cluster is started; up and restart source this. Sourced, never run.

start_etcd() {
  start etcd etcd --name runlight --data-dir "$state/etcd" --logger zap --log-level warn \
    --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$etcd_peer_port" \
    --initial-advertise-peer-urls "http://127.0.0.1:$etcd_peer_port" \
    --initial-cluster "runlight=http://127.0.0.1:$etcd_peer_port"
}

# The endpoint reconciler is off because an endpoint on loopback is not valid; no pod asks the API here.
start_api_server() {
  start api-server "$bin/kube-apiserver" \
    --bind-address 127.0.0.1 --secure-port $api_port --advertise-address $node_address \
    --endpoint-reconciler-type none --etcd-servers "http://127.0.0.1:$etcd_port" \
    --service-cluster-ip-range $service_network --authorization-mode Node,RBAC --allow-privileged=true \
    --client-ca-file "$state/pki/ca.crt" \
    --tls-cert-file "$state/pki/api-server.crt" --tls-private-key-file "$state/pki/api-server.key" \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$state/pki/accounts.key" \
    --service-account-signing-key-file "$state/pki/accounts.key" \
    --kubelet-preferred-address-types Hostname --kubelet-certificate-authority "$state/pki/ca.crt" \
    --kubelet-client-certificate "$state/pki/api-server-client.crt" \
    --kubelet-client-key "$state/pki/api-server-client.key" \
    --enable-admission-plugins NodeRestriction
}

start_controller_manager() {
  start controller-manager "$bin/kube-controller-manager" \
    --kubeconfig "$state/kubeconfig/controller-manager" --bind-address 127.0.0.1 --secure-port 11257 \
    --use-service-account-credentials=true \
    --service-account-private-key-file "$state/pki/accounts.key" --root-ca-file "$state/pki/ca.crt" \
    --leader-elect=false
}

start_scheduler() {
  start scheduler "$bin/kube-scheduler" \
    --kubeconfig "$state/kubeconfig/scheduler" --bind-address 127.0.0.1 --secure-port 11259 --leader-elect=false
}

start_containerd() {
  start containerd containerd --config "$state/containerd.toml"
}

start_kubelet() {
  start kubelet "$bin/kubelet" --config "$state/kubelet.yaml" --kubeconfig "$state/kubeconfig/kubelet" \
    --root-dir "$state/kubelet" --hostname-override $node --node-ip $node_address
}

write_containerd_configuration() {
  cat >"$state/containerd.toml" <<TOML
version = 2
root = "$state/containerd"
state = "$run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
address = "$run/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "$state/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "$pause_image"
# Where the parent process may not lower its own score, runc may not either.
restrict_oom_score_adj = true
stream_server_address = "127.0.0.1"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$state/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
Root = "$run/runc"
SystemdCgroup = false
TOML
  # Point-to-point links: no bridge and no firewall rules, so nothing is left when the pods are gone.
  cat >"$state/cni/10-runlight.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "runlight", "plugins": [{"type": "ptp", "ipMasq": false,
  "ipam": {"type": "host-local", "dataDir": "$state/ipam", "ranges": [[{"subnet": "$pod_network"}]],
    "routes": [{"dst": "$node_address/32"}]}}]}
JSON
}

write_kubelet_configuration() {
  cat >"$state/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
port: $kubelet_port
healthzPort: 11248
containerRuntimeEndpoint: unix://$run/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
podLogsDir: $state/pod-logs
volumePluginDir: $state/volume-plugins
resolvConf: ""
clusterDomain: cluster.local
serverTLSBootstrap: false
tlsCertFile: $state/pki/kubelet.crt
tlsPrivateKeyFile: $state/pki/kubelet.key
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $state/pki/ca.crt}
authorization: {mode: Webhook}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 50Mi}
oomScoreAdj: 0
nodeStatusUpdateFrequency: 4s
# 50 MB of log must stay one file for a while, and be rotated in the end as on a real node.
containerLogMaxSize: 100Mi
YAML
}
