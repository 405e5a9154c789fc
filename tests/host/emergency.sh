#!/bin/sh
# The kill switch: switched by command and by script, also where nothing else works; obeyed at the
# next output of whatever runs.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq strace
gif ball in.gif
SWITCH=$STATE/EMERGENCY_DISABLE
SCRIPT=$TOP/scripts/emergency-disable
job='gifsicle -O2 in.gif -o out.gif'
here() { (cd "$FIXTURES" && LD_PRELOAD="$PRELOAD" "$@"); }
check() { # NAME COMMAND...
    checked=$1
    shift
    if "$@"; then ok "$checked"; else not_ok "$checked"; fi
}
record() { jq -e -s "$1" "$LOG" >/dev/null 2>&1; }
first_lines() { # TEXT: doctor, health and status say it in their first line
    for command in doctor health status; do
        "$GIFVET" $command 2>/dev/null | head -n 1 >"$WORK/first"
        if grep -qF -- "$1" "$WORK/first"; then ok "$command begins with '$1'"; else
            not_ok "$command begins with '$1'" "$(cat "$WORK/first")"
        fi
    done
}

# ---- what it says ----

is on_first 0 "$GIFVET" status
says out 'validation     on, mode shadow, 100 % of the outputs'
is disable 0 "$GIFVET" disable --reason 'the new sources'
says out "disabled: $SWITCH"
check "the file says who" grep -q "^user: $(id -un) ($(id -u))" "$SWITCH"
check "the file says when" grep -Eq '^time: [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$' "$SWITCH"
check "the file says why" grep -qx 'reason: the new sources' "$SWITCH"
check "nothing is left beside it" [ "$(find "$STATE" -name '.*EMERGENCY*' | wc -l)" = 0 ]
check "an emergency is on record" record '[.[] | select(.type == "emergency" and .severity == "CRITICAL" and
    .action == "disable" and .reason == "the new sources" and .user == "'"$(id -un)"'")] | length == 1'
check "an alert is on record" record '[.[] | select(.type == "alert" and .severity == "CRITICAL" and
    (.message | contains("the new sources")))] | length == 1'
first_lines "$SWITCH exists"
first_lines 'the new sources'
is status_off 1 "$GIFVET" status
is status_json 1 "$GIFVET" status --json
figure "status --json says why" '.enabled == false and .disabled_by == "file" and (.why | contains("the new sources"))'
before=$(cat "$SWITCH")
is disable_again 0 "$GIFVET" disable --reason 'another one'
says out 'already disabled'
says out 'the new sources'
check "the second one changes nothing" [ "$before" = "$(cat "$SWITCH")" ]
check "and is not on record" record '[.[] | select(.type == "emergency")] | length == 1'
both disabled "$job"
silent
is enable 0 "$GIFVET" enable
says out "enabled: removed $SWITCH"
check "it is on record too" record '[.[] | select(.type == "emergency" and .action == "enable")] | length == 1'
check "no file is left" [ ! -e "$SWITCH" ]
is enable_again 0 "$GIFVET" enable
says out 'was not disabled'
both enabled "$job"
verdicts 1
GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 is enable_under_variable 0 "$GIFVET" enable
says err 'is set here'

# ---- hostile reasons, bad input ----

# shellcheck disable=SC2016 # not to be expanded
evil=$(printf 'x\033[2J\r\n\303\050\342\200\256\177 "$(id)" `id` %%s \\ end')
is disable_hostile 0 "$GIFVET" disable --reason "$evil"
is disable_hostile_again 0 "$GIFVET" disable
no_control() { ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$1"; }
check "the file holds nothing that steers a terminal" no_control "$SWITCH"
check "in one line for each" [ "$(wc -l <"$SWITCH")" = 3 ]
check "nor is such printed" no_control "$WORK/out"
for command in doctor health status log; do
    "$GIFVET" $command >"$WORK/out" 2>&1
    check "$command prints none either" no_control "$WORK/out"
done
check "the log is whole" record '[.[] | select(.type == "emergency")] | last.reason | startswith("x\u001b[2J\r\n")'
printf 'reason: \033]0;x\007 forged\nreason: second\ntime: \033[31m\nuser: %0500d\n' 7 >"$SWITCH"
for command in doctor health status disable; do
    "$GIFVET" $command >"$WORK/out" 2>&1
    check "$command of a forged file" no_control "$WORK/out"
done
head -c 100000 /dev/urandom >"$SWITCH"
for command in doctor health status disable; do
    "$GIFVET" $command >"$WORK/out" 2>&1
    check "$command of noise" no_control "$WORK/out"
done
rm "$SWITCH"

bad() { # NAME COMMAND...: refused in one line, and nothing is done
    is "$1" 2 "$GIFVET" "$2" "$3" ${4:+"$4"} ${5:+"$5"}
    one_line
    check "$1: nothing is done" [ ! -e "$SWITCH" ]
}
bad disable_word disable now
bad disable_option disable --nonsense x
bad disable_no_value disable --reason
bad disable_more disable --reason x y
bad disable_long disable --reason "$(printf '%01001d' 1)"
bad enable_word enable now
bad status_word status now
bad reset_word reset all
bad reset_dry reset --dry-run
is disable_empty 2 "$GIFVET" disable --reason ''
one_line

# ---- what else may stand there ----

for what in empty directory link pipe; do
    case $what in
        empty) : >"$SWITCH" ;;
        directory) mkdir "$SWITCH" ;;
        link) ln -s /nonexistent "$SWITCH" ;;
        pipe) mkfifo "$SWITCH" ;;
    esac
    is "disable_$what" 0 "$GIFVET" disable
    says out 'already disabled'
    both "switch_is_$what" "$job"
    verdicts 0
    first_lines EMERGENCY_DISABLE
    is "script_$what" 0 "$SCRIPT"
    says out 'already disabled'
    if [ $what = directory ]; then
        is enable_directory 2 "$GIFVET" enable
        one_line
        rmdir "$SWITCH"
    else
        is "enable_$what" 0 "$GIFVET" enable
    fi
