#!/bin/sh
# Hosts that do to descriptors, signals and processes what hosts do, without and with gifvet. Each
# tells what it finds of itself; nothing of that may differ, and what is recorded must be true.

# Thousands of small files: in memory, where there is room for them.
[ -w /dev/shm ] && export TMPDIR="${TMPDIR:-/dev/shm}"
. "${0%/*}/../host/lib.sh"
need jq timeout
gif ball in.gif
gif colors4 small.gif
export HOSTS="$BUILD/tests/hosts"
# On a busy machine verdicts would be slow, and failures no longer recorded.
printf '[performance]\nslow_ms = 600000\nemergency_ms = 600000\n' >"$GIFLAB_VALIDATION_CONFIG"

VARIABLES= # go into a host's environment
AFTER=     # stands behind its command

# host PROGRAM WAY MOST [LEAST]: that many verdicts. A host that hangs is ended, and differs by its
# status.
host() {
    both "$1${2:+_$2}" \
        "$VARIABLES timeout -s KILL 300 \"\$HOSTS/late\" \"\$HOSTS/$1\" $2 $AFTER"
    [ -z "${HARNESS:-}" ] || return 0
    # plain.c ends with these when there is nothing to compare; so do the shell and timeout.
    case $(cat "$PLAIN.status") in
        97 | 98 | 99 | 12[4-7] | 137) not_ok "$NAME" "does not work without gifvet either" ;;
    esac
    if [ -z "${4:-}" ]; then verdicts "$3"; else between "$4" "$3"; fi
    truthful "${4:-}"
}

between() {
    n=$(count '.type == "validation"')
    if [ "$n" -ge "$1" ] && [ "$n" -le "$2" ]; then ok "$NAME: $1 to $2 verdicts"; else
        not_ok "$NAME" "$n verdicts, not $1 to $2"
    fi
}

