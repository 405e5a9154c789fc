# Sourced by the tests of mode enforce.
#
#   rejects NAME STATUS 'COMMAND' FILE...   runs COMMAND (for sh) in two fresh directories under the
#             saboteur: without gifvet, which shows what it damages, and with gifvet in mode enforce.
#             STATUS is how it must end. Every FILE must be in the quarantine as the first run left it,
#             with its record, and gone from its name, or, when it was a fixture before, be again what
#             it was.
#   kept NAME 'COMMAND'   COMMAND ends with the same status and leaves the same files in mode enforce
#             as without gifvet.
# SABOTAGE: how (see saboteur.c); empty: not at all, COMMAND has a defect of its own.
# shellcheck shell=sh disable=SC2034,SC2154
. "${0%/*}/../host/lib.sh"
SABOTEUR=$BUILD/tests/libsaboteur.so
[ -f "$SABOTEUR" ] || { echo "$SABOTEUR is not built" >&2; exit 2; }
QUARANTINE=$GIFLAB_VALIDATION_STATE_DIR/quarantine
export SABOTAGE=cut

enforce_ini() { printf '[validation]\nmode = enforce\n%b' "$1" >"$GIFLAB_VALIDATION_CONFIG"; }

same_file() {
    [ "$(stat -c '%a %u %g %Y %s' "$1")" = "$(stat -c '%a %u %g %Y %s' "$2")" ] && cmp -s "$1" "$2" &&
        [ "$(getfattr --only-values -n user.test "$1" 2>/dev/null)" = "$(getfattr --only-values -n user.test "$2" 2>/dev/null)" ]
}

# Is a file with these bytes in the quarantine, private, its record beside it?
quarantined() {
    for q in "$QUARANTINE"/*.gif; do
        cmp -s "$q" "$1" || continue
        [ "$(stat -c %a "$q" "${q%.gif}.json" | tr '\n' ' ')" = '600 600 ' ] &&
            jq -e --arg q "$q" '.action == "rejected" and .enforcement.quarantined == $q' \
                "${q%.gif}.json" >/dev/null && return 0
    done
    return 1
}

run_under() {
    directory=$1
    preload=$2
    mkdir -p "$directory" && cp -p --preserve=all "$FIXTURES"/* "$directory"/ || exit 2
    (
        cd "$directory" || exit 2
        export LD_PRELOAD="$preload"
        sh -c "$3" </dev/null >"$directory.stdout" 2>"$directory.stderr"
        echo $? >"$directory.status"
    )
}

rejects() {
    NAME=$1 status=$2 command=$3
    shift 3
    rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
    run_under "$WORK/$NAME/x" "$SABOTEUR" "$command"
    run_under "$WORK/$NAME.with/x" "$PRELOAD $SABOTEUR" "$command"
    got=$(cat "$WORK/$NAME.with/x.status")
    if [ "$got" = "$status" ]; then ok "$NAME: ends with $status"; else
        not_ok "$NAME" "ends with $got, not $status: $(head -n 2 "$WORK/$NAME.with/x.stderr" | tr '\n' ';')"
    fi
    for f in "$@"; do
        was=$FIXTURES/$f now=$WORK/$NAME.with/x/$f
        if [ -e "$was" ]; then
            if same_file "$was" "$now"; then ok "$NAME: $f is back, with all it had"; else
                not_ok "$NAME" "$f is not what it was: $(stat -c '%a %u %g %y %s' "$was" "$now" | tr '\n' ';')"
            fi
        elif [ ! -e "$now" ]; then ok "$NAME: $f is gone from its name"; else
            not_ok "$NAME" "$f is still there"
        fi
        if quarantined "$WORK/$NAME/x/$f"; then ok "$NAME: $f is in the quarantine with its record"; else
            not_ok "$NAME" "$f is not in the quarantine: $(ls "$QUARANTINE" 2>&1 | tr '\n' ' ')"
        fi
    done
    left=$(ls "$QUARANTINE/rescue" 2>/dev/null)
    if [ -z "$left" ]; then ok "$NAME: no rescue copy is left"; else not_ok "$NAME" "left in rescue: $left"; fi
}

kept() {
    NAME=$1 command=$2
    rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
    run_under "$WORK/$NAME/x" "$SABOTEUR" "$command"
    run_under "$WORK/$NAME.with/x" "$PRELOAD $SABOTEUR" "$command"
    if [ "$(cat "$WORK/$NAME/x.status")" = "$(cat "$WORK/$NAME.with/x.status")" ] &&
        diff -r "$WORK/$NAME/x" "$WORK/$NAME.with/x" >/dev/null 2>&1 && [ -z "$(find "$QUARANTINE" -type f 2>/dev/null)" ]
    then ok "$NAME: as without gifvet"; else
        not_ok "$NAME" "$(cat "$WORK/$NAME/x.status" "$WORK/$NAME.with/x.status" | tr '\n' ' ') $(diff -r "$WORK/$NAME/x" "$WORK/$NAME.with/x" | head -n 3 | tr '\n' ';') $(ls "$QUARANTINE" 2>&1 | head -n 3)"
    fi
}
