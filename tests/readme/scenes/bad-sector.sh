# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# What gifsicle writes comes to the disk with a hundred zeros in its middle, and nobody tells it.
# differs: (?<="time_us": )\d+
ffmpeg -v error -f lavfi -i testsrc2=size=200x150:rate=10:duration=4 \
    -filter_complex 'split[a][b];[a]palettegen[p];[b][p]paletteuse' party.gif
export SABOTAGE=flip LD_PRELOAD="$SABOTEUR"
