#!/bin/sh
# gifvet check --recursive: trees of real outputs, damaged ones, hostile names, and an audit that is
# killed, stopped, or whose workers fall.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq xmllint python3 script cc
AUDIT="$GIFVET check --recursive" # for sh -c
audit() { "$GIFVET" check --recursive "$@"; }
cd "$WORK" || exit 2
cc -D_GNU_SOURCE -shared -fPIC -O1 -Wall -Werror -o meddles.so "$TOP/tests/host/meddles.c" -ldl || exit 2
gif pixel pixel.gif
gif ball ball.gif
gif colors16 colors.gif
gif disposal2 disposal.gif

# Twelve ways to compress, each some 16 times under other names.
sources() { # COUNT DIRECTORY
    python3 - "$FIXTURES" "$@" <<'END'
import os, subprocess, sys
fixtures, count, at = sys.argv[1], int(sys.argv[2]), sys.argv[3]
made = []
for name in ("ball", "colors", "disposal"):
    for options in ((), ("-O1",), ("-O2",), ("-O3",)):
        source = f"{fixtures}/{name}.gif"
        run = subprocess.run(["gifsicle", *options, source], stdout=subprocess.PIPE, check=True)
        made.append((open(source, "rb").read(), run.stdout))
for i in range(count):
    below = ("", "a/", "a/b/", "z.dir/")[i % 4]
    for side, data in zip(("sources", "outputs"), made[i % len(made)]):
        os.makedirs(f"{at}/{side}/{below}", exist_ok=True)
        open(f"{at}/{side}/{below}{i:05d}.gif", "wb").write(data)
END
}
sources 200 . || exit 2

# What differs from run to run is time alone.
timeless() { jq -cS 'del(.. | .validation_us?, .time_us?, .mtime_us?)' "$@"; }
passes() { # NAME COMMAND
    promise=$1
    shift
    if "$@"; then ok "$promise"; else not_ok "$promise"; fi
}
same() { # NAME FILE FILE
    if cmp -s "$2" "$3"; then ok "$1"; else not_ok "$1" "$(diff "$2" "$3" | head -c 300)"; fi
}
total() { # NAME FILE EXPRESSION
    if jq -e "$3" "$2" >/dev/null; then ok "$1"; else not_ok "$1" "$(jq -c .summary "$2")"; fi
}

is all_pass 0 audit sources outputs
says out 'passed                           200'
says err '200 judged in'

# ---- what is not as it should be ----
head -c 500 outputs/00000.gif >short && mv short outputs/00000.gif
rm outputs/a/00001.gif outputs/a/b/00002.gif
: >outputs/a/b/00002.gif
cp outputs/00004.gif outputs/alone.gif
ln -s .. sources/a/loop
ln -s ../sources outputs/loop
ln -s nowhere outputs/00008.gif.tmp && rm outputs/00008.gif && mv outputs/00008.gif.tmp outputs/00008.gif
mkdir sources/dir.gif
rm outputs/00012.gif && mkfifo outputs/00012.gif
is damaged 1 audit sources outputs
says out 'FAILED      00000.gif'
says out '    file_integrity: '
says out 'FAILED      a/b/00002.gif'
says out 'no output   a/00001.gif'
says out 'no source   alone.gif'
says out 'not judged  00008.gif: the output: No such file or directory'
says out 'not judged  00012.gif: the output: not a regular file'
says out 'links not followed                 2'
says err 'sources/a/loop: a link to a directory, not followed'
if [ "$(grep -c '^FAILED' out)" = 2 ]; then ok "two of them failed"; else not_ok "two of them failed" "$(head -n 3 out)"; fi
rm outputs/00000.gif sources/00000.gif outputs/a/b/00002.gif sources/a/b/00002.gif
is not_paired 2 audit sources outputs
rm outputs/00008.gif sources/00008.gif outputs/00012.gif sources/00012.gif sources/a/00001.gif outputs/alone.gif
is paired_again 0 audit sources outputs

