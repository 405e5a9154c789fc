#!/bin/sh
# Thousands of jobs on one host, and what every command says of them.
. "${0%/*}/lib.sh"
need gifsicle /usr/bin/python3
saboteur=$BUILD/tests/libsaboteur.so
[ -f "$saboteur" ] || { echo "$saboteur is not built" >&2; exit 2; }
mkdir "$WORK/jobs"
"$BUILD/tests/gifmake" ball "$WORK/jobs/in.gif" || exit 2
"$BUILD/tests/gifmake" two "$WORK/jobs/small.gif" || exit 2
cd "$WORK/jobs" || exit 2
HOST_PRELOAD=$PRELOAD HOST_SABOTEUR=$saboteur /usr/bin/python3 "$TOP/tests/host/fleet.py" "${FLEET_JOBS:-2000}"
