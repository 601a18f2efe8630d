{{/* What is wrong with the values and no schema can tell, all of it at once, each with what to do. */}}
{{- define "cad-runner.preflight" -}}
{{- $faults := list -}}
{{- $real := .Capabilities.APIVersions.Has "v1/Pod" -}}
{{- $rabbitmq := include "cad-runner.rabbitmq" . | fromYaml -}}
{{- if and (not $rabbitmq.host) (not .Values.rabbitmq.urlKey) -}}
{{- $faults = append $faults "RabbitMQ is not named: set rabbitmq.host and rabbitmq.existingSecret, or platform to the release of the chart cad-platform." -}}
{{- else if not $rabbitmq.secret -}}
{{- $faults = append $faults "rabbitmq.existingSecret is not set: make a Secret with the password (key `password`) and name it." -}}
{{- end -}}
{{- $postgresql := include "cad-runner.postgresql" . | fromYaml -}}
{{- if and (not $postgresql.host) (not .Values.postgresql.urlKey) -}}
{{- $faults = append $faults "PostgreSQL is not named: set postgresql.host and postgresql.existingSecret, or platform to the release of the chart cad-platform." -}}
{{- else if not $postgresql.secret -}}
{{- $faults = append $faults "postgresql.existingSecret is not set: make a Secret with the password (key `password`) and name it." -}}
{{- end -}}
{{- $s3 := include "cad-runner.s3" . | fromYaml -}}
{{- if not $s3.endpoint -}}
{{- $faults = append $faults "The S3 store is not named: set s3.endpoint and s3.existingSecret, or platform to the release of the chart cad-platform." -}}
{{- end -}}
{{- $kinds := include "cad-runner.kinds" . | fromYaml -}}
{{- if not $kinds -}}
{{- $faults = append $faults "No kind is enabled, so nothing would be converted: set kinds.dxf.enabled or kinds.pdf.enabled to true." -}}
{{- end -}}
{{- $fullname := include "cad-runner.fullname" . -}}
{{- range $name, $kind := $kinds -}}
{{- $at := printf "kinds.%s" $name -}}
{{- $object := printf "%s-%s" $fullname $name -}}
{{- if gt (len $object) 52 -}}
{{- $faults = append $faults (printf "The name %s has %d characters, and KEDA and Kubernetes add to it: 52 are the most. Set fullnameOverride to something shorter." $object (len $object)) -}}
{{- end -}}
{{- if and (not (has $name (list "dxf" "pdf"))) (not (default dict $kind.image).repository) -}}
{{- $faults = append $faults (printf "%s: this version of cad-runner knows dxf and pdf. For another kind set %s.image.repository to an image that knows it." $at $at) -}}
{{- end -}}
{{- $protocol := $kind.scaling.protocol -}}
{{- if eq $kind.mode "job" -}}
{{- if eq $kind.scaling.strategy "eager" -}}
{{- $faults = append $faults (printf "%s.scaling.strategy is eager, which starts a Job for nothing for nearly every message: set it to accurate." $at) -}}
{{- else if not (has $kind.scaling.strategy (list "accurate" "default")) -}}
{{- $faults = append $faults (printf "%s.scaling.strategy is %s, which leaves messages waiting or starts Jobs for nothing: set it to accurate." $at $kind.scaling.strategy) -}}
{{- end -}}
{{- if eq $protocol "http" -}}
{{- $faults = append $faults (printf "%s.scaling.protocol is http, whose numbers are seconds old, so that a Job is started twice for a message: leave it empty for mode: job." $at) -}}
{{- end -}}
{{- if gt (int $kind.minReplicas) 0 -}}
{{- $faults = append $faults (printf "%s.minReplicas is %d, but a Job ends when there is no message, and would be started again and again: set it to 0, or %s.mode to deployment." $at (int $kind.minReplicas) $at) -}}
{{- end -}}
{{- else -}}
{{- if eq $protocol "amqp" -}}
{{- $faults = append $faults (printf "%s.scaling.protocol is amqp, which does not see messages in work, so that busy runners are stopped: leave it empty for mode: deployment." $at) -}}
{{- end -}}
{{- if and $.Values.rabbitmq.urlKey (not $.Values.rabbitmq.management.urlKey) -}}
{{- $faults = append $faults (printf "%s.mode is deployment, for which KEDA asks the broker's HTTP API: set rabbitmq.management.urlKey, or %s.mode to job." $at $at) -}}
{{- else if not $.Values.rabbitmq.management.enabled -}}
{{- $faults = append $faults (printf "%s.mode is deployment, for which KEDA asks the broker's HTTP API: set rabbitmq.management.enabled to true, or %s.mode to job." $at $at) -}}
{{- end -}}
{{- end -}}
{{- if lt (int $kind.maxReplicas) (int $kind.minReplicas) -}}
{{- $faults = append $faults (printf "%s.maxReplicas is %d, less than %s.minReplicas, %d: raise the one or lower the other." $at (int $kind.maxReplicas) $at (int $kind.minReplicas)) -}}
{{- end -}}
{{- if le (int $kind.timeLimits.hardSeconds) (int $kind.timeLimits.softSeconds) -}}
{{- $faults = append $faults (printf "%s.timeLimits.hardSeconds is %d, not more than softSeconds, %d: raise the one or lower the other." $at (int $kind.timeLimits.hardSeconds) (int $kind.timeLimits.softSeconds)) -}}
{{- end -}}
{{- with $kind.job.activeDeadlineSeconds -}}
{{- if le (int .) (int $kind.timeLimits.hardSeconds) -}}
{{- $faults = append $faults (printf "%s.job.activeDeadlineSeconds is %d, so that a pod is killed before timeLimits.hardSeconds, %d, ends its conversion: raise it, or leave it out." $at (int .) (int $kind.timeLimits.hardSeconds)) -}}
{{- end -}}
{{- end -}}
{{- $limits := default dict $kind.resources.limits -}}
{{- if $kind.gpu.enabled -}}
{{- if or (not $kind.gpu.resource) (lt (int $kind.gpu.count) 1) -}}
{{- $faults = append $faults (printf "%s.gpu.enabled is true without a GPU to ask for: set %s.gpu.resource (nvidia.com/gpu) and %s.gpu.count (1), or %s.gpu.enabled to false." $at $at $at $at) -}}
{{- end -}}
{{- else if hasKey $limits $kind.gpu.resource -}}
{{- $faults = append $faults (printf "%s.resources asks for %s, which a runner with %s.gpu.enabled false would hold without use: take it out, or set gpu.enabled to true." $at $kind.gpu.resource $at) -}}
{{- end -}}
{{- if not $limits.memory -}}
{{- $faults = append $faults (printf "%s.resources.limits.memory is not set, so that one drawing could take all memory of a node: set it; a conversion gets 80 %% of it." $at) -}}
{{- end -}}
{{- end -}}
{{- $monitoring := .Values.monitoring -}}
{{- if and $monitoring.serviceMonitor.enabled (not .Values.exporter.enabled) -}}
{{- $faults = append $faults "monitoring.serviceMonitor.enabled is true, but there is no exporter to look at: set exporter.enabled to true, or that to false." -}}
{{- end -}}
{{- if and (or $monitoring.serviceMonitor.enabled $monitoring.prometheusRule.enabled) (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) -}}
{{- $faults = append $faults "The Prometheus operator is not in this cluster: install it, or set monitoring.serviceMonitor.enabled and monitoring.prometheusRule.enabled to false. (helm template has to be told: --api-versions monitoring.coreos.com/v1)" -}}
{{- end -}}
{{- if and $real (not (.Capabilities.APIVersions.Has "keda.sh/v1alpha1")) -}}
{{- $faults = append $faults "KEDA is not in this cluster: install it first, see docs/howto/kubernetes.md." -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\n%d of the values of cad-runner can't be used:\n  - %s\n" (len $faults) (join "\n  - " $faults)) -}}
{{- end -}}
{{- end -}}
