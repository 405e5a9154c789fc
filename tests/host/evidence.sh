#!/bin/sh
# What is kept of failed verdicts, and judged again from it: real compressors whose outputs are damaged
# by a defect of the machine (tests/enforce/saboteur.c), or that lose something themselves.
# shellcheck disable=SC2016 # commands for another shell
. "${0%/*}/lib.sh"
need gifsicle jq sha256sum
SABOTEUR=$BUILD/tests/libsaboteur.so
EVIDENCE=$GIFLAB_VALIDATION_STATE_DIR/evidence
export SABOTAGE=cut
gif ball in.gif
gif colors64 b.gif
gif two c.gif
gif noise big.gif
# On a busy machine a verdict may take so long that failures are no longer recorded: here it never is slow.
ini() { printf '%b' "[performance]\nslow_ms = 600000\nemergency_ms = 600000\n$1" >"$GIFLAB_VALIDATION_CONFIG"; }
alert='[validation]\nmode = alert\n'
clean() { rm -rf "$GIFLAB_VALIDATION_STATE_DIR"; }
# The log's verdicts; in mode alert other records stand between them.
judged() { [ ! -f "$LOG" ] || grep '"type":"validation"' "$LOG"; }
last() { judged | tail -n 1 | jq -r "$1"; }
bundles() { find "$EVIDENCE" -mindepth 1 -maxdepth 1 -name '[0-9a-f]*-*' 2>/dev/null | sort; }
count_bundles() { bundles | grep -c .; }
# is WHAT VALUE WANTED
is() { if [ "$2" = "$3" ]; then ok "$NAME: $1 is $3"; else not_ok "$NAME" "$1 is $2, not $3"; fi; }

