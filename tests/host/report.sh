#!/bin/sh
# gifvet report: what the page says of logs whose truth is known, that hostile texts stay texts, and that
# it asks nobody for anything. How it looks and is used: tests/report/.
. "${0%/*}/lib.sh"
need python3 jq gifsicle taskset script
HERE=$TOP/tests/host/report
cd "$WORK" || exit 2
TZ=UTC
export TZ

make_log() { python3 "$TOP/tests/host/investigate/make_log.py" "$@"; }
report() { "$GIFVET" report "$@"; }

# is NAME GOT WANTED
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$2', not '$3'"; fi; }
has() { if grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1" "no '$3'"; fi; }
sound() { is "$1: a whole page that asks nobody" "$(python3 "$HERE/page.py" "$2" 2>&1)" ''; }
# The machine's value of a figure; a row of "All results".
figure() { sed -nE "s/.*<data id=\"$2\" value=\"([^\"]*)\".*/\1/p" "$1"; }
results() {
    sed -nE "s/.*<th scope=\"row\">$2<\/th><td>([^<]*)<\/td><td>([^<]*)<\/td>.*/\1 \2/p" "$1" | tr -d ,
}

# ---- of this host: the figures of summary ----

gif ball in.gif
gif noise big.gif
cp "$FIXTURES"/*.gif .
printf '[log]\ncontrol = true\n' >"$GIFLAB_VALIDATION_CONFIG"
for i in 1 2 3 4; do
    LD_PRELOAD=$PRELOAD gifsicle -O2 in.gif -o out$i.gif
    GIFLAB_VALIDATION_PERCENTAGE=0 LD_PRELOAD=$PRELOAD gifsicle -O2 in.gif -o out$i.gif
    GIFLAB_VALIDATION_MODE=alert GIFLAB_VALIDATION_RATIO=0.9 GIFLAB_VALIDATION_OPERATION=frame_reduction \
        LD_PRELOAD=$PRELOAD gifsicle -O2 in.gif '#0-1' -o less$i.gif
    (trap '' XFSZ; ulimit -f 200; LD_PRELOAD=$PRELOAD gifsicle -O2 big.gif -o cut$i.gif 2>/dev/null)
done
report --output host.html
is 'of this host' $? 0
sound 'of this host' host.html
"$GIFVET" summary --json >summary.json
"$GIFVET" health --json >health.json
for page in host.html log.html; do
    # Of a log that is named all figures are the records'.
    [ -f $page ] || report "$LOG" --output $page
    is "$page: the figures of summary" \
        "$(for f in validations failed p50 p95 p99; do figure $page $f; done | tr '\n' ' ')" \
        "$(jq -r '.total | [.validations, .failed, .time_us.p50, .time_us.p95, .time_us.p99] | join(" ")' summary.json) "
    is "$page: success" "$(figure $page success-rate | cut -c 1-8)" \
        "$(jq -r '.total | .passed / (.passed + .failed) | tostring | .[:8]' summary.json)"
    is "$page: control" "$(results $page 'Left to the control arm')" '4 0'
done
is 'health' "$(sed -nE 's/.* id="status">([a-z]*)<.*/\1/p' host.html)" "$(jq -r .status health.json)"
has 'mode, sampling, kill switch' host.html \
    '<dt>Sampling</dt><dd>100 %</dd></div><div><dt>Kill switch</dt><dd>not set</dd>'
bundle=$(jq -r 'select(.evidence.bundle) | .evidence.bundle' "$LOG" | tail -n 1)
has 'the command that judges it again' host.html "<code>gifvet replay $bundle</code>"
has 'what failed says so' host.html '<b>frame_count</b> '
has 'and who closed it' host.html '<summary>Closed by</summary>'
has 'figures stand against limits' host.html 'scope="rowgroup">frame_count'
has 'and what was read of its command line' host.html "<dt>Request</dt><dd>$(
    jq -c 'select(.evidence.bundle) | .request' "$LOG" | tail -n 1 | python3 -c '
import html, json, sys
print(html.escape(json.dumps(json.load(sys.stdin))))')</dd>"

# Pictures, where evidence is kept and there is room for them.
players() { grep -o 'class="fp-player"' "$1" | wc -l; }
report --max-mb 0 --output bare.html
sound 'no room for pictures' bare.html
is 'players where there is room, and where there is none' "$(players host.html) $(players bare.html)" \
    "$(jq -r '.evidence.bundle // empty' "$LOG" | wc -l) 0"
has 'what is left out is said' bare.html 'id="dropped">Pictures of 4 failures found no room in 0 B (--max-mb)'
is 'and nothing where nothing is' "$(grep -c 'id="dropped"' host.html)" 0

printf '[log]\npasses = false\n' >"$GIFLAB_VALIDATION_CONFIG"
mv "$LOG" kept.log
jq -c 'select(.validation_passed == false)' kept.log >"$LOG"
report --output few.html
is 'passes that are not on record are known from the state' \
    "$(figure few.html validations) $(figure few.html p95)" \
    "$(figure host.html validations) $(figure host.html p95)"
mv kept.log "$LOG"
"$GIFVET" disable --reason 'a <b>test</b>' 2>/dev/null >&2
report >disabled.html
is 'the page goes to standard output' $? 0
has 'the kill switch' disabled.html '<dt>Kill switch</dt><dd>set</dd>'
has 'with its reason, as text' disabled.html 'a &lt;b&gt;test&lt;/b&gt;'
"$GIFVET" enable >/dev/null 2>&1
: >"$GIFLAB_VALIDATION_CONFIG"

# ---- of logs: totals, the time before, since ----

make_log host 3000 1 >a.log
python3 - a.log >weeks.log <<'END'
import datetime, json, sys
# The week before: the same, 7 days earlier, without one in three.
lines = open(sys.argv[1]).read().splitlines()
for i, line in enumerate(lines):
    r = json.loads(line)
    t = datetime.datetime.fromisoformat(r["time"][:-1]) - datetime.timedelta(days=7)
    r["time"], r["id"] = t.isoformat(timespec="microseconds") + "Z", "b" + r["id"]
    if i % 3:
        print(json.dumps(r, separators=(",", ":")))
print("\n".join(lines))
END
report weeks.log --output weeks.html
sound 'of a log' weeks.html
passed=$(jq -s '[.[] | select(.validation_passed)] | length' a.log)
passed_before=$(($(jq -s '[.[] | select(.validation_passed)] | length' weeks.log) - passed))
is 'seven days against the seven before' "$(results weeks.html Passed)" "$passed $passed_before"
has 'and how it changed' weeks.html '3,000</data><span class="change">+50 %</span>'
has 'on the axis of time' weeks.html '>30 Nov</text>'
since=$(jq -r -s '.[1500].time' a.log)
report weeks.log --since "$since" --output since.html
sound 'since' since.html
is 'since a moment, against as long before' "$(results since.html Passed)" "$(python3 - "$since" weeks.log <<'END'
import calendar, json, sys, time
def hour(t): return calendar.timegm(time.strptime(t[:13], "%Y-%m-%dT%H")) // 3600
rows = [json.loads(line) for line in open(sys.argv[2])]
since, end = sys.argv[1], hour(rows[-1]["time"]) + 1
begin = hour(since)
print(sum(r["time"] >= since and r["validation_passed"] for r in rows),
      sum(r["time"] < since and hour(r["time"]) >= begin - (end - begin) and r["validation_passed"]
          for r in rows))
END
)"
is 'failures since then alone' "$(sed -nE 's/.*<p class="note">([0-9,]*) failures? of [0-9]+ causes?, .*/\1/p' since.html | tr -d ,)" \
    "$(jq -s --arg t "$since" '[.[] | select(.time >= $t and .validation_passed == false)] | length' a.log)"