done

# ---- where nothing else works ----

printf 'nonsense\n[state\n[validation]\nmode=17\n' >"$GIFLAB_VALIDATION_CONFIG"
is disable_broken_configuration 0 "$GIFVET" disable
is enable_broken_configuration 0 "$GIFVET" enable
: >"$GIFLAB_VALIDATION_CONFIG"

# No file may have a byte more; what it prints goes into a pipe.
without_bytes() { (ulimit -f 0 && "$@" 2>&1 && echo "it is done") | cat; }
case $(without_bytes "$GIFVET" disable --reason x) in
    *'there was no room'*done) ok "disable with no byte to write: done, and says so" ;;
    *) not_ok "disable with no byte to write" ;;
esac
check "by an empty file" [ ! -s "$SWITCH" ]
both no_room "$job"
silent
rm -f "$SWITCH"
case $(without_bytes sh "$SCRIPT") in
    *"disabled: $SWITCH"*done) ok "the script with no byte to write: done" ;;
    *) not_ok "the script with no byte to write" ;;
esac
check "by an empty file too" [ -e "$SWITCH" ]
rm -f "$SWITCH"

# The script has built-ins alone: no PATH, no libraries for other programs.
PATH=/nonexistent GIFLAB_VALIDATION_CONFIG=/nonexistent /bin/sh "$SCRIPT" >"$WORK/out" 2>&1
check "the script without any program" [ $? = 0 ]
check "has switched it off" [ -e "$SWITCH" ]
name=script says out 'GIFLAB_VALIDATION_EMERGENCY_DISABLE=1'
both by_script "$job"
silent
first_lines 'scripts/emergency-disable'
rm "$SWITCH"

# Every state directory that a configuration names, though it is broken elsewhere.
cat >"$GIFLAB_VALIDATION_CONFIG" <<END
not an ini file
[state]
dir = $WORK/configured ; not this
[program:gifsicle]
state.dir=$WORK/overlaid
[program:other]
state.dir=$WORK/nowhere
[program:third]
state.dir=here
END
# As a user: the default directory of root is the host's own.
mkdir -p "$WORK/overlaid" "$WORK/home/here"
chmod 755 "$WORK"
chown -R 65534 "$WORK/overlaid" "$WORK/home"
(
    unset GIFLAB_VALIDATION_STATE_DIR XDG_STATE_HOME
    mkdir "$WORK/configured" && chown 65534 "$WORK/configured"
    cd "$WORK/home" && HOME=$WORK/home exec setpriv --reuid 65534 --clear-groups sh "$SCRIPT"
) >"$WORK/out" 2>&1
check "the script finds [state] dir" [ -e "$WORK/configured/EMERGENCY_DISABLE" ]
check "and that of an overlay" [ -e "$WORK/overlaid/EMERGENCY_DISABLE" ]
check "but makes none that nobody has" [ ! -e "$WORK/nowhere" ]
check "and takes no directory from here on" [ ! -e "$WORK/home/here/EMERGENCY_DISABLE" ]
printf '[program:other]\nstate.dir=/other\n' >"$GIFLAB_VALIDATION_CONFIG"
is disable_overlay 0 "$GIFVET" disable
says err 'gifvet.ini:2: processes under this overlay have another state directory'
rm "$SWITCH"
: >"$GIFLAB_VALIDATION_CONFIG"
is script_option 2 "$SCRIPT" --nonsense
is script_unmakable 1 "$SCRIPT" /proc/nowhere
says err 'NOT DISABLED'
says out 'GIFLAB_VALIDATION_EMERGENCY_DISABLE=1'

