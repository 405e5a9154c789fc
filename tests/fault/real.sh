#!/bin/sh
# Faults that really come about, with the object as it is released: a log that cannot be written, a
# configuration that goes while the host runs, files that others change while they are judged, a
# clock that is wrong, a kernel that kills. (Hosts: steps.c; the others: mutates.c.)
#
# LONG=1 changes files many times more.
. "${0%/*}/../host/lib.sh"
need gifsicle jq timeout setpriv strace
rounds=${LONG:+5000}
rounds=${rounds:-200}
release=$PRELOAD
cp "$BUILD/tests/fault/steps" "$BUILD/tests/fault/mutates" "$FIXTURES"/ || exit 2
gif two in.gif
gif ball other.gif
gif noise large.gif
gifsicle -O2 "$FIXTURES/in.gif" -o "$FIXTURES/alike.gif" || exit 2
printf '[limits]\nmemory_mb=128\n' >"$WORK/valid.ini"
printf '[limits\nmemory_mb=many\n' >"$WORK/broken.ini"
job='gifsicle -O2 in.gif -o out.gif'
is_root() { [ "$(id -u)" = 0 ]; }

# No verdict of this run is a failure: its outputs are sound.
none_failed() {
    n=$(count '.validation_passed == false')
    if [ "$n" = 0 ]; then ok "$NAME: nothing sound is said to have failed"; else
        not_ok "$NAME" "a sound output is said to have failed: $(summary | head -n 3 | tr '\n' ';')"
    fi
}

# A log whose every line is whole; with `torn`, but for the last one.
whole_lines() {
    torn=0
    [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ] || torn=1
    n=$(grep -c . "$1")
    grep . "$1" | head -n "$((n - torn))" | jq -c . >"$WORK/lines" 2>/dev/null
    if [ "$torn" = 1 ] && [ -z "${2:-}" ]; then not_ok "$NAME" "the log ends inside a line"
    elif [ "$(wc -l <"$WORK/lines")" = "$((n - torn))" ]; then ok "$NAME: $((n - torn)) whole lines"
    else not_ok "$NAME" "a line of the log is no JSON object"; fi
}

# ---- logs that cannot be written ----

both_logging() {
    export GIFLAB_VALIDATION_LOG="$2"
    both "$1" "timeout 20 $3"
    unset GIFLAB_VALIDATION_LOG
}

both_logging log_dev_full /dev/full "$job"
mkfifo "$WORK/fifo"
both_logging log_fifo "$WORK/fifo" "$job"
both_logging log_directory "$WORK" "$job"
echo kept >"$WORK/target"
ln -s "$WORK/target" "$WORK/link"
both_logging log_link "$WORK/link" "$job"
if [ "$(cat "$WORK/target")" = kept ]; then ok "$NAME: nothing is written through a link"; else
    not_ok "$NAME" "the link's target was written"
fi
both_logging log_below_file "$WORK/target/log.jsonl" "$job"

# A log that is larger than the host may write: the signal for that is not sent either.
head -c 40000 /dev/zero | tr '\0' '\n' >"$WORK/large.jsonl"
both_logging log_too_large "$WORK/large.jsonl" "sh -c 'ulimit -f 40; exec $job'"
if [ "$(wc -c <"$WORK/large.jsonl")" = 40000 ]; then ok "$NAME: the log is left as it was"; else
    not_ok "$NAME" "the log has grown"
fi

# The log goes away between two outputs.
both rotated "./steps read in.gif write out.gif run 'mv $LOG $LOG.1 2>/dev/null; true' write again.gif"
mv "$LOG.1" "$WORK/first.jsonl"
verdicts 1
whole_lines "$WORK/first.jsonl"

# A disk that fills up takes half a line at most, and when there is room again all goes on.
full_disk() {
    trap 'umount "$WORK/small"; rm -rf "$WORK"' EXIT
    small=$WORK/small/log.jsonl
    head -c 4096 /dev/zero >"$WORK/small/filler"
    both_logging log_full "$small" "sh -c 'for i in 1 2 3 4 5 6 7 8; do $job; done'"
    whole_lines "$small" torn
    rm "$WORK/small/filler"
    both_logging log_full_again "$small" "$job"
    if tail -n 1 "$small" | jq -e '.validation_passed' >/dev/null 2>&1
    then ok "$NAME: with room again, the next record is whole"
    else not_ok "$NAME" "with room again, the next record is lost"; fi
}
mkdir "$WORK/small"
if is_root && mount -t tmpfs -o size=16k none "$WORK/small" 2>/dev/null; then full_disk; else
    skip log_full "no tmpfs can be mounted"
fi

