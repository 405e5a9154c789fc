#!/bin/sh
# SIGKILL at a random moment of a run that overwrites its source: the source is never lost.
. "${0%/*}/lib.sh"
need gifsicle /usr/bin/convert
runs=${KILL_RUNS:-60}
[ -n "${LONG:-}" ] && runs=1000
"$BUILD/tests/gifmake" noise "$WORK/source.gif" || exit 2
cd "$WORK" || exit 2
enforce_ini ''
killed() {
    NAME=$1 HOST_PRELOAD=$2 SABOTAGE=$3
    shift 3
    rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
    if out=$(HOST_PRELOAD=$HOST_PRELOAD SABOTAGE=$SABOTAGE /usr/bin/python3 "$TOP/tests/enforce/kill.py" "$runs" "$@" 2>&1)
    then ok "$NAME: ${out##*# }"; else not_ok "$NAME" "$(echo "$out" | tail -n 3 | tr '\n' ';')"; fi
}
export HOST_PRELOAD
killed gifsicle "$PRELOAD" '' gifsicle -b -O2 in.gif
killed gifsicle_damaged "$PRELOAD $SABOTEUR" cut gifsicle -b -O2 in.gif
killed convert "$PRELOAD" '' /usr/bin/convert in.gif in.gif
killed convert_damaged "$PRELOAD $SABOTEUR" cut /usr/bin/convert in.gif in.gif
killed pillow "$PRELOAD" '' /usr/bin/python3 -c \
    "from PIL import Image; im = Image.open('in.gif'); im.save('in.gif', save_all=True)"
