#!/bin/sh
# Sourced by every test of transparency: the same command without and with gifvet, and everything
# that can be seen of it must be the same.
#
#   transparent NAME 'COMMAND'  runs COMMAND (for sh) in fresh directories with the same files, without
#                               and with gifvet, under tests/transparent/witness.c: bytes, names, modes
#                               and times of files, which of them were read, stdout, stderr, exit
#                               status, and what every process was like at its end. Then, with
#                               STRACE=1, under strace: see calls.py.
#   BEFORE=OBJECT AFTER=OBJECT  preloaded before and after gifvet, in the runs without it too
#   UNWATCHED=1                 not under the witness, for programs that trace themselves
#   recorded N                  there were at least N verdicts in the last run with gifvet
#   nothing_flagged     there was no failed verdict in them
#   counted                     the last line of a script: how many commands were compared
#
# A difference is one that more runs confirm: three without and three with gifvet.
#
# The commands of tests/host come here too: with HARNESS=tests/transparent/lib.sh their lib.sh sources
# this file at its end, and `both` does what `transparent` does. ONLY_COMMANDS then names those that
# are wanted, STRACE_COMMANDS those that are wanted under strace; all when empty.
# shellcheck disable=SC2034 # for the scripts that source this
set -u
if [ -z "${HARNESS:-}" ]; then
    # shellcheck source=../host/lib.sh
    . "${0%/*}/../host/lib.sh"
fi
LONG=${LONG:-}
STRACE=${STRACE:-1}
BEFORE='' AFTER='' UNWATCHED=''
LC_ALL=C
# The order of Python's sets, and with it its calls, would differ from run to run.
PYTHONHASHSEED=0
export LC_ALL PYTHONHASHSEED
WITNESS=$BUILD/tests/witness
HERE=$TOP/tests/transparent
compared=0 ordered=0 numbered=0 named=0 verdicts_seen=0

# An object that costs what loading any object costs.
HOLLOW=$BUILD/libhollow.so

pass() { echo "ok $*"; }
fail() {
    name=$1
    shift
    echo "not ok $name${1:+: $*}"
}

# Shadow mode, everything sampled, everything recorded: what the test does not change.
configure() { printf '[validation]\nmode=shadow\n[sampling]\npercentage=100\n' >"$GIFLAB_VALIDATION_CONFIG"; }
configure

preload_of() { # OBJECT: between those before and after it
    list=$BEFORE${BEFORE:+${1:+:}}$1
    printf '%s' "$list${AFTER:+${list:+:}}$AFTER"
}

# Every run has the same path, so that nothing differs for that. All times are old: a later one says
# that the file was read, or written.
prepare() {
    rm -rf "$WORK/run"
    mkdir -p "$WORK/run/tmp" || exit 2
    cp -pR "$FIXTURES" "$WORK/run/x"
    find "$WORK/run/x" -exec touch -h -d 2001-01-01 {} +
    : >"$WORK/run/began"
    touch -d '-2 seconds' "$WORK/run/began"
}

# run SIDE TOOL...: runs the command by sh under TOOL, which begins it.
run() {
    side=$1
    shift
    prepare
    (
        cd "$WORK/run/x" || exit 2
        export TMPDIR="$WORK/run/tmp"
        exec "$@" sh -c "$COMMAND" <"${STDIN:-/dev/null}" >"$WORK/run/stdout" 2>"$WORK/run/stderr"
    ) 2>/dev/null
    echo $? >"$WORK/run/status"
}