# damaged NAME 'COMMAND': runs it as it is damaged, without gifvet and with it: the same files, output
# and status. Leaves the directories in $PLAIN and $WITH.
run_damaged() {
    mkdir -p "$1" && cp -p "$FIXTURES"/* "$1"/ || exit 2
    (
        cd "$1" || exit 2
        LD_PRELOAD="$2" sh -c "$3" </dev/null >"$1.stdout" 2>"$1.stderr"
        echo $? >"$1.status"
    )
}
damaged() {
    NAME=$1
    PLAIN=$WORK/$NAME/x WITH=$WORK/$NAME.with/x
    rm -rf "${WORK:?}/$NAME" "$WORK/$NAME.with"
    mkdir "$WORK/$NAME" "$WORK/$NAME.with"
    run_damaged "$PLAIN" "$SABOTEUR" "$2"
    run_damaged "$WITH" "$PRELOAD $SABOTEUR" "$2"
    if diff -r "$PLAIN" "$WITH" >/dev/null && cmp -s "$PLAIN.status" "$WITH.status" &&
        cmp -s "$PLAIN.stdout" "$WITH.stdout" && cmp -s "$PLAIN.stderr" "$WITH.stderr"
    then ok "$NAME: the host is as it was"; else
        not_ok "$NAME" "the host is not as it was: $(diff -r "$PLAIN" "$WITH" | head -n 2) $(head -n 2 "$WITH.stderr")"
    fi
}

# whole BUNDLE: all of its files, private, with their sums; the configuration is one.
whole() {
    (cd "$1" && sha256sum --quiet -c SHA256SUMS) >/dev/null 2>&1 || { echo "sums"; return 1; }
    if [ -n "$(find "$1" -type f ! -perm 600)" ] ||
        [ "$(stat -c %a "$1" "$EVIDENCE" "$EVIDENCE/objects" | sort -u)" != 700 ]
    then echo "rights: $(stat -c '%a %n' "$1"/* | tr '\n' ' ')" && return 1; fi
    "$GIFVET" config check "$1/config.ini" >/dev/null || { echo "config.ini"; return 1; }
    jq -e .argv "$1/request.json" >/dev/null || { echo "request.json"; return 1; }
    jq -e .validations "$1/record.json" >/dev/null || { echo "record.json"; return 1; }
}
all_whole() {
    for b in $(bundles); do
        why=$(whole "$b") || { not_ok "$NAME" "$b: $why"; return; }
    done
    ok "$NAME: $(count_bundles) whole bundles"
}

# holds OUTPUT SOURCE...: the last bundle is of these files, byte for byte, its record is the one in the log,
# and judging it again, elsewhere, changes nothing.
holds() {
    b=$(last .evidence.bundle)
    what=$1 n=0
    cmp -s "$b/output.gif" "$PLAIN/$1" || { not_ok "$NAME" "output.gif is not $1"; return; }
    shift
    for f in "$@"; do
        n=$((n + 1))
        cmp -s "$b/source-$n.gif" "$FIXTURES/$f" || { not_ok "$NAME" "source-$n.gif is not $f: $(ls "$b" 2>&1)"; return; }
    done
    judged | tail -n 1 | cmp -s - "$b/record.json" || { not_ok "$NAME" "record.json is not what the log has"; return; }
    why=$(whole "$b") || { not_ok "$NAME" "$why"; return; }
    ok "$NAME: evidence of $what from $*, byte for byte"
    rm -rf "$WORK/elsewhere"
    cp -r "$b" "$WORK/elsewhere"
    (cd / && env -i "$GIFVET" replay --as-recorded --json "$WORK/elsewhere") >"$WORK/replayed" 2>&1
    status=$?
    if [ $status = 1 ] && jq -e '.changes == [] and .validation_passed == false' "$WORK/replayed" >/dev/null
    then ok "$NAME: judged again elsewhere, it is as recorded"; else
        not_ok "$NAME" "judged again: $status, $(head -c 300 "$WORK/replayed")"
    fi
}

# ---- when ----

for row in 'shadow by_mode 0' 'shadow true 1' 'alert by_mode 1' 'alert true 1' 'alert false 0' 'enforce by_mode 1' 'enforce false 0'; do
    # shellcheck disable=SC2086 # three words
    set -- $row
    clean
    ini "[validation]\nmode = $1\n[evidence]\nkeep = $2\n"
    NAME=when_$1_$2
    run_damaged "$WORK/$NAME/x" "$PRELOAD $SABOTEUR" 'gifsicle -O2 in.gif -o out.gif'
    is bundles "$(count_bundles)" "$3"
    is 'evidence in the record' "$(last 'if .evidence.bundle then 1 else 0 end')" "$3"
done
clean
ini "${alert}[evidence]\ndirectory =\n"
NAME=nowhere
run_damaged "$WORK/$NAME/x" "$PRELOAD $SABOTEUR" 'gifsicle -O2 in.gif -o out.gif'
is bundles "$(count_bundles)" 0
ini "${alert}[log]\n"
SABOTAGE='' damaged sound 'gifsicle -O2 in.gif -o out.gif'
is bundles "$(count_bundles)" 0
clean
ini "[validation]\nmode = alert\nlog_validation_failures = false\n"
damaged unlogged 'gifsicle -O2 in.gif -o out.gif'
is bundles "$(count_bundles)" 1
is 'recorded verdicts' "$(judged | grep -c .)" 0

# ---- what ----

ini "$alert"
clean
damaged gifsicle 'gifsicle -O2 --lossy=40 in.gif -o out.gif'
holds out.gif in.gif
damaged in_place 'gifsicle -b -O2 in.gif'
holds in.gif in.gif
damaged merged 'gifsicle --merge in.gif b.gif c.gif -o out.gif'
holds out.gif in.gif b.gif c.gif
damaged stdout 'gifsicle -O2 <in.gif >out.gif'
holds out.gif in.gif
SABOTAGE=flip damaged flipped 'gifsicle -O1 in.gif -o out.gif'
holds out.gif in.gif
SABOTAGE=empty damaged emptied 'gifsicle -O1 in.gif -o out.gif'
holds out.gif in.gif
command -v ffmpeg >/dev/null && damaged ffmpeg 'ffmpeg -loglevel quiet -nostdin -i in.gif out.gif' && holds out.gif in.gif
[ -x /usr/bin/convert ] && damaged convert '/usr/bin/convert in.gif -layers optimize out.gif' && holds out.gif in.gif
command -v gm >/dev/null && damaged gm 'gm convert in.gif out.gif' && holds out.gif in.gif
command -v vips >/dev/null && damaged vips "vips copy 'in.gif[n=-1]' out.gif" && holds out.gif in.gif
/usr/bin/python3 -c 'import PIL' 2>/dev/null && damaged pillow "/usr/bin/python3 -c \"from PIL import Image; im = Image.open('in.gif'); im.save('out.gif', save_all=True)\"" && holds out.gif in.gif
NAME=all
all_whole
SABOTAGE='' GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 damaged overridden \
    "gifsicle in.gif '#0-6' -o out.gif"
holds out.gif in.gif
b=$(last .evidence.bundle)
is 'the ratio in config.ini' "$(sed -n 's/^ratio = //p' "$b/config.ini")" 0.5
ini "[validation]\nmode = enforce\n"
clean
NAME=enforced
run_damaged "$WORK/$NAME/x" "$PRELOAD $SABOTEUR" 'gifsicle -b -O2 in.gif'
PLAIN=$WORK/in_place/x
holds in.gif in.gif
is action "$(last .action)" rejected

# ---- kept once, and no more than may be ----

ini "$alert"
clean
damaged once 'for i in 1 2 3 4 5 6; do gifsicle -O$((i % 3)) in.gif -o out$i.gif; done'
is bundles "$(count_bundles)" 6
is 'inodes of the source' "$(stat -c %i "$EVIDENCE"/*-*/source-1.gif | sort -u | grep -c .)" 1
is 'inodes of the configuration' "$(stat -c %i "$EVIDENCE"/*-*/config.ini | sort -u | grep -c .)" 1
ini "${alert}[evidence]\nmax_bundles = 4\n"
clean
damaged bounded 'for i in 1 2 3 4 5 6 7 8 9; do gifsicle -O2 in.gif -o out$i.gif; done'
is bundles "$(bundles | xargs -n 1 basename | tr '\n' ' ')" "$(judged | jq -r .id | tail -n 4 | tr '\n' ' ')"
is 'objects of nobody' "$(find "$EVIDENCE/objects" -links 1 -type f | grep -c .)" 0
all_whole
# 1 MiB: the source once, and as many outputs as there is room for.
ini "${alert}[evidence]\nmax_mb = 1\n"
clean
size=$(stat -c %s "$FIXTURES/big.gif")
damaged bounded_bytes "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do gifsicle --delay \$i big.gif -o out\$i.gif; done"
used=$(find "$EVIDENCE" -type f -printf '%i %s\n' | sort -u | awk '{ n += $2 } END { print n }')
kept=$(count_bundles)
if [ "$used" -le 1048576 ] && [ "$used" -gt $((1048576 - size - 60000)) ] && [ "$kept" -lt 24 ]; then ok "$NAME: $kept bundles take $used bytes"; else
    not_ok "$NAME" "$kept bundles take $used bytes of 1048576; the source has $size"
