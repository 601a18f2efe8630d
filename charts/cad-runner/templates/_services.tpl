{{/* Where RabbitMQ is and which Secret opens it, as YAML. */}}
{{- define "cad-runner.rabbitmq" -}}
{{- $own := .Values.rabbitmq -}}
{{- $found := and (not (empty .Values.platform)) (not $own.host) (not $own.urlKey) -}}
{{- $host := ternary (printf "%s-rabbitmq" .Values.platform) $own.host $found -}}
host: {{ $host | quote }}
{{- /* As KEDA has to call it, from its own namespace. */}}
fullHost: {{ ternary (printf "%s.%s.svc" $host .Release.Namespace) $host (not (contains "." $host)) | quote }}
port: {{ default (ternary 5671 5672 $own.tls.enabled) $own.port }}
managementPort: {{ default (ternary 15671 15672 $own.tls.enabled) $own.management.port }}
secret: {{ default (ternary (printf "%s-rabbitmq" .Values.platform) "" $found) $own.existingSecret | quote }}
usernameKey: {{ ternary "username" $own.usernameKey (and $found (not $own.existingSecret)) | quote }}
passwordKey: {{ ternary "password" $own.passwordKey (and $found (not $own.existingSecret)) | quote }}
{{- end -}}

{{- define "cad-runner.postgresql" -}}
{{- $own := .Values.postgresql -}}
{{- $found := and (not (empty .Values.platform)) (not $own.host) (not $own.urlKey) -}}
host: {{ ternary (printf "%s-postgresql" .Values.platform) $own.host $found | quote }}
port: {{ $own.port }}
secret: {{ default (ternary (printf "%s-postgresql" .Values.platform) "" $found) $own.existingSecret | quote }}
usernameKey: {{ ternary "username" $own.usernameKey (and $found (not $own.existingSecret)) | quote }}
passwordKey: {{ ternary "password" $own.passwordKey (and $found (not $own.existingSecret)) | quote }}
{{- end -}}

{{- define "cad-runner.s3" -}}
{{- $own := .Values.s3 -}}
{{- $found := and (not (empty .Values.platform)) (not $own.endpoint) -}}
{{- $endpoint := ternary (printf "http://%s-s3:9000" .Values.platform) (trimSuffix "/" $own.endpoint) $found -}}
{{- $url := urlParse $endpoint -}}
endpoint: {{ $endpoint | quote }}
port: {{ if contains ":" $url.host }}{{ last (splitList ":" $url.host) }}{{ else }}{{ ternary 443 80 (eq $url.scheme "https") }}{{ end }}
secret: {{ default (ternary (printf "%s-s3" .Values.platform) "" $found) $own.existingSecret | quote }}
accessKeyKey: {{ ternary "access-key" $own.accessKeyKey (and $found (not $own.existingSecret)) | quote }}
secretKeyKey: {{ ternary "secret-key" $own.secretKeyKey (and $found (not $own.existingSecret)) | quote }}
{{- end -}}

{{/* Where the certificates of a service are mounted. */}}
{{- define "cad-runner.certificates" -}}/etc/cad-runner/tls/{{ . }}{{- end -}}

