#!/bin/sh
# Whatever fails while evidence is written, and whenever the process is killed: the host is as it was,
# a bundle is whole or not there, the record says which, and the next one clears away what is left.
#
# The calls are refused, and the process killed before them, one after the other (door.h). LONG=1 tries
# more calls and errnos.
. "${0%/*}/../host/lib.sh"
need gifsicle jq sha256sum
gif ball in.gif
gif two other.gif
SABOTEUR=$BUILD/tests/libsaboteur.so
PRELOAD=$BUILD/tests/fault/libgifvet.so
EVIDENCE=$GIFLAB_VALIDATION_STATE_DIR/evidence
export SABOTAGE=cut
printf '[validation]\nmode = alert\n' >"$GIFLAB_VALIDATION_CONFIG"
cp "$FIXTURES"/*.gif "$WORK/"
cd "$WORK" || exit 2
LD_PRELOAD=$SABOTEUR gifsicle -O2 in.gif -o without.gif || exit 2

# job SOURCE: the host, with whatever GIFVET_FAULT orders.
job() {
    rm -f out.gif
    LD_PRELOAD="$PRELOAD $SABOTEUR" gifsicle -O2 "$1" -o out.gif 2>stderr
}
# Every bundle that has its name is whole.
whole() {
    for b in "$EVIDENCE"/*/; do
        case $b in */objects/ | *'*/') continue ;; esac
        if [ "$(find "$b" -type f | wc -l)" != 6 ] ||
            ! (cd "$b" && sha256sum --quiet -c SHA256SUMS) >/dev/null 2>&1
        then echo "$b is not whole: $(ls "$b")" && return 1; fi
    done
}
bundles() { find "$EVIDENCE" -mindepth 1 -maxdepth 1 -name '[0-9a-f]*-*' 2>/dev/null | wc -l; }
# What the last record says and what is there agree. A record of a bundle that could not be kept says why.
agrees() {
    [ -s "$LOG" ] || return 0
    said=$(tail -n 1 "$LOG" | jq -r 'if .evidence == null then "nothing" elif .evidence.bundle then .evidence.bundle
        else "lost" + (.evidence.problems | length | tostring) end' 2>/dev/null)
    case $said in
        nothing | '') ;;
        lost0) echo "the record says neither where nor why" && return 1 ;;
        lost*) [ "$(bundles)" = 0 ] || { echo "the record says it was lost, but it is there" && return 1; } ;;
        *) [ -f "$said/SHA256SUMS" ] || { echo "the record says $said, which is not there" && return 1; } ;;
    esac
}
tidy() {
    [ -z "$(find "$EVIDENCE" -name '.*' ! -name . 2>/dev/null)" ] || { find "$EVIDENCE" -name '.*' && return 1; }
    # Nothing under objects/ that no bundle has.
    [ -z "$(find "$EVIDENCE/objects" -type f -links 1 2>/dev/null)" ] || { echo "an object of nobody" && return 1; }
}

calls='openat newfstatat mkdirat unlinkat renameat linkat flock write fsync getdents64'
# Only these leave something else on the disk than the call before: a kill before another adds nothing.
changes='openat mkdirat unlinkat renameat linkat write' removes='openat unlinkat renameat'
if [ -n "${LONG:-}" ]; then
    calls="$calls close fstat fcntl lseek pread64 prlimit64 geteuid"
    changes=$calls removes='unlinkat renameat openat newfstatat close linkat flock'
fi
bad=0
problem() {
    bad=$((bad + 1))
    [ "$bad" -gt 8 ] || not_ok "$NAME" "$*"
}

# killed_before WANTED CALL...: the run is killed before each of its calls, with evidence of another verdict
# there already; the next run leaves WANTED bundles, or with "more" one more than it finds.
killed_before() {
    wanted=$1 tried=0 bad=0
    shift
    for call in "$@"; do
        nth=0
        while nth=$((nth + 1)); do
            rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
            cp -a "$WORK/one" "$GIFLAB_VALIDATION_STATE_DIR"
            GIFVET_FAULT="call=$call,nth=$nth,kill" job in.gif
            [ $? = 137 ] || break
            tried=$((tried + 1))
            why=$(whole) || problem "$call $nth: $why"
            before=$(bundles)
            job in.gif
            why=$(whole && tidy) || problem "$call $nth, after the next run: $why"
            expected=$wanted
            [ "$wanted" != more ] || expected=$((before + 1))
            [ "$(bundles)" = "$expected" ] || problem "$call $nth: $before bundles before, $(bundles) after the next run"
        done
    done
}

NAME=killed
rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
job other.gif || exit 2
cp -a "$GIFLAB_VALIDATION_STATE_DIR" "$WORK/one"
# shellcheck disable=SC2086 # words
killed_before more $changes
[ "$bad" = 0 ] && ok "killed before each of $tried calls: whole bundles or none, and the next run clears away the rest"

# Removing is not otherwise: with a bound of one bundle the old one goes.
NAME=killed_removing
printf '[evidence]\nmax_bundles = 1\n' >>"$GIFLAB_VALIDATION_CONFIG"
# shellcheck disable=SC2086 # words
killed_before 1 $removes
[ "$bad" = 0 ] && ok "killed before each of $tried calls with a full directory: whole bundles or none"
printf '[validation]\nmode = alert\n' >"$GIFLAB_VALIDATION_CONFIG"

NAME=refused tried=0 bad=0
for call in $calls; do
    errnos='EIO'
    case $call in write | mkdirat | linkat | fsync) errnos='ENOSPC EROFS' ;; esac
    [ -n "${LONG:-}" ] && errnos='EIO ENOSPC EROFS EACCES EINTR ENOMEM EPERM ENOENT EEXIST'
    for error in $errnos; do
        for times in 1 0; do
            nth=0
            while nth=$((nth + 1)); do
                rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
                head -c 16384 /dev/zero >page
                GIFVET_FAULT_PAGE=$WORK/page GIFVET_FAULT="call=$call,nth=$nth,errno=$error,times=$times" job in.gif
                status=$?
                # struct door_page: how many faults came about stands behind the counts.
                [ "$(od -An -t u4 -j $((4 * 514)) -N 4 page | tr -d ' ')" != 0 ] || break
                tried=$((tried + 1))
                if [ "$status" != 0 ] || ! cmp -s without.gif out.gif || [ -s stderr ]
                then problem "$call $nth $error: the host ends with $status"; fi
                why=$(whole && agrees) || problem "$call $nth $error times=$times: $why"
            done
        done
    done
done
[ "$bad" = 0 ] && ok "each of $tried calls refused: the host is as it was, the record says what is there"