disk=$WORK/disk
mkdir "$disk"
if mount -t tmpfs -o size=64k,mode=700 none "$disk" 2>/dev/null; then
    trap 'umount "$disk" 2>/dev/null; rm -rf "$WORK"' EXIT
    head -c 200000 /dev/zero >"$disk/full" 2>/dev/null
    export GIFLAB_VALIDATION_STATE_DIR="$disk"
    is disable_full_disk 0 "$GIFVET" disable --reason x
    says out 'there was no room'
    check "by an empty file there" [ -e "$disk/EMERGENCY_DISABLE" ]
    is enable_full_disk 0 "$GIFVET" enable
    is script_full_disk 0 "$SCRIPT"
    check "the script's too" [ -e "$disk/EMERGENCY_DISABLE" ]
    rm "$disk/EMERGENCY_DISABLE"
    mount -o remount,ro "$disk"
    is disable_read_only 2 "$GIFVET" disable
    says err 'Read-only file system'
    says err 'GIFLAB_VALIDATION_EMERGENCY_DISABLE=1'
    is script_read_only 1 "$SCRIPT"
    mount -o remount,rw "$disk" && : >"$disk/EMERGENCY_DISABLE" && mount -o remount,ro "$disk"
    is enable_read_only 2 "$GIFVET" enable
    one_line
    umount "$disk"
    export GIFLAB_VALIDATION_STATE_DIR="$STATE"
else
    skip full_disk "no tmpfs can be mounted"
fi

# ---- obeyed ----

"$GIFVET" disable >/dev/null
here strace -f -o "$WORK/with" gifsicle -O2 in.gif -o out.gif
(cd "$FIXTURES" && strace -f -o "$WORK/without" gifsicle -O2 in.gif -o out.gif)
opened() { sed -n "$2" "$1" | grep -E 'open|pread|mmap\(.*MAP_SHARED' | grep -E "gif\"|$STATE/" | grep -vc ENOENT; }
check "a new process asks" grep -q EMERGENCY_DISABLE "$WORK/with"
# shellcheck disable=SC2016 # for sed
check "and opens nothing of its own from then on" \
    [ "$(opened "$WORK/with" '/EMERGENCY_DISABLE/,$p')" = "$(opened "$WORK/without" p)" ]
"$GIFVET" enable >/dev/null

# Eight processes, each with a hundred outputs; a verdict for an output that was closed after the
# command had returned would be one too many. An output is written last when it is closed.
rm -f "$LOG"
for i in 1 2 3 4 5 6 7 8; do
    mkdir "$WORK/busy$i"
    n=0
    while [ $n -lt 100 ]; do
        n=$((n + 1))
        cp "$FIXTURES/in.gif" "$WORK/busy$i/$n.gif"
    done
done
for i in 1 2 3 4 5 6 7 8; do
    (cd "$WORK/busy$i" && LD_PRELOAD="$PRELOAD" gifsicle -b -O3 ./*.gif) &
    pids="${pids:-} $!"
done
# Each is at work: it has a verdict.
deadline=$(($(date +%s) + 120))
until [ -f "$LOG" ] && [ "$(jq -r .pid "$LOG" 2>/dev/null | sort -u | grep -c .)" = 8 ]; do
    [ "$(date +%s)" -lt $deadline ] || break
done
began=$(date +%s%6N)
"$GIFVET" disable --reason "under load" >/dev/null
returned=$(date +%s%N)
# shellcheck disable=SC2086 # several
wait $pids
verdicts=$(jq -s '[.[] | select(.type == "validation")] | length' "$LOG")
find "$WORK"/busy? -name '*.gif' -printf '%T@ %p\n' |
    awk -v t="$returned" '{split($1, a, "."); if (a[1] substr(a[2] "000000000", 1, 9) > t) print $2}' |
    sort >"$WORK/later"
jq -r 'select(.type == "validation") | .output.path' "$LOG" | sort >"$WORK/judged"
later=$(wc -l <"$WORK/later")
check "outputs were closed before and after ($verdicts judged, $later later)" [ "$later" -ge 8 ]
check "none of those after the command had returned was judged" \
    [ -z "$(comm -12 "$WORK/later" "$WORK/judged")" ]
last=$(jq -r 'select(.type == "validation") | .time' "$LOG" | sort | tail -n 1)
last=$(date -d "$last" +%s%6N)
echo "# from the start of gifvet disable to the last verdict of 8 busy processes: $(((last - began) / 1000)).$(printf %03d $(((last - began) < 0 ? 0 : (last - began) % 1000))) ms; the command itself $(((returned / 1000 - began) / 1000)) ms"
is after_load 0 "$GIFVET" enable
