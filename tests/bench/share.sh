#!/bin/sh
# The whole judgement as a share of what the compressor itself spent.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cat <<'END'
## 2. One judgement beside the compressor

CPU time of the whole judgement (both files decoded, all checks, fresh memory) as a share of the
compressor's own CPU time (user and system); interleaved runs, medians. "giflib": the same judgement
with giflib's decoder in the place of ours. **over**: more than the limit. *flagged*: the verdict was
not a pass.

| file | compressor | its CPU | judgement | share | limit | | with giflib | share |
|---|---|---|---|---|---|---|---|---|
END

limit() { # KIND: percent
    case $1 in O3) echo 3 ;; O1) echo 10 ;; lossy) echo 1 ;; convert) echo 2 ;; *) echo 6 ;; esac
}
title() {
    case $1 in
        O3 | O1) echo "gifsicle -$1" ;;
        lossy) echo "gifsicle -O3 --lossy=80 --colors 64" ;;
        convert) echo "convert -layers optimize" ;;
        *) echo "ffmpeg" ;;
    esac
}

# The numbers of one round, appended to compressor, ours, giflib. False when the compressor failed.
round() { # KIND NAME
    out=$BENCH_WORK/pairs/$2.$1.gif
    line=$(command_line "$1" "$GIFS/$2.gif" "$out")
    rm -f "$out"
    "$HARNESS/cpu" 1 "$line" >>"$at/compressor"
    [ -s "$out" ] || return 1
    judge judge "$GIFS/$2.gif" "$out" "$line" >>"$at/ours"
    judge judge_giflib "$GIFS/$2.gif" "$out" "$line" >>"$at/giflib"
}

row() { # KIND NAME
    at=$BENCH_WORK/share
    rm -rf "$at"
    mkdir "$at"
    for _ in $(seq "$(rounds "$2" 7)"); do
        round "$1" "$2" || {
            echo "| $2 | $(title "$1") | failed | | | | | | |"
            return
        }
    done
    flagged=$(awk '$2 != 1' "$at/ours" "$at/giflib" | head -n 1)
    awk -v name="$2" -v title="$(title "$1")" -v limit="$(limit "$1")" \
        -v c="$(median <"$at/compressor")" -v o="$(median <"$at/ours")" \
        -v g="$(median <"$at/giflib")" -v flagged="${flagged:+ *flagged*}" 'BEGIN {
        printf "| %s | %s | %.1f ms | %.2f ms | %.1f %% | %s %% | %s%s | %.2f ms | %.1f %% |\n",
            name, title, c / 1e6, o / 1e6, o / c * 100, limit,
            (o / c * 100 > limit ? "**over**" : ""), flagged, g / 1e6, g / c * 100 }'
}

for name in $(files); do
    for kind in O3 O1 lossy convert ffmpeg; do
        say "$name $kind"
        row "$kind" "$name"
    done
done
echo
