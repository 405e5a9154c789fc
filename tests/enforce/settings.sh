#!/bin/sh
# What the settings of mode enforce do, and what it does where it cannot do all.
. "${0%/*}/lib.sh"
need jq gifsicle getfattr
gif ball in.gif
gif colors64 b.gif
touch -d '2020-02-02 02:02:02' "$FIXTURES"/*
over='gifsicle -b -O2 in.gif' beside='gifsicle -O2 in.gif -o out.gif'
last() { jq -s -r ".[-1] | $1" "$LOG"; }
# says FILTER VALUE: the last record has it.
says() {
    if [ "$(last "$1")" = "$2" ]; then ok "$NAME: $1 is $2"; else not_ok "$NAME" "$1 is $(last "$1"), not $2"; fi
}
# sabotaged NAME STATUS COMMAND: one run in mode enforce; leaves its directory in $WITH.
sabotaged() {
    NAME=$1
    rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
    WITH=$WORK/$NAME.with/x
    [ -n "${STATE_MADE_BY:-}" ] && $STATE_MADE_BY
    run_under "$WITH" "$PRELOAD $SABOTEUR" "$3"
    if [ "$(cat "$WITH.status")" = "$2" ]; then ok "$NAME: ends with $2"; else
        not_ok "$NAME" "ends with $(cat "$WITH.status"), not $2: $(head -n 2 "$WITH.stderr")"
    fi
}
is_there() { if [ -e "$WITH/$1" ]; then ok "$NAME: $1 is there"; else not_ok "$NAME" "$1 is gone"; fi; }
is_gone() { if [ ! -e "$WITH/$1" ]; then ok "$NAME: $1 is gone"; else not_ok "$NAME" "$1 is there"; fi; }
is_back() {
    if same_file "$FIXTURES/$1" "$WITH/$1"; then ok "$NAME: $1 is back"; else
        not_ok "$NAME" "$1: $(stat -c '%a %u %g %y %s %h' "$FIXTURES/$1" "$WITH/$1" | tr '\n' ';') $(last .enforcement)"
    fi
}
in_quarantine() {
    n=$(find "$QUARANTINE" -maxdepth 1 -name '*.gif' 2>/dev/null | wc -l)
    if [ "$n" = "$1" ]; then ok "$NAME: $1 in the quarantine"; else not_ok "$NAME" "$n in the quarantine, not $1"; fi
}

# Only mode enforce acts, by either of its names; no other mode does.
for mode in shadow alert; do
    printf '[validation]\nmode = %s\n' "$mode" >"$GIFLAB_VALIDATION_CONFIG"
    kept "$mode" "$over; $beside"
done
printf '[validation]\nfail_on_validation_error = true\n' >"$GIFLAB_VALIDATION_CONFIG"
sabotaged other_name 86 "$beside"
is_gone out.gif
: >"$GIFLAB_VALIDATION_CONFIG"
GIFLAB_VALIDATION_MODE=enforce sabotaged by_variable 86 "$over"
is_back in.gif
says .action rejected
says .enforcement.exit_status 86

# The exit status.
enforce_ini '[enforce]\nexit_status = 7\n'
sabotaged status_7 7 "$beside"
enforce_ini '[enforce]\nexit_status = 0\n'
sabotaged status_0 0 "$beside"
is_gone out.gif
says .enforcement.exit_status 0
enforce_ini '[enforce]\nexempt = gifs*\n'
sabotaged exempt 0 "$over"
is_back in.gif
enforce_ini ''
sabotaged own_status 1 "gifsicle -O2 in.gif -o out.gif; gifsicle -O2 in.gif missing.gif -o out2.gif"
sabotaged shells 0 'gifsicle -O2 in.gif -o out.gif || exit 0'
printf 'all:\n\tgifsicle -O2 in.gif -o out.gif\n' >"$FIXTURES/Makefile"
sabotaged make 2 'make -s >/dev/null 2>&1'
sabotaged xargs 123 'echo in.gif | xargs gifsicle -b -O2'
is_back in.gif
rm "$FIXTURES/Makefile"

# What the closing call reports, when the real one has been made; and every way to end the process, with
# what waits in a stream.
cp "$BUILD/tests/hooks" "$FIXTURES"/ || exit 2
SABOTAGE=''
# tells WAY STATUS 'LINE': the host says that alone, and its output is gone.
tells() {
    sabotaged "$1" "$2" "./hooks $1 half"
    is_gone out.gif
    says .action rejected
    if [ "$(cat "$WITH.stdout")" = "$3" ]; then ok "$NAME: ${3:-says nothing}"; else
        not_ok "$NAME" "says '$(cat "$WITH.stdout")', not '$3'"
    fi
}
tells told_close 86 'close -1, errno 5, closed'
tells told_syscall 86 'syscall -1, errno 5, closed'
tells told_fclose 86 'fclose -1, errno 5, closed'
tells told_close_range 86 'close_range 0, errno 0, closed'
tells told_dup2 86 'dup2 0, errno 0, open'
for way in _exit _Exit quick_exit; do tells "well_$way" 86 ''; done
tells well_exit 86 flushed
SABOTAGE='cut'
rm "$FIXTURES/hooks"

# Which checks.
enforce_ini '[enforce]\nchecks = loop_count, geometry\n'
kept other_checks "$over"
enforce_ini '[enforce]\nchecks = frame_count\n'
sabotaged one_check 86 "$over"
is_back in.gif

# What cannot be judged.
enforce_ini 'max_file_size_mb = 0.001\n'
kept unjudged "$beside"
enforce_ini 'max_file_size_mb = 0.001\n[enforce]\nfail_closed = true\n'
sabotaged fail_closed 86 "$over"
is_back in.gif
says .validation_passed null
says .action rejected

# The kill switches, before and between; the control arm.
enforce_ini ''
GIFLAB_VALIDATION_EMERGENCY_DISABLE=1 kept killed_by_variable "$over"
kill_switch() { mkdir -p "$GIFLAB_VALIDATION_STATE_DIR" && touch "$GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE"; }
STATE_MADE_BY=kill_switch sabotaged killed_by_file 0 "$beside"
is_there out.gif
# shellcheck disable=SC2016
sabotaged killed_between 0 '/usr/bin/convert in.gif out.gif 2>/dev/null; touch "$GIFLAB_VALIDATION_STATE_DIR/EMERGENCY_DISABLE"; gifsicle -O2 b.gif -o later.gif'
is_gone out.gif
is_there later.gif
enforce_ini '[sampling]\npercentage = 0\n[log]\ncontrol = true\n'
kept control "$over"

# The quarantine: none, bounded, elsewhere, refused.
enforce_ini '[enforce]\nquarantine =\n'
sabotaged no_quarantine 86 "$beside; gifsicle -b -O2 b.gif"
is_there out.gif
is_back b.gif
says .enforcement.quarantined null
enforce_ini '[enforce]\nquarantine_files = 3\n'
# shellcheck disable=SC2016 # for the shell that is the host
sabotaged bounded 86 'for i in 1 2 3 4 5; do gifsicle in.gif -o $i.gif; done; gifsicle in.gif -o 6.gif'
in_quarantine 3
if [ "$(jq -r '.output.path | sub(".*/"; "")' "$QUARANTINE"/*.json | sort | tr '\n' ' ')" = '4.gif 5.gif 6.gif ' ]; then
    ok "bounded: the oldest went"
