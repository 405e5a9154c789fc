# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host in phase shadow that has judged half of its outputs, then all of them; a story has no weeks.
# differs: [+-]?[\d.]+ % \([+-]?[\d.]+ to [+-]?[\d.]+\)
# differs: \d+ verdicts
# differs: 0 of \d+
# differs: \d+\.\d days
film in.gif
cat >"$CONFIG" <<END
[state]
dir = $STATE
[program:gifsicle]
log.passes = true
[rollout]
min_validations = 10
min_days = 0
min_step_days = 0
max_overhead = 10
END
rollout shadow --percentage 50 >/dev/null || exit 2
times 50 gifsicle -O2 in.gif -o small.gif
rollout --percentage 100 >/dev/null || exit 2
times 12 gifsicle -O2 in.gif -o small.gif

# In phase alert its disk goes bad.
between() {
    times 12 gifsicle -O2 in.gif -o small.gif
    bad_disk 4 gifsicle -O2 in.gif -o lost.gif
}
