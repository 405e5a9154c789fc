# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A host in the emergency mode, with a bundle of evidence that a killed process has left unfinished.
# differs: (?<=mean )[\d.]+(?= ms)
film in.gif
printf '[validation]\nmode = alert\n[alerts]\ncommand = /bin/true\n' >"$CONFIG"
bad_disk 1 gifsicle -O2 in.gif -o lost.gif
(cd "$STATE/evidence" && for bundle in *-1; do cp -r "$bundle" ".$bundle-1.part"; done)
gifvet alert >/dev/null
"$BUILD/tests/updates" "$STATE" passed 20 time_us=50000 performance=1
