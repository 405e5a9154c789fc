#!/bin/sh
# What the host's processes remember together, under real programs: performance modes, alerts, and
# nothing of it that a host could notice.
. "${0%/*}/lib.sh"
need gifsicle jq truncate
gif noise slow.gif
gif colors4 quick.gif
gif ball in.gif
"$BUILD/tests/gifmake" damage truncate=50 "$FIXTURES/in.gif" "$FIXTURES/half.gif" || exit 2
STATE=$GIFLAB_VALIDATION_STATE_DIR/state.v1

configure() { printf '%b' "$1" >"$GIFLAB_VALIDATION_CONFIG"; }
records() { # FILTER: how many; those of this run of `both` or of all before
    n=$(count "$1")
    if [ "$n" = "$2" ]; then ok "$NAME: $2 × $1"; else not_ok "$NAME" "$n × $1, not $2"; fi
}

# ---- performance modes ----

# A picture of noise takes milliseconds to judge, four colours take less than one.
changes() { jq -r 'select(.type == "performance_mode") | "\(.from)>\(.to)"' "$LOG" | tr '\n' ' '; }
configure '[performance]\nslow_ms=1\nemergency_ms=600000\nwindow=1\nrecovery_dwell_s=3600\n'
both degraded 'gifsicle -O2 slow.gif -o 1.gif; gifsicle -O2 quick.gif -o 2.gif; gifsicle -O2 in.gif -o 3.gif'
if [ "$(changes)" = "normal>degraded " ]; then ok "$NAME: normal>degraded, once"; else not_ok "$NAME" "$(changes)"; fi
records '.type == "validation" and .performance_mode == "normal"' 1
records '.type == "validation" and .performance_mode == "degraded"' 2
records '.type == "validation" and .slow and (.output.path | endswith("/1.gif"))' 1
records '.type == "performance_mode" and .mean_ms > 1' 1

# The mode outlives every process, and its settings hold: failures are counted, not recorded; files
# that are too large for it are skipped.
configure '[performance]\nslow_ms=1\nemergency_ms=600000\nwindow=1\nrecovery_dwell_s=3600\n[performance:degraded]\nmax_file_size_mb=0.001\n'
# shellcheck disable=SC2016
both overlay 'cat in.gif >/dev/null; cp half.gif o.gif; gifsicle -O2 in.gif -o 1.gif'
records '.type == "validation" and .status == "skipped" and (.reason | contains("max_file_size_mb"))' 2
configure '[performance]\nslow_ms=1\nemergency_ms=600000\nwindow=1\nrecovery_dwell_s=3600\n'
both quiet 'dd if=in.gif of=o.gif count=1 2>/dev/null; gifsicle -O2 in.gif -o 1.gif'
records '.validation_passed == false' 0

# Without a dwell a mode is what the mean says, back to normal at once.
configure '[performance]\nslow_ms=600000\nemergency_ms=600000\nwindow=1\nrecovery_dwell_s=0\n'
both restored 'gifsicle -O2 quick.gif -o 1.gif; gifsicle -O2 quick.gif -o 2.gif'
if [ "$(changes)" = "degraded>normal " ]; then ok "$NAME: degraded>normal, once"; else not_ok "$NAME" "$(changes)"; fi
configure '[performance]\nslow_ms=1\nemergency_ms=1\nwindow=1\nrecovery_dwell_s=0\n'
both emergency 'gifsicle -O2 slow.gif -o 1.gif; gifsicle -O2 in.gif -o 2.gif'
records '.type == "performance_mode" and .from == "normal" and .to == "emergency"' 1
records '.type == "validation" and .performance_mode == "emergency"' 1

# What a mode tolerates by default decides. Ten frames of 20 are 0.1 off a ratio of 0.6, which is too
# much for the normal mode, and 0.3 off one of 0.8, which is too much for the degraded one. No verdict
# here is slow enough to change the mode that those before have brought.
half="gifsicle -d20 in.gif '#0' '#2' '#4' '#6' '#8' '#10' '#12' '#14' '#16' '#18'"
asked='GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO'
still='[performance]\nslow_ms=600000\nemergency_ms=600000\nrecovery_dwell_s=3600\n'
seen='[performance:degraded]\nlog_validation_failures=true\n'
tolerates() { # MODE TIME_US OF_0.6 OF_0.8
    rm -f "$STATE"
    "$BUILD/tests/updates" "$GIFLAB_VALIDATION_STATE_DIR" passed 10 time_us="$2" performance=1 || not_ok updates
    configure "$still$seen"
    both "in_$1" "$asked=0.6 $half -o 1.gif; $asked=0.8 $half -o 2.gif"
    records ".type == \"validation\" and .performance_mode == \"$1\"" 2
    # shellcheck disable=SC2086 # nothing where nothing failed
    verdict 1.gif in.gif only frame_reduction $3
    # shellcheck disable=SC2086
    verdict 2.gif in.gif only frame_reduction $4
}
tolerates normal 1000 'false frame_count' 'false frame_count'
tolerates degraded 15000 true 'false frame_count'
tolerates emergency 30000 true true
# The failure that was seen is none in the log where the mode is left as it is.
rm -f "$STATE"
"$BUILD/tests/updates" "$GIFLAB_VALIDATION_STATE_DIR" passed 10 time_us=15000 performance=1 || not_ok updates
configure "$still"
both degraded_quietly "$asked=0.6 $half -o 1.gif; $asked=0.8 $half -o 2.gif"
verdicts 1