fi
is bundles "$(bundles | xargs -n 1 basename | tr '\n' ' ')" "$(judged | jq -r .id | tail -n "$kept" | tr '\n' ' ')"
all_whole
clean
head -c 1100000 /dev/zero >>"$FIXTURES/big.gif"
damaged too_large 'gifsicle -O2 big.gif -o out.gif'
is bundles "$(count_bundles)" 0
is problem "$(last '.evidence.problems[0]')" 'the evidence is larger than evidence.max_mb'
rm "$FIXTURES/big.gif"

# ---- many at once ----

at_once() {
    seq 1 80 | (cd "$FIXTURES" && LD_PRELOAD="$PRELOAD $SABOTEUR" xargs -P 8 -I @ gifsicle -O2 in.gif -o "$WORK/once/@.gif")
}
ini "$alert"
clean
NAME=at_once
mkdir -p "$WORK/once"
at_once
is bundles "$(count_bundles)" 80
is 'records that name one' "$(judged | jq -r .evidence.bundle | while read -r b; do [ -f "$b/SHA256SUMS" ] && echo; done | wc -l)" 80
is 'inodes of the source' "$(stat -c %i "$EVIDENCE"/*-*/source-1.gif | sort -u | grep -c .)" 1
all_whole
clean
ini "${alert}[evidence]\nmax_bundles = 5\n"
NAME=at_once_bounded
at_once
is bundles "$(count_bundles)" 5
is records "$(judged | jq -r .evidence.bundle | grep -c /)" 80
all_whole
is 'what is left beside them' "$(find "$EVIDENCE" -name '.*' | grep -c .)" 0