if [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null; then
    unprivileged() { "$@"; }
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$WORK"
        cp "$GIFVET" "$WORK/gifvet" && chmod 755 gifvet "$GIFLAB_VALIDATION_CONFIG"
        unprivileged() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    fi
    mkdir sources/shut outputs/shut && chmod 0 sources/shut
    chmod 0 outputs/00016.gif
    is unreadable 2 unprivileged "$WORK/gifvet" check --recursive sources outputs
    says err 'sources/shut: Permission denied'
    says out 'not judged  00016.gif: the output: Permission denied'
    says out 'directories not readable           1'
    chmod 755 sources/shut && chmod 644 outputs/00016.gif && rmdir sources/shut outputs/shut
else skip unreadable "root, and no setpriv"; fi

# ---- the same, with any number of workers, in every format ----
head -c 500 outputs/00004.gif >short && mv short outputs/00004.gif
for format in text json csv junit; do
    for j in 1 2 7; do audit sources outputs -j $j --format $format >"$format.$j" 2>/dev/null; done
    case $format in
        json) for j in 1 2 7; do timeless json.$j >"json.$j.t"; done ;;
        csv) for j in 1 2 7; do sed 's/,[0-9]*\r$//' csv.$j >"csv.$j.t"; done ;;
        junit) for j in 1 2 7; do sed 's/ time="[^"]*"//' junit.$j >"junit.$j.t"; done ;;
        *) for j in 1 2 7; do cp text.$j "text.$j.t"; done ;;
    esac
    same "$format: one worker says what two say" $format.1.t $format.2.t
    same "$format: one worker says what seven say" $format.1.t $format.7.t
done
total "json: the summary counts" json.1 '.schema == 1 and .type == "audit" and .summary.passed == 194 and
    .summary.failed == 1 and .summary.failures.file_integrity == 1 and .summary.left == 0 and
    ([.pairs[] | select(.validation_passed)] | length) == 194 and (.pairs | length) == .summary.pairs'
# shellcheck disable=SC2016 # jq's variable
total "json: pairs are sorted by the output" json.2 '[.pairs[].output.path] as $p | $p == ($p | sort)'
"$GIFVET" check --json sources/00004.gif outputs/00004.gif | jq -cS '.validations | del(.[].time_us)' >alone
jq -cS '.pairs[] | select(.output.path == "00004.gif") | .validations | del(.[].time_us)' json.1 >of_tree
same "a pair of a tree is judged as it is alone" alone of_tree
passes "junit is XML" xmllint --noout junit.1
if [ "$(xmllint --xpath 'concat(/testsuites/@tests, " ", /testsuites/@failures, " ", count(//testcase), " ", count(//failure))' junit.1)" = '195 1 195 1' ]; then ok "junit counts"; else not_ok "junit counts" "$(head -n 3 junit.1)"; fi
passes "csv is RFC 4180" python3 - csv.1 <<'END'
import csv, sys
text = open(sys.argv[1], newline="").read()
rows = list(csv.DictReader(text.splitlines(True), strict=True))
assert len(rows) == 195 and text.count("\r\n") == 196 and text.count("\n") == 196
assert [r["output"] for r in rows if r["result"] == "failed"] == ["00004.gif"]
assert "file_integrity" in next(r for r in rows if r["result"] == "failed")["failed_checks"].split()
END

# ---- hostile names ----
mkdir hostile hostile/s hostile/o
python3 - <<'END'
import os, shutil
names = [b"new\nline.gif", b'quo"te\'s.gif', b"bidi\xe2\x80\xaetxt.gif", b"bad\xff\xfe.gif", b"esc\x1b]0;x\x07.gif",
         b"<b>&amp;.gif", b"=1+1.gif", b"@SUM(A1).gif", b"-rf.gif", b"+x.gif", b"\xef\xbf\xbe\xef\xbf\xbf.gif", b"{name}.gif", b"%s%n.gif",
         b"comma, semi;.gif", b"]]>.gif", b"\tcell.gif", b".gif", b"wide\xe6\xbc\xa2.GIF"]
for n in names:
    shutil.copy("sources/a/00005.gif", b"hostile/s/" + n)
    open(b"hostile/o/" + n, "wb").write(open("outputs/a/00005.gif", "rb").read()[:500])
END
is hostile 1 audit hostile/s hostile/o
says out 'new\x0aline.gif'
says out 'bidi\u202etxt.gif'
steers() { LC_ALL=C grep -q "$(printf '[\001-\010\013-\014\016-\037\177]\|\302[\200-\237]\|\342\200\256')" "$1"; }
for format in text json csv junit; do
    audit hostile/s hostile/o --format $format >h.$format 2>h.err
    if steers h.$format; then not_ok "$format: steers the terminal"; else ok "$format: nothing steers the terminal"; fi
