#!/bin/sh
# The gifvet command: run, check, config, doctor, log, man, version.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq
gif ball in.gif
gif disposal2 b.gif
cd "$FIXTURES" || exit 2
gifsicle -O3 in.gif -o good.gif
gifsicle in.gif '#0-9' -o half.gif
NAME=

is check_good 0 "$GIFVET" check in.gif good.gif
says out 'good.gif: passed'
is check_half 1 "$GIFVET" check in.gif half.gif
says out 'frame_count'
is check_asked 0 "$GIFVET" check in.gif half.gif --request "gifsicle in.gif '#0-9'"
is check_ratio 1 "$GIFVET" check --operation frame_reduction --ratio 0.8 in.gif half.gif
is check_colors 1 "$GIFVET" check --colors 8 in.gif good.gif
says out '15 colours'
is check_missing_output 1 "$GIFVET" check in.gif nowhere.gif
says err 'nowhere.gif: No such file'
is check_missing_source 2 "$GIFVET" check nowhere.gif good.gif
one_line
is check_directory 2 "$GIFVET" check in.gif /
is check_usage 2 "$GIFVET" check in.gif
is check_bad_option 2 "$GIFVET" check --nonsense in.gif good.gif
is check_bad_ratio 2 "$GIFVET" check --ratio 2 in.gif good.gif
is check_bad_request 2 "$GIFVET" check --request "gifsicle 'x" in.gif good.gif
is check_json 1 "$GIFVET" check --json in.gif half.gif
if jq -e '.validation_passed == false and .validation_count == (.validations | length)' "$WORK/out" >/dev/null; then ok "check --json is one object"; else not_ok "check --json"; fi

gif ball@black wrecked.gif
is check_explain 1 "$GIFVET" check --explain in.gif wrecked.gif
says out 'duration_diff_ms         0 (limit 50)'
says out 'mse_of_worst_frame'
says out 'frame 5 (0.50 s, source frame 5)'
is check_pictures 1 "$GIFVET" check --json --pictures "$WORK/pictures" in.gif wrecked.gif
says err 'frame 5 of the source, frame 5 of the output'
if jq -e . "$WORK/out" >/dev/null; then ok "pictures leave the JSON alone"; else not_ok check_pictures "$(head -c 200 "$WORK/out")"; fi
seen=$(/usr/bin/convert "$WORK/pictures/frame-00005.png" -format '%wx%h %[pixel:p{10,60}] %[pixel:p{174,60}] %[pixel:p{338,60}]' info:)
pixel() { /usr/bin/convert "$1[0-5]" -coalesce -delete 0-4 -format '%[pixel:p{10,60}]' info:; }
# shellcheck disable=SC2086 # three colours
set -- $seen
if [ "$1" = 488x120 ] && [ "$2" = "$(pixel in.gif)" ] && [ "$3" = "$(pixel wrecked.gif)" ] && [ "$2" != "$3" ] && [ "$4" != black ]; then ok "source, output and difference stand side by side"; else not_ok check_pictures "$seen"; fi
is check_pictures_cut 1 "$GIFVET" check --pictures "$WORK/cut" in.gif half.gif
told=$(grep -c 'of the source, frame' "$WORK/err")
if [ "$told" -gt 1 ] && [ "$(find "$WORK/cut" -name 'frame-*.png' | wc -l)" = "$told" ]; then ok "each has a name of its own"; else not_ok check_pictures_cut "$(ls "$WORK/cut"): $(cat "$WORK/err")"; fi
is check_no_pictures 0 "$GIFVET" check --pictures "$WORK/none" in.gif good.gif
says err 'no picture was found to differ'
is check_pictures_unwritable 2 "$GIFVET" check --pictures /dev/null/x in.gif wrecked.gif
one_line

is run 0 "$GIFVET" run gifsicle -O2 in.gif -o out.gif
is run_status 7 "$GIFVET" run -- sh -c 'exit 7'
is run_missing 127 "$GIFVET" run nonsense-program
one_line
is run_not_executable 126 "$GIFVET" run ./in.gif
is run_usage 125 "$GIFVET" run
is run_bad_set 125 "$GIFVET" run --set sampling.percentage=200 true
says err 'out of range'
printf 'int main(void) { return 0; }\n' >static.c
if gcc -static -o static static.c 2>/dev/null; then
    is run_static 126 "$GIFVET" run ./static
    says err 'statically linked'
else
    skip run_static "no static libc"
fi
cp "$(command -v gifsicle)" setuid && chmod u+s setuid
is run_setuid 126 "$GIFVET" run ./setuid
says err 'setuid'
rm -f "$LOG"
printf '\177ELF\001\001\001' >elf32 && head -c 100 /dev/zero >>elf32 && chmod +x elf32
is run_architecture 126 "$GIFVET" run ./elf32
says err 'another architecture'
is run_set 0 "$GIFVET" run --set log.path="$WORK/other.jsonl" --set validation.mode=alert gifsicle in.gif -o out.gif
if [ "$(jq -r .mode "$WORK/other.jsonl")" = alert ] && [ ! -e "$LOG" ]; then ok "run --set reaches the program"; else not_ok "run --set"; fi
is run_source 0 "$GIFVET" run --source b.gif gifsicle in.gif -o out.gif
if [ "$(jq -r .match "$LOG")" = explicit ]; then ok "run --source is the source"; else not_ok "run --source"; fi
is run_config 0 "$GIFVET" run -c /dev/null gifsicle in.gif -o out.gif
# shellcheck disable=SC2016 # for the inner shell
LD_PRELOAD=/nonexistent.so is run_preload 0 "$GIFVET" run sh -c 'echo "$LD_PRELOAD"'
says out "libgifvet.so:/nonexistent.so"

