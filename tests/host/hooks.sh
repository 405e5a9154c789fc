#!/bin/sh
# Every interposed symbol, in a host written for it.
. "${0%/*}/lib.sh"
need jq
gif ball in.gif
cp "$BUILD/tests/hooks" "$BUILD/tests/truncates" "$FIXTURES"/ || exit 2

for ending in $("$BUILD/tests/hooks" list); do
    both "ends_$ending" "./hooks $ending"
    verdicts 1
    verdict out.gif in.gif only unknown true
done

for how in open open64 openat openat64 creat creat64 __open_2 __open64_2 __openat_2 __openat64_2 \
    fopen fopen64 freopen; do
    both "truncates_$how" "./truncates $how"
    verdict in.gif in.gif in_place unknown true
done
