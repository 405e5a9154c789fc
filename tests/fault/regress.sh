#!/bin/sh
# What fuzzing has found, and its seeds, through the same targets without a fuzzer. What is known
# not to hold yet (tests/fuzz/known) has to be taken off that list as soon as it does; of names that
# end in .ubsan only a sanitizer can tell.
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
    for known in "tests/fuzz/known/$target"/*; do
        [ -f "$known" ] || continue
        if said=$(FUZZ_STRICT=1 "$replay" "$known" 2>&1) && [ "${known%.ubsan}" = "$known" ]; then
            not_ok "$target: ${known##*/}" "holds now: move it to tests/fuzz/regress"
        else
            skip "$target: ${known##*/}" "known: $(echo "$said" | grep 'does not hold' || echo 'undefined behaviour')"
        fi
    done
done
