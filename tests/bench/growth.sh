#!/bin/sh
# How the cost and the memory of a judgement grow with frames and canvas.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cat <<'END'
## 4. As it grows

A test card against its `gifsicle -O1 --lossy=40`. Pixels: in the frames' rectangles of both files.
Memory: the most that was allocated at once beyond the files' own bytes, also in canvases of width ×
height × 4 bytes, and, where only the number of frames grows, what each frame added to the row of 10.
**over**: more than four canvases and 1 MB (what has a fixed size), or 256 bytes for each frame.

| canvas | frames | pixels | judgement | per pixel | memory | in canvases | per frame | |
|---|---|---|---|---|---|---|---|---|
END

at=$BENCH_WORK/growth
mkdir -p "$at"

row() { # SIDE FRAMES
    say "$1x$1, $2 frames"
    ffmpeg -v error -y -f lavfi -i "testsrc2=s=$1x$1:r=25:d=$(($2 / 25 + 1))" -frames:v "$2" \
        -lavfi 'split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none' "$at/in.gif"
    line="gifsicle -O1 --lossy=40 $at/in.gif -o $at/out.gif"
    "$HARNESS/cpu" 1 "$line" >/dev/null
    {
        judge judge "$at/in.gif" "$at/out.gif" "$line"
        judge judge_memory "$at/in.gif" "$at/out.gif" "$line"
    } >"$at/said"
    memory=$(sed -n '2s/ .*//p' "$at/said")
    [ "$1$2" != 6410 ] || least=$memory
    awk -v side="$1" -v frames="$2" -v least="$least" '
        NR == 1 { ns = $1; verdict = $2; pixels = $3 }
        NR == 2 { peak = $1; canvas = $2 }
        END { tables = peak - least
            if (side > 64 || frames <= 10) { tables = 0; each = "" }
            else each = sprintf("%d B", tables / (frames - 10))
            over = peak - tables > 4 * canvas + 1048576 || tables > 256 * frames
            printf "| %d × %d | %d | %.3f M | %.2f ms%s | %.2f ns | %.0f KB | %.2f | %s | %s |\n",
                side, side, frames, pixels / 1e6, ns / 1e6, (verdict == 1 ? "" : " *flagged*"),
                ns / pixels, peak / 1e3, peak / canvas, each, (over ? "**over**" : "") }' "$at/said"
}

frames="10 100 1000 10000" sides="64 256 1024 4096"
[ -z "$QUICK" ] || { frames="10 100" sides="64 256"; }
for n in $frames; do row 64 "$n"; done
for side in $sides; do row "$side" 4; done
echo
