#!/bin/sh
# Configurations are kept, compared and gone back to; nothing that was in force is ever lost, and at
# no moment is half a configuration in force.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq strace
gif ball in.gif
CONF=$GIFLAB_VALIDATION_CONFIG
KEPT=$STATE/checkpoints
config() { "$GIFVET" config "$@"; }
put() { printf '%b' "$1" >"$CONF"; }
holds() { # TEXT: that is what is in force
    if [ "$(cat "$CONF")" = "$(printf '%b' "$1")" ]; then ok "$name: the configuration"; else
        not_ok "$name" "the configuration is $(head -n 3 "$CONF")"
    fi
}
check() { # NAME COMMAND...
    checked=$1
    shift
    if "$@"; then ok "$checked"; else not_ok "$checked"; fi
}
list() { config list --json | jq -r "$1"; }
record() { jq -e -s "$1" "$LOG" >/dev/null 2>&1; }
sum() { sha256sum "$1" | cut -c 1-16; }
A='[validation]\nmode = shadow\n'
B='[validation]\nmode = alert\nmin_fps = 0.2\n'
C='[sampling]\npercentage = 10\n'

# ---- nothing to go back to ----

put "$A"
is list_none 0 config list
says out 'no checkpoints yet'
is rollback_none 2 config rollback
one_line
says err "there is no checkpoint of $CONF"
is rollback_none_number 2 config rollback 3
one_line
is diff_none 2 config diff
one_line
holds "$A"

# ---- kept, listed, compared, gone back to ----

is first 0 config checkpoint 'the first, which works'
says out "checkpoint 1: $(sum "$CONF") $CONF"
check "as it is" cmp -s "$CONF" "$KEPT/1.ini"
check "for us alone" [ "$(stat -c '%a' "$KEPT" "$KEPT/1.ini" "$KEPT/1.json" | tr '\n' ' ')" = '700 600 600 ' ]
check "list says who" [ "$(list '.checkpoints[0].user')" = "$(id -un)" ]
check "list says why" [ "$(list '.checkpoints[0].description')" = 'the first, which works' ]
check "list says which" [ "$(list '.checkpoints[0].sha256')" = "$(sha256sum "$CONF" | cut -d ' ' -f 1)" ]
check "list says when" [ "$(date -d "$(list '.checkpoints[0].time')" +%s)" -le "$(date +%s)" ]
check "list says that it is in force" [ "$(list '.checkpoints[0].in_force')" = true ]
is diff_same 0 config diff
check "no differences, nothing printed" [ ! -s "$WORK/out" ]
is rollback_only_itself 2 config rollback
says err 'other than what is in force'
put "$B"
is diff_differs 1 config diff
printf '%b' "$A" >"$WORK/a.ini"
config diff | tail -n +3 >"$WORK/ours"
diff -u "$WORK/a.ini" "$CONF" | tail -n +3 >"$WORK/theirs"
check "as diff -u" cmp -s "$WORK/ours" "$WORK/theirs"
is back 0 config rollback
holds "$A"
check "what was there is kept" [ "$(printf '%b' "$B")" = "$(cat "$KEPT/2.ini")" ]
check "the rollback is a checkpoint" [ "$(list '.checkpoints[0] | "\(.number) \(.description)"')" = '3 rollback to 1: the first, which works' ]
check "and on record" record '[.[] | select(.type == "config_change" and .action == "rollback" and .checkpoint == 3 and
    .replaced == 2 and .to == "'"$(sum "$CONF")"'" and .from == "'"$(sum "$KEPT/2.ini")"'")] | length == 1'
is forth 0 config rollback
holds "$B"
is to_the_first 0 config rollback 1
holds "$A"
is again 0 config rollback 1
says out 'is checkpoint 1 already'
is diff_two 1 config diff 2 1
says out '+mode = shadow'
is diff_one 1 config diff 2
says out "+++ $CONF"
printf '%b' "$C" >"$WORK/c.ini"
is install 0 config install "$WORK/c.ini" 'ten percent'
holds "$C"
check "an install is on record" record '[.[] | select(.type == "config_change" and .action == "install" and .reason == "ten percent")] | length == 1'
is install_again 0 config install "$WORK/c.ini" 'ten percent'
says out 'already'
check "without another record" record '[.[] | select(.type == "config_change" and .action == "install")] | length == 1'
is reason 0 config rollback 1 --reason 'the night shift'
check "a reason is kept" [ "$(list '.checkpoints[0].description')" = 'rollback to 1: the night shift' ]
is log 0 "$GIFVET" log
says out 'rollback of'

