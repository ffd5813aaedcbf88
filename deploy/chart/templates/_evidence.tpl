{{- /* [evidence]: where crashes are kept. Without a word of it Runlight keeps them in a file in its state folder. */ -}}
{{- define "runlight.evidence" }}
{{- $keys := list }}
{{- with .Values.evidence }}
{{- if eq .store "off" }}{{ $keys = append $keys "url = \"off\"" }}{{ end }}
{{- if eq .store "postgres" }}{{ $keys = append $keys "url_file = \"/etc/runlight/sources/evidence/url\"" }}{{ end }}
{{- if ne (int64 .keepDays) 30 }}{{ $keys = append $keys (printf "keep_days = %d" (int64 .keepDays)) }}{{ end }}
{{- if ne (int64 .keepMib) 1024 }}{{ $keys = append $keys (printf "keep_mib = %d" (int64 .keepMib)) }}{{ end }}
{{- if .webhookSecret }}{{ $keys = append $keys "webhook_token_file = \"/etc/runlight/sources/evidence/webhook\"" }}{{ end }}
{{- end }}
{{- if $keys }}

[evidence]
{{- range $keys }}
{{ . }}
{{- end }}
{{- end }}
{{- end }}
