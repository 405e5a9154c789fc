#!/bin/sh
# What it costs to make a page of a million records.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
log=$BENCH_WORK/million.log
records=20000 times=50 rounds=3
[ -z "$QUICK" ] || records=1000 times=2 rounds=1

say "report, $((records * times)) records"
/usr/bin/python3 tests/host/investigate/make_log.py source "$records" 1 "$times" >"$log"
cat "$log" >/dev/null
cat <<END
## 9. The report

\`gifvet report\` beside \`gifvet investigate\`, whose findings are a part of it, over the same log in memory, in
turns; medians of $rounds, the largest memory of all. **over**: more than 15 s of wall time or 200 MB for
1,000,000 records, of which 10,000 failed.

| records | wall | CPU | memory | CPU, × investigate | page | |
|---|---|---|---|---|---|---|
END
"$HARNESS/cpu" "$rounds" "$BUILD/gifvet report $log --output $BENCH_WORK/page.html" \
    "$BUILD/gifvet investigate $log" >"$BENCH_WORK/report.cpu"
awk -v records=$((records * times)) -v page="$(size_of "$BENCH_WORK/page.html")" '
    { cpu[NR] = $1 / 1e9; wall[NR] = $2 / 1e9; memory[NR] = $3 * 1024 / 1e6; bad += $4 != 0 }
    END {
        if (NR != 2 || bad > 0) exit 1
        printf "| %d | %.2f s | %.2f s | %.1f MB | %.2f | %.1f MB | %s |\n", records, wall[1], cpu[1],
            memory[1], cpu[1] / cpu[2], page / 1e6, (wall[1] > 15 || memory[1] > 200 ? "**over**" : "")
    }' "$BENCH_WORK/report.cpu"
rm "$log"
echo
