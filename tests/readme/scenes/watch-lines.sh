# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host that has worked, and has nothing to do while somebody looks.
# differs: [\d.]+(/s| ms)
film in.gif
times 8 gifsicle -O2 in.gif -o small.gif