{{/* The settings that are no secrets and hold for all that runs, as YAML: what is in the ConfigMap. */}}
{{- define "cad-runner.settings" -}}
{{- $s3 := include "cad-runner.s3" . | fromYaml -}}
{{- $settings := dict
  "MINIO_ENDPOINT" $s3.endpoint
  "MINIO_BUCKET" .Values.s3.bucket
  "CAD_RUNNER_MINIO_REGION" .Values.s3.region
  "CAD_RUNNER_MINIO_PATH_STYLE" (ternary "yes" "no" .Values.s3.pathStyle)
  "CAD_RUNNER_LOG_FORMAT" "json" -}}
{{- range $name, $prefix := dict "rabbitmq" "RABBITMQ" "postgresql" "DATABASE" "s3" "MINIO" -}}
{{- $tls := (index $.Values $name).tls -}}
{{- if not $tls.verify -}}{{- $_ := set $settings (printf "CAD_RUNNER_%s_TLS_VERIFY" $prefix) "no" -}}{{- end -}}
{{- if $tls.existingSecret -}}
{{- $folder := include "cad-runner.certificates" $name -}}
{{- range $key, $end := dict "caKey" "CA" "certKey" "CERT" "keyKey" "KEY" -}}
{{- with index $tls $key -}}
{{- $_ := set $settings (printf "CAD_RUNNER_%s_TLS_%s" $prefix $end) (printf "%s/%s" $folder .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.settings -}}
{{- $_ := set $settings $name (include "cad-runner.text" $value) -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* The addresses and passwords, as environment: (dict "root" $ "migrator" bool). A name in a Secret is put into the address by Kubernetes. */}}
{{- define "cad-runner.addresses" -}}
{{- $values := .root.Values -}}
{{- $rabbitmq := include "cad-runner.rabbitmq" .root | fromYaml -}}
{{- if $values.rabbitmq.urlKey }}
- {name: RABBITMQ_URL, valueFrom: {secretKeyRef: {name: {{ $rabbitmq.secret }}, key: {{ $values.rabbitmq.urlKey }}}}}
{{- with $values.rabbitmq.management.urlKey }}
- {name: RABBITMQ_MANAGEMENT_URL, valueFrom: {secretKeyRef: {name: {{ $rabbitmq.secret }}, key: {{ . }}}}}
{{- end }}
{{- else }}
{{- $user := $values.rabbitmq.username | urlquery | replace "+" "%20" }}
{{- with $rabbitmq.usernameKey }}
{{- $user = "$(RABBITMQ_USERNAME)" }}
- {name: RABBITMQ_USERNAME, valueFrom: {secretKeyRef: {name: {{ $rabbitmq.secret }}, key: {{ . }}}}}
{{- end }}
- name: RABBITMQ_URL
  value: {{ printf "%s://%s@%s:%v/%s" (ternary "amqps" "amqp" $values.rabbitmq.tls.enabled) $user $rabbitmq.host $rabbitmq.port ($values.rabbitmq.vhost | urlquery | replace "+" "%20") }}
- {name: RABBITMQ_PASSWORD, valueFrom: {secretKeyRef: {name: {{ $rabbitmq.secret }}, key: {{ $rabbitmq.passwordKey }}}}}
{{- if $values.rabbitmq.management.enabled }}
- name: RABBITMQ_MANAGEMENT_URL
  value: {{ printf "%s://%s:%v" (ternary "https" "http" $values.rabbitmq.tls.enabled) $rabbitmq.host $rabbitmq.managementPort }}
{{- end }}
{{- end }}
{{- $postgresql := include "cad-runner.postgresql" .root | fromYaml }}
{{- $migration := $values.postgresql.migration }}
{{- if and .migrator $migration.existingSecret }}
{{- $_ := set $postgresql "secret" $migration.existingSecret }}
{{- $_ := set $postgresql "usernameKey" $migration.usernameKey }}
{{- $_ := set $postgresql "passwordKey" $migration.passwordKey }}
{{- end }}
{{- if and $values.postgresql.urlKey (not (and .migrator $migration.existingSecret)) }}
- {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: {{ $postgresql.secret }}, key: {{ $values.postgresql.urlKey }}}}}
{{- else }}
{{- $user := $values.postgresql.username | urlquery | replace "+" "%20" }}
{{- with $postgresql.usernameKey }}
{{- $user = "$(DATABASE_USERNAME)" }}
- {name: DATABASE_USERNAME, valueFrom: {secretKeyRef: {name: {{ $postgresql.secret }}, key: {{ . }}}}}
{{- end }}
- name: DATABASE_URL
  value: {{ printf "postgresql://%s@%s:%v/%s" $user $postgresql.host $postgresql.port ($values.postgresql.database | urlquery | replace "+" "%20") }}{{ with $values.postgresql.sslmode }}?sslmode={{ . }}{{ end }}
- {name: DATABASE_PASSWORD, valueFrom: {secretKeyRef: {name: {{ $postgresql.secret }}, key: {{ $postgresql.passwordKey }}}}}
{{- end }}
{{- $s3 := include "cad-runner.s3" .root | fromYaml }}
{{- with $s3.secret }}
- {name: MINIO_ACCESS_KEY, valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $s3.accessKeyKey }}}}}
- {name: MINIO_SECRET_KEY, valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $s3.secretKeyKey }}}}}
{{- end }}
{{- end -}}

{{/* A value of a setting as text; to helm every number is a fraction, and 500000000 would be 5e+08. */}}
{{- define "cad-runner.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{- int64 . -}}{{- else -}}{{- toString . -}}{{- end -}}
{{- end -}}
