# Settings and small functions that up, down and restart share. Sourced, never run.
# Nothing here reaches outside this machine, and everything that runs listens on loopback.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${RUNLIGHT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/runlight}
state=$cache/cluster
# Unix socket paths are short, and the container runtime wants its run-time files on a path that is not user data.
run=/run/runlight-cluster

kubernetes_version=$(awk '$1 == "k8s.io/kubernetes" && $2 ~ /^v/ {print $2}' "$here/kubernetes/go.mod")
bin=$cache/kubernetes/$kubernetes_version
node=runlight-node
node_address=10.231.255.1
pod_network=10.231.0.0/24
service_network=10.231.1.0/24
api_port=16443
etcd_port=12379
etcd_peer_port=12380
kubelet_port=10250
hosts_line="127.0.0.1 $node # added by runlight end2end/cluster/up"
programs=(etcd api-server controller-manager scheduler containerd kubelet)

# What the kubelet and the CNI plugins write, under /proc/sys; down puts back what up has found. Writing ip_forward
# changes it for every interface, so it comes before those.
sysctls=(
  vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes net/ipv4/ip_forward 'net/ipv4/conf/*/forwarding'
)
# Folders and files with a fixed path that the kubelet or containerd makes; down removes those that up has not found.
fixed_paths=(
  /var/lib/kubelet /var/log/pods /var/log/containers /var/lib/cni /usr/libexec/kubernetes /etc/kubernetes
  /run/containerd /run/runc /run/netns /run/mount /var/lib/containerd /opt/containerd
)

say() { printf '%s\n' "cluster: $*" >&2; }
fail() { say "$*"; exit 1; }

# One up or down at a time, also when two test runs start together.
take_turn() {
  mkdir -p "$cache"
  exec 9>"$cache/cluster.lock"
  flock 9
}

# await SECONDS WHAT COMMAND…: until the command succeeds, or says what did not come.
await() {
  local seconds=$1 what=$2 end=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || fail "$what did not come within $seconds s; its log is in $state/log"
    sleep 0.2
  done
}

is_running() {
  local pid
  pid=$(cat "$state/pid/$1" 2>/dev/null) || return 1
  # A process id may have been given to another program since: the mark in its environment tells.
  { tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "RUNLIGHT_CLUSTER_PROGRAM=$1"; } 2>/dev/null
}

# start NAME COMMAND…: in a session of its own, with its output in the log folder.
start() {
  local name=$1
  shift
  is_running "$name" && return
  RUNLIGHT_CLUSTER_PROGRAM=$name setsid "$@" >>"$state/log/$name.log" 2>&1 </dev/null 9>&- &
  echo $! >"$state/pid/$name"
}

stop() {
  local name=$1 pid
  is_running "$name" || { rm -f "$state/pid/$name"; return 0; }
  pid=$(cat "$state/pid/$name")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 100); do
    is_running "$name" || break
    sleep 0.1
  done
  if is_running "$name"; then
    say "$name did not end by itself; killing it"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$state/pid/$name"
}

kubectl_as() {
  local user=$1
  shift
  "$bin/kubectl" --kubeconfig "$state/kubeconfig/$user" "$@"
}
