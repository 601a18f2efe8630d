{{/* The beginning of every object's name. */}}
{{- define "cad-runner.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}{{- .Release.Name -}}{{- else -}}{{- printf "%s-%s" .Release.Name $name -}}{{- end -}}
{{- end -}}
{{- end -}}

{{/* The labels by which pods are found: (dict "root" $ "component" "dxf"). */}}
{{- define "cad-runner.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* All labels: the same. */}}
{{- define "cad-runner.labels" -}}
{{ include "cad-runner.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (replace "+" "_" .root.Chart.Version) }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata of an object: (dict "root" $ "component" "sweeper" "name" ... "annotations" (dict)). */}}
{{- define "cad-runner.metadata" -}}
{{- $name := include "cad-runner.fullname" .root -}}
name: {{ if .suffix }}{{ printf "%s-%s" $name .suffix }}{{ else }}{{ $name }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "cad-runner.labels" . | nindent 2 }}
{{- with merge (dict) (default dict .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "cad-runner.serviceAccountName" -}}
{{- default (ternary (include "cad-runner.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Hooks run before the chart's own account is there. */}}
{{- define "cad-runner.hookAccountName" -}}
{{- ternary "default" (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create -}}
{{- end -}}

{{/* An image: (dict "root" $ "kind" the kind's values, or none). */}}
{{- define "cad-runner.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := default dict (default dict .kind).image -}}
{{- $gpu := and .kind .kind.gpu.enabled -}}
{{- $tag := default .root.Chart.AppVersion $image.tag -}}
{{- $digest := $image.digest -}}
{{- if $gpu -}}
{{- $tag = default (printf "%s-gpu" $tag) $image.gpuTag -}}
{{- $digest = $image.gpuDigest -}}
{{- end -}}
{{- if or $own.repository $own.tag $own.digest -}}
{{- $digest = $own.digest -}}
{{- end -}}
{{- $repository := default $image.repository $own.repository -}}
{{- $tag = default $tag $own.tag -}}
{{- printf "%s:%s" $repository $tag -}}{{- with $digest }}@{{ . }}{{ end -}}
{{- end -}}