done
total "json: hostile names" h.json '.summary.failed == 18 and ([.pairs[].output.path] | index("new\nline.gif")) != null'
passes "junit: hostile names" xmllint --noout h.junit
if [ "$(xmllint --xpath 'string(//testcase[starts-with(@name, "<b>")]/@name)' h.junit)" = '<b>&amp;.gif' ]; then ok "junit: a name is the same read back"; else not_ok "junit: a name read back"; fi
passes "csv: hostile names, and none is a formula" python3 - h.csv <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline=""), strict=True))
names = {r["output"] for r in rows}
assert len(rows) == 18 and 'quo"te\'s.gif' in names and "'=1+1.gif" in names and "new\\x0aline.gif" in names
assert not any(v[:1] in "=+-@\t\r" and v for r in rows for k, v in r.items() if not k.endswith(("bytes", "us")))
END

# ---- patterns, and one directory ----
mkdir -p mapped/thumbs/a mapped/thumbs/a/b mapped/thumbs/z.dir one
(cd outputs && find . -name '*.gif') | while read -r f; do cp "outputs/$f" "mapped/thumbs/${f%.gif}-small.gif"; done
is map 1 audit --map 'thumbs/{dir}/{name}-small.gif' sources mapped
says out 'FAILED      thumbs/00004-small.gif from 00004.gif'
says out 'passed                           194'
is map_json 1 audit --map 'thumbs/{dir}/{name}-small.gif' --json sources mapped
figure "a record names both" '.pairs[0].output.path == "thumbs/00004-small.gif" and .pairs[0].source.path == "00004.gif"'
cp sources/a/00005.gif one/x.gif && cp outputs/a/00005.gif one/x.min.gif && cp sources/a/00005.gif one/y.gif
is one_directory 2 audit --map '{dir}/{name}.min.gif' one one
says out 'no output   y.min.gif'
says out 'passed                             1'
is one_directory_unmapped 2 audit one one
one_line
mkdir one/out && rm one/x.min.gif && cp outputs/a/00005.gif one/out/x.gif && cp outputs/a/00005.gif one/out/y.gif
is below 0 audit one one/out
says out 'passed                             2'
mkdir many many/a many/b flat && cp sources/a/00005.gif many/a/x.gif && cp sources/a/00005.gif many/b/x.gif && cp outputs/a/00005.gif flat/x.gif
is ambiguous 2 audit --map '{name}.gif' many flat
says out 'not judged  x.gif from a/x.gif: it is the output of several sources'
for bad in 'x.gif' '{nam}.gif' '{name}' '../{name}.gif' '/{name}.gif' '{name}{.gif' '{name}}.gif' ''; do
    is "map '$bad'" 2 audit --map "$bad" sources mapped
    one_line
done

# ---- requests and settings hold for every pair ----
mkdir -p half/s half/o
cp "$FIXTURES/ball.gif" half/s/1.gif && cp half/s/1.gif half/s/2.gif
gifsicle "$FIXTURES/ball.gif" '#0-9' -o half/o/1.gif && cp half/o/1.gif half/o/2.gif
is unasked 1 audit half/s half/o
is asked 0 audit --request "gifsicle in.gif #0-9" half/s half/o
printf '[validation]\nframe_ratio_tolerance = 1\nmax_file_size_mb = 0.001\n' >small.ini
is settings 2 audit -c small.ini half/s half/o
says out 'the source is larger than max_file_size_mb (0.00)'
for bad in '-j 0' '-j x' '-j 1000' '--format yaml' '--explain' '--pictures x' '--format csv --json' '--resume /' '--resume half/s/1.gif' '--resume /nonexistent/x' '--ratio 3'; do
    # shellcheck disable=SC2086 # an option and its value
    is "check --recursive $bad" 2 audit $bad half/s half/o
    one_line
done
is no_tree 2 audit half/s half/nowhere
one_line
mkdir empty
is no_gifs 2 audit empty empty
is no_gifs_at_all 2 audit empty "$WORK/state"
is not_recursive 2 "$GIFVET" check -j 2 half/s/1.gif half/o/1.gif
one_line
is no_room 2 sh -c "$AUDIT --json half/s half/o >/dev/full"
says err 'No space left'

# ---- a worker that falls ----
mkdir -p fall/s fall/o
for i in 1 2 3 4 5 6 7 8 9; do cp sources/a/00005.gif fall/s/$i.gif && cp outputs/a/00005.gif fall/o/$i.gif; done
cp sources/a/00005.gif fall/s/crash.gif && cp outputs/a/00005.gif fall/o/crash.gif
cp sources/a/00005.gif fall/s/3crash.gif && cp outputs/a/00005.gif fall/o/3crash.gif
cp sources/a/00005.gif fall/s/crash2.gif && cp outputs/a/00005.gif fall/o/crash2.gif
for j in 1 2; do
    is "fault -j $j" 2 env LD_PRELOAD="$WORK/meddles.so" "$GIFVET" check --recursive -j $j fall/s fall/o
    says out 'not judged  crash.gif: the judge was ended by signal 11 (Segmentation fault)'
    says out 'passed                            10'
    says out 'not judged                         2'
