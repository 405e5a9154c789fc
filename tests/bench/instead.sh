#!/bin/sh
# What people use after the fact, on the same pairs, as multiples of our judgement.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cat <<'END'
### The same pairs, compared by other means

CPU time, and as multiples of ours (all checks). gifdiff compares the pictures exactly.
`compare -metric PSNR` reads both files whole but, given animations, compares two pictures only.
ffmpeg: its ssim filter, every frame. Pillow: every frame of both as RGB, `ImageChops.difference`,
`ImageStat`, measured inside Python.

| file | pair | ours | gifdiff | compare | ffmpeg ssim | Pillow |
|---|---|---|---|---|---|---|
END

row() { # NAME KIND TITLE
    pair "$2" "$1" || return 0
    n=$(rounds "$1" 5) at=$BENCH_WORK/instead
    rm -rf "$at"
    mkdir "$at"
    s=$GIFS/$1.gif
    for _ in $(seq "$n"); do
        judge judge "$s" "$OUTPUT" "$COMMAND" >>"$at/ours"
        "$BENCH/pillow.py" diff "$s" "$OUTPUT" >>"$at/pillow"
    done
    "$HARNESS/cpu" "$n" "gifdiff $s $OUTPUT" "/usr/bin/compare -metric PSNR $s $OUTPUT null:" \
        "ffmpeg -v error -i $s -i $OUTPUT -lavfi ssim -f null -" |
        awk -v name="$1" -v title="$3" -v ours="$(median <"$at/ours")" \
            -v pillow="$(median <"$at/pillow")" '
            { t[NR] = $1; bad[NR] = $4 > 1 }
            function cell(ns, failed) {
                return failed ? "failed" : sprintf("%.1f ms (%.1f×)", ns / 1e6, ns / ours) }
            END { printf "| %s | %s | %.2f ms | %s | %s | %s | %s |\n", name, title, ours / 1e6,
                cell(t[1], bad[1]), cell(t[2], bad[2]), cell(t[3], bad[3]), cell(pillow, 0) }'
}

for name in $(files); do
    say "$name"
    row "$name" O3 "-O3"
    row "$name" lossy "--lossy=80 --colors 64"
done
echo
