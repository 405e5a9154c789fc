# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# Twelve damaged outputs among thirty, and a Slack that is out of order at first.
# differs: since ~
statuses="500 500 500"
. "$TOP/tests/readme/scenes/channels.sh"
film in.gif
times 20 gifsicle -O2 in.gif -o small.gif
bad_disk 12 gifsicle -O2 in.gif -o lost.gif
# As on a terminal: line by line, what went well and what did not in their order.
gifvet() { stdbuf -oL "$HOST/usr/local/bin/gifvet" "$@"; }