done

cp sources/a/00005.gif fall/s/hang.gif && cp outputs/a/00005.gif fall/o/hang.gif
printf '[validation]\nvalidation_timeout_ms = 100\n' >quick.ini
is hang 2 env LD_PRELOAD="$WORK/meddles.so" "$GIFVET" check --recursive -c quick.ini fall/s fall/o
says out 'not judged  hang.gif: the judge did not come to an end'

# ---- resume ----
N=195
is resume_first 1 audit --resume judged sources outputs
passes "every verdict is kept" [ "$(wc -l <judged)" = $N ]
audit --json sources outputs 2>/dev/null | timeless >whole
MEDDLE_TRACE=$WORK/trace LD_PRELOAD=$WORK/meddles.so "$GIFVET" check --recursive --json --resume judged sources outputs 2>/dev/null | timeless >again
same "what is on record is told as if it were judged" whole again
if [ -e trace ]; then not_ok "something was read again" "$(head -n 1 trace)"; else ok "nothing is judged again"; fi
touch outputs/a/00009.gif
MEDDLE_TRACE=$WORK/trace LD_PRELOAD=$WORK/meddles.so "$GIFVET" check --recursive --resume judged sources outputs >/dev/null 2>err
if [ "$(sort -u trace)" = a/00009.gif ]; then ok "what has changed is judged again, alone"; else not_ok "what has changed" "$(head -n 3 trace)"; fi
is resume_other_settings 1 audit --resume judged --operation lossy_compression sources outputs
says err "$N judged"

