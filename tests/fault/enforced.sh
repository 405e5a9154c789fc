#!/bin/sh
# Mode enforce, killed before each of its calls while a program overwrites its source: the name holds the
# source or the sound output, or `gifvet rescue --restore` brings the source back, and nothing else is
# left in the directory. (What can be ordered: door.h.) LONG=1 tries more calls.
. "${0%/*}/../host/lib.sh"
need gifsicle
gif ball in.gif
SABOTEUR=$BUILD/tests/libsaboteur.so
PRELOAD=$BUILD/tests/fault/libgifvet.so
printf '[validation]\nmode = enforce\n[evidence]\nkeep = false\n' >"$GIFLAB_VALIDATION_CONFIG"
mkdir "$WORK/x"
cd "$WORK/x" || exit 2
source=$FIXTURES/in.gif
gifsicle -O2 "$source" -o "$WORK/good.gif" || exit 2

job() { LD_PRELOAD="$PRELOAD $SABOTEUR" gifsicle -b -O2 in.gif 2>/dev/null; }
tried=0 rescued=0 bad=0
problem() {
    bad=$((bad + 1))
    [ "$bad" -gt 8 ] || not_ok "$NAME" "$*"
}
is_source() { cmp -s in.gif "$source"; }

# killed NAME SABOTAGE
killed() {
    NAME=$1 tried=0 rescued=0 bad=0
    export SABOTAGE="$2"
    calls='write fsync linkat renameat unlinkat'
    [ -n "${LONG:-}" ] && calls="$calls fcntl pread64 openat close mkdirat fchmod fchown utimensat fsetxattr ftruncate writev"
    for call in $calls; do
        nth=0
        while nth=$((nth + 1)); do
            rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
            cp -p "$source" in.gif
            GIFVET_FAULT="call=$call,nth=$nth,kill" job
            [ $? = 137 ] || break
            tried=$((tried + 1))
            if ! is_source && { [ -n "$2" ] || ! cmp -s in.gif "$WORK/good.gif"; }; then
                rescued=$((rescued + 1))
                "$GIFVET" rescue --restore >/dev/null 2>&1
                is_source || problem "$call $nth: the source is lost"
            else
                "$GIFVET" rescue --restore >/dev/null 2>&1
            fi
            [ "$(ls -A)" = in.gif ] || { problem "$call $nth: left behind: $(ls -A)" && rm -f .gifvet*; }
        done
    done
    [ "$tried" -gt 10 ] || problem "killed $tried times only"
    [ "$rescued" -gt 0 ] || [ -z "$2" ] || problem "nothing had to be rescued"
    [ "$bad" -gt 0 ] || ok "$NAME: killed $tried times, the source rescued $rescued times"
}
killed damaged cut
killed sound ''