# Differences by chance, as diff finds them: applying ours to the one must give the other.
n=0 wrong=0
while [ $n -lt 25 ]; do
    n=$((n + 1))
    awk -v s=$n 'BEGIN {srand(s); for (i = 0; i < 40; i++) if (rand() < .8) print "line" int(rand() * 9)}' >"$WORK/x"
    awk -v s=$n 'BEGIN {srand(s + 99)} rand() < .85 {print} rand() < .15 {print "new" int(rand() * 9)}' "$WORK/x" >"$WORK/y"
    cp "$WORK/x" "$CONF" && config checkpoint x >/dev/null 2>&1
    cp "$WORK/y" "$CONF" && config diff >"$WORK/patch" 2>/dev/null
    [ $? -le 1 ] || wrong=$((wrong + 1))
    [ -s "$WORK/patch" ] && patch -s "$WORK/x" <"$WORK/patch"
    cmp -s "$WORK/x" "$WORK/y" || wrong=$((wrong + 1))
done
if command -v patch >/dev/null; then check "25 differences can be applied" [ $wrong = 0 ]; else skip differences "no patch"; fi

# ---- ten are kept ----

put "$A"
i=0
while [ $i -lt 13 ]; do
    i=$((i + 1))
    config checkpoint "number $i" >/dev/null
done
check "ten are kept" [ "$(list '.checkpoints | length')" = 10 ]
check "the newest ten" [ "$(list '[.checkpoints[].description] | first + " to " + last')" = 'number 13 to number 4' ]
check "and no other files" [ "$(find "$KEPT" -type f | wc -l)" = 20 ]
newest=$(list '.checkpoints[0].number')
is dropped 2 config rollback $((newest - 10))
one_line
says err "those from $((newest - 9)) to $newest are kept"

# ---- bad input ----

bad() { # NAME STATUS ARGUMENTS...: one line, and neither configuration nor checkpoints change
    what=$1 status=$2
    shift 2
    before=$(find "$KEPT" "$CONF" -type f -exec sha256sum {} + | sort)
    is "$what" "$status" config "$@"
    one_line
    check "$what: nothing is done" [ "$before" = "$(find "$KEPT" "$CONF" -type f -exec sha256sum {} + | sort)" ]
}
bad checkpoint_nothing 2 checkpoint
bad checkpoint_empty 2 checkpoint ''
bad checkpoint_option 2 checkpoint --nonsense
bad checkpoint_two 2 checkpoint a b
bad checkpoint_long 2 checkpoint "$(printf '%0512d' 1)"
bad list_word 2 list x
bad diff_word 2 diff x
bad diff_negative 2 diff -1
bad diff_zero 2 diff 0
bad diff_large 2 diff 99999999999999999999
bad diff_three 2 diff "$newest" "$newest" "$newest"
bad rollback_word 2 rollback x
bad rollback_zero 2 rollback 0
bad rollback_two 2 rollback 1 2
bad rollback_no_reason 2 rollback --reason
bad rollback_unknown 2 rollback 999
bad install_nothing 2 install
bad install_no_reason 2 install "$WORK/c.ini"
bad install_missing 2 install /nonexistent why
bad install_directory 2 install / why
printf '[validation]\nmin_fps = x\n' >"$WORK/bad.ini"
bad install_mistake 1 install "$WORK/bad.ini" why
says err 'bad.ini:2: validation.min_fps'
head -c 2000000 /dev/zero >"$WORK/large.ini"
bad install_large 2 install "$WORK/large.ini" why

evil=$(printf 'x\033[2J\n\303\050\342\200\256"\177')
is hostile 0 config checkpoint "$evil"
config list >"$WORK/out"
check "a hostile description steers no terminal" [ "$(LC_ALL=C grep -c "$(printf '[\001-\010\013-\037\177]')" "$WORK/out")" = 0 ]
check "and is one line" [ "$(wc -l <"$WORK/out")" = 10 ]
check "in JSON as well" [ "$(list '.checkpoints | length')" = 10 ]

