#!/bin/sh
# What fuzzing has found, and its seeds, through the same targets without a fuzzer.
. "${0%/*}/../host/lib.sh"
tests/fuzz/seeds "$WORK/seeds" || exit 2
for replay in "$BUILD"/tests/replay/*; do
    target=${replay##*/}
    kept=tests/fuzz/regress/$target
    [ -d "$kept" ] || kept=
    # shellcheck disable=SC2086 # nothing, or a folder
    if n=$("$replay" "$WORK/seeds/$target" $kept 2>&1) && [ "$n" -gt 0 ]; then ok "$target: $n inputs"; else
        not_ok "$target" "$n"
    fi
done
