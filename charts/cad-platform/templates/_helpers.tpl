{{/* The labels by which pods are found: (dict "root" $ "component" "rabbitmq"). */}}
{{- define "cad-platform.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "cad-platform.metadata" -}}
name: {{ .root.Release.Name }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "cad-platform.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (replace "+" "_" .root.Chart.Version) }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (default dict .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Two maps as one; the second wins, also with an empty value. */}}
{{- define "cad-platform.merged" -}}
{{- $merged := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- $base := index $merged $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $base) -}}
{{- $_ := set $merged $key (include "cad-platform.merged" (list $base $value) | fromYaml) -}}
{{- else -}}
{{- $_ := set $merged $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $merged -}}
{{- end -}}

{{/* What holds for a service, as YAML: (dict "root" $ "component" "rabbitmq"). */}}
{{- define "cad-platform.service" -}}
{{- include "cad-platform.merged" (list .root.Values.service (index .root.Values .component)) -}}
{{- end -}}

{{- define "cad-platform.secretName" -}}
{{- default (printf "%s-%s" .root.Release.Name .component) (index .root.Values .component).existingSecret -}}
{{- end -}}

{{/*
A Secret with a password that is made once: (dict "root" $ "component" "s3" "key" "secret-key" "data" (dict "access-key" "x")).
*/}}
{{- define "cad-platform.secret" -}}
{{- $name := printf "%s-%s" .root.Release.Name .component -}}
{{- $there := default dict (lookup "v1" "Secret" .root.Release.Namespace $name).data -}}
apiVersion: v1
kind: Secret
metadata:
  {{- include "cad-platform.metadata" (merge (dict "annotations" (dict "helm.sh/resource-policy" "keep")) .) | nindent 2 }}
type: Opaque
data:
  {{- range $key, $value := .data }}
  {{ $key }}: {{ $value | b64enc | quote }}
  {{- end }}
  {{ .key }}: {{ default (randAlphaNum 32 | b64enc) (index $there .key) | quote }}
{{- end -}}

{{/* A Service: (dict "root" $ "component" "s3" "ports" (dict "s3" 9000)). */}}
{{- define "cad-platform.endpoint" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "cad-platform.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "cad-platform.selector" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}}
    {{- end }}
{{- end -}}

{{/*
The pod's surroundings: (dict "root" $ "component" "s3" "own" its values "container" text "init" text "volumes" list).
*/}}
{{- define "cad-platform.stateful" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "cad-platform.metadata" . | nindent 2 }}
spec:
  replicas: 1
  serviceName: {{ .root.Release.Name }}-{{ .component }}
  selector:
    matchLabels:
      {{- include "cad-platform.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "cad-platform.selector" . | nindent 8 }}
      {{- with .checksum }}
      annotations:
        checksum/configuration: {{ sha256sum . }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ int64 .own.user }}
        runAsGroup: {{ int64 .own.user }}
        fsGroup: {{ int64 .own.user }}
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      terminationGracePeriodSeconds: 60
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .init }}
      initContainers:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        {{- .container | nindent 8 }}
      volumes:
        - {name: tmp, emptyDir: {sizeLimit: 256Mi}}
        {{- if not .own.persistence.enabled }}
        - {name: data, emptyDir: {sizeLimit: {{ .own.persistence.size }}}}
        {{- end }}
        {{- with .volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .own.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .own.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  {{- if .own.persistence.enabled }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .own.persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ .own.persistence.size }}
  {{- end }}
{{- end -}}

{{- define "cad-platform.image" -}}
image: {{ .image.repository }}:{{ .image.tag }}{{ with .image.digest }}@{{ . }}{{ end }}
imagePullPolicy: {{ .image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}
