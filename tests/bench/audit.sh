#!/bin/sh
# A tree of pairs: gifvet check --recursive against a loop over gifdiff.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

pairs=10000 rounds=3
[ -z "$QUICK" ] || pairs=200 rounds=1
say "$pairs pairs, $rounds rounds"
"$BENCH/audit.py" "$BUILD" "$BENCH_WORK/audit" "$pairs" "$rounds"
rm -rf "$BENCH_WORK/audit"