audit --json sources outputs 2>/dev/null | timeless >whole
killed() { # NAME OF THE OUTPUT AT WHICH IT IS KILLED
    rm -f judged trace.1 trace.2
    MEDDLE_KILL=$1 MEDDLE_TRACE=$WORK/trace.1 LD_PRELOAD=$WORK/meddles.so \
        sh -c "$AUDIT -j 2 --resume judged sources outputs" >/dev/null 2>&1
    [ $? = 137 ] || not_ok "killed at $1" "it was not"
    jq -r .output.path judged 2>/dev/null | sort >kept
    printf '{"schema":1,"type":"audit_pair","key":"0123' >>judged
    MEDDLE_TRACE=$WORK/trace.2 LD_PRELOAD=$WORK/meddles.so "$GIFVET" check --recursive --json --resume judged sources outputs 2>err | timeless >again
    sort -u trace.2 >read_again
    if [ -n "$(comm -12 kept read_again)" ]; then not_ok "killed at $1: judged twice" "$(comm -12 kept read_again | head -n 1)"; else
        ok "killed at $1: none of the $(wc -l <kept) that were done is judged again"
    fi
    if [ "$(sort -u kept read_again | wc -l)" = $N ]; then ok "killed at $1: none is lost"; else not_ok "killed at $1: lost"; fi
    same "killed at $1: the report is whole" whole again
    is "killed at $1: then all are on record" 1 audit --resume judged sources outputs
    says err '0 judged in'
}
killed 00020.gif
killed 00103.gif
killed 00197.gif
rm -f judged
is interrupted 130 sh -c "MEDDLE_STOP=00103.gif LD_PRELOAD=$WORK/meddles.so $AUDIT -j 2 --json --resume judged sources outputs"
figure "Ctrl-C: the report is whole, and says what is left" '.summary.left > 0 and .summary.left + (.pairs | length) == .summary.pairs'
passes "Ctrl-C: what is told is kept" [ "$(wc -l <judged)" -ge "$(jq '.pairs | length' out)" ]
is goes_on 1 audit --resume judged sources outputs
says out 'passed                           194'
is ignored 1 sh -c "trap '' INT; MEDDLE_STOP=00103.gif LD_PRELOAD=$WORK/meddles.so $AUDIT -j 2 sources outputs"
says out 'passed                           194'
# What could not be judged is tried again.
printf '[validation]\nmax_file_size_mb = 0.01\n' >small.ini
mkdir -p fat/s fat/o
cp "$FIXTURES/ball.gif" fat/s/ && cp "$FIXTURES/ball.gif" fat/o/
is unjudged 2 audit -c small.ini --resume fat/judged fat/s fat/o
says out 'not judged                         1'
passes "what could not be judged is not kept" [ ! -s fat/judged ]
{ head -n 5 judged; echo 'noise'; tail -n +6 judged; } >noisy
is noisy 1 audit --resume noisy sources outputs
says err 'noisy: lines that are no records are left out'
echo '# my notes' >notes && cp notes notes.then
is foreign 2 audit --resume notes sources outputs
same "another file is left alone" notes notes.then
passes "two audits do not share a file" python3 - "$GIFVET" <<'END'
import fcntl, subprocess, sys
f = open("judged", "r+")
fcntl.lockf(f, fcntl.LOCK_EX)
call = [sys.argv[1], "check", "--recursive", "--resume", "judged", "sources", "outputs"]
run = subprocess.run(call, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
sys.exit(run.returncode != 2 or b"another audit is using it" not in run.stderr)
END

# ---- names that lead elsewhere, places that cannot be looked at, a full disk ----
mkdir -p away/s away/o near/thumbs
cp "$FIXTURES/ball.gif" away/s/.gif && cp "$FIXTURES/ball.gif" away/s/...gif
cp "$FIXTURES/ball.gif" outside.gif && cp "$FIXTURES/ball.gif" away/outside.gif
is leads_out 2 audit --map "{name}$WORK/outside.gif" away/s away/o
says out 'sources without an output          2'
is leads_up 2 audit --map '{name}/outside.gif' away/s away/o
says out 'sources without an output          2'
cp "$FIXTURES/ball.gif" near/a.gif && gifsicle -O2 near/a.gif -o near/thumbs/a.gif
is one_directory 0 audit --map 'thumbs/{name}.gif' near near
says out 'passed                             1'
if [ "$(id -u)" = 0 ]; then
    mkdir -p locked/s locked/o/in/sub
    for name in a b c d e f; do cp "$FIXTURES/ball.gif" locked/s/$name.gif && ln -s ../s/$name.gif locked/o/$name.gif; done
    chmod 711 . && chmod 444 locked/o/in
    is locked 2 setpriv --reuid 65534 --clear-groups "$GIFVET" check --recursive locked/s locked/o
    says err 'in/sub'
else skip locked "only root may become another user"; fi
for full in "check $FIXTURES/ball.gif $FIXTURES/ball.gif" 'doctor --json' 'man gifvet.1'; do
    is "full: $full" 2 sh -c "$GIFVET $full >/dev/full"
    one_line
done

# ---- memory ----
sources 2000 large && sources 200 small || exit 2
passes "ten times the pairs, no more memory" python3 - "$GIFVET" <<'END'
import os, sys
def peak(at):
    pid = os.fork()
    if pid == 0:
        out = os.open("/dev/null", os.O_WRONLY)
        os.dup2(out, 1), os.dup2(out, 2)
        os.execv(sys.argv[1], [sys.argv[1], "check", "--recursive", "-j", "2", "--json", f"{at}/sources", f"{at}/outputs"])
    return os.wait4(pid, 0)[2].ru_maxrss
few, many = peak("small"), peak("large")
print(f"# peak memory: {few} KB for 200 pairs, {many} KB for 2,000")
sys.exit(many > few * 1.25 + 1024)
END

# ---- on a terminal ----
terminal() { # COMMAND
    script -qec "stty cols 60; $1" /dev/null </dev/null >typescript 2>&1
}
escape=$(printf '\033')
export TERM=xterm
terminal "$AUDIT sources outputs"
if grep -q '\[#*-*\]  *[0-9]* %  ' typescript; then ok "a bar on a terminal"; else not_ok "a bar on a terminal" "$(head -c 300 typescript)"; fi
if grep -q "${escape}\[31mFAILED" typescript; then ok "colour on a terminal"; else not_ok "colour on a terminal"; fi
if tr '\r' '\n' <typescript | sed "s/${escape}\[[0-9]*m//g" | grep ' left, \| of 195' | grep -q '.\{61\}'; then not_ok "the bar is wider than the terminal"; else ok "the bar fits"; fi
NO_COLOR=1 terminal "$AUDIT sources outputs"
if grep -q "$escape" typescript; then not_ok "colour with NO_COLOR"; else ok "no colour with NO_COLOR"; fi
TERM=dumb terminal "$AUDIT sources outputs"
if grep -q "$escape\|\[#*-*\]" typescript; then not_ok "TERM=dumb: a bar or colour"; else ok "TERM=dumb: neither bar nor colour"; fi
is no_terminal 1 audit sources outputs
if grep -q "$escape\|$(printf '\r')" out err; then not_ok "no terminal: escape sequences"; else ok "no terminal: no escape sequences"; fi