# One output a minute until now, every second one failed: no part of an hour is counted twice or left out.
minutes() { # FROM UNTIL [SHIFT]: minutes ago, the newest last
    python3 - a.log "$@" <<'END'
import datetime, json, sys
r = json.loads(open(sys.argv[1]).readline())
now = datetime.datetime.utcnow()
for minute in range(int(sys.argv[2]), int(sys.argv[3]), -1):
    t = now - datetime.timedelta(minutes=minute, seconds=-30)
    r["time"], r["id"], r["validation_passed"] = t.isoformat(timespec="microseconds") + "Z", f"m{minute}", minute % 2 == 0
    print(json.dumps(r, separators=(",", ":")))
END
}
minutes 300 0 >steady.log
for hours in 1 2; do
    report steady.log --since ${hours}h --output steady.html
    # shellcheck disable=SC2046 # two numbers
    set -- $(results steady.html Passed)
    if [ "$1" -ge $((hours * 30 - 1)) ] && [ "$1" -le $((hours * 30 + 1)) ] && [ "$2" -ge $((hours * 30 - 1)) ] && [ "$2" -le $((hours * 30 + 1)) ]
    then ok "the last $hours hours against as long before: $1, $2"; else not_ok "the last $hours hours" "$*"; fi
done
# More hours than there are rows for: the figures are those of all, as the list of failures is.
python3 - a.log >long.log <<'END'
import datetime, json, sys
r = json.loads(open(sys.argv[1]).readline())
now = datetime.datetime.utcnow()
for hour in range(1400, 0, -1):
    r["time"], r["id"] = (now - datetime.timedelta(hours=hour)).isoformat(timespec="microseconds") + "Z", f"h{hour}"
    r["validation_passed"] = hour <= 1100
    print(json.dumps(r, separators=(",", ":")))
