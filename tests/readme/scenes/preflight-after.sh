# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host on which gifvet is deployed and at work.
# differs: [\d.,]+ (us|ms|s|min|B|KB|MB|GB|days)\b
film in.gif
times 20 gifsicle -O2 in.gif -o small.gif
