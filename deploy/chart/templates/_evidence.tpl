{{- /* [evidence]: where crashes are kept. */ -}}
{{- define "runlight.evidence" }}

[evidence]
{{- if eq .Values.evidence.store "off" }}
url = "off"
{{- else if eq .Values.evidence.store "postgres" }}
url_file = "/etc/runlight/sources/evidence/url"
{{- else }}
url = "sqlite:/var/lib/runlight/evidence.db"
{{- end }}
keep_days = {{ int64 .Values.evidence.keepDays }}
keep_mib = {{ int64 .Values.evidence.keepMib }}
{{- if .Values.evidence.webhookSecret }}
webhook_token_file = "/etc/runlight/sources/evidence/webhook"
{{- end }}
{{- end }}