rm -f "$LOG"
hostile=$(printf 'new\nline\033]0;x\007\302\233\342\200\256.gif')
"$GIFVET" run gifsicle -O2 in.gif -o "$hostile"
case $(wc -l <"$LOG"),$(jq -r .output.path "$LOG"),$(LC_ALL=C tr -d '\n\040-\176\200-\377' <"$LOG" | wc -c) in
    1,*"${hostile%%x*}x"*.gif,0) ok "a name is in one record, whatever it holds" ;;
    *) not_ok "a name broke its record" ;;
esac
(GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 "$GIFVET" run gifsicle in.gif -o out.gif)
is log 0 "$GIFVET" log
says out 'new\x0aline\x1b]0;x\x07'
if LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]\|\302[\200-\237]\|\342\200\256')" "$WORK/out"; then
    not_ok "log prints what steers a terminal"
else ok "log prints nothing that steers a terminal"; fi
says out 'FAILED'
says out 'frame_count: 20 of 20 frames'
is log_failed 0 "$GIFVET" log --failed "$LOG"
if [ "$(grep -c 'gifsicle\[' "$WORK/out")" = 1 ]; then ok "log --failed shows failures only"; else not_ok "log --failed"; fi
# What the last hours held may have been rotated away a moment ago.
sed "s/out\.gif/older.gif/g" "$LOG" | gzip >"$LOG.2.gz"
cp "$LOG" "$WORK/log.kept" && mv "$LOG" "$LOG.1"
is log_rotated_and_none_new 0 "$GIFVET" log --failed
if [ "$(grep -o 'older.gif\|out.gif' "$WORK/out" | tr '\n' ' ')" = 'older.gif out.gif ' ]; then ok "log --failed: what was rotated away, the oldest first"; else not_ok "log --failed after rotation" "$(head -c 600 "$WORK/out")"; fi
: >"$LOG"
is log_rotated_and_empty 0 "$GIFVET" log --failed
if [ "$(grep -c FAILED "$WORK/out")" = 2 ] && [ ! -s "$WORK/err" ]; then ok "log --failed: an empty log right after rotation is no mistake"; else not_ok "log --failed with an empty log" "$(cat "$WORK/err")"; fi
is log_all_of_it 0 "$GIFVET" log
if [ "$(grep -c 'gifsicle\[' "$WORK/out")" = 4 ]; then ok "log: the same without --failed"; else not_ok "log after rotation" "$(head -c 600 "$WORK/out")"; fi
is log_of_one_file 0 "$GIFVET" log --failed "$LOG.1"
if [ "$(grep -c FAILED "$WORK/out")" = 1 ]; then ok "log FILE: that file alone"; else not_ok "log FILE" "$(head -c 600 "$WORK/out")"; fi
rm "$LOG.1" "$LOG.2.gz" && mv "$WORK/log.kept" "$LOG"
echo 'not a record' >>"$LOG"
is log_foreign 0 "$GIFVET" log
says err '1 line of 3 was no record'
rm -f "$LOG"
(GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 GIFLAB_VALIDATION_MODE=alert \
    "$GIFVET" run gifsicle in.gif -o out.gif)
cat >>"$LOG" <<'RECORDS'
{"schema":1,"type":"alert","time":"2026-11-27T03:09:22.000000Z","program":"gifsicle","pid":7,"severity":"HIGH","check":"frame_count","validation":null,"count":10,"judged":100,"threshold":0.05}
{"schema":1,"type":"performance_mode","time":"2026-11-27T03:09:22.000000Z","program":"gifsicle","pid":7,"from":"normal","to":"degraded","mean_ms":120.5}
{"schema":1,"type":"alert","time":"2026-11-27T03:09:22.000000Z","program":"gifsicle","pid":7,"severity":"CRITICAL","check":null,"message":"validation is off"}
RECORDS
is log_alert 0 "$GIFVET" log
says out "MEDIUM: frame_count, record $(jq -r 'select(.type == "validation") | .id' "$LOG")"
says out 'HIGH: frame_count, 10 of 100 failed (5.00 % allowed)'
says out 'performance normal -> degraded, validations take 120.5 ms'
says out 'CRITICAL: validation is off'
rm -rf "$GIFLAB_VALIDATION_STATE_DIR/evidence"
is log_missing 2 "$GIFVET" log /nonexistent
one_line
is log_usage 2 "$GIFVET" log --nonsense