else not_ok "bounded" "$(jq -r .output.path "$QUARANTINE"/*.json | tr '\n' ' ')"; fi
# The clock went back since it became full: what is said to be there is not what goes.
from_later() {
    mkdir -p "$QUARANTINE" && chmod 700 "$QUARANTINE"
    for i in 1 2 3; do cp "$FIXTURES/in.gif" "$QUARANTINE/7${i}118e6349baf-13a3-1.gif"; done
}
STATE_MADE_BY=from_later sabotaged clock_back 86 "$beside"
if [ -s "$(last .enforcement.quarantined)" ]; then ok "clock_back: the output is there"; else
    not_ok "clock_back" "no output in $(last .enforcement.quarantined)"
fi
# More than it may hold, records counted, from one program.
mkdir "$WORK/many"
for i in $(seq 10 69); do cp "$FIXTURES/in.gif" "$WORK/many/$i.gif"; done
enforce_ini '[enforce]\nquarantine_mb = 1\n[evidence]\nkeep = false\n'
sabotaged bounded_bytes 1 "cp $WORK/many/*.gif ."
# The last record is written when room has been made.
held=$(stat -c %s "$QUARANTINE"/*.gif "$QUARANTINE"/*.json | awk '{ n += $1 } END { print n }')
last=$(for f in "$QUARANTINE"/*.json; do :; done && stat -c %s "$f")
kept=$(jq -r '.output.path | sub(".*/"; "")' "$QUARANTINE"/*.json | sort | tr '\n' ' ')
if [ $((held - last)) -le 1048576 ] && [ "$held" -gt 900000 ] && [ "${kept##* 67.gif}" = ' 68.gif 69.gif ' ]
then ok "$NAME: $held bytes, the youngest"; else not_ok "$NAME" "$held bytes: $kept"; fi
# A source that is larger than that is kept nevertheless while it is overwritten.
sabotaged bounded_source 137 "head -c 1500000 /dev/zero >>in.gif; cp in.gif was; exec /usr/bin/python3 -c '
import os
open(\"in.gif\", \"rb\").read()
f = open(\"in.gif\", \"wb\")
os.kill(os.getpid(), 9)'"
"$GIFVET" rescue --restore >/dev/null 2>&1
if cmp -s "$WITH/in.gif" "$WITH/was"; then ok "$NAME: rescued"; else not_ok "$NAME" "the source is lost"; fi
# Nor does another program's copy take it away, as long as it may be needed.
enforce_ini '[enforce]\nquarantine_files = 1\n'
sabotaged bounded_others 137 "LD_PRELOAD= cp in.gif was; LD_PRELOAD= cp in.gif other.gif; exec /usr/bin/python3 -c '
import os, subprocess
open(\"in.gif\", \"rb\").read()
f = open(\"in.gif\", \"wb\")
subprocess.run([\"gifsicle\", \"-b\", \"other.gif\"])
os.kill(os.getpid(), 9)'"
"$GIFVET" rescue --restore >/dev/null 2>&1
if cmp -s "$WITH/in.gif" "$WITH/was"; then ok "$NAME: rescued"; else not_ok "$NAME" "the source is lost"; fi
enforce_ini "[enforce]\nquarantine = $WORK/elsewhere\n"
sabotaged elsewhere 86 "$beside"
if [ "$(find "$WORK/elsewhere" -name '*.gif' | wc -l)" = 1 ]; then ok "elsewhere: is there"; else not_ok elsewhere; fi
enforce_ini ''
linked_quarantine() { mkdir -p "$GIFLAB_VALIDATION_STATE_DIR" && ln -s /proc "$QUARANTINE"; }
STATE_MADE_BY=linked_quarantine sabotaged unwritable 86 "$beside; gifsicle -b -O2 b.gif"
is_there out.gif
is_back b.gif
says '.enforcement.problems | length' 1
open_quarantine() { mkdir -p "$QUARANTINE" && chmod 777 "$QUARANTINE"; }
STATE_MADE_BY=open_quarantine sabotaged open_to_all 86 "$beside"
is_there out.gif
in_quarantine 0

# Names.
sabotaged links 86 'ln in.gif second.gif; gifsicle -b -O2 in.gif'
if [ "$(stat -c '%i %h' "$WITH/in.gif")" = "$(stat -c '%i %h' "$WITH/second.gif")" ] &&
    [ "$(stat -c %h "$WITH/in.gif")" = 2 ] && cmp -s "$WITH/second.gif" "$FIXTURES/in.gif"
then ok "links: both names lead to the source"; else not_ok links "$(stat -c '%i %h %s' "$WITH"/*.gif | tr '\n' ';')"; fi
sabotaged symlink 86 'mkdir real; mv in.gif real; ln -s real/in.gif in.gif; gifsicle -b -O2 in.gif'
if [ -L "$WITH/in.gif" ] && same_file "$WITH/real/in.gif" "$FIXTURES/in.gif"; then ok "symlink: is one still"; else not_ok symlink; fi

# What comes back is durable before it has the name, and the name before anything else is done.
if command -v strace >/dev/null; then
    NAME=durable
    rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
    run_under "$WORK/durable/x" '' "strace -y -o $WORK/calls -E LD_PRELOAD='$PRELOAD $SABOTEUR' \
        -e trace=fsync,linkat,renameat,renameat2,unlink,unlinkat $over"
    order=$(awk -v here="<$WORK/durable/x>" -v file="<$WORK/durable/x/" '
        /^fsync/ && index($0, file) && / = 0$/ { print "file" }
        /^renameat/ && index($0, here) && /"in.gif"/ && / = 0$/ { print "name" }
        /^fsync/ && index($0, here) && / = 0$/ { print "directory" }
        /^fsync/ && /quarantine\/\.[^\/]*part>/ && / = 0$/ { print "quarantine" }
        /^unlinkat/ && /\/rescue>/ && / = 0$/ { print "rescue" }' "$WORK/calls" | uniq | tr '\n' ' ')
    case $order in
        'quarantine file name directory rescue '*) ok "$NAME: $order" ;;
        *) not_ok "$NAME" "$order" ;;
    esac
else
    skip durable "strace is not installed"
fi

# A directory that takes no temporary file; another user.
if [ "$(id -u)" = 0 ]; then
    chmod 755 "$WORK" "$FIXTURES"
    as='setpriv --reuid 65534 --regid 65534 --clear-groups'
    sabotaged no_temporary 86 "chmod 666 in.gif; mkdir st; chown 65534 st; GIFLAB_VALIDATION_STATE_DIR=\$PWD/st $as gifsicle -b -O2 in.gif"
    if cmp -s "$WITH/in.gif" "$FIXTURES/in.gif"; then ok "no_temporary: written through"; else not_ok no_temporary "$(jq -c .enforcement "$WITH/st/validation.jsonl")"; fi
else
    skip no_temporary "needs root"
fi

# Only what a child writes is the child's.
sabotaged child 0 '/usr/bin/python3 -c "
import os
def copy(to):
    d = open(\"in.gif\", \"rb\").read(); f = os.open(to, os.O_CREAT | os.O_WRONLY); os.write(f, d)
    try: os.close(f)
    except OSError: os._exit(5)
p = os.fork()
if p == 0: copy(\"child.gif\")
s = os.waitpid(p, 0)[1]
os._exit(0 if os.WEXITSTATUS(s) == 5 else 9)"'
is_gone child.gif