# Killed at random moments, 8 at a time.
NAME=killed_at_random
clean
ini "$alert"
/usr/bin/python3 - "$PRELOAD $SABOTEUR" "$FIXTURES/in.gif" "$WORK/once" <<'EOF'
import os, random, subprocess, sys, time
host = dict(os.environ, LD_PRELOAD=sys.argv[1])
draw = random.Random()
def start(n):
    return subprocess.Popen(["gifsicle", "-O2", sys.argv[2], "-o", f"{sys.argv[3]}/{n}.gif"], env=host)
began = time.monotonic()
start(0).wait()
whole = time.monotonic() - began
for n in range(40):
    some = [start(i) for i in range(8)]
    time.sleep(draw.uniform(0, whole * 4))
    for p in some:
        p.kill()
    for p in some:
        p.wait()
EOF
all_whole
(cd "$FIXTURES" && LD_PRELOAD="$PRELOAD $SABOTEUR" gifsicle -O2 in.gif -o "$WORK/once/x.gif")
is 'what is left beside them after the next run' "$(find "$EVIDENCE" -name '.*' | grep -c .)" 0
is 'objects of nobody' "$(find "$EVIDENCE/objects" -links 1 -type f | grep -c .)" 0

# ---- where it cannot be kept ----

# unkept NAME WHY: evidence could not be kept, and the record says why; the host is as it was.
unkept() {
    why=$2
    rm -f "$LOG"
    damaged "$1" "${3:-gifsicle -O2 in.gif -o out.gif}"
    is 'the bundle' "$(last .evidence.bundle)" null
    case $(last '.evidence.problems | join("; ")') in
        *"$why"*) ok "$NAME: $why" ;;
        *) not_ok "$NAME" "the record says $(last .evidence)" ;;
    esac
    is 'named bundles' "$(count_bundles)" 0
}
ini "$alert"
clean
mkdir -p "$GIFLAB_VALIDATION_STATE_DIR"
touch "$EVIDENCE"
unkept a_file 'Not a directory'
rm "$EVIDENCE"
ln -s "$EVIDENCE" "$EVIDENCE"
unkept a_loop 'symbolic links'
rm "$EVIDENCE"
mkdir -m 777 "$EVIDENCE"
unkept everybodys 'not permitted'
chmod 770 "$EVIDENCE"
unkept a_groups 'not permitted'
rmdir "$EVIDENCE"
unkept limited 'File too large' "ulimit -f 20; trap '' XFSZ; gifsicle -O2 in.gif -o out.gif"
is 'what is left' "$(find "$EVIDENCE" -type f | grep -c .)" 0
if [ "$(id -u)" = 0 ]; then
    rm -rf "$EVIDENCE"
    mkdir "$EVIDENCE" && chown 65534 "$EVIDENCE"
    unkept anothers 'not permitted'
    rm -rf "$EVIDENCE"
    mkdir "$EVIDENCE"
    if mount -t tmpfs -o size=40k,mode=700 none "$EVIDENCE" 2>/dev/null; then
        trap 'umount "$EVIDENCE" 2>/dev/null; rm -rf "$WORK"' EXIT
        unkept full 'No space left'
        is 'what is left' "$(find "$EVIDENCE" -type f | grep -c .)" 0
        mount -o remount,ro "$EVIDENCE"
        unkept read_only 'Read-only'
        umount "$EVIDENCE"
        trap 'rm -rf "$WORK"' EXIT
    else
        skip full "no tmpfs can be mounted"
    fi
