#!/bin/sh
# Every system call that gifvet makes fails in turn, with every errno that fits; every block of
# memory is missing in turn. The host's outcome never changes, no verdict becomes a wrong one.
# Thousands of runs, some of which sync: in memory, where there is room.
[ -w /dev/shm ] && export TMPDIR=/dev/shm
. "${0%/*}/../host/lib.sh"
need jq
INJECT=$BUILD/tests/fault/inject COPIES=$BUILD/tests/fault/copies
FAULTY=$BUILD/tests/fault/libgifvet.so
"$BUILD/tests/gifmake" ball "$WORK/ball.gif" && "$BUILD/tests/gifmake" two "$WORK/still.gif" || exit 2

# inject NAME TRUTH SOURCE SETTINGS COMMAND...
inject() {
    NAME=$1 truth=$2 source=$3
    mkdir "$WORK/$NAME" && cp -p "$source" "$WORK/$NAME/source.gif" || exit 2
    printf '%b' "$4" >"$WORK/$NAME/gifvet.ini"
    shift 4
    if (cd "$WORK/$NAME" && GIFLAB_VALIDATION_STATE_DIR=state GIFLAB_VALIDATION_CONFIG=gifvet.ini \
        "$INJECT" "$FAULTY" "$truth" "$@" >"$WORK/$NAME.out"); then
        ok "$NAME: $(sed -n 's/^# //p' "$WORK/$NAME.out")"
    else
        not_ok "$NAME" "$(grep -c '^not ok' "$WORK/$NAME.out") deviations: $(grep '^not ok' "$WORK/$NAME.out" | head -n 5 | tr '\n' ';')"
    fi
}

inject healthy true "$WORK/still.gif" '' "$COPIES"
inject damaged false "$WORK/still.gif" '' "$COPIES" half
inject by_source true "$WORK/still.gif" '[sampling]\npercentage = 99\nkey = source\n[log]\nsync = true\n' "$COPIES"
inject overwritten lost "$WORK/still.gif" '[validation]\nmode = enforce\n' "$COPIES" half over
if [ -n "${LONG:-}" ]; then
    inject gifsicle true "$WORK/ball.gif" '' gifsicle -O2 in.gif -o out.gif
    inject gifsicle_over true "$WORK/ball.gif" '[validation]\nmode = enforce\n' gifsicle -b in.gif
    inject convert true "$WORK/ball.gif" '' /usr/bin/convert in.gif out.gif
    inject pillow_over lost "$WORK/ball.gif" '[validation]\nmode = enforce\n' /usr/bin/python3 -c \
        "from PIL import Image; im = Image.open('in.gif'); im.save('in.gif', save_all=True)"
fi
