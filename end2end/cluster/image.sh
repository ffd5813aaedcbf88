# Container images made of Debian's static busybox, so that no registry is asked. Sourced, never run.

busybox_image=docker.io/library/busybox:1.35
pause_image=runlight.invalid/pause:1

# make_image NAME COMMAND-AS-JSON FILE: a tar that `ctr images import` takes.
make_image() {
  local name=$1 command=$2 file=$3 work
  [[ -f $file ]] && return
  work=$(mktemp -d)
  mkdir -p "$work"/root/{bin,tmp,proc,sys,dev,etc}
  chmod 1777 "$work/root/tmp"
  cp /bin/busybox "$work/root/bin/"
  local applet
  for applet in $(/bin/busybox --list); do
    [[ $applet == busybox ]] || ln -s busybox "$work/root/bin/$applet"
  done
  printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$work/root/etc/passwd"
  tar -C "$work/root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
  cat >"$work/config.json" <<JSON
{"architecture": "$(image_architecture)", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": $command},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)"]}}
JSON
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$name\"], \"Layers\": [\"layer.tar\"]}]" >"$work/manifest.json"
  tar -C "$work" -cf "$file.new" manifest.json config.json layer.tar
  mv "$file.new" "$file"
  rm -rf "$work"
}

image_architecture() {
  case $(uname -m) in
    aarch64) echo arm64 ;;
    *) echo amd64 ;;
  esac
}

import_image() {
  ctr --address "$run/containerd.sock" --namespace k8s.io images import --digests=false "$1" >/dev/null
}