fi
# Bytes go to no place that a link leads to.
rm -rf "$EVIDENCE"
mkdir -m 700 "$EVIDENCE" "$WORK/target"
ln -s "$WORK/target" "$EVIDENCE/objects"
damaged linked_objects 'gifsicle -O2 in.gif -o out.gif'
is bundles "$(count_bundles)" 1
is 'what is behind the link' "$(find "$WORK/target" -type f | grep -c .)" 0
rm "$EVIDENCE/objects"

# ---- judged again ----

cd "$WORK" || exit 2
run() { # run NAME STATUS ARGUMENTS...: of gifvet replay
    NAME=$1
    status=$2
    shift 2
    "$GIFVET" replay "$@" >out 2>err </dev/null
    is 'exit status' $? "$status"
}
says() { if grep -qF -- "$2" "$1"; then ok "$NAME: says '$2'"; else not_ok "$NAME" "does not say '$2': $(head -n 6 "$1" | tr '\n' ';')"; fi; }
clean
ini "$alert"
SABOTAGE='' GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 damaged for_replay \
    "gifsicle in.gif '#0-6' -o out.gif"
b=$(last .evidence.bundle)
id=$(last .id)
run replay 1 "$b"
says out 'nothing changed'
run replay_id 1 "$id"
says out 'nothing changed'
run replay_as_recorded 1 --as-recorded "$b/"
says out 'judged as recorded'
loose='timing_duration_diff_ms = 600000\ntiming_max_drift_ms = 600000\ntiming_alignment_accuracy_min = 0\n[quality]\nenabled = false\n'
ini "${alert}frame_ratio_tolerance = 0.4\n$loose"
run replay_tolerant 0 "$id"
says out 'passed'
says out 'changed: validation_passed: false -> true'
says out 'changed: status: failed -> passed'
says out 'changed: frame_count.outcome: fail -> pass'
says out 'changed: validation.frame_ratio_tolerance: 0.05 -> 0.4'
run replay_tolerant_recorded 1 --as-recorded "$id"
says out 'nothing changed'
run replay_json 0 --json "$id"
if jq -e '.type == "replay" and .id == $id and .recorded_passed == false and .validation_passed == true and
    (.validations | length) == 7 and any(.changes[]; .what == "frame_count.outcome" and .recorded == "fail" and .now == "pass")' \
    --arg id "$id" out >/dev/null; then ok "$NAME: one JSON object"; else not_ok "$NAME" "$(head -c 400 out)"; fi
printf '[validation]\nmax_file_size_mb = 0.001\n' >small.ini
run replay_config 2 -c small.ini "$id"
says out 'larger than validation.max_file_size_mb'
ini "$alert${loose}[environment:blue]\nvalidation.frame_ratio_tolerance = 0.4\n[program:gifsicle]\nvalidation.color_count_tolerance = 7\n"
run replay_overlay 1 "$id"
says out 'validation.color_count_tolerance: 2 -> 7'
DEPLOYMENT_ENV=blue run replay_environment 0 "$id"
ini "$alert"
clean
DEPLOYMENT_ENV=blue damaged from_blue 'gifsicle -O2 in.gif -o out.gif'
b=$(last .evidence.bundle)
printf '[environment:blue]\nvalidation.max_fps = 7\n' >"$GIFLAB_VALIDATION_CONFIG"
run replay_its_environment 1 "$b"
says out 'validation.max_fps: 60 -> 7'
ini "$alert"

# ---- what is no bundle ----

