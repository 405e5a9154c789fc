# Sourced by the tests of what an operator runs: the host tests' functions, and
#
#   is NAME STATUS COMMAND...   COMMAND exits with STATUS; its output is in $WORK/out and $WORK/err
#   says FILE TEXT              the last output holds TEXT
#   one_line                    the last standard error is one line
#   figure NAME EXPRESSION      jq over $WORK/out says true
#   updates RESULT COUNT ...    counts into the state (tests/tools/updates.c)
# shellcheck shell=sh
# shellcheck source=tests/host/lib.sh
. "${0%/*}/../host/lib.sh"
PATH=$BUILD/tests/servers/usr/bin:$PATH
STATE=$GIFLAB_VALIDATION_STATE_DIR

is() {
    name=$1 wanted=$2
    shift 2
    "$@" >"$WORK/out" 2>"$WORK/err"
    got=$?
    if [ "$got" = "$wanted" ]; then ok "$name: exit status $wanted"; else
        not_ok "$name" "exit status $got, not $wanted: $(head -n 2 "$WORK/out" "$WORK/err")"
    fi
}
says() {
    if grep -qF -- "$2" "$WORK/$1"; then ok "$name: says '$2'"; else
        not_ok "$name" "'$2' is not in: $(head -n 3 "$WORK/$1")"
    fi
}
one_line() {
    if [ "$(wc -l <"$WORK/err")" = 1 ]; then ok "$name: one line"; else
        not_ok "$name" "$(wc -l <"$WORK/err") lines: $(cat "$WORK/err")"
    fi
}
figure() {
    if jq -e "$2" "$WORK/out" >/dev/null; then ok "$1"; else
        not_ok "$1" "not so: $2: $(head -c 600 "$WORK/out")"
    fi
}
updates() { "$BUILD/tests/updates" "$STATE" "$@" || exit 2; }