END
report long.log --since 90d --output long.html
is 'more hours than are shown' "$(figure long.html validations) $(figure long.html failed)" '1400 300'
# A clock that was wrong: told, and no hour is given away for it.
{ minutes 90 0; minutes -1216000 -1216001; } >ahead.log
report ahead.log --output ahead.html
is 'a record of a time to come costs no other' "$(figure ahead.html validations)" 90
has 'and is told' ahead.html 'id="ahead">1 record of a time to come'
# A command line of many words is not the page.
python3 - a.log >wide.log <<'END'
import json, sys
r = json.loads(open(sys.argv[1]).readline())
r["validation_passed"], r["argv"] = False, ["gifsicle"] + ["it's.gif"] * 3000
for n in range(40):
    r["id"] = f"w{n}"
    print(json.dumps(r, separators=(",", ":")))
END
report wide.log --output wide.html
sound 'long command lines' wide.html
has 'long command lines are cut' wide.html ' words more: gifvet log --json)'
if [ "$(wc -c <wide.html)" -lt 400000 ]; then ok "and the page stays small"; else not_ok "and the page stays small" "$(wc -c <wide.html) bytes"; fi
# The log itself is no page to be written.
cp steady.log kept.log
report steady.log --output steady.log 2>err
is 'a log is not replaced' "$? $(cmp steady.log kept.log && wc -l <err)" '2 1'
has 'and named' err 'gifvet report: --output is a log that is read: steady.log'
for check in quality_degradation color_count; do
    n=$(jq -s "[.[] | select(any(.validations[]; .validation_type == \"$check\" and .is_valid == false))] | length" a.log)
    report a.log >a.html
    is "$check: failures" "$(sed -nE "s/.*<tr><th scope=\"row\">$check<\/th><td>([0-9,]*)<.*/\1/p" a.html)" "$n"
done
has 'what failures have in common' a.html '<b>host web3</b>'
has 'what to do' a.html '<b class="level">consider</b> look at the compression'
report - <a.log >stdin.html
without_time() { sed -E 's/Made <time[^>]*>[^<]*<.time>//; s/f[0-9]+-//g' "$1"; }
is 'standard input' "$(without_time stdin.html | cksum)" "$(without_time a.html | cksum)"
taskset -c 0 "$GIFVET" report a.log >one.html
is 'the same, whichever thread met what' "$(without_time one.html | cksum)" "$(without_time a.html | cksum)"

# ---- changes on the axis of time ----

