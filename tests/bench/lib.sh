# Sourced by every table's script: where things are, and how often each is run.
#
#   files               the names of the GIFs to measure on, from the smallest on ($GIFS/NAME.gif)
#   rounds NAME FEW     how often a thing is run on this file: the larger, the fewer; FEW at most
#   command_line KIND S D
#                       the command line that makes D of S: O3, O1, lossy, convert, ffmpeg, copy,
#                       scale, fps
#   pair KIND NAME      makes that output of this GIF if it is not there; its path is $OUTPUT, its
#                       command line $COMMAND
#   judge HARNESS ...   a judging harness; what it says of verdicts that are no passes is kept
#   median, percentile  of the numbers on standard input
#   say WORDS           what is going on, for who waits
#
# The work directory is shared by all tables of one run, BENCH_WORK; without it each makes its own.
# shellcheck shell=sh
set -eu
cd "$(dirname "$0")/../.."
BENCH=$PWD/tests/bench
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
HARNESS=$BUILD/bench
# shellcheck disable=SC2034 # for those who source this
PRELOAD=$BUILD/libgifvet.so
if [ -z "${BENCH_WORK:-}" ]; then
    BENCH_WORK=$(mktemp -d)
    trap 'rm -rf "$BENCH_WORK"' EXIT
fi
GIFS=$BENCH_WORK/gifs
QUICK=${BENCH_QUICK:-}
export GIFLAB_VALIDATION_STATE_DIR="$BENCH_WORK/state" GIFLAB_VALIDATION_CONFIG=/dev/null

say() { echo "   $*" >&2; }

# Debian's policy keeps ImageMagick below 256 MB, too little for 300 frames. Its place is found
# before the system's; where there is no memory to spare, convert may fail, and the table says so.
export MAGICK_CONFIGURE_PATH="$BENCH_WORK/magick"
mkdir -p "$MAGICK_CONFIGURE_PATH"
cat >"$MAGICK_CONFIGURE_PATH/policy.xml" <<'END'
<policymap>
  <policy domain="resource" name="memory" value="6GiB"/>
  <policy domain="resource" name="map" value="6GiB"/>
  <policy domain="resource" name="area" value="10GP"/>
</policymap>
END

if [ ! -d "$GIFS" ]; then
    say "making the GIFs"
    mkdir -p "$GIFS" "$BENCH_WORK/pairs"
    "$BENCH/make-gifs" "$GIFS"
fi

files() {
    # By size; the names hold no spaces.
    # shellcheck disable=SC2012
    (cd "$GIFS" && ls -rS ./*.gif) | sed 's,^\./,,; s,\.gif$,,'
}

size_of() { stat -c %s "$1"; }

rounds() {
    size=$(size_of "$GIFS/$1.gif")
    if [ -n "$QUICK" ] || [ "$size" -gt 10000000 ]; then echo 1
    elif [ "$size" -gt 1000000 ] && [ "$2" -gt 3 ]; then echo 3
    else echo "$2"; fi
}

command_line() {
    case $1 in
        O3 | O1) echo "gifsicle -$1 $2 -o $3" ;;
        lossy) echo "gifsicle -O3 --lossy=80 --colors 64 $2 -o $3" ;;
        convert) echo "/usr/bin/convert $2 -layers optimize $3" ;;
        ffmpeg) echo "ffmpeg -y -v error -i $2 $3" ;;
        copy) echo "gifsicle $2 -o $3" ;;
        scale) echo "gifsicle --scale 0.5 $2 -o $3" ;;
        fps)
            echo "ffmpeg -y -v error -i $2 -lavfi" \
                "fps=5,split[a][b];[a]palettegen[p];[b][p]paletteuse $3"
            ;;
        *) return 1 ;;
    esac
}

pair() {
    OUTPUT=$BENCH_WORK/pairs/$2.$1.gif
    COMMAND=$(command_line "$1" "$GIFS/$2.gif" "$OUTPUT")
    [ -s "$OUTPUT" ] || "$HARNESS/cpu" 1 "$COMMAND" >/dev/null
    [ -s "$OUTPUT" ]
}

judge() {
    harness=$1
    shift
    "$HARNESS/$harness" "$@" 2>>"$BENCH_WORK/verdicts"
}

percentile() { sort -n | awk -v p="$1" '{ a[NR] = $1 }
    END { i = int(NR * p / 100 + 0.999999); print a[i < 1 ? 1 : i] }'; }
median() { percentile 50; }
