#!/bin/sh
# What gifvet costs: wall time with and without it, interleaved runs, medians, as a ratio.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
RUNS=${RUNS:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIFLAB_VALIDATION_STATE_DIR="$work/state" GIFLAB_VALIDATION_CONFIG=/dev/null
cd "$work"

nanoseconds() { # COMMAND... : how long it takes
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1
    echo $(($(date +%s%N) - start))
}
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

compare() { # NAME COMMAND...
    name=$1
    shift
    : >plain
    : >with
    for _ in $(seq "$RUNS"); do
        nanoseconds env UNUSED=x "$@" >>plain
        nanoseconds env LD_PRELOAD="$BUILD/libgifvet.so" "$@" >>with
    done
    awk -v name="$name" -v p="$(median <plain)" -v w="$(median <with)" 'BEGIN {
        printf "| %s | %.1f ms | %.1f ms | %.3f |\n", name, p / 1e6, w / 1e6, w / p }'
}

echo "| run (median of $RUNS, interleaved) | without | with | ratio |"
echo "|---|---|---|---|"
"$BUILD/tests/gifmake" time100k small.gif
"$BUILD/tests/gifmake" time2m large.gif
compare "gifsicle -O3, $(($(stat -c %s small.gif) / 1000)) KB" gifsicle -O3 small.gif -o out.gif
compare "gifsicle -O3, $(($(stat -c %s large.gif) / 1000)) KB" gifsicle -O3 large.gif -o out.gif
compare "100,000 closes of /dev/null" "$BUILD/tests/closes" null 100000
compare "100,000 closes of a plain file that was read" "$BUILD/tests/closes" file 100000
compare "100,000 closes of a pipe" "$BUILD/tests/closes" pipe 100000
compare "start of a process (true)" /bin/true
