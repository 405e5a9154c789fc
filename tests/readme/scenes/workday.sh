# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A day's work, and then a disk that goes bad.
# differs: [\d.]+ MiB$
# differs: \d\d-\d\d \d\d:00
# differs: (?<= %)( +[\d.]+){2}$
# differs: p50 .*ms
film in.gif
times 28 gifsicle -O2 in.gif -o small.gif
times 1 /usr/bin/convert in.gif -coalesce whole.gif
times 1 ffmpeg -nostdin -v error -y -i in.gif -filter_complex \
    'split[a][b];[a]palettegen[p];[b][p]paletteuse' again.gif
bad_disk 12 gifsicle -O2 in.gif -o lost.gif