event() { printf '{"schema":1,"type":"%s","time":"%s:00.000000Z","id":"e","program":"gifvet",%s}\n' "$@"; }
{
    cat a.log
    for t in 25T08:12 26T09:40 28T01:00; do event performance_mode 2025-11-$t '"from":"normal","to":"degraded"'; done
    for t in 26T11:00 27T14:00; do event config_change 2025-11-$t '"action":"install","checkpoint":7'; done
    event emergency 2025-11-29T06:00 '"action":"disable"'
    event emergency 2025-10-01T06:00 '"action":"disable"' # before the plots begin
} >changes.log
report changes.log >changes.html
sound 'changes' changes.html
for row in 'performance 3' 'configuration 2' 'switch 1'; do
    kind=${row% *}
    is "$kind: a line in each of three plots" "$(grep -o "<path class=\"event $kind\"" changes.html | wc -l)" $((${row#* } * 3))
    is "$kind: in the key of each" "$(grep -o "<span class=\"key\"><i class=\"event $kind\">" changes.html | wc -l)" 3
done
is 'they are counted for who does not see them' "$(grep -o '<desc [^>]*>[^<]*; 6 changes\.' changes.html | wc -l)" 3
is 'no key where nothing changed' "$(grep -c '<i class="event' a.html) $(grep -o '; 0 changes\.' a.html | wc -l)" '0 3'
is 'strokes differ' "$(sed -nE 's/^path\.(performance|configuration|switch)\{(.*)\}$/\2/p' changes.html | sort -u | wc -l)" 3

make_log ab 2000 1 >ab.log
report ab.log >ab.html
sound 'two arms' ab.html
has 'two arms' ab.html 'Validation costs more than 10 % of the time.'

# ---- causes ----