# ---- damage ----

put "$B"
config checkpoint good >/dev/null
n=$(list '.checkpoints[0].number')
put "$A"
echo '; tampered' >>"$KEPT/$n.ini"
bad tampered 2 rollback "$n"
says err 'is damaged'
echo '{' >"$KEPT/$n.json"
bad no_note 2 rollback "$n"
is list_damaged 0 config list
says out "$n   damaged"
put 'nonsense\n[validation]\nmode = 17\n'
config checkpoint "with mistakes" >/dev/null 2>&1
m=$(list '.checkpoints[0].number' 2>/dev/null)
put "$A"
before=$(sha256sum "$CONF")
is mistakes 1 config rollback "$m"
says err "checkpoint $m:3: validation.mode"
says err 'stays as it is'
check "it does" [ "$before" = "$(sha256sum "$CONF")" ]
put "$B"
config checkpoint "whole" >/dev/null
put '\000\001 no configuration at all [['
cp "$CONF" "$WORK/broken"
is from_broken 0 config rollback
holds "$B"
check "the broken one is kept" cmp -s "$WORK/broken" "$KEPT/$(list '.checkpoints[1].number').ini"
is other_file 2 env GIFLAB_VALIDATION_CONFIG="$WORK/a.ini" "$GIFVET" config rollback "$(list '.checkpoints[0].number')"
says err 'is of another configuration'
one_line

# ---- the file ----

put "$A"
chmod 640 "$CONF"
chown 65534:65533 "$CONF"
setfattr -n user.note -v kept "$CONF" 2>/dev/null && noted=yes || noted=no
config checkpoint "modes" >/dev/null
put "$B"
is owner 0 config rollback
check "mode and owner are kept" [ "$(stat -c '%a %u:%g' "$CONF")" = '640 65534:65533' ]
[ "$noted" = no ] || check "attributes too" [ "$(getfattr --only-values -n user.note "$CONF" 2>/dev/null)" = kept ]
chown "$(id -u):$(id -g)" "$CONF"
mv "$CONF" "$WORK/real.ini"
ln -s real.ini "$CONF"
is link 0 config install "$WORK/c.ini" 'through a link'
check "a link stays one" [ "$(readlink "$CONF")" = real.ini ]
check "and leads to the new one" cmp -s "$WORK/real.ini" "$WORK/c.ini"
rm "$CONF"
mv "$WORK/real.ini" "$CONF"
put "$B"
strace -y -o "$WORK/trace" -e trace=fsync,renameat "$GIFVET" config install "$WORK/c.ini" 'in order' >/dev/null
check "on the disk before it is in force, and so is its name after" [ "$(grep -v "$STATE" "$WORK/trace" |
    sed -nE "s|^(\w+)\([0-9]+<$WORK(/?)[^>]*>.*|\1\2|p" | tr '\n' ' ')" = 'fsync/ renameat fsync ' ]
check "no temporary file is left" [ -z "$(find "$WORK" -maxdepth 1 -name '.*')" ]
rm "$CONF"
is missing 0 config install "$WORK/a.ini" 'where none was'
holds "$A"
check "readable to all" [ "$(stat -c %a "$CONF")" = 644 ]
is to_none 0 config rollback
check "nothing, as before" [ ! -s "$CONF" ]
(unset GIFLAB_VALIDATION_CONFIG
    HOME=$WORK/nohome XDG_CONFIG_HOME=$WORK/xdg setpriv --reuid 0 "$GIFVET" config list --json >"$WORK/out" 2>&1)
check "elsewhere the system's file" [ "$(jq -r .file "$WORK/out")" = /etc/gifvet/gifvet.ini ]

# ---- named in the records ----

