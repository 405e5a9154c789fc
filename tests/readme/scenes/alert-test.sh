# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# differs: (?<=delivered in )[\d.]+
. "$TOP/tests/readme/scenes/channels.sh"