# A directory in which the host may write nothing.
unwritable() {
    NAME=log_unwritable
    is_root || { skip log_unwritable "not root"; return; }
    mkdir "$WORK/closed"
    chmod 755 "$WORK"
    cp "$release" "$WORK/libgifvet.so"
    PRELOAD=$WORK/libgifvet.so
    as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    both_logging log_unwritable "$WORK/closed/log.jsonl" "sh -c 'chmod 777 .; $as_nobody $job'"
    both_logging log_unreachable "/root/gifvet/log.jsonl" "sh -c 'chmod 777 .; $as_nobody $job'"
    PRELOAD=$release
    [ -z "$(ls "$WORK/closed")" ] || not_ok "$NAME" "there is a log"
    if mount --bind -o ro "$WORK/closed" "$WORK/closed" 2>/dev/null; then
        both_logging log_read_only "$WORK/closed/log.jsonl" "$job"
        umount "$WORK/closed"
    else
        skip log_read_only "nothing can be mounted"
    fi
}
unwritable

# ---- a disk that is slow ----

# However long the state takes to make: none of its descriptors stays behind in the host.
rm -f "$GIFLAB_VALIDATION_STATE_DIR"/state.v1
both disk_slow "strace -qq -o /dev/null -e trace=fallocate -e inject=fallocate:delay_exit=1500000 \
    ./steps read in.gif write out.gif run 'ls /proc/\$PPID/fd'"
if [ -f "$GIFLAB_VALIDATION_STATE_DIR"/state.v1 ]; then ok "$NAME: the state is there"; else
    not_ok "$NAME" "there is no state"
fi

# ---- configurations that come and go ----

# The one that was there at the start counts, for as long as the host runs.
cp "$WORK/valid.ini" "$GIFLAB_VALIDATION_CONFIG"
here=$GIFLAB_VALIDATION_CONFIG
both configuration_goes "cp $WORK/valid.ini $here; ./steps read in.gif write one.gif \
    run 'cp $WORK/broken.ini $here' write two.gif run 'rm $here' write three.gif \
    run 'mkdir $here' write four.gif; rmdir $here"
verdicts 4
if [ "$(count '.type == "config_error"')" = 0 ]; then ok "$NAME: nothing is wrong with it"; else
    not_ok "$NAME" "a mistake that was not there at the start is on record"
fi
for ini in "$WORK" "$WORK/fifo" "$WORK/none.ini" "$WORK/broken.ini" /dev/tty /dev/zero; do
    GIFLAB_VALIDATION_CONFIG=$ini
    both "configuration_${ini##*/}" "timeout 20 $job"
    verdicts 1
    if [ "$(count '.type == "config_error"')" = 1 ]; then ok "$NAME: its mistake is on record"; else
        not_ok "$NAME" "its mistake is not on record"
    fi
done
GIFLAB_VALIDATION_CONFIG=$here
: >"$here"

# ---- outputs and sources that others change: step by step ----

both output_emptied "./steps read in.gif start out.gif run ':>out.gif' end"
verdict out.gif in.gif only unknown false file_integrity+frame_count+geometry
if [ "$(count '.output.bytes == 0')" = 1 ]; then ok "$NAME: of the size that was judged"; else
    not_ok "$NAME" "another size is on record"
fi
both output_longer "./steps read in.gif start out.gif run 'echo >>out.gif' end"
none_failed
both output_unlinked "./steps read in.gif start out.gif run 'rm out.gif' end"
silent
both output_replaced "./steps read in.gif start out.gif run 'cp other.gif n; mv n out.gif' end"
silent
both output_half "./steps read in.gif half out.gif twice end rest end"
verdicts 1
verdict out.gif in.gif only unknown true

both source_overwritten_later "./steps read in.gif run 'cp other.gif in.gif' write out.gif"
verdict out.gif in.gif only unknown true
# (A source whose bytes somebody else overwrites between its reading and the output's closing cannot be
# told from the one that was read: README says so.)
both source_emptied "./steps open in.gif run ':>in.gif' write out.gif drop"
none_failed
both source_replaced "./steps open in.gif run 'cp other.gif n; mv n in.gif' write out.gif drop"
none_failed
both source_unlinked "./steps open in.gif run 'rm in.gif' write out.gif drop"
none_failed

# The stream is written when the host has ended, whoever has locked it.
both output_locked "./steps read in.gif locked out.gif"
none_failed

# No descriptor is left for gifvet.
both no_descriptors "sh -c 'ulimit -n 64; ./steps read in.gif half out.gif twice fill end rest end'"
none_failed

# ---- outputs and sources that others change: all the time ----

