# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host that is at work with a configuration of which a checkpoint is kept.
# differs: by \S+ \(\d+\)
film in.gif
printf '[validation]\nmode = alert\n' >"$CONFIG"
gifvet config checkpoint 'as delivered' >/dev/null
times 1 gifsicle -O2 in.gif -o small.gif
