{{/* What KEDA looks at: (dict "root" $ "name" "dxf" "kind" its values). */}}
{{- define "cad-runner.trigger" -}}
{{- $values := .root.Values -}}
{{- $rabbitmq := include "cad-runner.rabbitmq" .root | fromYaml -}}
{{- $job := eq .kind.mode "job" -}}
{{- $tls := $values.rabbitmq.tls -}}
- type: rabbitmq
  {{- if not $job }}
  metricType: AverageValue
  {{- end }}
  metadata:
    {{- if $job }}
    # Messages that wait, as of now.
    protocol: amqp
    {{- else }}
    # Messages that wait or are in work: who works is needed still.
    protocol: http
    {{- end }}
    mode: QueueLength
    value: {{ ternary 1 .kind.scaling.messagesPerReplica $job | quote }}
    queueName: {{ .name }}_queue
    {{- if not $values.rabbitmq.urlKey }}
    {{- if $job }}
    host: {{ printf "%s://%s:%v" (ternary "amqps" "amqp" $tls.enabled) $rabbitmq.fullHost $rabbitmq.port }}
    {{- else }}
    host: {{ printf "%s://%s:%v" (ternary "https" "http" $tls.enabled) $rabbitmq.fullHost $rabbitmq.managementPort }}
    {{- end }}
    {{- end }}
    {{- if or (not $values.rabbitmq.urlKey) (not $job) }}
    vhostName: {{ $values.rabbitmq.vhost | quote }}
    {{- end }}
    {{- if not $tls.verify }}
    unsafeSsl: "true"
    {{- end }}
  authenticationRef: {name: {{ include "cad-runner.fullname" .root }}-{{ ternary "amqp" "http" $job }}}
{{- end -}}
