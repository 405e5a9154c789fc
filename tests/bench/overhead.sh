#!/bin/sh
# What gifvet costs a whole process: wall time with and without it, as hyperfine measures it, the
# two sides in turns.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
at=$BENCH_WORK/overhead
mkdir -p "$at"
turns=6 runs=5
[ -z "$QUICK" ] || { turns=1 runs=1; }

measure() { # SIDE COMMAND [RUNS]: seconds, a line each
    hyperfine -N -i --style none --warmup 1 --runs "$3" --export-json "$at/json" "$2" \
        >"$at/said" 2>&1 || { cat "$at/said" >&2; exit 2; }
    jq '.results[0].times[]' "$at/json" >>"$at/$1"
}

compare() { # TITLE COMMAND [RUNS]
    say "$1"
    rm -f "$at/with" "$at/without"
    for _ in $(seq "$turns"); do
        measure without "$2" "${3:-$runs}"
        LD_PRELOAD=$PRELOAD measure with "$2" "${3:-$runs}"
    done
    awk -v title="$1" -v p="$(median <"$at/without")" -v w="$(median <"$at/with")" 'BEGIN {
        printf "| %s | %.2f ms | %.2f ms | %.2f ms | %.3f |\n",
            title, p * 1e3, w * 1e3, (w - p) * 1e3, w / p }'
}

cat <<END
## 6. Whole processes

Wall time by hyperfine, $turns turns of $runs runs each side, medians.

| run | without | with | added | ratio |
|---|---|---|---|---|
END
for name in $(files); do
    f=$GIFS/$name.gif
    case $name in 28m | photo) continue ;; *) ;; esac
    compare "gifsicle -O3, $name" "gifsicle -O3 $f -o $at/out.gif"
    compare "gifsicle -O1, $name" "gifsicle -O1 $f -o $at/out.gif"
done
for kind in null file pipe; do
    case $kind in
        null) what="of /dev/null" ;;
        file) what="of a plain file that was opened for reading" ;;
        *) what="of a pipe" ;;
    esac
    compare "100,000 closes $what" "$BUILD/tests/closes $kind 100000" 2
done
compare "start of a process (true)" /bin/true 30
echo