# Two files of one size that show the same, in which nothing stands in the same place: what is read
# while one becomes the other is neither.
/usr/bin/python3 - "$FIXTURES" <<'END' || exit 2
import sys
gif = open(sys.argv[1] + "/large.gif", "rb").read()
table = 13 + 3 * (2 << (gif[10] & 7))
comment = b"\x21\xfe\x04gifv\x00" * 64
open(sys.argv[1] + "/a.gif", "wb").write(gif[:table] + comment + gif[table:])
open(sys.argv[1] + "/b.gif", "wb").write(gif[:-1] + comment + gif[-1:])
END

# mutated NAME 'MUTATION' 'STEPS' 'FALSE': a record for which FALSE holds (for jq; $size is the
# sound output's) is not true.
mutated() {
    NAME=$1
    rm -f "$LOG"
    mkdir "$WORK/$NAME"
    cp -p "$FIXTURES"/* "$WORK/$NAME"/
    cd "$WORK/$NAME" || exit 2
    # It begins when the source has been read, which it might change.
    # shellcheck disable=SC2086 # words
    LD_PRELOAD=$release timeout 120 ./steps ${3%% many*} \
        run "./mutates $2 </dev/null >mutator.said 2>&1 & echo \$! >mutator" \
        many${3#* many} >"$WORK/$NAME.said" 2>&1
    status=$?
    [ ! -f mutator ] || kill "$(cat mutator)"
    cd "$TOP" || exit 2
    if [ "$status" = 3 ] && ! grep -v ': 0$' "$WORK/$NAME.said" >/dev/null
    then ok "$NAME: the host is not disturbed"
    else not_ok "$NAME" "status $status: $(grep -v ": 0\$" "$WORK/$NAME.said" | head -n 1)"; fi
    size=$(wc -c <"$WORK/$NAME/${5:-in.gif}")
    [ -f "$LOG" ] || touch "$LOG"
    all=$(jq -s length "$LOG")
    false=$(jq -s --argjson size "$size" "[.[] | select($4)] | length" "$LOG")
    null=$(count '.validation_passed == null and (.reason | length) > 0')
    if [ "$false" = 0 ]; then ok "$NAME: $all records, $null null, none false"; else
        not_ok "$NAME" "$false of $all records are false"
    fi
    whole_lines "$LOG"
}

writes="read in.gif many out.gif $rounds"
# shellcheck disable=SC2016 # jq's variable
mutated output_cut 'truncate out.gif' "$writes" '.validation_passed == (.output.bytes != $size)'
mutated output_grows 'append out.gif' "$writes" '.validation_passed == false'
mutated output_goes 'unlink out.gif' "$writes" '.validation_passed == false'
mutated output_comes 'replace out.gif alike.gif' "$writes" '.validation_passed == false'
mutated output_dated 'retime out.gif' "$writes" '.validation_passed == false'
# Between two writes it may stand half written for as long as its writer is not run, and then it is
# damaged in truth: only the host's outcome is looked at.
mutated output_swapped 'swap out.gif a.gif b.gif' "read a.gif many out.gif $rounds" false a.gif
mutated source_swapped 'swap a.gif a.gif b.gif' "open a.gif many out.gif $rounds drop" \
    '.validation_passed == false' a.gif

# ---- clocks ----

faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
if [ -n "$faketime" ]; then
    for days in -400 +400; do
        PRELOAD="$release $faketime"
        export FAKETIME="${days}d"
        both "clock_$days" "$job; ./steps open in.gif write again.gif drop"
        unset FAKETIME
        none_failed
    done
else
    skip faketime "libfaketime is not installed"
fi
PRELOAD=$BUILD/tests/fault/libgifvet.so
for way in back stands; do
    export GIFVET_FAULT="clock=$way"
    both "clock_$way" "timeout 20 $job"
    verdict out.gif in.gif only optimization true
done
for way in forth leaps; do
    export GIFVET_FAULT="clock=$way"
    both "clock_$way" "timeout 20 $job"
    verdict out.gif in.gif only optimization null
done
unset GIFVET_FAULT
PRELOAD=$release

# ---- kernels that kill ----

both confined "./steps confine exec ./steps read in.gif write out.gif"
silent
both confined_later "./steps read in.gif confine write out.gif"
if is_root; then
    # So many groups that /proc/self/status is longer than a page.
    both confined_groups "setpriv --groups $(seq -s , 100000 100900) \
        ./steps confine exec ./steps read in.gif write out.gif"
    silent
else
    skip confined_groups "not root"
fi

# Without /proc nothing can be told, and nothing is said.
if is_root && unshare -m true 2>/dev/null; then
    both no_proc "unshare -m sh -c 'mount -t tmpfs none /proc; $job; ./steps read in.gif half \
        out.gif twice end rest end'"
    none_failed
else
    skip no_proc "no namespace of mounts can be made"
fi
