#!/bin/sh
# What it costs to ask a million records what their failures have in common.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
log=$BENCH_WORK/million.log
records=20000 times=50 rounds=3
[ -z "$QUICK" ] || records=1000 times=2 rounds=1

cat <<END
## 8. Investigating a log

\`gifvet investigate\` over records as long as real ones, a log in memory, beside \`cat\` and \`sha256sum\`
of the same file in turns; medians of $rounds, the largest memory of all. It reads with as many threads
as there are processors, so that wall time can be less than CPU time. A common cause: what failed is
one program, one option, one configuration and later. Thousands of traits: hosts, tags and sources that
few share, all of which are tried in vain. **over**: more than 10 s of wall time or 100 MB for 1,000,000
records.

| failures | records | log | wall | CPU | memory | CPU, × cat | CPU, × sha256sum | wall, × sha256sum | |
|---|---|---|---|---|---|---|---|---|---|
END
row() { # SCENARIO WORDS
    say "$1, $((records * times)) records"
    /usr/bin/python3 tests/host/investigate/make_log.py "$1" "$records" 1 "$times" >"$log"
    cat "$log" >/dev/null
    "$HARNESS/cpu" "$rounds" "$BUILD/gifvet investigate $log" "cat $log" "sha256sum $log" |
        awk -v words="$2" -v records=$((records * times)) -v bytes="$(size_of "$log")" '
        { cpu[NR] = $1 / 1e9; wall[NR] = $2 / 1e9; memory[NR] = $3 * 1024 / 1e6; bad += $4 != 0 }
        END {
            if (NR != 3 || bad > 0) exit 1
            printf "| %s | %d | %.0f MB | %.2f s | %.2f s | %.1f MB | %.2f | %.2f | %.2f | %s |\n",
                words, records, bytes / 1e6, wall[1], cpu[1], memory[1], cpu[1] / cpu[2],
                cpu[1] / cpu[3], wall[1] / wall[3],
                (wall[1] > 10 || memory[1] > 100 ? "**over**" : "")
        }'
    rm "$log"
}
row lossy 'a common cause'
row many 'thousands of traits'
echo