put "$A"
rm -f "$LOG"
(cd "$FIXTURES" && LD_PRELOAD="$PRELOAD" gifsicle in.gif -o out.gif)
check "a verdict names its configuration" [ "$(jq -r .config_checksum "$LOG")" = "$(sum "$CONF")" ]
(cd "$FIXTURES" && GIFLAB_VALIDATION_CONFIG=/nonexistent LD_PRELOAD="$PRELOAD" gifsicle in.gif -o out.gif)
check "or none" [ "$(jq -r 'select(.type == "validation") | .config_checksum' "$LOG" | tail -n 1)" = null ]
# And so does whatever else it writes.
put '[validation]\nmode = 17\n[sampling]\npercentage = 0\n[log]\ncontrol = true\n'
rm -f "$LOG"
(cd "$FIXTURES" && LD_PRELOAD="$PRELOAD" gifsicle in.gif -o out.gif)
check "so do records of a mistake and of what is left alone" [ "$(jq -r '.type + " " + .config_checksum' "$LOG" | tr '\n' ' ')" = \
    "config_error $(sum "$CONF") control $(sum "$CONF") exit $(sum "$CONF") " ]
put "[program:gifsicle]\nrequest.operation = frame_reduction\nrequest.ratio = 0.5\n"
guilty=$(sum "$CONF")
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    (cd "$FIXTURES" && LD_PRELOAD="$PRELOAD" gifsicle in.gif -o out$i.gif)
    (cd "$FIXTURES" && GIFLAB_VALIDATION_CONFIG=$WORK/a.ini LD_PRELOAD="$PRELOAD" gifsicle in.gif -o out$i.gif)
done
is investigate 0 "$GIFVET" investigate "$LOG"
says out "configuration $guilty"

# ---- several operators ----

rm -rf "$KEPT" "$LOG"
put "$A"
pids=
for i in 1 2 3 4; do
    printf '[validation]\nmax_fps = %d\n' $((60 + i)) >"$WORK/operator$i.ini"
    config install "$WORK/operator$i.ini" "operator $i" >/dev/null 2>&1 &
    pids="$pids $!"
done
# shellcheck disable=SC2086 # several
wait $pids
lost=0
for i in 1 2 3 4; do cat "$KEPT"/*.ini | grep -q "max_fps = $((60 + i))" || lost=$((lost + 1)); done
check "four at once: nobody's configuration is lost" [ $lost = 0 ]
check "nor the first one" grep -qx 'mode = shadow' "$KEPT/1.ini"
check "five in a row" [ "$(list '[.checkpoints[].number] | tostring')" = '[5,4,3,2,1]' ]
check "each took the place of the one before" record '[.[] | select(.type == "config_change")] | sort_by(.replaced) |
    [.[] | .replaced, .checkpoint] == [1, 2, 2, 3, 3, 4, 4, 5]'
check "the last one is in force" [ "$(list '.checkpoints[0].in_force')" = true ]

# ---- killed at any moment ----

put "$A"
config checkpoint old >/dev/null
put "$B"
runs=0 torn=0 stuck=0 old=0 new=0
kill_at() { # CALL NUMBER: false once the command ends before it is killed
    put "$B"
    target=$(list '[.checkpoints[] | select(.description == "old")][0].number')
    if [ "$target" = null ]; then # dropped: each of these runs makes up to two
        put "$A"
        config checkpoint old >/dev/null
        put "$B"
        target=$(list '.checkpoints[0].number')
    fi
    strace -qq -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
        "$GIFVET" config rollback "$target" >/dev/null 2>&1
    status=$?
    runs=$((runs + 1))
    case $(cat "$CONF") in
        "$(printf '%b' "$A")") new=$((new + 1)) ;;
        "$(printf '%b' "$B")") old=$((old + 1)) ;;
        *) torn=$((torn + 1)) ;;
    esac
    config list >/dev/null 2>&1 || stuck=$((stuck + 1))
    [ $status != 0 ]
}
for call in openat write fsync renameat unlinkat fchmod utimensat getdents64 writev; do
    n=1
    while [ $n -lt 100 ] && kill_at $call $n; do n=$((n + 1)); done
    check "$call: killed at each of them" [ $n -gt 1 ]
done
check "killed in $runs ways: the old one ($old) or the new one ($new), never half" [ $torn = 0 ]
check "the old one more than once" [ $old -gt 10 ]
check "and the new one" [ $new -gt 10 ]
check "and the checkpoints can be read" [ $stuck = 0 ]
put "$B"
is after_kills 0 config install "$WORK/c.ini" 'after all'
check "nothing is left of the killed" [ -z "$(find "$KEPT" "$WORK" -maxdepth 1 -name '.*' ! -name "${KEPT##*/}")" ]
check "no note without its bytes" [ "$(find "$KEPT" -name '*.ini' | wc -l)" = "$(find "$KEPT" -name '*.json' | wc -l)" ]