is rescue_nothing 0 "$GIFVET" rescue --restore
is rescue_stranger 2 "$GIFVET" rescue --restore 0123456789ab-9-9
says err '0123456789ab-9-9: no such copy in '
mkdir -p "$GIFLAB_VALIDATION_STATE_DIR/quarantine/rescue"
chmod -R go-rwx "$GIFLAB_VALIDATION_STATE_DIR"
is rescue_stranger_there 2 "$GIFVET" rescue --restore 0123456789ab-9-9
one_line
rm -rf "$GIFLAB_VALIDATION_STATE_DIR/quarantine"

is config_defaults 0 "$GIFVET" config defaults
if cmp -s "$WORK/out" "$TOP/conf/gifvet.ini"; then ok "conf/gifvet.ini is config defaults"; else not_ok "conf/gifvet.ini differs from config defaults"; fi
is config_check 0 "$GIFVET" config check "$TOP/conf/production.ini"
printf '[validation]\nmin_fps = x\n' >bad.ini
is config_check_bad 1 "$GIFVET" config check bad.ini
says out "bad.ini:2: validation.min_fps: 'x' is not a number"
is config_check_missing 1 "$GIFVET" config check /nonexistent
is config_usage 2 "$GIFVET" config nonsense
GIFLAB_VALIDATION_CONFIG=$TOP/conf/bluegreen.ini DEPLOYMENT_ENV=blue is config_show 0 "$GIFVET" config show
says out 'enable_wrapper_validation = false'

is doctor 0 "$GIFVET" doctor gifsicle
says out 'can be hooked'
is doctor_setuid 1 "$GIFVET" doctor ./setuid
GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 is doctor_killed 1 "$GIFVET" doctor
if head -n 1 "$WORK/out" | grep -q 'kill switch.*set'; then ok "doctor: the kill switch stands first"; else not_ok "doctor: kill switch"; fi
GIFLAB_VALIDATION_MODE=alert is doctor_evidence 0 "$GIFVET" doctor
says out '/evidence (will be made in'
mkdir -m 777 everybodys
printf '[validation]\nmode = alert\n[evidence]\ndirectory = %s\n' "$PWD/everybodys" >everybodys.ini
GIFLAB_VALIDATION_CONFIG=$PWD/everybodys.ini is doctor_evidence_refused 1 "$GIFVET" doctor
says out 'everybodys is refused'
GIFLAB_VALIDATION_LOG=/dev/null is doctor_log 1 "$GIFVET" doctor
says out 'not a regular file'

is version 0 "$GIFVET" version
is help 0 "$GIFVET" --help
for c in $("$GIFVET" --help | sed -n "s/^  \([a-z]*\) .*/\1/p"); do
    is "help_$c" 0 "$GIFVET" "$c" --help
    if awk 'length > 100 { exit 1 }' "$WORK/out"; then ok "help of $c: no line is wider than 100 columns"; else not_ok "help of $c" "$(awk 'length > 100' "$WORK/out")"; fi
    says out 'Exit status'
done
is no_command 2 "$GIFVET"
is unknown_command 2 "$GIFVET" nonsense
one_line
for page in gifvet.1 gifvet.ini.5; do
    is "man_$page" 0 "$GIFVET" man "$page"
    if command -v man >/dev/null && [ -n "$(man --warnings -l "$WORK/out" 2>&1 >/dev/null)" ]; then not_ok "man $page" "warnings"; else ok "man $page is well formed"; fi
done

if make -s -C "$TOP" install BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null 2>&1; then
    ok "make install"
    is installed_run 0 "$WORK/root/usr/bin/gifvet" run gifsicle in.gif -o out.gif
    version=$("$GIFVET" version | cut -d ' ' -f 2)
    for file in bin/gifvet lib/libgifvet.so share/gifvet/conf/shadow.ini share/gifvet/scripts/rollout \
        share/man/man1/gifvet.1 share/man/man5/gifvet.ini.5 share/bash-completion/completions/gifvet \
        share/zsh/site-functions/_gifvet share/fish/vendor_completions.d/gifvet.fish; do
        if [ -s "$WORK/root/usr/$file" ]; then ok "make install: $file"; else not_ok "make install" "no $file"; fi
        case $file in share/man/*)
            if grep -q "^\.TH .*\"gifvet $version\"" "$WORK/root/usr/$file"; then ok "$file is of version $version"; else not_ok "$file" "$(head -n 1 "$WORK/root/usr/$file")"; fi ;;
        esac
    done
    make -s -C "$TOP" uninstall BUILD="$BUILD" DESTDIR="$WORK/root" PREFIX=/usr >/dev/null 2>&1
    if [ -z "$(find "$WORK/root" ! -type d -o -name '*gifvet*')" ]; then ok "make uninstall leaves nothing"; else not_ok "make uninstall" "$(find "$WORK/root" -type f)"; fi
else
    not_ok "make install"
fi

# The README names every setting.
missing=$(sed -n 's/^\([a-z_]*\) =.*/\1/p' "$TOP/conf/gifvet.ini" | while read -r key; do
    grep -q "\`$key\`" "$TOP/README.md" || echo "$key"
done)
if [ -z "$missing" ]; then ok "README names every setting"; else not_ok "README lacks" "$missing"; fi
