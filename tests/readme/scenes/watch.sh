# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# On a terminal of 80 columns; a disk goes bad while somebody looks.
# differs: (^last [\d.]+ s .*\n)+
# differs: ( +[\d.]+){3} %$
# differs: \s+
film in.gif
times 20 gifsicle -O2 in.gif -o small.gif
gifvet() {
    export SABOTEUR PRELOAD GIFVET="$HOST/usr/local/bin/gifvet"
    /usr/bin/python3 "$TOP/tests/readme/scenes/on_terminal.py" "$@"
}
