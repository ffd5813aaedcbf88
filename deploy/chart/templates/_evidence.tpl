{{- /* [evidence]: where crashes are kept. */ -}}
{{- define "runlight.evidence" -}}
{{- if and (not .Values.demo) (ne .Values.evidence.store "off") }}

[evidence]
{{- if eq .Values.evidence.store "sqlite" }}
url = "sqlite:/var/lib/runlight/evidence.db"
{{- else }}
url_file = "/etc/runlight/sources/evidence/url"
{{- end }}
{{- with .Values.evidence.toml }}
{{ . | trim }}
{{- end }}
{{- end }}
{{- end }}