# ---- alerts ----

rm "$STATE"
configure '[monitor]\nevery=4\nalert_threshold=0.4\n[performance]\nslow_ms=600000\nemergency_ms=600000\n'
# shellcheck disable=SC2016 # for the shell that is the host
both rates 'for i in 1 2 3 4 5 6 7; do gifsicle in.gif -o $i.gif; done; for i in 1 2 3 4 5 6; do head -c 900 in.gif | dd of=$i.gif 2>/dev/null; done'
records '.type == "alert"' 0
rm "$STATE"
# shellcheck disable=SC2016
both over 'for i in 1 2 3 4; do cp in.gif $i.gif; dd if=in.gif of=$i.gif count=1 2>/dev/null; done'
records '.type == "alert" and .check == "file_integrity" and .severity == "HIGH" and .rate >= 0.5 and .validations == 4 and .threshold == 0.4' 2
configure '[validation]\nmode=alert\n[performance]\nslow_ms=600000\nemergency_ms=600000\n'
both each_failure 'dd if=in.gif of=1.gif count=1 2>/dev/null; cp in.gif 2.gif'
records '.type == "alert" and .check == "file_integrity" and .rate == 1 and .count == 1' 1
if [ "$(jq -r 'select(.type == "alert") | .validation' "$LOG")" = "$(jq -r 'select(.validation_passed == false) | .id' "$LOG")" ]
then ok "$NAME: the alert names the verdict"; else not_ok "$NAME" "the alert names another verdict"; fi

# ---- the file, as nobody should leave it ----

configure ''
job='gifsicle -O2 in.gif -o 1.gif'
aside() { n=$(find "$GIFLAB_VALIDATION_STATE_DIR" -name 'state.v1.damaged.*' | wc -l); echo "$n"; }
whole() { # there is a state again, which counts
    if [ "$(stat -c '%s %a' "$STATE")" = "$SIZE 600" ]; then ok "$NAME: a new state"; else not_ok "$NAME" "$(ls -l "$STATE")"; fi
}
both size "$job"
SIZE=$(stat -c %s "$STATE")
for how in empty short noise foreign older; do
    case $how in
        empty) : >"$STATE" ;;
        short) truncate -s 100 "$STATE" ;;
        noise) head -c "$SIZE" /dev/urandom >"$STATE" ;;
        foreign) cp "$FIXTURES/in.gif" "$STATE" ;;
        older) printf '\377' | dd of="$STATE" bs=1 seek=8 conv=notrunc 2>/dev/null ;;
        *) ;;
    esac
    before=$(aside)
    both "$how" "$job"
    verdict 1.gif in.gif only optimization true
    whole
    if [ "$(aside)" -gt "$before" ] || [ "$before" = 4 ]; then ok "$how: the old one is set aside"; else
        not_ok "$how" "the old one is gone"
    fi
done
rm -f "$STATE"
ln -s "$WORK/elsewhere" "$STATE"
both symlink "$job"
verdict 1.gif in.gif only optimization true
if [ ! -e "$WORK/elsewhere" ]; then ok "$NAME: not followed"; else not_ok "$NAME" "followed"; fi
rm -f "$STATE"
mkfifo "$STATE"
both fifo "$job"
verdict 1.gif in.gif only optimization true
rm -rf "$STATE"
# Cut short under a living mapping, by the host itself between two of its outputs.
cat >"$FIXTURES/cuts.py" <<'P'
import os, sys
data = open("in.gif", "rb").read()
for i in range(6):
    with open(f"{i}.gif", "wb") as f:
        f.write(data)
    state = sys.argv[1]
    if os.path.exists(state):
        os.truncate(state, (0, 4096, 100000)[i % 3])
P
both cut_short "/usr/bin/python3 cuts.py $STATE"
verdicts 6
