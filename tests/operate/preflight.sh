#!/bin/sh
# gifvet preflight: each item that can fail is made to, and only that one fails; real compressors in
# a scratch directory that is gone afterwards; the sheet; a host on which gifvet is deployed.
. "${0%/*}/lib.sh"
need jq gifsicle gcc
export TMPDIR="$WORK/tmp"
mkdir "$TMPDIR"
SYSTEM_PATH=$PATH

preflight() {
    name=$1 wanted=$2
    shift 2
    is "$name" "$wanted" "$GIFVET" preflight --json "$@"
}
# failed NAME...: these items failed, and no other
failed() {
    got=$(jq -r '[.items[] | select(.outcome == "failed").item] | join("+")' "$WORK/out")
    want=$(printf '%s+' "$@")
    if [ "$got+" = "$want" ]; then ok "$name: failed: $got"; else
        not_ok "$name: failed" "$got: $(jq -c '.items[] | select(.outcome == "failed") | .figure' "$WORK/out" | head -n 3)"
    fi
}
item() { figure "$name: $1" ".items[] | select(.item == \"$1\") | $2"; }
configure() { printf '%s\n' "$@" >"$GIFLAB_VALIDATION_CONFIG"; }
# compressor 'SH': gifsicle is a script that does this, and nothing else is a compressor
compressor() {
    rm -rf "${WORK:?}/bin"
    mkdir "$WORK/bin"
    for program in sh cp dd cat sed dirname grep; do ln -s "$(command -v $program)" "$WORK/bin/$program"; done
    [ -z "$1" ] || { printf '#!/bin/sh\n%s\n' "$1" >"$WORK/bin/gifsicle" && chmod +x "$WORK/bin/gifsicle"; }
}
with_bin() { env PATH="$WORK/bin" "$@"; }
tried() {
    name=$1 wanted=$2
    shift 2
    is "$name" "$wanted" with_bin "$GIFVET" preflight --json "$@"
}

# All holds. What gifvet costs is a share of what the compressor does: this one does its work four
# times, so that a machine that is busy otherwise does not decide.
mkdir "$WORK/slow"
gifsicle=$(command -v gifsicle)
cat >"$WORK/slow/gifsicle" <<END
#!/bin/sh
for round in 1 2 3; do LD_PRELOAD= $gifsicle "\$1" "\$2" -o /dev/null || exit; done
exec $gifsicle "\$@"
END
chmod +x "$WORK/slow/gifsicle"
PATH=$WORK/slow:$PATH preflight holds 0 --compressor gifsicle --report "$WORK/sheet.md"
figure "nothing failed" '.holds and .failed == 0 and .ok > 20'
figure "every item has a figure" 'all(.items[]; .figure != "")'
item "hosts as without gifvet" '.figure | test("^([0-9]+) of \\1 compressions")'
item verdicts '.figure | test("^([0-9]+) of \\1 have one verdict, \\1 passed$")'
item "overhead gifsicle" '.figure | test("median [+-][0-9.]+ % \\(95 %: [+-][0-9.]+ to [+-][0-9.]+\\) of [0-9.]+ ms of CPU, [0-9]+ pairs")'
item "alert channels" '.outcome == "not applicable" and .figure != ""'
if [ -z "$(ls "$TMPDIR")" ]; then ok "the scratch directory is gone"; else not_ok "the scratch directory" "$(ls "$TMPDIR")"; fi
if [ -e "$STATE" ]; then not_ok "the host's own state is untouched" "$(ls "$STATE")"; else ok "the host's own state is untouched"; fi
for text in "| host | $(uname -n)" "| user | " "| time | 20" 'gifvet ' '**all holds**' '## trial' 'granted'; do
    if grep -qF -- "$text" "$WORK/sheet.md"; then ok "the sheet says $text"; else not_ok "the sheet says $text" "$(head -n 5 "$WORK/sheet.md")"; fi
