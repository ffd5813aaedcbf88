{{- /* [sign_in]: every way in. */ -}}
{{- define "runlight.signIn" -}}
{{- $files := "/etc/runlight/sources/sign-in" }}

[sign_in]
{{- with .Values.signIn.contact }}
contact = {{ . | toJson }}
{{- end }}
{{- if .Values.signIn.keySecret }}
key_file = "{{ $files }}/key"
{{- end }}
{{- range $name, $it := .Values.signIn.oidc }}

[sign_in.oidc.{{ $name }}]
issuer = {{ $it.issuer | toJson }}
client_id = {{ $it.clientId | toJson }}
{{- if $it.existingSecret }}
client_secret_file = "{{ $files }}/{{ $name }}/client-secret"
{{- end }}
{{- range $key, $value := dict "label" $it.label "scopes" $it.scopes "groups_claim" $it.groupsClaim "name_claim" $it.nameClaim "allow_groups" $it.allowGroups "allow_users" $it.allowUsers }}
{{- if $value }}
{{ $key }} = {{ $value | toJson }}
{{- end }}
{{- end }}
{{- if $it.caKey }}
ca_file = "{{ $files }}/{{ $name }}/ca"
{{- end }}
{{- end }}
{{- with .Values.signIn.proxy }}

[sign_in.proxy]
preset = {{ .preset | toJson }}
from = {{ .from | toJson }}
{{- range $key, $value := dict "user_header" .userHeader "groups_header" .groupsHeader "groups_separator" .groupsSeparator "sign_out_url" .signOutUrl "allow_groups" .allowGroups "allow_users" .allowUsers }}
{{- if $value }}
{{ $key }} = {{ $value | toJson }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.signIn.toml }}

{{ . | trim }}
{{- end }}
{{- end }}
