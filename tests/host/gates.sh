#!/bin/sh
# scripts/rollout and gifvet gate: each gate opens and refuses, on states that are made to measure and
# on what real gifsicle runs left behind; phases keep what the operator wrote; the way back is free.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq python3
INI=$GIFLAB_VALIDATION_CONFIG
PRESETS=$TOP/conf
gif ball in.gif
gif noise big.gif
cd "$WORK" || exit 2
cp "$FIXTURES"/*.gif .

rollout() { "$TOP/scripts/rollout" "$@"; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$2', not '$3'"; fi; }
in_phase() { same "$1" "$("$GIFVET" gate --json | jq -r '"\(.phase) \(.percentage)"')" "$2"; }
preloaded() { LD_PRELOAD=$PRELOAD "$@"; }

# answer NAME GATE ANSWER [ARGUMENT]...: what that gate says of going to alert, or as told.
answer() {
    name=$1 gate=$2 wanted=$3
    shift 3
    [ $# -gt 0 ] || set -- alert
    got=$("$GIFVET" gate "$@" --json | jq -r --arg gate "$gate" '.gates[] | select(.gate == $gate) |
        if (.hint == "") == (.answer == "passed") then .answer else "\(.answer) with hint \(.hint)" end')
    same "$name: $gate $wanted" "$got" "$wanted"
}

# A host in a phase, with nothing behind it but what follows.
host() {
    rm -rf "$STATE"
    cp "$PRESETS/$1.ini" "$INI"
    shift
    for setting in "$@"; do echo "$setting" >>"$INI"; done
}
# As if the phase and the step had begun so many days earlier.
older() {
    awk -v us="$1" '/^in_/ { $2 = sprintf("%.0f", $2 - us * 86400e6) } { print }' "$STATE/rollout" >r &&
        cat r >"$STATE/rollout"
}

# ---- the first phase, and what it leaves ----

rm -f "$INI"
is 'a host in no phase: status' 0 rollout status
says out 'phase none, 100 % of the outputs'
is 'to alert without shadow' 1 rollout alert
says out 'shadow comes first'
is 'the first phase needs no evidence' 0 rollout shadow
in_phase 'is in force' 'shadow 100'
is 'and the file is right' 0 "$GIFVET" config check "$INI"
"$GIFVET" config list --json >list.json
same 'through a checkpoint' "$(jq -r '.checkpoints[0] | "\(.in_force) \(.description)"' list.json)" \
    'true rollout from phase none, 100 % to shadow'

# ---- each gate ----

host shadow min_validations=20 min_days=2 max_overhead=0
updates passed 30
"$GIFVET" phase --begin || not_ok 'gifvet phase --begin' "exit status $?"
answer 'what was before the phase does not count' validations refused
updates passed 19
answer 'one too few' validations refused
updates passed 1
answer 'as many as asked for' validations passed
answer 'as many as may be' failure_rate passed
updates failed 1 check=frame_count
answer 'one of 21' failure_rate passed
updates failed 1 check=frame_count
answer 'two of 22' failure_rate refused
updates passed 18
answer 'two of 40' failure_rate passed
updates passed 4 slow=1
answer 'four of 44' slow_rate passed
updates passed 1 slow=1
answer 'five of 45' slow_rate refused
updates passed 5
answer 'five of 50' slow_rate passed
answer 'none' faults passed
updates fault 1
answer 'one' faults refused
echo max_faults=1 >>"$INI"
answer 'one, of one that may be' faults passed
answer 'of today' days refused
older 1.9
answer 'almost two days' days refused
older 0.2
answer 'two days' days passed
answer 'at work' health passed
touch "$STATE/EMERGENCY_DISABLE"
answer 'switched off' health refused
rm "$STATE/EMERGENCY_DISABLE"
updates failed 11 check=geometry
answer 'unhealthy' health refused
updates passed 300
answer 'at work again' health passed
is 'all of them: go on' 0 rollout alert
says out 'from shadow to alert: all gates passed'
in_phase 'and it is so' 'alert 100'

# ---- the overhead ----

ab() { # FACTOR: a log whose test arm takes so much longer
    mkdir -p "$STATE"
    python3 "$TOP/tests/host/investigate/make_log.py" ab 3000 1 |
        jq -c --argjson by "$1" 'if .arm == "test" then .elapsed_us = (.elapsed_us * $by / 1.3 | floor)
            else . end' >"$LOG"
}
host shadow overhead_days=0
answer 'no log' overhead 'cannot tell'
ab 1
answer 'equal arms' overhead passed
ab 1.3
answer 'a third more' overhead refused
ab 1.1
answer 'a tenth more, give or take' overhead 'cannot tell'
echo max_overhead=0.5 >>"$INI"
ab 1.3
answer 'a third more, of half that may be' overhead passed
jq -c 'select(.arm != "control")' "$LOG" >l && cat l >"$LOG"
answer 'no control arm' overhead 'cannot tell'
echo max_overhead=0 >>"$INI"
answer 'not looked at' overhead ''

# ---- real runs ----

host shadow min_validations=12 min_days=0 max_overhead=10
is 'half of the outputs' 0 rollout --percentage 50
i=0
while [ $i -lt 60 ]; do
    preloaded gifsicle -O2 in.gif -o out.gif || not_ok "run $i"
    i=$((i + 1))
done
"$GIFVET" gate alert --json >"$WORK/out"
same 'real runs: what is counted is what is on record' \
    "$(jq '.gates[] | select(.gate == "validations").figure' out)" \
    "$(jq -s '[.[] | select(.type == "validation")] | length' "$LOG")"
answer 'real runs' validations passed
answer 'real runs' failure_rate passed
answer 'real runs: both arms' overhead passed
is 'to the next phase at the same share' 0 rollout alert
in_phase 'real runs' 'alert 50'
i=0
while [ $i -lt 40 ]; do
    (trap '' XFSZ; ulimit -f 200; preloaded gifsicle -O2 big.gif -o cut.gif 2>/dev/null)
    i=$((i + 1))
done
answer 'real failures' failure_rate refused production
is 'and refused' 1 rollout production
says err 'nothing was changed'
in_phase 'stays' 'alert 50'

# ---- force ----

before=$(cat "$INI")
is 'force without a reason' 2 rollout production --force ''
one_line
is 'force with an option for a reason' 2 rollout production --force --dry-run
is 'a dry run of what is refused' 1 rollout production --dry-run
says out '[validation] mode: alert -> shadow'
same 'changes nothing' "$(cat "$INI")" "$before"
is 'force with a reason' 0 rollout production --force 'the disk was full, see the ticket'
same 'is on record, with the gates' \
    "$(jq -rs '[.[] | select(.type == "config_change")][-1].reason' "$LOG")" \
    'rollout from phase alert, 50 % to production, forced past health failure_rate: the disk was full, see the ticket'

# ---- the share of the outputs ----

host shadow min_validations=10 min_step_days=0.5 max_overhead=0
is 'down needs no leave' 0 rollout --percentage 1
"$GIFVET" config show >shown
same 'below 100 % there is a control arm' "$(sed -n '/^control = /s/ ;.*//p' shown)" 'control = true'
for step in 5 10 25 50 100; do
    is "to $step %: nothing judged since" 1 rollout --percentage $step
    updates passed 10
    is "to $step %: too early" 1 rollout --percentage $step
    older 0.6
    is "to $step %: gated and passed" 0 rollout --percentage $step
    in_phase "at" "shadow $step"
