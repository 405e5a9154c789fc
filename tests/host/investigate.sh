#!/bin/sh
# gifvet investigate and gifvet ab: what they say of logs whose truth is known, their figures against
# an independent computation, whatever else a log may be, and real compressors.
. "${0%/*}/lib.sh"
need python3 jq gzip gifsicle convert
HERE=$TOP/tests/host/investigate
cd "$WORK" || exit 2

make_log() { python3 "$HERE/make_log.py" "$@"; }
investigate() { "$GIFVET" investigate "$@"; }

# is NAME GOT WANTED
is() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$2', not '$3'"; fi; }
has() { if grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1" "no '$3' in: $(head -c 600 "$2" | tr '\n' ';')"; fi; }
same_figures() {
    if why=$(python3 "$HERE/figures.py" "$2" "$3" "$4"); then ok "$1"; else not_ok "$1" "$why"; fi
}

# ---- configurations that were kept ----

CHECKSUMS=
for i in 1 2 3 4 5 6 7 8; do
    printf '[sampling]\npercentage = %d\n' $((90 + i)) >"$GIFLAB_VALIDATION_CONFIG"
    "$GIFVET" config checkpoint "number $i" >/dev/null || not_ok checkpoint
    CHECKSUMS="$CHECKSUMS$(sha256sum "$GIFLAB_VALIDATION_CONFIG" | cut -c 1-16) "
done
: >"$GIFLAB_VALIDATION_CONFIG"
export CHECKSUMS

# ---- what is planted is found, in one line, and nothing else ----

# groups LOG.json: check, conditions, figures of each group found.
groups() { jq -r '.checks[] | .check as $c | .groups[] | "\($c) \(.group)"' "$1"; }

for scenario in lossy host source frames colors traits callers; do
    make_log $scenario 6000 1 >$scenario.log
    investigate --json $scenario.log >$scenario.json 2>$scenario.err || not_ok "$scenario" "$(cat $scenario.err)"
    same_figures "$scenario: figures as computed otherwise" investigate $scenario.log $scenario.json
done
is 'three conditions are one line' "$(groups lossy.json)" \
    'frame_count gifsicle, --lossy over 100, since checkpoint 7'
investigate lossy.log >lossy.text
has 'and read as such' lossy.text '    all are gifsicle, --lossy over 100, since checkpoint 7: '
GIFLAB_VALIDATION_STATE_DIR=$WORK/none "$GIFVET" investigate --json lossy.log >elsewhere.json 2>/dev/null
is 'where no configuration was kept, none has a number' "$(groups elsewhere.json | grep -c checkpoint)" 0
same_figures 'and what is said is right' investigate lossy.log elsewhere.json
is 'a host, and options with a canvas' "$(groups host.json | sort | tr '\n' ';')" \
    'color_count --colors up to 8, source frames over 100;quality_degradation host web3;'
is 'one source' "$(groups source.json)" 'file_integrity source /data/in/bad.gif'
is 'corruption is urgent' "$(jq -r '.checks[0].recommended.level' source.json)" URGENT
is 'each trait is one line, and the trait alone' "$(groups traits.json | sort)" "\
color_count configuration $(echo "$CHECKSUMS" | cut -d ' ' -f 6)
file_integrity version 1b94e275
frame_count environment green
geometry hour 03 UTC
loop_count operation optimization
quality_degradation canvas over 76800 pixels
timing_preservation performance mode degraded"
is 'width, height and executable' "$(groups callers.json | sort)" "\
file_integrity executable /opt/g
frame_count canvas width over 320 pixels
timing_preservation canvas height up to 120 pixels"
is 'who closed the file, by name and by address, and no one else' \
    "$(jq -r '.checks[] | select(.caller) | "\(.check) \(.caller.group)"' callers.json | sort)" "\
geometry closed by flush_blocks
loop_count closed by 0x51c4"
investigate callers.log >callers.text
has 'and said so' callers.text ' (100.0 %) were closed by flush_blocks, of other failures '
is 'tolerances come without groups' "$(groups frames.json; groups colors.json)" ''

claims=
for seed in 1 2 3 4 5 6 7 8; do
    if [ "$seed" -lt 3 ]; then kind=nothing; else kind=many; fi
    make_log $kind 3000 $seed >nothing.log
    investigate --json nothing.log >nothing.json
    claims="$claims$(groups nothing.json)$(jq -r '.checks[].caller // empty' nothing.json)"
done
is 'of failures at random nothing is claimed' "$claims" ''
same_figures 'and their figures are right' investigate nothing.log nothing.json

# ---- rotated, packed, several, standard input, since ----

mkdir rotated
split -n l/4 lossy.log rotated/part.
(cd rotated && mv part.ad v.jsonl && mv part.ac v.jsonl.1 && gzip -c part.ab >v.jsonl.2.gz &&
    head -n 700 part.aa | gzip -c >v.jsonl.10.gz && sed 1,700d part.aa | gzip -c >>v.jsonl.10.gz &&
    echo 'not ours' >v.jsonl.bak && rm part.*)
investigate --json rotated/v.jsonl >rotated.json
is 'rotated and packed files are read with the log' \
    "$(jq -c '[.files, .verdicts, .foreign_lines]' rotated.json)" '[4,6000,0]'
is 'and say the same' "$(jq -c .checks rotated.json)" "$(jq -c .checks lossy.json)"
investigate --json rotated/v.jsonl rotated/v.jsonl.1 rotated/* 2>/dev/null >twice.json
is 'a file named twice is read once' "$(jq .verdicts twice.json)" 6000
mv rotated/v.jsonl rotated/away
is 'a log that rotation took away is no mistake' \
    "$(investigate --json rotated/v.jsonl | jq .files)" 3
gzip -c lossy.log | investigate --json - >stdin.json
is 'packed standard input' "$(jq -c .checks stdin.json)" "$(jq -c .checks lossy.json)"
gzip -c lossy.log >misnamed.log
is 'gzip is told by content' "$(investigate --json misnamed.log | jq .verdicts)" 6000
since=$(jq -r -s '.[3000].time' lossy.log)
is 'since a moment' "$(investigate --json --since "$since" lossy.log | jq .verdicts)" 3000
is 'since long ago' "$(investigate --json --since=100000d lossy.log 2>/dev/null | jq .verdicts)" 6000
GIFLAB_VALIDATION_LOG=$WORK/lossy.log "$GIFVET" investigate --json >configured.json
is 'the configured log' "$(jq -c .checks configured.json)" "$(jq -c .checks lossy.json)"
investigate --json host.log >again.json
is 'twice the same, whichever thread met what' "$(cat again.json)" "$(cat host.json)"

# ---- bad input: one clear line, exit 2, what can be read is used ----

# bad NAME LINE VERDICTS ARGUMENT...
bad() {
    bad=$1 line=$2 verdicts=$3
    shift 3
    "$GIFVET" investigate --json "$@" >bad.json 2>bad.err </dev/null
    is "$bad: exit status" $? 2
    is "$bad: one line" "$(wc -l <bad.err)" 1
    has "$bad: says what" bad.err "$line"
    [ -z "$verdicts" ] || is "$bad: uses the rest" "$(jq .verdicts bad.json)" "$verdicts"
    "$GIFVET" ab "$@" >/dev/null 2>ab.err </dev/null
    is "$bad: ab too" "$? $(sed 's/gifvet ab/gifvet investigate/' ab.err)" "2 $(cat bad.err)"
    [ $# -eq 1 ] || return
    "$GIFVET" log "$1" >/dev/null 2>log.err </dev/null
    is "$bad: log too" "$? $(sed 's/gifvet log/gifvet investigate/' log.err)" "2 $(cat bad.err)"
}

: >empty
head -c 200000 /dev/urandom >random
printf 'GIF89a\0\0\0\n\0binary\n' >binary
cp /etc/passwd foreign
head -n 100 lossy.log | gzip -c | head -c 5000 >cut.gz
{ head -n 50 lossy.log; head -c 3000000 /dev/zero | tr '\0' 'x'; echo; sed -n 51,100p lossy.log; } >long
head -c 3000000 /dev/zero >endless
mkdir directory
mkfifo pipe
printf '\050\265\057\375data' >packed.zst
bad missing 'nowhere: No such file or directory' '' nowhere
bad empty 'empty: is empty' 0 empty
bad random 'random: no log: binary data' 0 random
bad binary 'binary: no log: binary data' 0 binary
bad foreign 'foreign: no log: none of its lines is a record' 0 foreign
bad truncated 'cut.gz: the gzip data end too early (after ' '' cut.gz
is 'truncated: what came before is used' "$([ "$(jq .verdicts bad.json)" -gt 10 ] && echo yes)" yes
bad huge_line 'long: 1 line of 101 was no record; 1 longer than any record is' 100 long
bad endless 'endless: no log: none of its lines is a record; 1 longer than any record is' 0 endless
bad directory 'directory: is a directory' '' directory
bad pipe 'pipe: is empty' 0 pipe
bad device '/dev/zero: is a device, not a log' '' /dev/zero
bad zstd 'packed.zst: holds zstd data' '' packed.zst
bad stdin 'standard input: is empty' 0 -
bad some 'nowhere: No such file or directory' 6000 nowhere lossy.log
if [ "$(id -u)" -ne 0 ]; then
    cp lossy.log locked
    chmod 0 locked
    bad unreadable 'locked: Permission denied' 0 locked
fi
printf '\033[31m' >"$(printf 'esc\033]0;name')"
bad hostile_name 'esc\x1b]0;name: no log' 0 "$(printf 'esc\033]0;name')"
for arguments in '--since yesterday' '--since' '--nonsense'; do
    # shellcheck disable=SC2086 # words
    "$GIFVET" investigate $arguments >/dev/null 2>bad.err
    is "usage: $arguments" "$? $(wc -l <bad.err)" '2 1'
done
python3 - lossy.log damaged.gz <<'EOF'
import gzip, sys
data = bytearray(gzip.compress(open(sys.argv[1], "rb").read()[:3000000]))
data[len(data) // 2] ^= 0xff
data[len(data) // 2 + 1] ^= 0xff
open(sys.argv[2], "wb").write(data)
EOF
bad damaged 'damaged.gz: the gzip data are damaged (after ' '' damaged.gz

{ head -n 5000 lossy.log; printf '{"half": \n\nno\n[1,2]\n'; tail -n 1000 lossy.log | sed -E '$s/$/ /'; } >some
investigate --json some >some.json 2>some.err
is 'lines that are no records are counted' "$? $(cat some.err)" \
    '0 gifvet investigate: some: 3 lines of 6,003 were not records'
is 'and spoil nothing' "$(jq -c .checks some.json)" "$(jq -c .checks lossy.json)"
{ cat lossy.log; head -n 1 lossy.log | sed 's/"schema":1/"schema":2/'; } >later
investigate --json later >later.json 2>later.err
has 'records of a later version are left out' later.err '1 of a later gifvet were left out'
is 'and not guessed at' "$(jq -c '[.verdicts, .later_records]' later.json)" '[6000,1]'

# ---- texts from the log do nothing to a terminal ----

sed 's,"host":"web3","host":"\\u001b[31mweb3\\u202e\\u0007",' host.log >hostile.log
investigate hostile.log >hostile.text 2>hostile.err
# shellcheck disable=SC1003 # the backslash as it is
has 'control characters are shown' hostile.text 'host \x1b[31mweb3\u202e\x07'
is 'and not sent' "$(LC_ALL=C tr -d '\12\40-\176' <hostile.text | wc -c)" 0

# ---- test against control ----

make_log ab 3000 1 >ab.log
"$GIFVET" ab --json ab.log >ab.json
same_figures 'ab: figures as computed otherwise' ab ab.log ab.json
is 'ab: 30 % are more than 10 %' "$(jq -r .costs_more_than_10_percent ab.json)" yes
"$GIFVET" ab ab.log >ab.text
has 'ab: in words' ab.text 'Validation costs more than 10 %: time changes by +'
jq -c 'if .arm == "test" then .elapsed_us = (.elapsed_us / 1.3 | floor) else . end' ab.log >same.log
"$GIFVET" ab --json same.log >same.json
same_figures 'ab: of equal arms' ab same.log same.json
is 'ab: equal arms' "$(jq -r .costs_more_than_10_percent same.json)" no
head -n 60 ab.log >few.log
"$GIFVET" ab --json few.log >few.json
same_figures 'ab: of few runs' ab few.log few.json
is 'ab: of few runs nothing is claimed' "$(jq -r .costs_more_than_10_percent few.json)" 'cannot tell'
"$GIFVET" ab lossy.log >none.text
has 'ab: without a control arm' none.text 'there is no record of the control arm'

# ---- real compressors ----

gif ball in.gif
gif noise big.gif
printf '[log]\ncontrol = true\n' >"$GIFLAB_VALIDATION_CONFIG"
cp "$FIXTURES"/*.gif .
for i in 1 2 3 4 5 6; do
    LD_PRELOAD=$PRELOAD gifsicle -O2 in.gif -o out$i.gif
    GIFLAB_VALIDATION_PERCENTAGE=0 LD_PRELOAD=$PRELOAD gifsicle -O2 in.gif -o out$i.gif
    GIFLAB_VALIDATION_RATIO=0.9 GIFLAB_VALIDATION_OPERATION=frame_reduction LD_PRELOAD=$PRELOAD \
        gifsicle -O2 in.gif '#0-1' -o less$i.gif
    (trap '' XFSZ; ulimit -f 200; LD_PRELOAD=$PRELOAD gifsicle -O2 big.gif -o cut$i.gif 2>/dev/null)
done
# It leaves out what it cannot read, and ends with 1.
LD_PRELOAD=$PRELOAD convert in.gif nowhere.gif some.gif 2>/dev/null
investigate --json >real.json
same_figures 'real records: figures as computed otherwise' investigate "$LOG" real.json
is 'real records: what failed' \
    "$(jq -c '[.verdicts, .failed, (.checks[] | select(.check == "frame_count").failed)]' real.json)" \
    "$(jq -c -s '[.[] | select(.type == "validation")] | [length,
        (map(select(.validation_passed == false)) | length),
        (map(select(any(.validations[]; .validation_type == "frame_count" and .is_valid == false))) |
            length)]' "$LOG")"
"$GIFVET" ab --json >real-ab.json
same_figures 'real records: arms' ab "$LOG" real-ab.json
is 'real records: and its process an exit' \
    "$(jq -c '[.test.exit_status, .control.exit_status]' real-ab.json)" '[{"0":18,"1":1},{"0":6}]'
is 'real records: every output has its time' \
    "$(jq -c '[.test.untimed, .control.untimed, .control.processes]' real-ab.json)" '[0,0,6]'
is 'real records: a time spans its validation' \
    "$(jq -s '[.[] | select(.type == "validation" and .elapsed_us <= .validation_us)] | length' "$LOG")" 0
