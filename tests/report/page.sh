#!/bin/sh
# The page of gifvet report in Debian's chromium: how it looks, fits, is used by keyboard and read out.
# Screenshots are left in $BUILD/report.
. "${0%/*}/../host/lib.sh"
need node chromium python3 gifsicle jq
[ -d "$BUILD/tests/browser/node_modules/axe-core" ] || {
    skip page "playwright-core is not installed (tests/report/install-browser)"
    exit 0
}
TZ=UTC
export TZ
cd "$WORK" || exit 2
make_log() { python3 "$TOP/tests/host/investigate/make_log.py" "$@"; }

# A week with everything in it: causes, arms, changes, and the week before.
event() { printf '{"schema":1,"type":"%s","time":"%s.000000Z","id":"e","program":"gifvet",%s}\n' "$@"; }
{
    make_log host 600 3
    make_log ab 600 3
    make_log host 300 4 | sed 's/"time":"2025-11-2[4-9]T/"time":"2025-11-20T/'
    event performance_mode 2025-11-26T08:12:00 '"from":"normal","to":"degraded","mean_ms":143.2'
    event performance_mode 2025-11-26T09:40:00 '"from":"degraded","to":"normal","mean_ms":31.0'
    event config_change 2025-11-27T14:00:00 '"action":"install","checkpoint":7,"user":"ada","reason":"tighter"'
    event emergency 2025-11-29T06:00:00 '"action":"disable","user":"root","reason":"deploy"'
} >week.log
python3 "$TOP/tests/host/report/hostile.py" >hostile.log
: >empty.log
for page in week hostile empty; do
    "$GIFVET" report $page.log --output $page.html 2>/dev/null
done

# The page of a host with three failures whose evidence is there.
printf '[performance]\nslow_ms = 600000\nemergency_ms = 600000\n[validation]\nmode = alert\n' >"$GIFLAB_VALIDATION_CONFIG"
gif ball in.gif
for i in 1 2 3; do
    SABOTAGE=cut LD_PRELOAD="$PRELOAD $BUILD/tests/libsaboteur.so" gifsicle -O$i "$FIXTURES/in.gif" -o "$WORK/out$i.gif"
done
n=$(grep '"type":"validation"' "$LOG" | jq -r '.evidence.bundle // empty' | grep -c .)
if [ "$n" = 3 ]; then ok 'pictures: evidence of three failures'; else not_ok pictures "evidence of $n failures, not 3"; fi
"$GIFVET" report --output pictures.html

cp "$TOP/tests/report/page.mjs" "$BUILD/tests/browser/page.mjs"
mkdir -p "$BUILD/report"
node "$BUILD/tests/browser/page.mjs" "$BUILD/report" week.html hostile.html empty.html pictures.html ||
    not_ok page "the script ended with $?"
