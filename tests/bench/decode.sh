#!/bin/sh
# How fast decoders decode, beside giflib's.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cat <<'END'
## 1. Decoding

Mpixel/s of CPU time (pixels in the frames' rectangles), and as multiples of giflib's. Ours and
giflib's (`DGifGetLine`): in one process, from memory, indices only. Pillow: load and seek of every
frame, measured inside Python. gifsicle: `--crop 0,0+1x1`, which decodes every frame and writes next
to nothing, less `--info`, which decodes nothing. ffmpeg: `-threads 1 -f null -` less the same with
`-frames:v 1`, which also sets everything up. Pillow and ffmpeg composite, too.

| file | ours | giflib | Pillow | gifsicle | ffmpeg |
|---|---|---|---|---|---|
END

for name in $(files); do
    say "$name"
    f=$GIFS/$name.gif
    n=$(rounds "$name" 7)
    # shellcheck disable=SC2046 # four numbers
    set -- $("$HARNESS/decode" "$f")
    : >"$BENCH_WORK/pillow"
    for _ in $(seq "$n"); do /usr/bin/python3 "$BENCH/pillow.py" decode "$f" >>"$BENCH_WORK/pillow"; done
    "$HARNESS/cpu" "$n" "gifsicle --crop 0,0+1x1 $f -o $BENCH_WORK/cropped.gif" \
        "gifsicle --info $f" "ffmpeg -v error -threads 1 -i $f -f null -" \
        "ffmpeg -v error -threads 1 -i $f -frames:v 1 -f null -" |
        awk -v name="$name" -v px="$1" -v one="$2" -v ours="$3" -v giflib="$4" \
            -v pillow="$(median <"$BENCH_WORK/pillow")" '
            { t[NR] = $1 }
            function cell(ns, n) {
                return sprintf("%.0f (%.2f×)", n / ns * 1000, n / ns * giflib / px) }
            # Less than what the starts of two processes differ by is no measurement.
            function child(ns, n) { return ns < 1e6 ? "under 1 ms" : cell(ns, n) }
            END { printf "| %s | %s | %s | %s | %s | %s |\n", name, cell(ours, px),
                cell(giflib, px), cell(pillow, px), child(t[1] - t[2], px),
                child(t[3] - t[4], px - one) }'
done
echo
