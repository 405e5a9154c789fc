#!/bin/sh
# What it costs to count a verdict in the state that all processes share.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
at=$BENCH_WORK/shared
n=200000 rounds=5
[ -z "$QUICK" ] || n=1000 rounds=1

cat <<'END'
## 7. Counting a verdict

One `state_update()`, in so many processes at once that do nothing else: CPU time, median of the
processes and of the rounds. Part of it is one look at the path (`fstatat`), beside which it is
measured in the same process. **over**: more than 2 µs. The first update of a process maps the file, the
very first makes it; that is wall time.

| processes | one update | the look | ratio | limit | | the first update |
|---|---|---|---|---|---|---|
END
for processes in 1 2 8 64; do
    say "$processes processes"
    : >"$at.rounds"
    for _ in $(seq "$rounds"); do
        rm -rf "$at"
        "$HARNESS/state" $((n / processes)) "$processes" "$at" >>"$at.rounds"
    done
    column() { cut -f "$1" "$at.rounds" | median; }
    awk -v processes="$processes" -v update="$(column 2)" -v look="$(column 3)" -v first="$(column 4)" \
        'BEGIN { printf "| %d | %d ns | %d ns | %.2f | 2000 ns | %s | %.1f µs |\n", processes, update,
            look, update / look, (update > 2000 ? "**over**" : ""), first / 1000 }'
done
echo
