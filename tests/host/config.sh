#!/bin/sh
# Switches and configurations in a real host: each changes what is recorded, and nothing else.
. "${0%/*}/lib.sh"
need gifsicle jq
gif ball in.gif
gif noise big.gif
ini() { printf '%b' "$1" >"$GIFLAB_VALIDATION_CONFIG"; }
job='gifsicle -O2 in.gif -o out.gif'

both emergency "GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 $job"
silent
both emergency_empty "GIFLAB_VALIDATION_EMERGENCY_DISABLE= $job"
verdicts 1

# Read before anything else: no file is opened, nothing is mapped.
calls() { # what the object does between its own loading and the program's first call
    strace -f -e trace=openat,mmap,readlink,getrandom -o "$WORK/trace" \
        env LD_PRELOAD="$PRELOAD" GIFLAB_VALIDATION_EMERGENCY_DISABLE="$1" \
        sh -c 'exec gifsicle -O2 in.gif -o /dev/null'
    grep -cE '/proc/self|gifvet\.ini|EMERGENCY' "$WORK/trace"
}
cd "$FIXTURES" || exit 2
if [ "$(calls 1)" = 0 ] && [ "$(calls '')" -gt 0 ]; then ok "switched off, it opens no file"; else not_ok "switched off, it opens files"; fi
cd "$TOP" || exit 2

both zero "GIFLAB_VALIDATION_PERCENTAGE=0 $job"
silent
both percentage_all "GIFLAB_VALIDATION_PERCENTAGE=100 $job"
verdicts 1

mkdir -p "$GIFLAB_VALIDATION_STATE_DIR"
touch "$GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE"
both kill_switch "$job"
silent
rm "$GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE"

both kill_switch_later "$job; touch $GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE; $job; rm $GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE"
verdicts 1

ini '[validation]\nenable_wrapper_validation=false\n'
both disabled "$job"
silent

ini '[environment:blue]\nvalidation.enable_wrapper_validation=false\n[environment:green]\nvalidation.enable_wrapper_validation=true\n'
both blue "DEPLOYMENT_ENV=blue $job"
silent
both green "DEPLOYMENT_ENV=green $job"
verdicts 1
if [ "$(jq -r .environment "$LOG")" = green ]; then ok "green is recorded"; else not_ok "environment"; fi

ini '[programs]\nexclude=gif* other\n'
both excluded "$job"
silent

ini '[log]\npasses=false\n'
both no_passes "$job"
silent

ini '[validation]\nlog_validation_failures=false\n'
both no_failures "$(full_after 20 "gifsicle big.gif -o out.gif")"
silent

ini '[sampling]\npercentage=0\n[log]\ncontrol=true\n'
both control "$job"
verdicts 0
if [ "$(count '.type == "control" and .arm == "control"')" = 1 ]; then ok "control arm is recorded when asked"; else not_ok "control arm"; fi

ini '[sampling]\npercentage=0.000001\n'
both control_unrecorded "$job"
silent

ini '[sampling]\npercentage=50\nkey=source\n'
both by_source "for i in 1 2 3 4 5 6 7 8; do $job; done"
n=$(count '.type == "validation"')
c=$(count '.type == "control"')
if [ "$c" = 0 ] && { [ "$n" = 0 ] || [ "$n" = 8 ]; }; then ok "the same source always falls into the same arm"; else not_ok "by_source" "$n of 8"; fi

ini '[sampling]\npercentage=50\n[log]\ncontrol=true\n'
both by_chance "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32; do $job; done"
test=$(count '.type == "validation"') control=$(count '.type == "control"')
if [ $((test + control)) = 32 ] && [ "$test" -gt 2 ] && [ "$control" -gt 2 ]; then ok "both arms are drawn"; else not_ok "by_chance" "$test and $control"; fi

loss='gifsicle --colors 4 --dither in.gif -o out.gif'
ini '[quality]\nsample_every=2\n'
both quality_sampled "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32; do $loss; done"
seen=$(count '.validations[6].outcome == "pass"')
unseen=$(count '.validations[6] | .outcome == "not_applicable" and (.note | contains("quality.sample_every"))')
if [ $((seen + unseen)) = 32 ] && [ "$seen" -gt 2 ] && [ "$unseen" -gt 2 ]; then ok "pictures of one output in two are compared"; else not_ok "quality_sampled" "$seen and $unseen"; fi

ini '[quality]\nmax_instants=3\n'
both quality_bounded "$loss"
if [ "$(count '.validations[6].details | .pictures_left_out > 0 and .pictures_compared + .pictures_left_out == 20')" = 1 ]; then ok "what was left out is said"; else not_ok "quality_bounded" "$(jq -c '.validations[6].details' "$LOG")"; fi

ini '[quality]\nenabled=false\n'
both quality_disabled "$loss"
if [ "$(count '.validations[6].note == "quality.enabled is false"')" = 1 ]; then ok "no pictures without quality.enabled"; else not_ok "quality_disabled"; fi

ini '[programs]\nencoders=dd\n'
both encoder 'cat in.gif | dd of=out.gif bs=64k iflag=fullblock 2>/dev/null'
verdicts 1
verdict out.gif - none unknown true

ini '[validation]\nmax_file_size_mb=0.001\n'
both too_large "$job"
verdict out.gif in.gif only optimization null

ini '[limits]\nmemory_mb=16\nsource_mb=1\n'
both little_memory "$job"
verdicts 1

ini '[program:gifsicle]\nrequest.operation=frame_reduction\nrequest.ratio=0.5\n'
both program_overlay "$job"
caught out.gif frame_count

ini 'nonsense\n[validation]\nmin_fps=abc\nno_such_key=1\nmode=shadow\n[sampling]\npercentage=101\n'
both bad_configuration "$job; $job"
verdicts 2
problems=$(jq -s '[.[] | select(.type == "config_error")] | length' "$LOG")
lines=$(jq -s '[.[] | select(.type == "config_error")][0].problems | length' "$LOG")
if [ "$problems" = 2 ] && [ "$lines" = 4 ]; then ok "one config_error record per process, with every mistake"; else not_ok "bad_configuration" "$problems records, $lines problems"; fi
if jq -e -s '[.[] | select(.type == "config_error")][0].problems | map(test("gifvet.ini:[0-9]+: ")) | all' "$LOG" >/dev/null; then ok "each names file and line"; else not_ok "config_error" "$(jq -c .problems "$LOG")"; fi

printf '\000\001\002' >"$GIFLAB_VALIDATION_CONFIG"
both binary_configuration "$job"
verdicts 1
both missing_configuration "GIFLAB_VALIDATION_CONFIG=/nonexistent/x.ini $job"
verdicts 1
