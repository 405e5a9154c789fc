#!/bin/sh
# What a judgement costs by what was done to the file.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cat <<'END'
## 3. By kind of output

CPU time of a judgement; per pixel in the frames' rectangles of both files.

| file | copy | -O3 | lossy, 64 colours | --scale 0.5 | ffmpeg fps=5, own palette |
|---|---|---|---|---|---|
END

for name in $(files); do
    # The largest takes long to make, and a pixel of it costs what it costs in the others.
    [ "$name" != 28m ] || continue
    say "$name"
    printf '| %s |' "$name"
    for kind in copy O3 lossy scale fps; do
        pair "$kind" "$name" || {
            printf ' failed |'
            continue
        }
        for _ in $(seq "$(rounds "$name" 5)"); do
            judge judge "$GIFS/$name.gif" "$OUTPUT" "$COMMAND"
        done | sort -n | awk '{ ns[NR] = $1; verdict = $2; pixels = $3 }
            END { m = ns[int((NR + 1) / 2)]
                printf " %.2f ms, %.2f ns/pixel%s |", m / 1e6, m / pixels,
                    (verdict == 1 ? "" : " *flagged*") }'
    done
    echo
done
echo
