# Sourced by every host test: real programs, with and without the preload object.
#
#   both NAME 'COMMAND'   runs COMMAND (for sh) in two fresh directories with the same GIFs, once
#                         without and once with gifvet; bytes, names, stdout, stderr and exit status
#                         must be equal. Leaves the records in $LOG and the directory in $WITH.
#   verdicts N            there were N verdicts
#   verdict OUT SRC MATCH OPERATION RESULT [CHECK]
#                         there was one with these (SRC: names joined by +, - for none; RESULT:
#                         true, false, null; CHECK: the check that failed)
#   silent                there was no record at all
#   ok NAME / not_ok NAME [WHY] / skip NAME WHY
# shellcheck shell=sh
set -u
cd "$(dirname "$0")/../.." || exit 2
TOP=$PWD
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
PRELOAD=$BUILD/libgifvet.so
export GIFVET="$BUILD/gifvet"
WORK=$(mktemp -d) || exit 2
trap 'rm -rf "$WORK"' EXIT
FIXTURES=$WORK/fixtures
mkdir "$FIXTURES"
export GIFLAB_VALIDATION_STATE_DIR="$WORK/state"
export GIFLAB_VALIDATION_CONFIG="$WORK/gifvet.ini"
: >"$GIFLAB_VALIDATION_CONFIG"
unset GIFLAB_VALIDATION_LOG GIFLAB_VALIDATION_MODE GIFLAB_VALIDATION_PERCENTAGE DEPLOYMENT_ENV \
    GIFLAB_VALIDATION_OPERATION GIFLAB_VALIDATION_RATIO GIFLAB_VALIDATION_COLORS \
    GIFLAB_VALIDATION_SOURCE GIFLAB_VALIDATION_EMERGENCY_DISABLE
LOG=$GIFLAB_VALIDATION_STATE_DIR/validation.jsonl
NAME=

ok() { echo "ok $*"; }
not_ok() {
    name=$1
    shift
    echo "not ok $name${1:+: $*}"
}
skip() { echo "skip $*"; }

need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            skip "$(basename "$0")" "$program is not installed"
            exit 0
        }
    done
}

# The GIFs that every test starts with; made once, so that both runs read the same bytes.
gif() { "$BUILD/tests/gifmake" "$1" "$FIXTURES/$2" || exit 2; }

run_in() {
    directory=$1
    preload=$2
    shift 2
    mkdir "$directory" || exit 2
    cp -p "$FIXTURES"/* "$directory"/
    (
        cd "$directory" || exit 2
        [ -n "$preload" ] && export LD_PRELOAD="$preload"
        sh -c "$1" <"${STDIN:-/dev/null}" >"$directory.stdout" 2>"$directory.stderr"
        echo $? >"$directory.status"
    )
}

both() {
    NAME=$1
    PLAIN=$WORK/$NAME/x
    WITH=$WORK/$NAME.with/x
    mkdir "$WORK/$NAME" "$WORK/$NAME.with"
    rm -f "$LOG"
    run_in "$PLAIN" "" "$2"
    run_in "$WITH" "$PRELOAD" "$2"
    differs=
    for end in stdout stderr status; do
        # Times of day, process numbers and speeds differ between any two runs.
        for side in "$PLAIN" "$WITH"; do
            sed -E 's/0x[0-9a-f]+|[0-9.]+x|speed=.*|[0-9]+:[0-9]+(\.[0-9]+)?//g' \
                "$side.$end" >"$side.$end.compared"
        done
        cmp -s "$PLAIN.$end.compared" "$WITH.$end.compared" || differs="$differs, $end"
    done
    diff -r "$PLAIN" "$WITH" >"$WORK/$NAME.diff" 2>&1 || differs="$differs, files: $(head -n 3 "$WORK/$NAME.diff")"
    modes() { (cd "$1" && find . -printf '%p %m %y\n' | sort); }
    [ "$(modes "$PLAIN")" = "$(modes "$WITH")" ] || differs="$differs, modes"
    if [ -z "$differs" ]; then ok "$NAME: same bytes, output and exit status"; else not_ok "$NAME" "other ${differs#, }"; fi
}

count() { if [ -f "$LOG" ]; then jq -s "[.[] | select($1)] | length" "$LOG"; else echo 0; fi; }

verdicts() {
    n=$(count '.type == "validation"')
    if [ "$n" = "$1" ]; then ok "$NAME: $1 verdicts"; else
        not_ok "$NAME" "$n verdicts, not $1: $(summary | tr '\n' ';')"
    fi
}

summary() {
    [ -f "$LOG" ] && jq -r 'select(.type == "validation") | [(.output.path | sub(".*/"; "")),
        ([.sources[].path | sub(".*/"; "")] | join("+") | if . == "" then "-" else . end), .match,
        .operation, (.validation_passed | tostring),
        ([.validations[] | select(.is_valid == false) | .validation_type] | join("+"))] |
        join(" ") | sub(" $"; "")' "$LOG"
}

verdict() {
    wanted="$1 $2 $3 $4 $5${6:+ $6}"
    if summary | grep -qxF -- "$wanted"; then ok "$NAME: $wanted"; else
        not_ok "$NAME" "no verdict '$wanted' among: $(summary | tr '\n' ';')"
    fi
}

# A failure in which the named check is among those that failed.
caught() {
    if [ -f "$LOG" ] && jq -e -s --arg out "$1" --arg check "$2" '[.[] |
        select(.type == "validation" and (.output.path | endswith("/" + $out)) and
        .validation_passed == false) | .validations[] |
        select(.is_valid == false and .validation_type == $check)] | length > 0' "$LOG" >/dev/null
    then ok "$NAME: $1 fails $2"; else
        not_ok "$NAME" "$1 did not fail $2: $(summary | tr '\n' ';')"
    fi
}

silent() {
    if [ -s "$LOG" ]; then not_ok "$NAME" "records where none should be: $(summary | tr '\n' ';')"; else ok "$NAME: silent"; fi
}

# A disk that is full after $1 KiB: the limit on a file's size, with its signal ignored.
full_after() { printf "trap '' XFSZ; ulimit -f %s; %s" "$(($1 * 2))" "$2"; }

# The same commands for another purpose: a harness has its own `both` (tests/transparent/lib.sh).
if [ -n "${HARNESS:-}" ]; then
    # shellcheck source=/dev/null # it sources this file: followed, shellcheck would never end
    . "$HARNESS"
fi