python3 - >causes.log <<'END'
import json
for i in range(12000):
    message = ["frame %d: %d.5 pixels missing" % (i, i), "%d colours" % i][i % 3 == 0]
    print(json.dumps({"schema": 1, "type": "validation", "time": "2025-11-24T%02d:%02d:%02d.%06dZ" %
        (i // 3600, i // 60 % 60, i % 60, i), "id": "r%05d" % i, "host": "h", "program": "g", "arm": "test",
        "argv": ["g"], "output": {"path": "/o%d.gif" % i}, "sources": [], "validation_passed": False,
        "status": "failed", "validations": [{"validation_type": "file_integrity", "is_valid": False,
        "outcome": "fail", "error_message": message}], "validation_us": i}))
END
report causes.log >causes.html
sound '12,000 failures' causes.html
is 'of two causes' "$(grep -o '<span class="count">[^<]*</span> <span class="what">[^<]*<' causes.html | sed 's/<[^>]*>//g')" \
    '8,000 frame …: … pixels missing<
4,000 … colours<'
grep -oE '>r[0-9]{5}<' causes.html | sort >ids
is 'each is there once' "$(wc -l <ids) $(uniq -d ids | wc -l)" '10000 0'
has 'the oldest are counted and not listed' causes.html 'The oldest 2,000 failures are counted and not listed'
has 'the newest is the first' causes.html 'class="count">8,000'
if grep -q 'r01999' causes.html; then not_ok 'the oldest are left out'; else ok 'the oldest are left out'; fi

# ---- hostile texts ----

python3 "$HERE/hostile.py" >hostile.log
{ printf '{"schema":1,"type":"validation","time":"2025-11-24T12:59:00Z","program":"\377\300"}\n'
  printf '{"schema":1,"type":"validation","time":"2025-11-24T12:59:00Z","program":"\\ud800"}\n'; } >>hostile.log
evil=$(printf 'state<i>\377\342\200\256')
mkdir "$evil"
GIFLAB_VALIDATION_STATE_DIR=$WORK/$evil "$GIFVET" report hostile.log --output hostile.html 2>hostile.err
is 'hostile texts' "$? $(cat hostile.err)" '0 gifvet report: hostile.log: 2 lines of 20 were not records'
sound 'hostile texts' hostile.html
has 'are shown' hostile.html '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;amp;'
# shellcheck disable=SC1003 # the backslash as it is
has 'marks of direction and control characters too' hostile.html '\u202egnp.exe\u2066\u200f\x1b[31m\x07'
has 'a path of this host as well' hostile.html 'state&lt;i&gt;\xff\u202e'
has 'arguments are words of a shell' hostile.html '&#39;it&#39;\&#39;&#39;s&#39; &#39;&#39; &#39;a b&#39;'

# ---- time zones ----

printf '{"schema":1,"type":"emergency","time":"2025-07-01T20:15:00.000000Z","id":"1","action":"disable"}\n' >summer.log
for zone in 'Asia/Kolkata 2025-07-02 01:45:00' 'America/New_York 2025-07-01 16:15:00' 'UTC 2025-07-01 20:15:00'; do
    [ -e "/usr/share/zoneinfo/${zone%% *}" ] || { skip "$zone" 'no such zone here'; continue; }
    TZ=${zone%% *} "$GIFVET" report summer.log >zone.html
    has "$zone" zone.html "<time datetime=\"2025-07-01T20:15:00Z\">${zone#* }</time>"
done
TZ='<+0530>-5:30' "$GIFVET" report a.log >zone.html
has 'the zone is said' zone.html 'times are of the zone +0530 (+05:30)'
sound 'half hours' zone.html

# ---- where it goes ----

# refused NAME LINE ARGUMENT...: exit 2, that one line, no page.
refused() {
    name=$1 line=$2
    shift 2
    "$GIFVET" report "$@" >refused.out 2>refused.err </dev/null
    is "$name" "$? $(cat refused.err)$(wc -c <refused.out)" "2 gifvet report: ${line}0"
}
mkdir there
echo before >old.html
refused 'a directory' 'there is a directory' a.log --output there
refused 'no such directory' 'nowhere: No such file or directory' a.log --output nowhere/x.html
refused 'below a file' 'old.html/x.html: Not a directory' a.log --output old.html/x.html
refused 'a name that is none' '--output takes a file, not there/' a.log --output there/
refused 'a device stays one' '/dev/null is no regular file' a.log --output /dev/null
refused 'a value is missing' '--output needs a value' a.log --output
refused 'megabytes' '--max-mb takes a number of megabytes, 0 to 1000, not 1e3' a.log --max-mb 1e3
refused 'unknown' 'unknown option --nonsense' --nonsense
refused 'since' '--since takes a time (2026-11-24T13:00, in UTC), how long ago (24h, 7d) or seconds since 1970, not x' --since x
refused 'no log' 'nowhere: No such file or directory' nowhere
if [ "$(id -u)" -ne 0 ]; then
    chmod 555 there
    refused 'unwritable' 'there: Permission denied' a.log --output there/x.html
fi
(trap '' XFSZ; ulimit -f 20; report a.log --output old.html 2>full.err)
is 'a full disk' "$? $(cat full.err)" '2 gifvet report: old.html cannot be written: File too large'
is 'leaves what was there' "$(cat old.html) $(find . -name '.*.new' | wc -l)" 'before 0'
report a.log --output=old.html
is 'and is replaced' "$? $(stat -c %a old.html)" '0 600'
if report a.log >/dev/full 2>full.err; then not_ok 'no room on standard output'; else
    has 'no room on standard output' full.err 'gifvet report: cannot print: No space left'
fi
is 'not to a terminal' "$(script -qec "$GIFVET report a.log" /dev/null </dev/null | tr -d '\r')" \
    'gifvet report: standard output is a terminal: --output FILE.html takes the page'

# ---- nothing to say ----

: >empty.log
report empty.log >empty.html 2>empty.err
is 'an empty log' "$? $(cat empty.err)" '2 gifvet report: empty.log: is empty'
sound 'an empty log' empty.html
has 'says so' empty.html 'No failure is on record.'
has 'and that something is missing' empty.html 'Not all logs could be read in full'
GIFLAB_VALIDATION_STATE_DIR=$WORK/new "$GIFVET" report >new.html 2>new.err
is 'a new host' "$? $(wc -l <new.err)" '2 1'
sound 'a new host' new.html
has 'nothing was validated' new.html 'Nothing was validated in this time.'
