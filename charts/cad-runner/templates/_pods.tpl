{{/* What every pod is: no access to the API, no root, nothing from other services. (dict "root" $ "account" name) */}}
{{- define "cad-runner.pod" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
# A service that is called cad-runner would otherwise set settings of ours.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- with .root.Values.podSecurityContext }}
  {{- with .runAsUser }}
  runAsUser: {{ int64 . }}
  {{- end }}
  {{- with .runAsGroup }}
  runAsGroup: {{ int64 . }}
  {{- end }}
  {{- with .fsGroup }}
  fsGroup: {{ int64 . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every container may do. */}}
{{- define "cad-runner.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The folder that may be written, and certificates: (dict "root" $ "size" "64Mi" "medium" ""). */}}
{{- define "cad-runner.volumes" -}}
- name: work
  emptyDir:
    sizeLimit: {{ .size }}
    {{- with .medium }}
    medium: {{ . }}
    {{- end }}
{{- range $name := list "rabbitmq" "postgresql" "s3" }}
{{- with (index $.root.Values $name).tls.existingSecret }}
- {name: tls-{{ $name }}, secret: {secretName: {{ . }}, defaultMode: 0440}}
{{- end }}
{{- end }}
{{- end -}}

{{- define "cad-runner.mounts" -}}
- {name: work, mountPath: /work}
{{- range $name := list "rabbitmq" "postgresql" "s3" }}
{{- if (index $.root.Values $name).tls.existingSecret }}
- {name: tls-{{ $name }}, mountPath: {{ include "cad-runner.certificates" $name }}, readOnly: true}
{{- end }}
{{- end }}
{{- end -}}

{{/* A runner's pod, for Job and Deployment: (dict "root" $ "name" "dxf" "kind" its values). */}}
{{- define "cad-runner.runner" -}}
{{- $root := .root -}}
{{- $kind := .kind -}}
{{- $job := eq $kind.mode "job" -}}
metadata:
  labels:
    {{- include "cad-runner.labels" (dict "root" $root "component" .name) | nindent 4 }}
    {{- with $kind.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- $annotations := deepCopy $root.Values.commonAnnotations }}
  {{- if $job }}
  {{- $_ := set $annotations "karpenter.sh/do-not-disrupt" "true" }}
  {{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" "false" }}
  {{- else }}
  {{- $_ := set $annotations "checksum/settings" (include "cad-runner.settings" $root | sha256sum) }}
  {{- end }}
  {{- with mergeOverwrite $annotations $kind.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "cad-runner.pod" (dict "root" $root "account" (include "cad-runner.serviceAccountName" $root)) | nindent 2 }}
  {{- if $job }}
  restartPolicy: Never
  activeDeadlineSeconds: {{ default (add $kind.timeLimits.hardSeconds 300) $kind.job.activeDeadlineSeconds }}
  terminationGracePeriodSeconds: {{ $kind.job.terminationGracePeriodSeconds }}
  {{- else }}
  terminationGracePeriodSeconds: {{ add (include "cad-runner.gracePeriod" $kind) 30 }}
  {{- end }}
  containers:
    - name: runner
      image: {{ include "cad-runner.image" (dict "root" $root "kind" $kind) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ ternary (list "work" "--once") (list "work") $job | toJson }}
      envFrom:
        - configMapRef: {name: {{ include "cad-runner.fullname" $root }}}
      env:
        {{- include "cad-runner.addresses" (dict "root" $root) | trim | nindent 8 }}
        - {name: WORKER_TYPE, value: {{ .name | quote }}}
        - {name: USE_GPU, value: {{ ternary "yes" "no" $kind.gpu.enabled | quote }}}
        {{- with $kind.modelPath }}
        - {name: YOLO_MODEL_PATH, value: {{ . | quote }}}
        {{- end }}
        - {name: CAD_RUNNER_SOFT_TIME_LIMIT, value: {{ $kind.timeLimits.softSeconds | quote }}}
        - {name: CAD_RUNNER_HARD_TIME_LIMIT, value: {{ $kind.timeLimits.hardSeconds | quote }}}
        - {name: CAD_RUNNER_GRACE_PERIOD, value: {{ include "cad-runner.gracePeriod" $kind | quote }}}
        - {name: CAD_RUNNER_PROBE_PORT, value: "8081"}
        {{- range $name, $value := $kind.settings }}
        - {name: {{ $name }}, value: {{ include "cad-runner.text" $value | quote }}}
        {{- end }}
        {{- with $kind.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - {name: probes, containerPort: 8081}
      {{- if $job }}
      # Ready means that the message is held: until then KEDA counts this pod for a message that waits.
      {{- else }}
      # Ready means that messages are listened for.
      {{- end }}
      readinessProbe:
        httpGet: {path: /ready, port: probes}
        periodSeconds: 1
        failureThreshold: 1
      livenessProbe:
        httpGet: {path: /live, port: probes}
        periodSeconds: 30
        failureThreshold: 3
      # The port is open before anything else is done, but a busy node may take its time to start the program.
      startupProbe:
        httpGet: {path: /live, port: probes}
        periodSeconds: 1
        failureThreshold: 120
      {{- $resources := deepCopy $kind.resources }}
      {{- if $kind.gpu.enabled }}
      {{- $gpus := dict $kind.gpu.resource ($kind.gpu.count | int) }}
      {{- $_ := set $resources "limits" (merge $gpus (default dict $resources.limits)) }}
      {{- end }}
      resources:
        {{- toYaml $resources | nindent 8 }}
      securityContext:
        {{- include "cad-runner.restricted" $root | nindent 8 }}
      volumeMounts:
        {{- include "cad-runner.mounts" (dict "root" $root) | nindent 8 }}
        {{- with $kind.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    {{- include "cad-runner.volumes" (dict "root" $root "size" $kind.work.sizeLimit "medium" $kind.work.medium) | nindent 4 }}
    {{- with $kind.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with merge (ternary $kind.gpu.nodeSelector dict $kind.gpu.enabled) $kind.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with concat $kind.tolerations (ternary $kind.gpu.tolerations list $kind.gpu.enabled) }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $kind.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $kind.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with (and $kind.gpu.enabled $kind.gpu.priorityClassName) | default $kind.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with (and $kind.gpu.enabled $kind.gpu.runtimeClassName) | default $kind.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
{{- end -}}

{{/* The pod of a command that no queue starts: (dict "root" $ "component" "sweeper" "args" list "resources" map). */}}
{{- define "cad-runner.command" -}}
metadata:
  labels:
    {{- include "cad-runner.labels" (dict "root" .root "component" .component) | nindent 4 }}
  {{- with .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "cad-runner.pod" (dict "root" .root "account" .account) | nindent 2 }}
  {{- with .restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "cad-runner.image" (dict "root" .root) }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      {{- if not .hook }}
      envFrom:
        - configMapRef: {name: {{ include "cad-runner.fullname" .root }}}
      {{- end }}
      env:
        {{- if .hook }}
        {{- range $name, $value := include "cad-runner.settings" .root | fromYaml }}
        - {name: {{ $name }}, value: {{ $value | quote }}}
        {{- end }}
        {{- end }}
        {{- include "cad-runner.addresses" (dict "root" .root "migrator" .migrator) | trim | nindent 8 }}
        {{- with .env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .ports }}
      ports:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        {{- include "cad-runner.restricted" .root | nindent 8 }}
      volumeMounts:
        {{- include "cad-runner.mounts" (dict "root" .root) | nindent 8 }}
  volumes:
    {{- include "cad-runner.volumes" (dict "root" .root "size" "256Mi") | nindent 4 }}
{{- end -}}

{{/* A container of `helm test`: (dict "root" $ "args" list) */}}
{{- define "cad-runner.tester" -}}
image: {{ include "cad-runner.image" (dict "root" .root) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: {{ toJson .args }}
envFrom:
  - configMapRef: {name: {{ include "cad-runner.fullname" .root }}}
env:
  {{- include "cad-runner.addresses" (dict "root" .root) | trim | nindent 2 }}
resources:
  {{- toYaml .root.Values.hooks.resources | nindent 2 }}
securityContext:
  {{- include "cad-runner.restricted" .root | nindent 2 }}
volumeMounts:
  {{- include "cad-runner.mounts" (dict "root" .root) | nindent 2 }}
  - {name: examples, mountPath: /examples, readOnly: true}
{{- end -}}