# The hosts call what stays half an output "half…". It fails, all else passes, and either was made
# from the GIF that the host has read. With a $1, where the host takes from gifvet what that needs,
# nothing may have been told.
truthful() {
    wrong=$(summary | grep -v ' (deleted) ' | awk -v untold="$1" '
        untold != "" && $5 == "null" { next }
        { result = $1 ~ /^half/ ? "false" : "true" }
        $2 !~ /^(in|small)\.gif$/ || $3 !~ /^(only|in_place|explicit)$/ || $5 != result' | head -n 3)
    if [ -z "$wrong" ]; then ok "$NAME: the verdicts are true"; else
        not_ok "$NAME" "wrong verdicts: $(echo "$wrong" | tr '\n' ';')"
    fi
}

# A failure names the function that closed the file.
names_callers() {
    n=$(count "[.backtrace[]?.object // \"\" | endswith(\"/$1\")] | any")
    if [ "$n" -gt 0 ]; then ok "$NAME: callers in $1"; else not_ok "$NAME" "no callers"; fi
}

on_x86_64() {
    [ "$(uname -m)" = x86_64 ] || { skip "$1" "written for x86_64" && false; }
}

host plain passes 1
host plain in_parts 1
host plain fails 1
on_x86_64 plain_callers && names_callers plain

# A program whose headers place its notes where nothing is loaded: they are read by nobody but who asks
# for its build id.
NAME=unloaded_notes
if command -v python3 >/dev/null; then
    python3 - "$HOSTS/plain" "$WORK/noted" <<'END' || exit 2
import struct, sys
program = bytearray(open(sys.argv[1], "rb").read())
first, count = struct.unpack_from("<Q", program, 32)[0], struct.unpack_from("<H", program, 56)[0]
for header in range(first, first + 56 * count, 56):
    kind, alignment = struct.unpack_from("<I", program, header)[0], program[header + 48]
    if kind == 4 and alignment == 4:  # PT_NOTE; the loader reads those that are aligned to 8 itself
        struct.pack_into("<Q", program, header + 16, 0x7000000)
open(sys.argv[2], "wb").write(program)
END
    chmod +x "$WORK/noted"
    both unloaded_notes "timeout -s KILL 30 $WORK/noted passes"
    verdicts 1
else
    skip unloaded_notes "python3 is not installed"
fi

# ---- descriptors ----

host numbers next 2
host numbers used_again 2
host duplicates itself 1
host duplicates over 2
host duplicates over_output 2
host duplicates refused 1
host duplicates far_up 1
host ranges cloexec 1
host ranges both_flags 1
host ranges unshare_alone 1
host ranges refused 1
host ranges unshare_in_thread 1
"$BUILD/tests/gifmake" damage truncate=50 "$FIXTURES/in.gif" "$FIXTURES/half_old.gif"
host ranges crossed 1 0
rm "$FIXTURES/half_old.gif"
host closes_all "" 2
host names unlinked 0
host names replaced 1
host names renamed 1
host names over_source 1
host names other_name 1
host names two_names 1
host names never_named 0
host names named_late 1
host names without_directory 0
host errnos "" 13

# ---- streams ----

host streams memory 0
host streams growing 0
host streams process 0
host streams cookie 1
host reopened to_read 1
host reopened to_change 1
host reopened other 1
host reopened missing 1
host reopened closed 1

# ---- locks ----

host locks posix 3
host locks posix_in_place 2
host locks posix_reused 2
host locks ofd 2
host locks flock 2
host locks lease_on_output 1 0
host locks lease_on_source 2
VARIABLES="GIFLAB_VALIDATION_SOURCE=in.gif"
host locks posix_named 3
VARIABLES=

# ---- signals ----

host interrupted "" 3000
host small_stacks thread 5
host small_stacks alternate 5
host small_stacks alternate_of_main 5
host jumps with_mask 501 1
host jumps without_mask 501 1
host faults "" 300
host held blocked 2
host held unblocked 500 1
host held waited_for 300 1

# ---- threads ----

host crowd "" 256
host cancelled deferred 200 100
host cancelled asynchronous 200 0
host cancelled before_close 3
host cancelled before_fclose 3
host cancelled before_freopen 3
host reused lowest 1500
host reused chosen 1500 1400
host reused closed_twice 1500 1

# ---- processes ----

# What outlives its parent is waited for by who reads its output.
AFTER="| cat"
host children orphan 1
host children into_background 1
AFTER=
host children half_written 2
host children vforked 1
host children cloned_with_memory 1
host children cloned_raw 1
host children spawned 1
host children writes_for_parent 1
host forks_amid "" 5000 300
host childless without 2
host childless with 2
host childless ignoring 1
host library_state of_process 3
host library_state of_thread 3
host library_state computes 3
host execs cloexec 0
host execs kept 0
host execs kept_half 1
host arguments long_arguments 2
host arguments long_environment 2

# ---- beginning and end ----

host linked leaves_alone 1
host linked opens 2 1
host loaded unloads 2
host loaded leaves 2 1
host loaded mistakes 2
host ends exit_in_thread 1
host ends main_leaves 1
host ends quickly 1
host ends quickly_open 1
host ends at_exit 1
host ends in_destructor 1
host ends in_handler 1
host ends broken 1
host ends aborted 0

# ---- limits ----

host table_full full 2 0
host table_full one_more 2 0
host table_full two_more 2 0
host table_full three 2 0
on_x86_64 table_full_system_wide && host table_full system_wide 0
host limits file_size 0
host limits file_size_wide 1
host limits file_size_hit 0
host limits memory 0
host limits some_memory 64 1
host limits stack 2
host limits time_used 1
host filtered by_prctl 1
host filtered by_syscall 1
host filtered by_syscall_of_prctl 1
host filtered refused 2 1
host filtered strict 1
host filtered by_parent 0

# ---- what only root may do ----

if [ "$(id -u)" = 0 ]; then
    host rooted "" 1
    host user alone 0
    host user with_threads 5000 0
    # A log that the new user may write.
    chmod 711 "$WORK"
    chmod 1777 "$GIFLAB_VALIDATION_STATE_DIR"
    host user still_logged 1
    # Who cannot be told to have written a file is not blamed for it, nor is the file taken away, whatever
    # could not be told; nothing else is less sure.
    cp "$GIFLAB_VALIDATION_CONFIG" "$WORK/shadow.ini"
    printf '[validation]\nmode = enforce\n[enforce]\nfail_closed = true\n' >>"$GIFLAB_VALIDATION_CONFIG"
    host user half_of_it 1 1
    cp "$WORK/shadow.ini" "$GIFLAB_VALIDATION_CONFIG"
    NAME=user_half_of_it
    n=$(count '.status == "skipped" and ([.. | strings | contains("whether this process wrote")] | any)')
    if [ "$n" = 1 ]; then ok "$NAME: says why"; else not_ok "$NAME" "$(cut -c 1-400 "$LOG")"; fi
    host user generates 0
    silent
else
    for name in rooted user_alone user_with_threads user_still_logged user_half_of_it user_generates; do
        skip "$name" "only root may change root or user"
    done
fi