# ---- no room, no right ----

put "$A"
before=$(sha256sum "$CONF")
case $( (ulimit -f 0 && config install "$WORK/c.ini" x 2>&1) | cat) in
    *'a checkpoint cannot be written: File too large'*) ok "no byte to write: it says so" ;;
    *) not_ok "no byte to write" ;;
esac
check "and nothing is replaced" [ "$before" = "$(sha256sum "$CONF")" ]
disk=$WORK/disk
mkdir "$disk"
if mount -t tmpfs -o size=64k,mode=700 none "$disk" 2>/dev/null; then
    trap 'umount "$disk" 2>/dev/null; rm -rf "$WORK"' EXIT
    export GIFLAB_VALIDATION_STATE_DIR="$disk"
    config checkpoint 'before the disk is full' >/dev/null
    head -c 200000 /dev/zero >"$disk/full" 2>/dev/null
    put "$B"
    is full_checkpoint 2 config checkpoint x
    says err 'No space left on device'
    is full_rollback 2 config rollback
    holds "$B"
    put "$A"
    is full_list 0 config list
    check "one checkpoint, no more" [ "$(list '.checkpoints | length')" = 1 ]
    check "no part of one" [ "$(find "$disk/checkpoints" -type f | wc -l)" = 2 ]
    mount -o remount,ro "$disk"
    is ro_list 0 config list
    is ro_diff 0 config diff
    is ro_checkpoint 2 config checkpoint x
    says err 'Read-only file system'
    put "$B"
    is ro_rollback 2 config rollback
    holds "$B"
    umount "$disk"
    export GIFLAB_VALIDATION_STATE_DIR="$STATE"
else
    skip full_disk "no tmpfs can be mounted"
fi
mkdir -p "$WORK/everybodys/checkpoints"
chmod 777 "$WORK/everybodys/checkpoints"
is everybodys 2 env GIFLAB_VALIDATION_STATE_DIR="$WORK/everybodys" "$GIFVET" config checkpoint x
says err 'refused'
one_line

# ---- another state directory ----

(
    unset GIFLAB_VALIDATION_STATE_DIR
    printf '[state]\ndir = %s/one\n' "$WORK" >"$CONF"
    printf '[state]\ndir = %s/two\n' "$WORK" >"$WORK/two.ini"
    "$GIFVET" disable --reason moving >/dev/null
    config install "$WORK/two.ini" "moved" >/dev/null 2>"$WORK/err"
)
check "a switch goes along with the state directory" grep -qx 'reason: moving' "$WORK/two/EMERGENCY_DISABLE"
check "and it is said" grep -q "the state directory becomes $WORK/two" "$WORK/err"

# ---- the whole procedure ----

