#!/bin/sh
# gifvet summary, metrics and health: every figure is what was counted, every condition of health is
# noticed, and what cannot be read is said in one line.
. "${0%/*}/lib.sh"
need jq
ini() { printf '%b' "$1" >"$GIFLAB_VALIDATION_CONFIG"; }

# ---- nothing yet ----
is summary_without_state 2 "$GIFVET" summary
one_line
says err "$STATE/state.v1"
is health_without_state 3 "$GIFVET" health
says out 'unknown: '
is health_new_host_ok 0 "$GIFVET" health --json --new-host-ok
figure "health: of a new host nothing is known, and that is fine" '.status == "unknown" and .exit_status == 0'
(GIFLAB_VALIDATION_STATE_DIR=$GIFLAB_VALIDATION_CONFIG/below is health_new_host_no_directory 1 "$GIFVET" health --new-host-ok)
is metrics_without_state 0 "$GIFVET" metrics
says out 'gifvet_validations_total{result="failed"} 0'
says out 'gifvet_health_status 3'
if [ -e "$STATE" ]; then not_ok "reading makes nothing" "$(ls -R "$STATE")"; else ok "reading makes nothing"; fi

# ---- figures ----
updates passed 60 program=gifsicle time_us=2000 bytes_in=1000 bytes_out=600 arena=5000000
updates passed 35 program=convert time_us=50000 bytes_in=2000 bytes_out=1500
updates failed 4 program=convert time_us=300000 slow=1 check=frame_count bytes_in=10 bytes_out=20
updates failed 1 program=ffmpeg time_us=900000 slow=1 check=file_integrity
updates skipped 2 program=gifsicle time_us=10
updates timed_out 1 program=gifsicle time_us=5000000 slow=1
updates fault 1 program=gifsicle time_us=20
updates control 6 program=gifsicle
updates passed 10 program=gifsicle time_us=1000 ago_s=18000
is summary 0 "$GIFVET" summary --json
cp "$WORK/out" "$WORK/summary.json"
figure "summary: totals" '.total | .outputs == 120 and .validations == 114 and .passed == 105 and
    .failed == 5 and .skipped == 2 and .timed_out == 1 and .fault == 1 and .control == 6'
figure "summary: rates" '.total | (.success_rate - 105 / 110 | fabs) < 0.000001 and .slow == 6 and
    (.slow_rate - 6 / 114 | fabs) < 0.000001'
figure "summary: failures by check" '.total.failures | .frame_count == 4 and .file_integrity == 1 and
    .color_count == 0 and length == 7'
figure "summary: bytes" '.total | .bytes_in == 130040 and .bytes_out == 88580 and .arena_peak_bytes == 5000000'
figure "summary: times" '.total.time_us | .mean == (((60 * 2000 + 35 * 50000 + 4 * 300000 + 900000 + 20 +
    5000000 + 20 + 10000) / 114) | floor) and .max == 5000000 and
    (.p50 / 2000 - 1 | fabs) < 0.032 and (.p95 / 300000 - 1 | fabs) < 0.032 and
    (.p99 / 900000 - 1 | fabs) < 0.032'
figure "summary: programs, the busiest first" '[.programs[] | [.program, .outputs, .passed, .failed, .slow]] ==
    [["gifsicle", 80, 70, 0, 1], ["convert", 39, 35, 4, 4], ["ffmpeg", 1, 0, 1, 1]]'
figure "summary: hours in order, and in all what they are together" '(.hours | map(.hour) | . == sort and . == unique) and
    (.hours | map(.outputs) | add) == 120 and (.hours[0] | .passed == 10 and .outputs == 10)'
is summary_hours 0 "$GIFVET" summary --hours 2 --json
figure "summary: the last two hours, alone and together" '.total.outputs == 110 and .total.passed == 95 and
    (.hours | map(.outputs) | add) == 110 and .total.arena_peak_bytes == 5000000 and .total.time_us.max == 5000000'
