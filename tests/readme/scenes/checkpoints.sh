# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A configuration, and another that somebody would like to try.
# differs: (?<=~  )\w+(?=  )
printf '[validation]\nmode = alert\n' >"$CONFIG"
printf '[validation]\nmode = alert\nframe_ratio_tolerance = 0.2\n' >wide.ini
