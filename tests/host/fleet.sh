#!/bin/sh
# Thousands of jobs on one host, and what every command says of them.
. "${0%/*}/lib.sh"
need gifsicle /usr/bin/python3
saboteur=$BUILD/tests/libsaboteur.so
[ -f "$saboteur" ] || { echo "$saboteur is not built" >&2; exit 2; }
mkdir "$WORK/jobs"
# Some are slow, however fast the machine: modes change as they will, and nothing else with them. Verdicts
# are as many and as exact in every mode.
cat >"$GIFLAB_VALIDATION_CONFIG" <<'END'
[performance]
slow_ms = 2
emergency_ms = 50
recovery_dwell_s = 0
[performance:degraded]
log_validation_failures = true
frame_ratio_tolerance = 0
color_count_tolerance = 0
fps_tolerance = 0
max_file_size_mb = 100
[performance:emergency]
log_validation_failures = true
frame_ratio_tolerance = 0
color_count_tolerance = 0
fps_tolerance = 0
max_file_size_mb = 100
END
"$BUILD/tests/gifmake" ball "$WORK/jobs/in.gif" || exit 2
"$BUILD/tests/gifmake" two "$WORK/jobs/small.gif" || exit 2
cd "$WORK/jobs" || exit 2
HOST_PRELOAD=$PRELOAD HOST_SABOTEUR=$saboteur /usr/bin/python3 "$TOP/tests/host/fleet.py" "${FLEET_JOBS:-2000}"