is summary_text 0 "$GIFVET" summary
if grep -A2 -E '^in all +120 +105 +5 +4 +6 +95.45 % +78.77 +[0-9.]+$' "$WORK/out" | tr '\n' ';' |
    grep -qE ';    failed: file_integrity 1, frame_count 4;    p50 [0-9.]+ ms, p99 [0-9.]+ ms, max 5000.00 ms, slow 5.26 %;$'; then ok "summary: the same as text"; else not_ok "summary text" "$(grep -A2 'in all' "$WORK/out")"; fi
for wrong in '--hours 0' '--hours 169' '--hours x' '--hours' '--nonsense'; do
    # shellcheck disable=SC2086 # two words
    is "summary $wrong" 2 "$GIFVET" summary $wrong
    one_line
done
# At its widest, for terminals of 80 columns: all seven checks failed, long times, a long name.
cp -r "$STATE" "$WORK/kept"
for check in $(jq -r '.total.failures | keys[]' <"$WORK/summary.json"); do
    updates failed 12345 check="$check" slow=1 program=a-name-of-quite-some-bytes-and-more time_us=99999000
done
is summary_wide 0 "$GIFVET" summary
if awk 'length > 80 { exit 1 }' "$WORK/out"; then ok "summary: no line is wider than 80 columns"; else not_ok "summary at 80 columns" "$(awk 'length > 80' "$WORK/out")"; fi
named=$(sed -n '/^in all/,/^$/p' "$WORK/out" | grep -oE '[a-z_]+ 123(45|46|49)' | wc -l)
if [ "$named" = 7 ]; then ok "summary: all seven checks are named"; else not_ok "summary: $named of seven checks" "$(cat "$WORK/out")"; fi
rm -r "$STATE" && mv "$WORK/kept" "$STATE"
if "$GIFVET" summary >/dev/full 2>"$WORK/err"; then not_ok "summary to a full disk"; else ok "summary to a full disk fails"; fi

