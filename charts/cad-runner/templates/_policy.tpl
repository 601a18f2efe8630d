{{/* Whom pods may reach, and that nobody reaches them. (A kubelet's probes are let through by every network.) */}}
{{- define "cad-runner.policy" -}}
{{- $policy := .Values.networkPolicy -}}
{{- $rabbitmq := include "cad-runner.rabbitmq" . | fromYaml -}}
{{- $postgresql := include "cad-runner.postgresql" . | fromYaml -}}
{{- $s3 := include "cad-runner.s3" . | fromYaml -}}
policyTypes: [Ingress, Egress]
ingress: []
egress:
  # Names
  - ports:
      - {port: 53, protocol: UDP}
      - {port: 53, protocol: TCP}
  # RabbitMQ
  - ports:
      - {port: {{ $rabbitmq.port }}, protocol: TCP}
      {{- if .Values.rabbitmq.management.enabled }}
      - {port: {{ $rabbitmq.managementPort }}, protocol: TCP}
      {{- end }}
    {{- include "cad-runner.peers" (dict "root" . "service" "rabbitmq" "found" (not .Values.rabbitmq.host)) | nindent 4 }}
  # PostgreSQL
  - ports:
      - {port: {{ $postgresql.port }}, protocol: TCP}
    {{- include "cad-runner.peers" (dict "root" . "service" "postgresql" "found" (not .Values.postgresql.host)) | nindent 4 }}
  # S3 store
  - ports:
      - {port: {{ $s3.port }}, protocol: TCP}
    {{- include "cad-runner.peers" (dict "root" . "service" "s3" "found" (not .Values.s3.endpoint)) | nindent 4 }}
  {{- with $policy.extraEgress }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Where a service is: as it is said, else where the platform's chart has it, else anywhere. */}}
{{- define "cad-runner.peers" -}}
{{- with index .root.Values.networkPolicy .service -}}
to:
  {{- toYaml . | nindent 2 }}
{{- else -}}
{{- if and .root.Values.platform .found -}}
to:
  - podSelector:
      matchLabels:
        app.kubernetes.io/name: cad-platform
        app.kubernetes.io/instance: {{ .root.Values.platform }}
        app.kubernetes.io/component: {{ .service }}
{{- end -}}
{{- end -}}
{{- end -}}