done
rows=$(grep -cE '^\| (ok|\*\*failed\*\*|not applicable) \|' "$WORK/sheet.md")
figure "the sheet has every item" ".items | length == $rows"

# More at a time than there are specimens.
compressor 'exec cp in.gif out.gif'
tried parallel 1 --parallel 9
item "hosts as without gifvet" '.figure | test("^20 of 20 compressions, 9 at a time")'
failed "overhead gifsicle" # copying costs less than ten times what looking costs

# What the compressor does.
tried none 1 --compressor gm
failed "compressor gm" compressors trial
compressor ''
tried no_compressor 1
failed compressors trial
item compressors '.figure | test("none")'
compressor "[ -z \"\$LD_PRELOAD\" ] || { cp in.gif out.gif; exit 3; }
cp in.gif out.gif"
tried host_harmed 1
failed "hosts as without gifvet" "overhead gifsicle"
item "hosts as without gifvet" '.figure | test("another exit status")'
compressor "[ -z \"\$LD_PRELOAD\" ] || echo here >&2
exec cp in.gif out.gif"
tried host_talks 1
item "hosts as without gifvet" '.outcome == "failed" and (.figure | test("other messages|another messages"))'
compressor 'dd if=in.gif of=out.gif bs=1000 count=1 2>/dev/null'
tried damages 1
item verdicts '.outcome == "failed" and (.figure | test("did not pass"))'
compressor 'cat in.gif >/dev/null; : >out.txt'
tried writes_nothing 1
item verdicts '.outcome == "failed" and (.figure | test("0 verdicts"))'
item "kill switch obeyed" '.outcome == "failed"'
compressor ''
printf 'int main(void){return 0;}\n' >"$WORK/static.c"
if gcc -static -o "$WORK/bin/gifsicle" "$WORK/static.c" 2>/dev/null; then
    tried static 1
    failed "compressor gifsicle" compressors trial
    item "compressor gifsicle" '.figure | test("static")'
else
    skip static "no static libc"
fi

# One that hangs is ended with what it started, and is not begun again.
mkfifo "$WORK/silent"
hang="sh -c 'echo \$\$ >>\"$WORK/hanging\"; exec cat \"$WORK/silent\"'"
ended() { # NUMBER: so many hung, and none is left
    if [ "$(wc -l <"$WORK/hanging")" = "$1" ]; then ok "$name: hung $1 times"; else not_ok "$name" "hung $(wc -l <"$WORK/hanging") times"; fi
    while read -r pid; do
        if kill -0 "$pid" 2>/dev/null; then not_ok "$name" "$pid is left"; else ok "$name: none is left"; fi
    done <"$WORK/hanging"
    rm "$WORK/hanging"
}
compressor "$hang"
tried hangs 1 --timeout 1
failed "hosts as without gifvet" verdicts "kill switch obeyed" "overhead gifsicle"
item "hosts as without gifvet" '.figure | test("gifsicle did not end within 1 s on specimen 0 without gifvet")'
item "overhead gifsicle" '.figure | test("did not end within 1 s")'
ended 1
compressor "cp in.gif out.gif; [ -z \"\$LD_PRELOAD\" ] || $hang"
tried hangs_with_gifvet 1 --timeout 1 --parallel 3
failed "hosts as without gifvet" verdicts "kill switch obeyed" "overhead gifsicle"
item "hosts as without gifvet" '.figure | test("^0 of .*gifsicle did not end within 1 s on specimen 0 with gifvet")'
ended 3