done
is 'and down to 5' 0 rollout --percentage 5
older 1
updates passed 100
is 'from 5 to 25' 1 rollout --percentage 25
says out '10 % comes first'
is '101 %' 2 rollout --percentage 101
one_line

# ---- what the operator wrote ----

host shadow min_validations=5 min_days=0 max_overhead=0
cat >>"$INI" <<END
# the fast disk
[state]
dir = $STATE
[log]
path = $LOG ; for the shipper
[enforce]
quarantine = $WORK/q
[programs]
exclude = gimp*
[validation]
frame_ratio_tolerance = 0.02
END
"$GIFVET" phase --begin || not_ok 'gifvet phase --begin' "exit status $?"
updates passed 20
for phase in alert production enforce; do
    is "to $phase" 0 rollout $phase
    updates passed 20
done
says out 'what else stands there stays: '
says out ', [enforce] quarantine'
for line in '# the fast disk' "dir = $STATE" "path = $LOG ; for the shipper" "quarantine = $WORK/q" \
    'exclude = gimp*' 'max_overhead=0'; do
    if grep -qxF -- "$line" "$INI"; then ok "kept: $line"; else not_ok "kept: $line" "$(cat "$INI")"; fi
done
"$GIFVET" config show >shown
same 'mode enforce is in force' "$(sed -n '/^mode = /s/ ;.*//p' shown)" 'mode = enforce'
same "the phases' own settings went with them" "$(grep -c 'max_file_size_mb\|color_count' "$INI")" 0
cp "$INI" enforce.ini
is 'back to shadow, free' 0 rollout shadow
in_phase 'back' 'shadow 100'
"$GIFVET" config diff >diff.out
is 'rolled back' 0 "$GIFVET" config rollback
in_phase 'the phase went back with the file' 'enforce 100'
same 'byte by byte' "$(cat "$INI")" "$(cat enforce.ini)"
same 'and begins anew' "$("$GIFVET" gate --json | jq '.days_in_phase < 0.01')" true

