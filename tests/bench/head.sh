#!/bin/sh
# What was measured on what, with what.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

first() { "$@" 2>&1 | head -n 1; }
cat <<END
# What gifvet costs, measured

Made by \`make bench\`, which installs what it needs (\`scripts/install-deps build bench\`), makes the
GIFs (\`tests/bench/make-gifs\`) and runs one script for each table, all in \`tests/bench/\`;
\`BENCH_QUICK=1 make bench\` only tries whether they work. One table alone: \`tests/bench/decode.sh\`.
Everything that is compared was measured in turns in one run: ratios carry to other machines better
than milliseconds.

- machine: $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores, $(uname -sr)$(
    systemd-detect-virt 2>/dev/null | sed 's/^/, virtual: /; /none/d')
- compiler: $(first "${CC:-cc}" --version)
- giflib $(dpkg-query -W -f '${Version}' libgif-dev 2>/dev/null),
  $(first gifsicle --version), $(first /usr/bin/convert -version | cut -d' ' -f2-4),
  $(first ffmpeg -version | cut -d' ' -f1-3), Pillow $(/usr/bin/python3 -c 'import PIL; print(PIL.__version__)'),
  $(first hyperfine --version)

| file | bytes | frames | canvas |
|---|---|---|---|
END
for name in $(files); do
    gifsicle --info "$GIFS/$name.gif" 2>/dev/null | awk -v name="$name" \
        -v bytes="$(size_of "$GIFS/$name.gif")" '
        NR == 1 { frames = $3 }
        /logical screen/ { canvas = $3 }
        END { printf "| %s | %d | %d | %s |\n", name, bytes, frames, canvas }'
done
echo