# The configuration. What follows needs no real compressor.
compressor 'exec cp in.gif out.gif'
configure '[validation]' 'frame_ratio_tolerance = plenty'
tried broken 1
failed valid "overhead gifsicle"
configure '[programs]' 'exclude = gifsicle'
tried excluded 1
item "compressor gifsicle" '.outcome == "not applicable"'
dangerous() {
    section=$1 setting=$2 item=$3
    configure "[$section]" "$setting"
    tried "dangerous_${item%% *}" 1
    failed "$item" "overhead gifsicle"
}
dangerous validation 'frame_ratio_tolerance = 0.51' frame_ratio_tolerance
dangerous validation 'fps_tolerance = 0.6' fps_tolerance
dangerous validation 'color_count_tolerance = 51' color_count_tolerance
dangerous validation 'max_file_size_mb = 101' max_file_size_mb
dangerous validation 'min_file_size_bytes = 10001' min_file_size_bytes
configure '[validation]' 'mode = enforce' '[enforce]' 'quarantine ='
tried dangerous_enforce 1
failed "enforce with a quarantine" "overhead gifsicle"
configure '[program:gifsicle]' 'validation.max_file_size_mb = 500'
tried dangerous_for_one_program 1
failed max_file_size_mb "overhead gifsicle"
item max_file_size_mb '.figure | test("for gifsicle$")'
configure '[validation]' 'frame_ratio_tolerance = 0.5' 'fps_tolerance = 0.5' 'color_count_tolerance = 50' 'max_file_size_mb = 100' 'mode = enforce'
tried at_the_limits 1
failed "overhead gifsicle"
configure '[validation]' 'enable_wrapper_validation = false'
tried off 1
failed "validation on" "overhead gifsicle"
: >"$GIFLAB_VALIDATION_CONFIG"

# Alert channels and the way back.
configure '[alerts]' 'command = /bin/cat'
tried alert_channel 1
failed "overhead gifsicle"
item "alert channels" '.outcome == "ok" and (.figure | test("^command"))'
item "rollback dry run" '.outcome == "ok" and (.figure | test("[1-9] things would be done$"))'
configure '[alerts]' 'command = /bin/false'
tried alert_channel_fails 1
failed "overhead gifsicle" "alert channels"
item "alert channels" '.figure | test("FAILED")'
: >"$GIFLAB_VALIDATION_CONFIG"
# An installed gifvet without its scripts, and with one that fails.
mkdir -p "$WORK/installed/bin" "$WORK/installed/lib" "$WORK/installed/scripts"
cp "$GIFVET" "$WORK/installed/bin" && cp "$PRELOAD" "$WORK/installed/lib"
is no_scripts 1 with_bin "$WORK/installed/bin/gifvet" preflight --json
item "rollback dry run" '.outcome == "not applicable"'
printf '#!/bin/sh\necho cannot >&2\nexit 1\n' >"$WORK/installed/scripts/rollback" && chmod +x "$WORK/installed/scripts/rollback"
is rollback_fails 1 with_bin "$WORK/installed/bin/gifvet" preflight --json
failed "overhead gifsicle" "rollback dry run"
item "rollback dry run" '.figure | test("cannot")'
# An object that has never heard of the kill switch.
LC_ALL=C sed 's/EMERGENCY_DISABLE/EMERGENCY_NOTHING/g' "$PRELOAD" >"$WORK/installed/lib/libgifvet.so"
is object_deaf 1 with_bin "$WORK/installed/bin/gifvet" preflight --json
failed "kill switch obeyed" "overhead gifsicle" "rollback dry run"
item "kill switch obeyed" '.figure | test("in spite of the file")'
printf 'no object\n' >"$WORK/installed/lib/libgifvet.so"
is object_broken 1 with_bin "$WORK/installed/bin/gifvet" preflight --json
item glibc '.outcome == "failed" and (.figure | test("cannot be preloaded"))'