# What one run left, as one text. Addresses, times of day, speeds and process numbers differ between any
# two runs, as do the names of temporary files.
normalised() {
    sed -E 's/0x[0-9a-f]+|[0-9.]+x|speed=.*|[0-9]+:[0-9]+(\.[0-9]+)?|^==[0-9]+==//g' "$1"
}
facts() {
    for end in status stdout stderr; do
        echo "== $end"
        normalised "$WORK/run/$end"
    done
    (
        cd "$WORK/run/x" || exit 2
        echo "== names, modes, owners, links"
        find . -printf '%p %m %y %u %g %n %l\n' | sort
        echo "== bytes"
        find . -type f -exec sha256sum {} + | sort -k 2
        echo "== times of what was not written"
        find . -type f ! -newer ../began -printf '%p %T@\n' | sort
        echo "== read"
        find . -type f -anewer ../began | sort
    )
    echo "== left in TMPDIR"
    find "$WORK/run/tmp" | wc -l
    echo "== processes"
    [ ! -f "$WORK/run/report" ] ||
        sed -E "s,$WORK/run/tmp/[A-Za-z0-9_.-]*,TEMPORARY,g; s/_[0-9]{3,}\b/_N/g" "$WORK/run/report"
}

# witnessed SIDE OBJECT: one run, its facts in $WORK/facts.SIDE.
witnessed() {
    if [ -n "$UNWATCHED" ]; then run "$1" env "LD_PRELOAD=$(preload_of "$2")"; else
        run "$1" "$WITNESS" -o "$WORK/run/report" -E "LD_PRELOAD=$(preload_of "$2")"
    fi
    facts >"$WORK/facts.$1"
}
PLAIN=$WORK/none WITH=$WORK/run/x

same() { cmp -s "$WORK/facts.$1" "$WORK/facts.$2"; }

# How many of the three runs with gifvet are like one without?
alike() {
    n=0
    for w in w1 w2 w3; do
        if same $w p1 || same $w p2 || same $w p3; then n=$((n + 1)); fi
    done
    echo $n
}

# The facts of programs that never do the same twice, as a set of lines: not how often, not in which
# order, not under which number a descriptor stood.
loose() {
    sed -E 's/^  fd [0-9]+/  fd/; s/ pos:[0-9]+//; s/^  (children|threads) .*//' "$WORK/facts.$1" | sort -u
}

# Does run $1 show nothing that no run without gifvet showed, and all that every one of those did?
within() {
    for p in p1 p2 p3; do loose $p; done | sort | uniq -c >"$WORK/seen"
    sed -E 's/^ *[0-9]+ //' "$WORK/seen" >"$WORK/some"
    sed -nE 's/^ *3 //p' "$WORK/seen" >"$WORK/always"
    loose "$1" >"$WORK/now"
    odd=$({ comm -13 "$WORK/some" "$WORK/now" && comm -23 "$WORK/always" "$WORK/now"; } | head -n 4 | tr '\n' ';')
    [ -z "$odd" ]
}

# The first lines that differ, with the process that they belong to.
difference() {
    diff -U 100000 "$WORK/facts.$1" "$WORK/facts.$2" |
        awk '/^ (process|==)/ { at = $0 } /^[-+]/ && !/^(---|\+\+\+)/ { if (at != "") print substr(at, 2, 60) ":"; at = ""; print }' |
        head -n 8 | tr '\n' ';'
}

outcome_is_same() {
    witnessed p1 ""
    rm -f "$LOG"
    witnessed w1 "$PRELOAD"
    if same p1 w1; then return 0; fi
    for again in 2 3; do
        witnessed p$again ""
        rm -f "$LOG"
        witnessed w$again "$PRELOAD"
    done
    like=$(alike)
    if [ "$like" -ge 2 ]; then
        [ "$like" = 3 ] || echo "# $NAME: one of three runs with gifvet differed: $(difference p1 w1)"
    elif same p1 p2 && same p1 p3; then
        fail "$NAME" "$(difference p1 w1)"
        return 1
    else
        within w1 || within w2 || within w3 || { fail "$NAME" "$odd" && return 1; }
        how=", as a set: it differs from run to run"
    fi
}

# traced SIDE OBJECT SWITCH: one run under strace, its calls in $WORK/calls/SIDE. SWITCH is DISABLE for
# the kill switch, or another word of seven letters.
traced() {
    rm -rf "$WORK/calls/$1"
    mkdir -p "$WORK/calls/$1"
    run "$1" strace -qq -ff -i -s 0 -e signal=none -o "$WORK/calls/$1/t" \
        -E "LD_PRELOAD=$(preload_of "$2")" -E "GIFLAB_VALIDATION_EMERGENCY_$3=1"
}

