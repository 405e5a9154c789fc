#!/bin/sh
# Our decoder and canvas see what others see: the same indices as giflib, the same pictures as
# Pillow and gifsicle -U, and what the conformance suite expects. Over GIFs of many programs, and
# those of ../shared where that is.
. "${0%/*}/lib.sh"
need /usr/bin/python3 gifsicle /usr/bin/convert ffmpeg
/usr/bin/python3 -c 'import PIL' 2>/dev/null || {
    skip decode "python3-pil is not installed"
    exit 0
}
mkdir "$WORK/made" "$WORK/out"
cd "$WORK/made" || exit 2

# A kind, and what other programs make of it. Two kinds are large, for other tests.
cat >"$WORK/make" <<'END'
"$GIFMAKE" "$1" "$1.gif" || exit 255
case $1 in time*) exit 0 ;; esac
gifsicle -w -O3 "$1.gif" -o "$1.O3.gif"
gifsicle -w -U "$1.gif" -o "$1.U.gif"
gifsicle -w --interlace "$1.gif" -o "$1.interlace.gif"
gifsicle -w -O2 --lossy=80 "$1.gif" -o "$1.lossy.gif"
gifsicle -w --colors=8 --dither "$1.gif" -o "$1.colors.gif"
/usr/bin/convert "$1.gif" "$1.convert.gif"
/usr/bin/convert "$1.gif" -coalesce -layers optimize "$1.layers.gif"
ffmpeg -v error -y -i "$1.gif" "$1.ffmpeg.gif"
exit 0
END
GIFMAKE="$BUILD/tests/gifmake"
export GIFMAKE
"$GIFMAKE" list | xargs -P 2 -n 1 sh "$WORK/make" 2>/dev/null || exit 2
"$GIFMAKE" list | xargs /usr/bin/python3 "$TOP/tests/host/decode/resave.py" || exit 2
/usr/bin/python3 "$TOP/tests/host/decode/edges.py" || exit 2
for how in truncate=5 truncate=30 truncate=70 truncate=99 notrailer trailing zerotail flip empty badmagic; do
    "$GIFMAKE" damage "$how" ball.gif "ball.$how.gif" || exit 2
    "$GIFMAKE" damage "$how" disposal3.O3.gif "disposal3.$how.gif" || exit 2
done

cd "$TOP" || exit 2
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/host/decode/main.py "$WORK/made" ../shared "$WORK/out"
