#!/bin/sh
# What all commands print: JSON that names its schema, times with their offset, colour and widths
# that fit where they are read.
. "${0%/*}/../operate/lib.sh"
need gifsicle jq script python3
cd "$WORK" || exit 2
gif ball in.gif && gif ball@black wrecked.gif
cp "$FIXTURES"/*.gif .
head -c 2000 in.gif >cut.gif

# A host with something of everything: verdicts, failures, checkpoints, evidence, an alert.
export GIFLAB_VALIDATION_CONFIG="$WORK/here.ini"
printf '[validation]\nmode = alert\n[rollout]\nphase = shadow\n' >here.ini
mkdir -p state && chmod 700 state
for i in 1 2 3 4 5 6; do "$GIFVET" run gifsicle -O2 in.gif -o "out$i.gif"; done
for i in 1 2; do
    GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 "$GIFVET" run gifsicle in.gif -o "half$i.gif"
done
"$GIFVET" config checkpoint 'the first' >/dev/null
"$GIFVET" disable --reason 'a test' >/dev/null && "$GIFVET" enable >/dev/null
ID=$(jq -r 'select(.validation_passed == false) | .id' "$LOG" | head -n 1)
if [ -n "$ID" ]; then ok "there is a failure"; else not_ok "there is a failure" "$(tail -c 300 "$LOG")"; fi
"$GIFVET" disable --reason 'for status and doctor' >/dev/null

passes() { # NAME COMMAND
    promise=$1
    shift
    if "$@"; then ok "$promise"; else not_ok "$promise"; fi
}

# ---- JSON ----
json() { # TYPE COMMAND...
    type=$1
    shift
    TZ=Asia/Kolkata "$GIFVET" "$@" >out 2>err
    if jq -es --arg type "$type" 'length > 0 and all(.schema == 1 and .type == $type)' out >/dev/null; then
        ok "$1 $2: schema 1, $type"
    else not_ok "$1 $2" "not of schema 1 and type $type: $(head -c 200 out) $(head -n 1 err)"; fi
    # Programs get UTC, whatever the zone.
    if grep -qE '[0-9]T[0-9]{2}:[0-9]{2}(:[0-9.]+)?(\+05:30)' out; then not_ok "$1 $2: UTC" "$(grep -oE '[^ ]*\+05:30' out | head -n 1)"; else
        ok "$1 $2: no times of a zone"
    fi
}
mkdir s o && cp in.gif s/a.gif && cp out1.gif o/a.gif
json check check --json in.gif out1.gif
json audit check --recursive --json s o
json config_check config check --json here.ini
printf '[validation]\nmin_fps = x\n[nonsense]\ny = "\n' >bad.ini
json config_check config check bad.ini --json
if [ "$(jq '.problems | length' out)" -ge 2 ] && [ "$(jq '.problems[0].line' out)" = 2 ]; then ok "config check --json: problems with their lines"; else not_ok "config check --json" "$(cat out)"; fi
json config config show --json --program gifsicle
if jq -e --arg file "$WORK/here.ini:2" '.settings | map(select(.section == "validation" and .key == "mode")) | .[0] == {section: "validation", key: "mode", value: "alert", from: $file}' out >/dev/null; then ok "config show --json: value and origin"; else not_ok "config show --json" "$(jq -c '.settings[1]' out)"; fi
json config_list config list --json
json doctor doctor --json gifsicle
if jq -e '.items | map(select(.item == "kill switch" and .answer == "bad" and (.says | contains("Z, by")))) | length == 1' out >/dev/null; then ok "doctor --json: item, answer, words"; else not_ok "doctor --json" "$(jq -c '.items[0]' out)"; fi
json gate gate --json
json health health --json
json investigate investigate --json
json ab ab --json
json plan plan --json --daily-operations 1000 --workers 1
json replay replay --json "$ID"
json rescue rescue --json
json status status --json
json summary summary --json
json watch watch --json --count 2 --interval 0.1
"$GIFVET" log --json >out
same_records() { if [ "$(jq -c . "$1" | sort)" = "$(jq -c . "$2" | sort)" ]; then ok "$3"; else not_ok "$3" "$(wc -l <"$1") and $(wc -l <"$2") lines"; fi; }
same_records out "$LOG" "log --json: the records"
"$GIFVET" log --json --failed >out
if jq -es 'length == 2 and all(.validation_passed == false)' out >/dev/null; then ok "log --json --failed"; else not_ok "log --json --failed" "$(wc -l <out)"; fi

# Every command with --json in its help was asked for it.
for command in $("$GIFVET" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    "$GIFVET" "$command" --help 2>/dev/null | grep -q -- '--json' || continue
    case $command in
        check | config | doctor | gate | health | investigate | ab | plan | replay | rescue | status | summary | watch | log | preflight)
            ok "$command: its JSON is tried (preflight's: tests/operate/preflight.sh)" ;;
        *) not_ok "$command has --json, which is not tried here" ;;
    esac
done

# ---- times ----
texts="health:summary:status:doctor:config list:log:gate:investigate:watch --count 1:config diff"
each() { # WHAT IS DONE WITH EACH
    rest=$texts:
    while [ -n "$rest" ]; do
        "$1" "${rest%%:*}"
        rest=${rest#*:}
    done
}
offsets() { # COMMAND
    # shellcheck disable=SC2086 # a command and its options
    TZ=Asia/Kolkata "$GIFVET" $1 >out 2>/dev/null
    bare=$(grep -oE '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?' out | grep -vE '\+05:30$' | head -n 1)
    if [ -z "$bare" ]; then ok "$1: times in the reader's zone, with its offset"; else not_ok "$1: a time" "$bare"; fi
}
each offsets
for command in health status doctor 'config list' log 'watch --count 1' gate; do
    passes "$command: has a time" sh -c "TZ=Asia/Kolkata $GIFVET $command 2>/dev/null | grep -q '+05:30'"
    passes "$command: Z in UTC" sh -c "TZ=UTC $GIFVET $command 2>/dev/null | grep -q '[0-9]Z'"
done
read_at=$(TZ=America/St_Johns "$GIFVET" health | sed -n 's/^  last output  *//p')
"$GIFVET" health --json >out
if [ "$(date -d "$read_at" +%s)" = "$(date -d "$(jq -r .figures.last_output out)" +%s)" ]; then ok "the same instant in both"; else not_ok "another instant" "$read_at"; fi
if TZ=Asia/Kolkata "$GIFVET" summary | head -n 1 | grep -q '^hour +05:30 '; then ok "summary: the hours' offset is in the head"; else not_ok "summary: its head"; fi
if "$GIFVET" investigate --since "$read_at" >/dev/null; then ok "--since takes such a time"; else not_ok "--since does not take it"; fi