host shadow min_validations=0
printf '[validation]\nfail_on_validation_error = true\ncolor_count_tolerance = 1\n' >>"$INI"
is 'what you set and the phase sets too' 0 rollout production --force testing
says out '[validation] color_count_tolerance: 1 -> 5, though you had set it yourself'
"$GIFVET" config show >shown
same 'the mode is not enforce by its other name' "$(sed -n '/^mode = /s/ ;.*//p' shown)" 'mode = shadow'

# ---- blue and green ----

host shadow
is 'blue-green' 0 rollout bluegreen
rm -f "$LOG"
DEPLOYMENT_ENV=blue preloaded gifsicle -O2 in.gif -o out.gif
same 'blue is without' "$(count '.type == "validation"')" 0
DEPLOYMENT_ENV=green preloaded gifsicle -O2 in.gif -o out.gif
same 'green is with' "$(count '.type == "validation"')" 1
is 'from there to alert' 1 rollout alert
says out 'shadow comes first'
is 'and to shadow by its gates' 1 rollout shadow
is 'or with a reason' 0 rollout shadow --force 'both sides are fine'
same 'the overlays went' "$(grep -c environment "$INI")" 0

# ---- what is wrong ----

refused() { # NAME COMMAND...: 2, one line, nothing lost
    before=$(cat "$INI")
    name=$1
    shift
    is "$name" 2 "$@"
    same "$name: nothing changed" "$(cat "$INI")" "$before"
}
host shadow
refused 'no such phase' rollout shadows
one_line
refused 'no presets' rollout bluegreen --presets "$WORK/none"
says err 'none/shadow.ini: No such file'
mkdir -p odd && cp "$PRESETS"/*.ini odd/ && echo 'mode = loud' >>odd/bluegreen.ini
refused 'a preset with a mistake' rollout bluegreen --presets odd
says err 'odd/bluegreen.ini'
one_line
cp "$PRESETS/alert.ini" odd/bluegreen.ini
refused 'a preset of another phase' rollout bluegreen --presets odd
says err 'odd/bluegreen.ini'
echo 'mode = loud' >>"$INI"
refused 'a configuration with a mistake' rollout bluegreen
says err "$INI:"
host shadow
updates passed 1
echo nonsense >"$STATE/rollout"
is 'a damaged note of the beginning' 0 "$GIFVET" gate
says err "$STATE/rollout is damaged"
one_line
is 'is written anew' 0 rollout bluegreen
is 'and fine' 0 "$GIFVET" gate
same 'and says nothing' "$(cat err)" ''

# ---- installed ----

(cd "$TOP" && make -s install BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr) >/dev/null 2>make.err ||
    not_ok 'make install' "$(cat make.err)"
is 'installed, it finds the command and the presets' 0 env -u GIFVET PATH=/usr/bin:/bin \
    "$WORK/root/usr/share/gifvet/scripts/rollout" shadow --force testing
in_phase 'installed' 'shadow 100'
