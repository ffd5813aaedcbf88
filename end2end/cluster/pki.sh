# Certificates and kubeconfigs of the cluster. Sourced, never run. What a step is recognised by is put into its place last.

make_authority() {
  [[ -f $state/pki/ca.crt ]] && return
  openssl genrsa -out "$state/pki/accounts.key" 2048 2>/dev/null
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=runlight-cluster \
    -keyout "$state/pki/ca.key" -out "$state/pki/ca.crt.new" 2>/dev/null
  mv "$state/pki/ca.crt.new" "$state/pki/ca.crt"
}

# make_certificate NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
make_certificate() {
  local name=$1 subject=$2 names=${3:-}
  [[ -f $state/pki/$name.crt ]] && return
  openssl req -newkey rsa:2048 -nodes -subj "$subject" \
    -keyout "$state/pki/$name.key" -out "$state/pki/$name.csr" 2>/dev/null
  openssl x509 -req -in "$state/pki/$name.csr" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" -days 30 \
    -set_serial "0x$(openssl rand -hex 8)" -out "$state/pki/$name.crt.new" \
    -extfile <(printf 'extendedKeyUsage=clientAuth,serverAuth\n%s' "${names:+subjectAltName=$names}") 2>/dev/null
  mv "$state/pki/$name.crt.new" "$state/pki/$name.crt"
}

# make_kubeconfig USER SUBJECT: a client certificate and a kubeconfig that holds it.
make_kubeconfig() {
  local user=$1 file=$state/kubeconfig/$1
  [[ -f $file ]] && return
  make_certificate "user-$user" "$2"
  write_kubeconfig "$file" "$user" "https://127.0.0.1:$api_port" "$(base64 -w0 <"$state/pki/ca.crt")" \
    "client-certificate-data: $(base64 -w0 <"$state/pki/user-$user.crt"), client-key-data: $(base64 -w0 <"$state/pki/user-$user.key")"
}

# write_kubeconfig FILE USER SERVER AUTHORITY CREDENTIAL
write_kubeconfig() {
  (umask 077 && cat >"$1.new" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: runlight, cluster: {server: "$3", certificate-authority-data: $4}}]
users: [{name: $2, user: {$5}}]
contexts: [{name: $2@runlight, context: {cluster: runlight, user: $2}}]
current-context: $2@runlight
YAML
  )
  mv "$1.new" "$1"
}