# The host.
mkdir -p "$STATE" && : >"$STATE/EMERGENCY_DISABLE"
tried kill_switch_set 1
failed "kill switch not set" "overhead gifsicle"
rm -r "$STATE"
GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 tried kill_switch_variable 1
failed "kill switch not set" "overhead gifsicle"
: >"$WORK/file"
GIFLAB_VALIDATION_STATE_DIR=$WORK/file tried state_unwritable 1
item state '.outcome == "failed"'
item log '.outcome == "failed"'
if mkdir "$WORK/small" && mount -t tmpfs -o size=1m tmpfs "$WORK/small" 2>/dev/null; then
    GIFLAB_VALIDATION_STATE_DIR=$WORK/small tried small_disk 1
    failed "free disk" "overhead gifsicle"
    gif ball in.gif
    for i in 1 2 3; do GIFLAB_VALIDATION_STATE_DIR=$WORK/small "$GIFVET" run "$(command -v gifsicle)" "$FIXTURES/in.gif" -o "$WORK/out$i.gif"; done
    GIFLAB_VALIDATION_STATE_DIR=$WORK/small tried small_disk_after 1 --after
    failed health "log growth"
    # Room for a day of such a log, and not for thirty.
    mount -o remount,size=150m "$WORK/small"
    record=$(tail -n 1 "$WORK/small/validation.jsonl")
    yes "$record" | head -c 700000 >"$WORK/small/validation.jsonl"
    GIFLAB_VALIDATION_STATE_DIR=$WORK/small tried disk_for_a_day 1 --days 1
    failed "overhead gifsicle"
    item "free disk" '.figure | test("16[.][78] MB for 1 days of log at 16[.][78] MB a day")'
    GIFLAB_VALIDATION_STATE_DIR=$WORK/small tried no_disk_for_a_month 1
    failed "free disk" "overhead gifsicle"
    umount "$WORK/small"
else
    skip small_disk "tmpfs cannot be mounted here"
fi
TMPDIR=$WORK/nowhere tried no_scratch 1
failed trial
item trial '.figure | test("nowhere")'
configure '[limits]' 'memory_mb = 16384'
tried no_memory 1 --parallel 256
item memory '.outcome == "failed"'
: >"$GIFLAB_VALIDATION_CONFIG"

# After the deployment.
PATH=$SYSTEM_PATH
preflight after_nothing 1 --after
failed "outputs are judged" "success, 24 hours" health "log growth"
gif ball in.gif
for i in 1 2 3; do "$GIFVET" run gifsicle "$FIXTURES/in.gif" -o "$WORK/out$i.gif"; done
preflight after 0 --after --report "$WORK/after.md"
item "outputs are judged" '.figure | test("3 since the beginning")'
item "log growth" ".figure | test(\"^3 records\")"
bytes=$(wc -c <"$LOG")
rate=$(jq -r '.items[] | select(.item == "log growth").figure' "$WORK/out")
case $rate in *" $(awk -v n="$bytes" 'BEGIN { printf "%.0f KB a day", n * 24 / 1000 }')"*) ok "the log's rate is that of its bytes" ;; *) not_ok "the log's rate" "$bytes bytes in an hour at the most: $rate" ;; esac
if grep -q '^# gifvet: after' "$WORK/after.md"; then ok "the sheet says after"; else not_ok "the sheet says after"; fi
mv "$STATE/validation.jsonl" "$STATE/kept"
preflight after_log_gone 1 --after
failed "log growth"
mv "$STATE/kept" "$STATE/validation.jsonl"
updates failed 11
preflight after_failures 1 --after
failed "success, 24 hours" health
rm -r "$STATE"
updates passed 5 ago_s=7200
preflight after_stale 1 --after
item "outputs are judged" '.outcome == "failed" and (.figure | test("2.00 h ago"))'
printf 'no state\n' >"$STATE/state.v1"
preflight after_damaged_state 1 --after
item metrics '.outcome == "failed" and (.figure | test("state.v1"))'

# Bad input: one line, 2.
refused() {
    name=$1
    shift
    is "$name" 2 "$GIFVET" preflight "$@"
    one_line
}
refused unknown --fast
refused report_missing --report
refused report_is_no_file --report "$WORK/"
refused days_0 --days 0
refused parallel_0 --parallel 0
refused parallel_many --parallel 257
refused timeout_0 --timeout 0
refused timeout_long --timeout 3601
refused compressor_unknown --compressor paint
is report_nowhere 2 "$GIFVET" preflight --after --report "$WORK/nowhere/sheet.md"
says err nowhere
