#!/bin/sh
# The command lines of tests/host and the hosts of hosts.sh, every one of them when LONG is set, else one
# or two of each program. Those tests say what is recorded; here nothing else may change.
cd "$(dirname "$0")/../.." || exit 2
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT

drive() { # SCRIPT COMMANDS TRACED: with COMMANDS empty, all
    where=tests/host
    [ -f "$where/$1.sh" ] || where=tests/transparent
    HARNESS=tests/transparent/lib.sh ONLY_COMMANDS=$2 STRACE_COMMANDS=$3 sh "$where/$1.sh" >"$out.one" 2>&1 ||
        echo "not ok $1: exit status $?"
    grep -v '^# [0-9]* commands compared' "$out.one"
    grep '^# [0-9]* commands compared' "$out.one" >>"$out"
    # Names that nobody bears any more would be left out in silence.
    done=$(sed -n 's/^# \([0-9]*\) commands.*/\1/p' "$out.one")
    named=$(echo "$2" | wc -w)
    if [ "$named" -gt 0 ] && [ "${done:-0}" -ne "$named" ] && ! grep -q '^skip' "$out.one"; then
        echo "not ok $1: compared ${done:-0} of '$2'"
    fi
}

if [ -n "${LONG:-}" ]; then
    for script in tests/host/*.sh; do
        grep -qE '^ *both ' "$script" || continue
        script=${script##*/}
        drive "${script%.sh}" "" ""
    done
    # What their threads call, and in which order, is chance.
    drive hosts "" "plain_passes plain_in_parts plain_fails"
else
    drive hosts "plain_fails duplicates_over ranges_both_flags reopened_other locks_flock children_vforked \
children_spawned execs_kept ends_at_exit table_full_full limits_stack filtered_by_prctl rooted" plain_fails
    drive gifsicle "file in_place dev_stdout full_disk" "file full_disk"
    drive imagemagick "one_frame" "one_frame"
    drive graphicsmagick "stdout" "stdout"
    drive giflib "giffix copy cut_copy" "copy"
    drive pillow "save_all first_only inherited" "first_only"
    drive shells "shell_redirection here_document xargs_jobs" "here_document"
    drive node "async" "async"
    drive vips "all_frames" "all_frames"
    drive ffmpeg "file" "file"
    drive config "kill_switch_later bad_configuration" "kill_switch_later"
    drive hooks "ends_fclose ends_dup3 ends_closefrom ends_quick_exit ends_return_stdout \
ends_thread ends_signal_handler ends_vfork truncates_freopen" "ends_vfork"
fi
awk '{ commands += $2; verdicts += $5; order += $(NF - 5); number += $(NF - 3); names += $NF }
    END { printf "# %d commands compared, %d verdicts; calls compared by order %d, by number %d, by names %d\n",
        commands, verdicts, order, number, names }' "$out"
rm -f "$out.one"
