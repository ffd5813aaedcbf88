{{- /* runlight.toml. A JSON string, list or number is a TOML one; text of values never becomes a key. */ -}}
{{- define "runlight.toml" -}}
{{- $files := "/etc/runlight/sources" -}}
{{- $hosts := .Values.server.hostNames -}}
{{- if .Values.ingress.enabled }}{{ $hosts = append $hosts .Values.ingress.host }}{{ end -}}
{{- if .Values.httpRoute.enabled }}{{ $hosts = concat $hosts .Values.httpRoute.hostnames }}{{ end -}}
[server]
listen = {{ ternary "0.0.0.0:8080" "127.0.0.1:8080" (eq (include "runlight.isOpen" .) "yes") | quote }}
probes_listen = "0.0.0.0:8081"
{{- with .Values.server.publicUrl }}
public_url = {{ . | toJson }}
{{- end }}
host_names = {{ $hosts | uniq | toJson }}
proxies = {{ .Values.server.proxies | toJson }}
check_timeout_ms = {{ int64 .Values.server.checkTimeoutMs }}
page_wait_ms = {{ int64 .Values.server.pageWaitMs }}
max_concurrent_checks = {{ int64 .Values.server.maxConcurrentChecks }}
secrets_in_answers = {{ .Values.server.secretsInAnswers | toJson }}
drain_ms = {{ int64 .Values.server.drainMs }}
log_format = {{ .Values.server.logFormat | toJson }}

[library]
{{- $folders := list }}
{{- range .Values.runbooks.configMaps }}{{ $folders = append $folders (printf "/runbooks/configmaps/%s" .) }}{{ end }}
{{- if .Values.runbooks.existingClaim }}{{ $folders = append $folders "/runbooks/volume" }}{{ end }}
{{- with .Values.runbooks.git }}{{ if .url }}{{ $folders = append $folders (printf "/runbooks/git/current/%s" .folder | trimSuffix "/") }}{{ end }}{{ end }}
folders = {{ $folders | toJson }}
history = {{ .Values.runbooks.history }}
{{- if .Values.cluster.enabled }}

[clusters.{{ .Values.cluster.name }}]
in_cluster = true
aliases = {{ .Values.cluster.aliases | toJson }}
secret_data = {{ .Values.cluster.secretData | toJson }}
{{- with .Values.cluster.groups }}
groups = {{ . | toJson }}
{{- end }}
{{- with .Values.cluster.secretDataGroups }}
secret_data_groups = {{ . | toJson }}
{{- end }}
{{- end }}
{{- range $name, $it := .Values.clusters }}

[clusters.{{ $name }}]
kubeconfig = "{{ $files }}/clusters/{{ $name }}/kubeconfig"
{{- with $it.context }}
context = {{ . | toJson }}
{{- end }}
aliases = {{ $it.aliases | default list | toJson }}
secret_data = {{ $it.secretData | default "refuse" | toJson }}
{{- with $it.groups }}
groups = {{ . | toJson }}
{{- end }}
{{- with $it.secretDataGroups }}
secret_data_groups = {{ . | toJson }}
{{- end }}
{{- end }}
{{- range $name, $it := .Values.proxmox }}

[proxmox.{{ $name }}]
url = {{ $it.url | toJson }}
{{- with $it.node }}
node = {{ . | toJson }}
{{- end }}
ssh_hosts = {{ $it.sshHosts | default list | toJson }}
token_file = "{{ $files }}/proxmox/{{ $name }}/token"
{{- with $it.groups }}
groups = {{ . | toJson }}
{{- end }}
{{- with $it.fingerprint }}
fingerprint = {{ . | toJson }}
{{- end }}
{{- if $it.caKey }}
ca_file = "{{ $files }}/proxmox/{{ $name }}/ca"
{{- end }}
{{- end }}
{{- range $name, $it := .Values.backup }}

