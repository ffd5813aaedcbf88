{{- define "runlight.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "runlight.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "runlight.name" .) .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "runlight.name" .) | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "runlight.selector" -}}
app.kubernetes.io/name: {{ include "runlight.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "runlight.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "runlight.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "runlight.account" -}}
{{ default (ternary (include "runlight.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{- define "runlight.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* Whether readers can sign in, so that the portal may listen beyond the pod. */ -}}
{{- define "runlight.isOpen" -}}
{{- with .Values.signIn }}{{ if or .oidc .proxy .toml }}yes{{ end }}{{ end -}}
{{- end }}

{{- /* Values that contradict each other, each with a sentence. */ -}}
{{- define "runlight.check" -}}
{{- $runbooks := .Values.runbooks -}}
{{- if and .Values.demo (gt (int .Values.replicaCount) 1) }}
{{- fail "demo: each replica would simulate a homelab of its own. Set replicaCount=1." }}
{{- end }}
{{- if and .Values.demo (or (include "runlight.isOpen" .) .Values.ingress.enabled .Values.httpRoute.enabled) }}
{{- fail "demo: it listens on loopback alone and nobody signs in. Leave signIn, ingress and httpRoute out, and use kubectl port-forward." }}
{{- end }}
{{- if and (not .Values.demo) (not (or $runbooks.configMaps $runbooks.existingClaim $runbooks.git.url)) }}
{{- fail "runbooks: there are none. Set runbooks.configMaps, runbooks.existingClaim or runbooks.git.url." }}
{{- end }}
{{- if and (gt (int .Values.replicaCount) 1) (has .Values.evidence.store (list "sqlite" "pod")) }}
{{- fail (printf "evidence.store=%s is a file of one process. Set evidence.store=postgres, or replicaCount=1." .Values.evidence.store) }}
{{- end }}
{{- if and (eq .Values.evidence.store "postgres") (not .Values.evidence.postgres.existingSecret) }}
{{- fail "evidence.store=postgres needs the database's address. Name a Secret that holds it as evidence.postgres.existingSecret." }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not (include "runlight.isOpen" .)) }}
{{- fail "ingress and httpRoute need signing in: without it the portal listens on loopback alone. Set signIn.oidc or signIn.proxy; docs/sign-in.md has examples." }}
{{- end }}
{{- if and (include "runlight.isOpen" .) (not .Values.server.publicUrl) }}
{{- fail "signIn: it needs the address under which readers open the portal. Set server.publicUrl." }}
{{- end }}
{{- if and (include "runlight.isOpen" .) (gt (int .Values.replicaCount) 1) (not .Values.signIn.keySecret) }}
{{- fail "signIn: several replicas need one key, so that each opens what another has sealed. Set signIn.keySecret." }}
{{- end }}
{{- if and (or .Values.signIn.oidc .Values.signIn.toml) (gt (int .Values.replicaCount) 1) (not .Values.signIn.sessionsAreSticky) }}
{{- fail "signIn: sessions are kept by each process. Let your ingress keep a reader with one replica and set signIn.sessionsAreSticky=true, or set replicaCount=1." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress: it has no host. Set ingress.host." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (or (not .Values.httpRoute.parentRefs) (not .Values.httpRoute.hostnames)) }}
{{- fail "httpRoute: it needs a gateway and a host name. Set httpRoute.parentRefs and httpRoute.hostnames." }}
{{- end }}
{{- if and (eq .Values.rbac.scope "namespaces") (not .Values.rbac.namespaces) }}
{{- fail "rbac.scope=namespaces reads nothing without rbac.namespaces. List them, or set rbac.scope=cluster." }}
{{- end }}
{{- if and (eq .Values.rbac.scope "cluster") .Values.rbac.namespaces }}
{{- fail "rbac.namespaces is listed, but rbac.scope=cluster reads all of them. Set rbac.scope=namespaces, or empty the list." }}
{{- end }}
{{- if and (eq .Values.cluster.secretData "show") (not .Values.rbac.secrets) }}
{{- fail "cluster.secretData=show needs an account that may read Secrets. Set rbac.secrets=true, or secretData=refuse." }}
{{- end }}
{{- if and .Values.cluster.enabled (hasKey .Values.clusters .Values.cluster.name) }}
{{- fail (printf "clusters.%s has the name of the cluster that Runlight runs in. Rename one of them." .Values.cluster.name) }}
{{- end }}
{{- if and (gt (int .Values.replicaCount) 1) (ge (int .Values.podDisruptionBudget.maxUnavailable) (int .Values.replicaCount)) }}
{{- fail "podDisruptionBudget.maxUnavailable lets every replica go at once. Make it smaller than replicaCount." }}
{{- end }}
{{- if and .Values.rbac.create (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- fail "rbac.create would give its roles to the namespace's default account. Set serviceAccount.name, or serviceAccount.create=true." }}
{{- end }}
{{- if le (mul (int .Values.terminationGracePeriodSeconds) 1000) (add (int .Values.server.drainMs) (int .Values.server.checkTimeoutMs)) }}
{{- fail "terminationGracePeriodSeconds is too short: running checks would be cut off. Make it longer than server.drainMs and server.checkTimeoutMs together." }}
{{- end }}
{{- end }}

{{- /* A Secret's key as a file of the volume `sources`: (dict "secret" NAME "key" KEY "path" PATH). */ -}}
{{- define "runlight.secretFile" -}}
- secret:
    name: {{ .secret }}
    items: [{ key: {{ .key | quote }}, path: {{ .path | quote }} }]
{{- end }}