is metrics 0 "$GIFVET" metrics
for line in 'gifvet_outputs_total 120' 'gifvet_validations_total{result="passed"} 105' \
    'gifvet_validations_total{result="failed"} 5' 'gifvet_validations_total{result="skipped"} 2' \
    'gifvet_validations_total{result="timed_out"} 1' 'gifvet_validations_total{result="fault"} 1' \
    'gifvet_control_outputs_total 6' 'gifvet_checks_total{check="frame_count",outcome="fail"} 4' \
    'gifvet_slow_validations_total 6' 'gifvet_source_bytes_total 130040' \
    'gifvet_output_bytes_total 88580' 'gifvet_program_outputs_total{program="gifsicle"} 80' \
    'gifvet_program_verdicts_total{program="convert",result="failed"} 4' \
    'gifvet_validation_duration_seconds_bucket{le="0.003072"} 73' \
    'gifvet_validation_duration_seconds_bucket{le="0.065536"} 108' \
    'gifvet_validation_duration_seconds_bucket{le="+Inf"} 114' \
    'gifvet_validation_duration_seconds_sum 8.980040' 'gifvet_validation_duration_seconds_count 114' \
    'gifvet_arena_peak_bytes 5000000' 'gifvet_performance_mode{mode="normal"} 1'; do
    if grep -qxF "$line" "$WORK/out"; then ok "metrics: $line"; else not_ok "metrics: $line" "$(grep "^${line%%[ \{]*}" "$WORK/out" | head -n 50 | tr '\n' ';')"; fi
done

# ---- the textfile ----
mkdir "$WORK/textfiles"
(umask 077 && "$GIFVET" metrics --textfile "$WORK/textfiles")
if [ "$(stat -c '%a %h' "$WORK/textfiles/gifvet.prom")" = '644 1' ] && [ "$(ls -A "$WORK/textfiles")" = gifvet.prom ]; then ok "textfile: readable by node_exporter, alone in its directory"; else not_ok textfile "$(ls -lA "$WORK/textfiles")"; fi
# Readers see whole files only, while two write and one of them is killed at any moment.
for writer in 1 2; do
    while [ ! -e "$WORK/stop" ]; do timeout -s KILL 0.0$writer "$GIFVET" metrics --textfile "$WORK/textfiles" 2>/dev/null || :; done &
done
torn=0 seen=0
while [ $seen -lt 300 ]; do
    tail -n 1 "$WORK/textfiles/gifvet.prom" | grep -q '^gifvet_performance_mode_changes_total{mode="emergency"} 0$' || torn=$((torn + 1))
    seen=$((seen + 1))
done
touch "$WORK/stop"
wait
"$GIFVET" metrics --textfile "$WORK/textfiles"
if [ $torn = 0 ] && [ "$(ls -A "$WORK/textfiles")" = gifvet.prom ]; then ok "textfile: replaced at once, $seen readings, nothing left over"; else not_ok textfile "$torn torn, $(ls -A "$WORK/textfiles")"; fi
echo precious >"$WORK/precious"
ln -s "$WORK/precious" "$WORK/textfiles/.gifvet.prom.new"
is textfile_link 0 "$GIFVET" metrics --textfile "$WORK/textfiles"
if [ "$(cat "$WORK/precious")" = precious ]; then ok "textfile: does not follow a link"; else not_ok textfile_link; fi
is textfile_nowhere 2 "$GIFVET" metrics --textfile "$WORK/nowhere"
one_line
says err "$WORK/nowhere"
is textfile_no_directory 2 "$GIFVET" metrics --textfile "$WORK/precious"
one_line
is metrics_usage 2 "$GIFVET" metrics --nonsense

# ---- health ----
rm -r "$STATE"
updates passed 5
is health 0 "$GIFVET" health
says out 'healthy: no issues'
# healthy is EXIT NAME: health --json exits with EXIT and its only issue is NAME
only() {
    is "health_$2" "$1" "$GIFVET" health --json
    figure "health: $2 is the only issue" "[.issues[].issue] == [\"$2\"] and .exit_status == $1"
}
touch "$STATE/EMERGENCY_DISABLE"
only 1 disabled_file
rm "$STATE/EMERGENCY_DISABLE"
GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 only 1 disabled_variable
ini '[validation]\nenable_wrapper_validation = false\n'
only 1 disabled_configuration
ini '[sampling]\npercentage = 0\n'
only 1 disabled_configuration
ini '[validation]\nmin_fps = x\n'
only 1 configuration_broken
ini ''
updates failed 10
is health_ten_failures 0 "$GIFVET" health
updates failed 1
only 2 consecutive_failures
updates skipped 1
only 2 consecutive_failures
ini '[health]\nmax_consecutive_failures = 11\n'
is health_threshold 0 "$GIFVET" health
ini ''
updates passed 1
is health_recovered 0 "$GIFVET" health
updates passed 1 arena=$((500 * 1048576))
is health_memory_enough 0 "$GIFVET" health
updates passed 1 arena=$((500 * 1048576 + 1))
only 1 memory
ini '[health]\nmax_memory_mb = 501\n'
is health_memory_limit 0 "$GIFVET" health
rm -r "$STATE"
updates passed 1 arena=$((501 * 1048576)) ago_s=90000
updates passed 1
ini ''
is health_memory_long_ago 0 "$GIFVET" health
ini '[health]\nmin_free_mb = 1000000000\n'
only 1 disk_low
ini ''
updates passed 20 time_us=15000 performance=1
only 1 performance_mode
figure "health: the mode is degraded" '.figures.performance_mode == "degraded"'
updates passed 20 time_us=30000 performance=1
only 1 performance_mode
figure "health: the mode is emergency" '.figures.performance_mode == "emergency"'
rm -r "$STATE"
updates passed 1 ago_s=4000
updates closed 1
only 1 no_verdict
ini '[health]\nstale_after = 5000\n'
is health_not_so_stale 0 "$GIFVET" health
ini '[health]\nstale_after = 0\n'
is health_never_stale 0 "$GIFVET" health
ini ''
updates passed 1
is health_verdict_came 0 "$GIFVET" health
rm -r "$STATE"
updates passed 1 ago_s=4000
updates control 1
is health_control_is_not_waited_for 0 "$GIFVET" health
mkdir "$WORK/log"
GIFLAB_VALIDATION_LOG=$WORK/log only 1 log_unwritable
GIFLAB_VALIDATION_LOG=$WORK/precious/x.jsonl only 1 log_unwritable
# Nobody can make a directory below a file, root neither.
(GIFLAB_VALIDATION_STATE_DIR=$WORK/precious/below GIFLAB_VALIDATION_LOG=$WORK/elsewhere.jsonl only 1 state_unwritable)
is health_usage 3 "$GIFVET" health --nonsense
one_line
# Several at once: the worst decides.
updates failed 11
touch "$STATE/EMERGENCY_DISABLE"
is health_worst 2 "$GIFVET" health --json
figure "health: all issues are told" '[.issues[].issue] == ["disabled_file", "consecutive_failures"]'
is metrics_issues 0 "$GIFVET" metrics
says out 'gifvet_health_status 2'
says out 'gifvet_health_issue{issue="consecutive_failures"} 1'
says out 'gifvet_health_issue{issue="disk_low"} 0'
says out 'gifvet_enabled 0'
rm "$STATE/EMERGENCY_DISABLE"

# Another user's state: what cannot be looked at cannot be told.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
    chmod 755 "$WORK" && chmod 700 "$STATE"
    cp "$GIFVET" "$WORK/gifvet.copy"
    is health_of_another 3 as_nobody env HOME=/nonexistent "$WORK/gifvet.copy" health
    is summary_of_another 2 as_nobody env HOME=/nonexistent "$WORK/gifvet.copy" summary
    one_line
    # An unwritable state, as far as this user is concerned.
    mkdir "$WORK/theirs" && chown 65534 "$WORK/theirs" && mkdir "$WORK/theirs/below"
    GIFLAB_VALIDATION_STATE_DIR=$WORK/theirs/below GIFLAB_VALIDATION_LOG=$WORK/theirs/log is health_unwritable 1 as_nobody env HOME=/nonexistent "$WORK/gifvet.copy" health --json
    figure "health: the state cannot be made" '[.issues[].issue] == ["state_unwritable"]'
else
    skip health_of_another "not root"
fi

# ---- bad state files ----
for kind in empty short garbage directory link pipe; do
    rm -rf "$STATE" && mkdir -m 700 "$STATE"
    case $kind in
        empty) : >"$STATE/state.v1" ;;
        short) head -c 1000 /dev/zero >"$STATE/state.v1" ;;
        garbage) head -c 200000 /dev/urandom >"$STATE/state.v1" ;;
        directory) mkdir "$STATE/state.v1" ;;
        link) ln -s /etc/passwd "$STATE/state.v1" ;;
        pipe) mkfifo "$STATE/state.v1" ;;
        *) ;;
    esac
    is "summary_$kind" 2 timeout 10 "$GIFVET" summary
    one_line
    says err "$STATE/state.v1"
    is "health_$kind" 3 timeout 10 "$GIFVET" health
    says out 'unknown: '
    is "health_new_host_ok_$kind" 3 timeout 10 "$GIFVET" health --new-host-ok
    is "metrics_$kind" 2 timeout 10 "$GIFVET" metrics
    one_line
    says out 'gifvet_state_readable 0'
    is "watch_$kind" 0 timeout 10 "$GIFVET" watch --count 1
done