judged_calls() { # OPTIONS: over the runs there are; prints why
    # shellcheck disable=SC2086 # words
    /usr/bin/python3 "$HERE/calls.py" $1 --allowed "$HERE/allowed-calls" --objects "$HOLLOW" "$PRELOAD" \
        "$WORK"/calls/p? -- "$WORK"/calls/w?
}

# calls_are_same WHAT OPTIONS SWITCH: the program's calls, with gifvet's own or without any.
calls_are_same() {
    rm -rf "$WORK/calls"
    traced p1 "$HOLLOW" DISABLE
    traced w1 "$PRELOAD" "$3"
    why=$(judged_calls "$2")
    rc=$?
    for more in "2 3" "4 5 6"; do
        [ "$rc" = 3 ] || break
        for again in $more; do
            traced "p$again" "$HOLLOW" DISABLE
            traced "w$again" "$PRELOAD" "$3"
        done
        why=$(judged_calls "$2")
        rc=$?
    done
    case $rc,$why in
        0,order) ordered=$((ordered + 1)) ;;
        0,number) numbered=$((numbered + 1)) ;;
        0,names) named=$((named + 1)) ;;
        *) fail "$NAME" "calls, $1: $why" && return 1 ;;
    esac
}

# Programs with threads of their own, and shells with children in the background: who waits for whom
# is chance.
threaded() {
    case $COMMAND in
        *session* | *bashly*) echo --names ;;
        *ffmpeg* | *rsync* | *node* | *vips* | *multiprocessing* | *pool*) echo --names ;;
        *) ;;
    esac
}

transparent() {
    NAME=$1
    COMMAND=$2
    compared=$((compared + 1))
    how=
    outcome_is_same
    differs=$?
    seen=$(count '.type == "validation"')
    verdicts_seen=$((verdicts_seen + seen))
    [ "$differs" = 0 ] || return
    if [ "$STRACE" = 1 ]; then
        calls_are_same "switched on" "$(threaded)" IGNORED || return
        calls_are_same "switched off" "--silent $(threaded)" DISABLE || return
        how="$how, same calls ($why)"
    fi
    pass "$NAME: same outcome$how"
}

recorded() {
    if [ "$seen" -ge "$1" ]; then pass "$NAME: $seen verdicts"; else fail "$NAME" "$seen verdicts, not $1"; fi
}

# No output of the last runs with gifvet was called a bad one.
nothing_flagged() {
    flagged=$(count '.type == "validation" and .validation_passed == false')
    if [ "$flagged" = 0 ]; then pass "$NAME: nothing is flagged"; else
        fail "$NAME" "$flagged failed: $(summary | grep ' false ' | head -n 2 | tr '\n' ';')"
    fi
}

counted() {
    echo "# $compared commands compared, $verdicts_seen verdicts; calls compared by order $ordered, by number $numbered, by names $named"
}

# ---- the commands of tests/host ----

is_among() { # NAME LIST
    case " $2 " in "  " | *" $1 "*) return 0 ;; *) return 1 ;; esac
}

if [ -n "${HARNESS:-}" ]; then
    both() {
        is_among "$1" "${ONLY_COMMANDS:-}" || return 0
        # One tracer alone can follow a process.
        script=${0##*/}
        case $2 in *strace*) echo "# ${script%.sh}/$1: left out, it uses strace itself" && return ;; *) ;; esac
        STRACE=0
        if is_among "$1" "${STRACE_COMMANDS:-}"; then STRACE=1; fi
        transparent "${script%.sh}/$1" "$2"
    }
    # What those tests ask of the records is theirs.
    ok() { :; }
    not_ok() { :; }
    verdict() { :; }
    verdicts() { :; }
    caught() { :; }
    silent() { :; }
    trap 'counted; rm -rf "$WORK"' EXIT
fi
