#!/bin/sh
# How much longer one close() takes.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
at=$BENCH_WORK/closing
mkdir -p "$at"

cat <<'END'
## 5. One closing call

A program reads a GIF, then writes copies of it; only each `close()` that ends a copy is timed (wall
time), with and without the preload object, in interleaved processes. The copy is judged in it, and
recorded.

| file | closes | p50 with | p99 with | p50 without | p99 without | added, p50 | added, p99 |
|---|---|---|---|---|---|---|---|
END

count() { # NAME: closes in one process
    case $1 in 50k) n=100 ;; 500k) n=40 ;; 28m) n=4 ;; *) n=15 ;; esac
    [ -z "$QUICK" ] || n=3
    echo "$n"
}

for name in $(files); do
    say "$name"
    n=$(count "$name") processes=3
    [ -z "$QUICK" ] || processes=1
    : >"$at/with"
    : >"$at/without"
    log=$GIFLAB_VALIDATION_STATE_DIR/validation.jsonl
    rm -f "$log"
    for _ in $(seq "$processes"); do
        "$HARNESS/closing" gif "$GIFS/$name.gif" "$n" "$at" >>"$at/without"
        LD_PRELOAD=$PRELOAD "$HARNESS/closing" gif "$GIFS/$name.gif" "$n" "$at" >>"$at/with"
    done
    # Only what was judged and passed was measured.
    passed=$(jq -s '[.[] | select(.validation_passed == true)] | length' "$log" 2>/dev/null || echo 0)
    mark=
    [ "$passed" -eq $((n * processes)) ] || mark=" ($passed passed)"
    awk -v name="$name" -v n="$((n * processes))$mark" -v w50="$(percentile 50 <"$at/with")" \
        -v w99="$(percentile 99 <"$at/with")" -v p50="$(percentile 50 <"$at/without")" \
        -v p99="$(percentile 99 <"$at/without")" 'BEGIN {
        printf "| %s | %s | %.3f ms | %.3f ms | %.4f ms | %.4f ms | %.3f ms | %.3f ms |\n", name,
            n, w50 / 1e6, w99 / 1e6, p50 / 1e6, p99 / 1e6, (w50 - p50) / 1e6, (w99 - p99) / 1e6 }'
done

cat <<'END'

Closes that end no GIF: nanoseconds of one call, median of interleaved processes' medians.

| what is closed | without | with | added | ratio |
|---|---|---|---|---|
END

hot() { # TITLE COUNT KIND [FILE]
    title=$1 count=$2 kind=$3
    shift 3
    say "$title"
    : >"$at/with"
    : >"$at/without"
    rounds=9
    [ -z "$QUICK" ] || { rounds=1 count=100; }
    for _ in $(seq "$rounds"); do
        "$HARNESS/closing" "$kind" "$count" "$@" >>"$at/without"
        LD_PRELOAD=$PRELOAD "$HARNESS/closing" "$kind" "$count" "$@" >>"$at/with"
    done
    awk -v title="$title" -v p="$(median <"$at/without")" -v w="$(median <"$at/with")" 'BEGIN {
        printf "| %s | %d ns | %d ns | %d ns | %.2f |\n", title, p, w, w - p, w / p }'
}
hot "a socket" 20000 socket
hot "a pipe" 20000 pipe
hot "a plain file that was read" 20000 file
hot "a GIF that was read (50 KB)" 2000 read "$GIFS/50k.gif"
echo
