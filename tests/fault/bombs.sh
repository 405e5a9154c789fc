#!/bin/sh
# Files that cost far more than they are large, as sources and outputs of programs that copy: the
# closing call ends within the time that is allowed, no memory is taken beyond what is allowed, and
# there is a true verdict or none.
. "${0%/*}/../host/lib.sh"
need jq /usr/bin/python3
MEMORY_MB=64 TIMEOUT_MS=1000
BOMBS=$WORK/bombs
mkdir "$BOMBS"
/usr/bin/python3 tests/fault/bombs.py "$BOMBS" >"$WORK/list" || exit 2
# In another performance mode such files are not looked at.
printf '[limits]\nmemory_mb = %s\n[validation]\nvalidation_timeout_ms = %s\n[performance]\nslow_ms = 600000\nemergency_ms = 600000\n' \
    "$MEMORY_MB" "$TIMEOUT_MS" >"$GIFLAB_VALIDATION_CONFIG"

# under COMMAND...: one run with gifvet.
under() {
    rm -f "$LOG" "$WORK/out.gif"
    LD_PRELOAD=$PRELOAD "$@"
}

told() {
    [ -f "$LOG" ] && jq -r '[.type, .status, "\((.validation_us // 0) / 1000 | floor) ms", .reason //
        ([.validations[]? | select(.outcome == "fail" or .outcome == "unknown") | .validation_type +
        ": " + (.error_message // .note)] | join("; "))] | join(", ")' "$LOG" | cut -c 1-150
}

# holds NAME TRUTH: there is one record, of a verdict that came in time and for which TRUTH holds.
holds() {
    verdict=$(count "$2") in_time=$(count ".validation_us <= 3000 * $TIMEOUT_MS")
    if [ "$(count true)$(count '.type == "validation"')$in_time$verdict" = 1111 ]; then
        ok "$1: $(told)"
    else
        not_ok "$1" "$(told)"
    fi
}

# measured NAME IN OUT [recolour]: memory that gifvet adds to the host's peak, in KiB.
measured() {
    what=$1
    shift
    with=$(under "$BUILD/tests/streams" "$@") || not_ok "$what" "the host failed"
    added=$((with - plain))
    if [ "$added" -lt $(((MEMORY_MB + 8) * 1024)) ]; then ok "$what: $added KiB more"; else
        not_ok "$what: memory" "$added KiB more"
    fi
    printf '# %-30s %9s bytes %6s KiB more  %s\n' "$what" "$(wc -c <"$1")" "$added" "$(told)"
}

while read -r title kind; do
    bomb=$BOMBS/$title.gif
    plain=$("$BUILD/tests/streams" "$bomb" "$WORK/out.gif") || not_ok "$title" "the host failed"
    # A copy is never worse than what it is a copy of.
    measured "$title" "$bomb" "$WORK/out.gif"
    holds "$title" '.validation_passed != false'
    # Where every picture has other colours, nobody may call that passed.
    measured "$title recoloured" "$bomb" "$WORK/out.gif" recolour
    if [ "$kind" = whole ]; then
        holds "$title recoloured" '.validation_passed != true'
    else
        holds "$title recoloured" '.validation_passed != false'
    fi
    if [ "$kind" = whole ]; then
        under cp --reflink=never "$bomb" "$WORK/out.gif"
    else
        under dd bs=64k status=none if="$bomb" of="$WORK/out.gif"
    fi
    holds "$title copied" '.validation_passed != false'
    rm "$bomb"
done <"$WORK/list"