[backup.{{ $name }}]
url = {{ $it.url | toJson }}
ssh_hosts = {{ $it.sshHosts | default list | toJson }}
token_file = "{{ $files }}/backup/{{ $name }}/token"
{{- with $it.groups }}
groups = {{ . | toJson }}
{{- end }}
{{- with $it.fingerprint }}
fingerprint = {{ . | toJson }}
{{- end }}
{{- if $it.caKey }}
ca_file = "{{ $files }}/backup/{{ $name }}/ca"
{{- end }}
{{- end }}
{{- range $kind := list "prometheus" "alertmanager" }}
{{- range $name, $it := index $.Values $kind }}

[{{ $kind }}.{{ $name }}]
url = {{ $it.url | toJson }}
clusters = {{ $it.clusters | default list | toJson }}
{{- with $it.groups }}
groups = {{ . | toJson }}
{{- end }}
{{- with $it.clusterLabel }}
cluster_label = {{ . | toJson }}
{{- end }}
addresses = {{ $it.addresses | default list | toJson }}
{{- with $it.externalUrl }}
external_url = {{ . | toJson }}
{{- end }}
{{- if $it.tokenKey }}
token_file = "{{ $files }}/{{ $kind }}/{{ $name }}/token"
{{- end }}
{{- with $it.user }}
user = {{ . | toJson }}
{{- end }}
{{- if $it.passwordKey }}
password_file = "{{ $files }}/{{ $kind }}/{{ $name }}/password"
{{- end }}
{{- if $it.caKey }}
ca_file = "{{ $files }}/{{ $kind }}/{{ $name }}/ca"
{{- end }}
{{- with $it.fingerprint }}
fingerprint = {{ . | toJson }}
{{- end }}
{{- end }}
{{- end }}
{{- if include "runlight.isOpen" . }}
{{- include "runlight.signIn" . }}
{{- end }}
{{- include "runlight.evidence" . }}
{{- with .Values.extraToml }}

{{ . | trim }}
{{- end }}
{{ end }}

{{- /* What the volume `sources` projects: the Secrets of every source, each key as a file. */ -}}
{{- define "runlight.sourceFiles" -}}
{{- range $name, $it := .Values.clusters }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" ($it.key | default "kubeconfig") "path" (printf "clusters/%s/kubeconfig" $name)) }}
{{- end }}
{{- range $kind := list "proxmox" "backup" }}
{{- range $name, $it := index $.Values $kind }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" ($it.key | default "token") "path" (printf "%s/%s/token" $kind $name)) }}
{{- with $it.caKey }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" . "path" (printf "%s/%s/ca" $kind $name)) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $kind := list "prometheus" "alertmanager" }}
{{- range $name, $it := index $.Values $kind }}
{{- range $what, $key := dict "token" $it.tokenKey "password" $it.passwordKey "ca" $it.caKey }}
{{- if $key }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" $key "path" (printf "%s/%s/%s" $kind $name $what)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.signIn.keySecret }}
{{ include "runlight.secretFile" (dict "secret" . "key" $.Values.signIn.keySecretKey "path" "sign-in/key") }}
{{- end }}
{{- range $name, $it := .Values.signIn.oidc }}
{{- if $it.existingSecret }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" ($it.key | default "client-secret") "path" (printf "sign-in/%s/client-secret" $name)) }}
{{- with $it.caKey }}
{{ include "runlight.secretFile" (dict "secret" $it.existingSecret "key" . "path" (printf "sign-in/%s/ca" $name)) }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.evidence.webhookSecret }}
{{ include "runlight.secretFile" (dict "secret" . "key" $.Values.evidence.webhookSecretKey "path" "evidence/webhook") }}
{{- end }}
{{- if eq .Values.evidence.store "postgres" }}
{{ include "runlight.secretFile" (dict "secret" .Values.evidence.postgres.existingSecret "key" .Values.evidence.postgres.key "path" "evidence/url") }}
{{- end }}
{{- end }}