# ---- terminals ----
escape=$(printf '\033')
plain() {
    # shellcheck disable=SC2086
    TERM=xterm "$GIFVET" $1 >out 2>err
    if LC_ALL=C grep -q "$escape" out err; then not_ok "$1: an escape sequence, and no terminal"; else ok "$1: no escape sequence without a terminal"; fi
}
each plain
plain "check in.gif cut.gif"
plain "replay $ID"
terminal() { # COLUMNS COMMAND
    script -qec "stty cols $1; $2" /dev/null </dev/null >typescript 2>&1
}
export TERM=xterm
for command in health status doctor "log --failed" "check in.gif cut.gif" "replay $ID"; do
    terminal 80 "$GIFVET $command"
    if grep -q "$escape\[3[123]m" typescript; then ok "$command: colour on a terminal"; else not_ok "$command: no colour on a terminal" "$(head -c 200 typescript)"; fi
    sed "s/$escape\[[0-9]*m//g; s/\r//" typescript >uncoloured
    NO_COLOR=1 terminal 80 "$GIFVET $command"
    if grep -q "$escape" typescript; then not_ok "$command: escape sequences with NO_COLOR"; else ok "$command: none with NO_COLOR"; fi
    tr -d '\r' <typescript >without
    case $command in
        check* | replay* | doctor | status | log*)
            if cmp -s uncoloured without; then ok "$command: the same words with colour and without"; else not_ok "$command: other words" "$(diff uncoloured without | head -n 3)"; fi ;;
    esac
    TERM=dumb terminal 80 "$GIFVET $command"
    if grep -q "$escape" typescript; then not_ok "$command: escape sequences on a dumb terminal"; else ok "$command: none on a dumb terminal"; fi
done
for columns in 50 80 200; do
    widest=0
    for command in check summary alert; do
        terminal "$columns" "$GIFVET $command --help"
        w=$(tr -d '\r' <typescript | awk '{ if (length($0) > m) m = length($0) } END { print m }')
        [ "$w" -le "$widest" ] || widest=$w
    done
    if [ "$widest" -le "$columns" ] && [ "$widest" -le 100 ]; then ok "help fits into $columns columns"; else not_ok "help in $columns columns" "$widest wide"; fi
done
# Programs' names are strangers': the columns behind them stand in line all the same.
"$GIFVET" enable >/dev/null
cp "$(command -v gifsicle)" '漢字é' && "$GIFVET" run ./漢字é in.gif -o wide.gif
"$GIFVET" summary >out
passes "summary: columns stand in line behind wide characters" python3 - out <<'END'
import sys, unicodedata
rows = open(sys.argv[1], encoding="utf-8").read().split("program, in all")[1].splitlines()[1:3]
width = [sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in r) for r in rows]
sys.exit(not (any("漢字" in r for r in rows) and width[0] == width[1]))
END