# bad NAME [ARGUMENTS]: exit status 2, one line.
bad() {
    name=$1
    shift
    run "bad_$name" 2 "$@"
    is 'lines of complaint' "$(wc -l <err)" 1
    is 'lines of output' "$(wc -l <out)" 0
}
# spoiled NAME 'COMMAND' SAYS: a copy of the bundle, spoiled by COMMAND in it.
spoiled() {
    rm -rf spoiled
    cp -r "$b" spoiled
    (cd spoiled && eval "$2")
    bad "$1" spoiled
    says err "$3"
}
resum() { sha256sum ./*.gif ./*.json ./*.ini | sed 's,\./,,' >SHA256SUMS; }
bad nothing
bad empty_name ''
bad two "$b" "$b"
bad option --nonsense "$b"
bad no_value "$b" -c
bad both --as-recorded -c small.ini "$b"
bad missing /nonexistent/bundle
bad unknown_id 66118e6349baf-13a3-1
bad file "$b/output.gif"
says err 'not a directory'
bad elsewhere "$FIXTURES"
says err 'SHA256SUMS'
bad configuration -c /nonexistent "$b"
spoiled no_sums 'rm SHA256SUMS' 'SHA256SUMS: No such file'
spoiled empty_sums ': >SHA256SUMS' 'is no list of'
spoiled short_sums 'truncate -s -3 SHA256SUMS' 'is cut short'
spoiled binary_sums 'head -c 3000 /dev/urandom >SHA256SUMS' 'SHA256SUMS'
spoiled text_sums 'echo hello >SHA256SUMS' 'SHA256SUMS:1: is no line'
spoiled large_sums 'head -c 200000000 /dev/zero >SHA256SUMS' 'is no list of'
spoiled foreign_sums 'sed -i "s,  output.gif,  ../output.gif," SHA256SUMS' 'is no line'
spoiled other_sums 'sed -i "s,  output.gif,  other.gif," SHA256SUMS; mv output.gif other.gif' 'names other.gif'
spoiled twice 'grep output SHA256SUMS >x; cat x >>SHA256SUMS' 'names output.gif'
spoiled incomplete 'grep -v output SHA256SUMS >x; mv x SHA256SUMS' 'not whole'
spoiled fifo 'rm output.gif; mkfifo output.gif' 'not a regular file'
for f in output.gif source-1.gif record.json request.json config.ini; do
    spoiled "no_$f" "rm $f" "$f: No such file"
    spoiled "cut_$f" "truncate -s -1 $f" "$f: is damaged"
    spoiled "emptied_$f" ": >$f" "$f: is damaged"
    spoiled "flipped_$f" "printf X | dd of=$f bs=1 seek=20 conv=notrunc 2>/dev/null" "$f: is damaged"
done
for f in record.json request.json; do
    spoiled "garbage_$f" "echo '{' >$f; resum" "$f: is no JSON object"
    spoiled "foreign_$f" "echo '{}' >$f; resum" "$f: is not the re"
    spoiled "array_$f" "echo '[1]' >$f; resum" "$f: is no JSON object"
done
spoiled mixed "sed -i 's/\"id\":\"6/\"id\":\"7/' request.json; resum" 'the ids differ'
spoiled sources "rm source-1.gif; resum" 'has 0 sources, 1 were judged'
spoiled words "sed -i 's/\"-O2\"/7/' request.json; resum" 'an argument that is no text'
# Recorded by a gifvet that read the command line otherwise.
rm -rf spoiled
cp -r "$b" spoiled
(cd spoiled && sed -i 's/"lossless":true/"lossless":false/' record.json && sed -i 's/"gifvet":"[^"]*"/"gifvet":"0.0.1"/' request.json && resum)
run other_gifvet 1 --as-recorded spoiled
says out 'changed: request.lossless: false -> true'
says out 'changed: gifvet: 0.0.1 -> '
rm -rf spoiled
cp -r "$b" spoiled
(cd spoiled && sed -i 's/^max_fps = .*/max_fps = many/' config.ini && resum)
bad configuration_of_then --as-recorded spoiled
says err 'validation.max_fps'
chmod 000 spoiled/output.gif
[ "$(id -u)" = 0 ] || bad unreadable spoiled