SCRIPT=$TOP/scripts/rollback
rm -rf "$STATE"
put "$B"
chmod 644 "$CONF"
updates passed 20 time_us=50000 performance=1
[ "$("$GIFVET" status --json | jq -r .performance_mode)" = emergency ] || not_ok "no emergency to recover from"
(cd "$FIXTURES" && GIFLAB_VALIDATION_STATE_DIR=$STATE LD_PRELOAD="$PRELOAD" gifsicle in.gif '#0-9' -o half.gif)
EVIDENCE=$STATE/evidence
mkdir -p "$EVIDENCE/.0123456789ab-1-1-0.part" "$EVIDENCE/.0123456789ab-2-1-0.part" "$STATE/quarantine/rescue"
echo part >"$EVIDENCE/.0123456789ab-1-1-0.part/output.gif"
cp "$FIXTURES/in.gif" "$STATE/quarantine/rescue/0123456789ab-1-1.gif"
chmod -R go-rwx "$STATE"
tree() { (cd "$STATE" && find . -type f -exec sha256sum {} + | sort && find . | sort && sha256sum "$CONF"); }
tree >"$WORK/before"
is dry 0 "$SCRIPT" --dry-run
says out 'switch validation off'
says out '2 unfinished bundles would be removed'
says out 'is emergency, would be normal'
tree >"$WORK/after"
check "a dry run changes nothing" cmp -s "$WORK/before" "$WORK/after"
# One that somebody is still writing stays.
is procedure 0 flock "$EVIDENCE/.0123456789ab-2-1-0.part" "$SCRIPT" --reason 'bad sources'
for part in '1 disable' '2 evidence' '3 performance' '4 notify' '5 configuration'; do says out "ok     $part"; done
check "validation is off" grep -q 'reason: rollback procedure: bad sources' "$STATE/EMERGENCY_DISABLE"
check "what a killed process left is gone" [ ! -e "$EVIDENCE/.0123456789ab-1-1-0.part" ]
check "what is being written is not" [ -d "$EVIDENCE/.0123456789ab-2-1-0.part" ]
check "nor are rescued sources" [ -f "$STATE/quarantine/rescue/0123456789ab-1-1.gif" ]
check "the performance mode is normal" [ "$("$GIFVET" status --json | jq -r .performance_mode)" = normal ]
check "which is on record" record '[.[] | select(.type == "performance_mode" and .from == "emergency" and .to == "normal")] | length == 1'
updates passed 1 time_us=50000 performance=1
check "and stays so until a window of new times is full" [ "$("$GIFVET" status --json | jq -r .performance_mode)" = normal ]
updates passed 9 time_us=50000 performance=1
check "then it is what they say" [ "$("$GIFVET" status --json | jq -r .performance_mode)" = emergency ]
check "what was counted stays" [ "$("$GIFVET" health --json | jq .figures.passed)" -ge 30 ]
# That of phase shadow, beside what the operator wrote.
safe() { grep -qx 'phase = shadow' "$CONF" && grep -qx 'mode = shadow' "$CONF" && grep -qx 'min_fps = 0.2' "$CONF"; }
check "the safe configuration is in force" safe
is procedure_again 0 "$SCRIPT"
says out 'already disabled'
says out 'holds already'
is procedure_third 0 "$SCRIPT"
says out 'ok     4 notify        gifvet alert has nothing new to tell'
tree | grep -v state.v1 >"$WORK/before"
is undo_dry 0 "$SCRIPT" --undo --dry-run
tree | grep -v state.v1 >"$WORK/after"
check "a dry undo changes nothing" cmp -s "$WORK/before" "$WORK/after"
is undo 0 "$SCRIPT" --undo
holds "$B"
check "validation is on again" [ ! -e "$STATE/EMERGENCY_DISABLE" ]
is undo_again 0 "$SCRIPT" --undo
says out 'nothing to undo'
holds "$B"
"$GIFVET" disable --reason 'somebody else' >/dev/null
is procedure_to 0 "$SCRIPT" --to "$(list '[.checkpoints[] | select(.description | startswith("rollback procedure"))][0].number')"
check "to a checkpoint" safe
is undo_to 0 "$SCRIPT" --undo
holds "$B"
says out 'stays off: somebody else'
check "it does stay off" grep -q 'somebody else' "$STATE/EMERGENCY_DISABLE"
"$GIFVET" enable >/dev/null
put 'nonsense [[\n'
# Whom to notify is not known then.
is procedure_broken 1 "$SCRIPT"
says out 'FAILED 4 notify'
says out 'ok     5 configuration'
check "a broken configuration is replaced" cmp -s "$CONF" "$TOP/conf/shadow.ini"
is undo_broken 1 "$SCRIPT" --undo
says out 'stays off: the configuration is not what it was'
check "and does not come back" cmp -s "$CONF" "$TOP/conf/shadow.ini"
"$GIFVET" enable >/dev/null
is procedure_without 1 env GIFVET=/nonexistent/gifvet "$SCRIPT"
says out 'disabled: '
check "without the command it is off all the same" [ -e "$STATE/EMERGENCY_DISABLE" ]
"$GIFVET" enable >/dev/null
for wrong in '--nonsense' '--to' '--to x' '--config' '--to 1 --config x' '--undo --to 1' 'word'; do
    # shellcheck disable=SC2086 # several
    is "procedure $wrong" 2 "$SCRIPT" $wrong
    check "nothing is done" [ ! -e "$STATE/EMERGENCY_DISABLE" ]
done
is procedure_config 1 "$SCRIPT" --config /nonexistent
says out 'FAILED 5 configuration'
