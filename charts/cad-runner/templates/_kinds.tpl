{{/* What holds for the kinds: `runner`, and over it what each says itself. A template gives text alone, so it is YAML. */}}
{{- define "cad-runner.kinds" -}}
{{- $kinds := dict -}}
{{- range $name, $own := .Values.kinds -}}
{{- $kind := include "cad-runner.merged" (list $.Values.runner (default dict $own)) | fromYaml -}}
{{- if $kind.enabled -}}
{{- $_ := set $kinds $name $kind -}}
{{- end -}}
{{- end -}}
{{- toYaml $kinds -}}
{{- end -}}

{{/* Two maps as one. The second wins, also with an empty value, which mergeOverwrite would leave out. */}}
{{- define "cad-runner.merged" -}}
{{- $merged := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- $base := index $merged $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $base) -}}
{{- $_ := set $merged $key (include "cad-runner.merged" (list $base $value) | fromYaml) -}}
{{- else -}}
{{- $_ := set $merged $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $merged -}}
{{- end -}}

{{- define "cad-runner.gracePeriod" -}}
{{- add .timeLimits.hardSeconds 60 -}}
{{- end -}}
