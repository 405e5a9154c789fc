#!/bin/sh
# What a report shows of a failure's evidence (lib/report/failure.h), on a bare page: bundles of real
# compressors whose outputs are damaged, looked at in Debian's chromium. Screenshots are left in
# $BUILD/report.
. "${0%/*}/../host/lib.sh"
need gifsicle jq sha256sum
SABOTEUR=$BUILD/tests/libsaboteur.so
PAGE=$WORK/page.html
cat >"$GIFLAB_VALIDATION_CONFIG" <<'END'
[performance]
slow_ms = 600000
emergency_ms = 600000
[validation]
mode = alert
END
gif ball in.gif
gif disposal2 clears.gif

# fails NAME SABOTAGE 'COMMAND': keeps the evidence of its output in $WORK/NAME.
fails() {
    mkdir "$WORK/$1.run" && cp "$FIXTURES"/* "$WORK/$1.run"
    (cd "$WORK/$1.run" && SABOTAGE=$2 LD_PRELOAD="$PRELOAD $SABOTEUR" sh -c "$3") >"$WORK/$1.out" 2>&1
    bundle=$(grep '"type":"validation"' "$LOG" 2>/dev/null | tail -n 1 | jq -r '.evidence.bundle // empty')
    rm -f "$LOG"
    if [ -n "$bundle" ] && mv "$bundle" "$WORK/$1"; then ok "$1: there is evidence"; else
        not_ok "$1" "no evidence: $(head -c 300 "$WORK/$1.out")"
    fi
}
# page BYTES BUNDLE...: what is shown of them, in $PAGE; what was written of each in $WORK/said.
page() { (cd "$WORK" && "$BUILD/tests/failurepage" "$@") >"$PAGE" 2>"$WORK/said"; }
# shows WORDS... / lacks WORDS...
shows() { for w in "$@"; do if grep -qF -- "$w" "$PAGE"; then ok "$NAME: shows '$w'"; else not_ok "$NAME" "does not show '$w'"; fi; done; }
lacks() { for w in "$@"; do if grep -qF -- "$w" "$PAGE"; then not_ok "$NAME" "shows '$w'"; else ok "$NAME: has no '$w'"; fi; done; }
said() { if grep -qxF -- "$1" "$WORK/said"; then ok "$NAME: $1"; else not_ok "$NAME" "not '$1' but $(tr '\n' ' ' <"$WORK/said")"; fi; }

# ---- bundles ----

# What Pillow writes of in.gif, changed by the line $1.
pillow() {
    cat <<END
/usr/bin/python3 -c "
from PIL import Image, ImageDraw, ImageSequence
with open('in.gif', 'rb') as f: im = Image.open(f); all = [p.convert('RGB') for p in ImageSequence.Iterator(im)]
$1
all[0].save('out.gif', save_all=True, append_images=all[1:], duration=[100] * len(all), loop=0)
"
END
}
fails cut cut 'gifsicle -O2 in.gif -o out.gif'
fails empty empty 'gifsicle -O1 in.gif -o out.gif'
fails clears cut 'gifsicle -O1 clears.gif -o out.gif'
bundles='cut empty clears'
if /usr/bin/python3 -c 'import PIL' 2>/dev/null; then
    fails patched none "$(pillow "for p in all[5:8]: ImageDraw.Draw(p).rectangle((10, 40, 30, 60), (0, 200, 0))")"
    fails dropped none "$(pillow 'del all[6:9]')"
    bundles="$bundles patched dropped"
else
    skip failure "Pillow is not installed: its bundles are not there"
fi
if [ -x /usr/bin/convert ]; then
    fails scaled flip '/usr/bin/convert in.gif -coalesce -resize 50% out.gif'
    bundles="$bundles scaled"
fi

# ---- what is written ----

NAME="cut"
page 20000000 cut
said 'f1 written'
shows '<strong>Output:</strong> frame ' 'the file ends inside its data' 'Worst instant: ' 'Frames of the source: ' \
    '<strong>damaged</strong>' 'Difference</figcaption>'
lacks '* players show a delay'
NAME=empty
page 20000000 empty
shows 'the file is empty' 'Pictures are not compared: there is no picture to compare.' 'no picture</p>'
lacks 'Worst instant: '
NAME=scaled
[ -d "$WORK/scaled" ] && page 20000000 scaled && shows 'both are compared in '
NAME=dropped
[ -d "$WORK/dropped" ] && page 20000000 dropped && shows 'picture of another time'
NAME=all
# shellcheck disable=SC2086 # words
page 20000000 $bundles
lacks 'http://' 'https://' ' style=' ' onclick=' 'javascript:'
if [ "$(grep -o ' id="[^"]*"' "$PAGE" | sort | uniq -d)" = '' ]; then ok "$NAME: every id is there once"; else
    not_ok "$NAME" "ids that are there twice: $(grep -o ' id="[^"]*"' "$PAGE" | sort | uniq -d | head -n 3)"
fi

# ---- room ----

NAME=room
page 20000000 cut
size=$(wc -c <"$PAGE")
page 1000 cut
empty=$(wc -c <"$PAGE")
said 'f1 not written'
said '1 dropped'
part=$((size - empty))
page $((part + 3000)) cut cut
said 'f1 written'
said 'f2 not written'
said '1 dropped'
page $((part - 1)) cut
said 'f1 written'
shows 'The animations are not shown: there is no room left for them on this page.'
# What does not fit ends it: an older failure that would fit is no better than a newer one.
page 20000000 empty
page $(($(wc -c <"$PAGE") - empty - 1)) empty
small=$(($(wc -c <"$PAGE") - empty))
said 'f1 written'
page $((small + 10)) empty cut
said 'f1 written'
page $((small + 10)) cut empty
said 'f1 not written'
said 'f2 not written'
said '2 dropped'
page $((small + 10)) empty
if [ "$(wc -c <"$PAGE")" -le $((empty + small + 10)) ]; then ok "$NAME: no more than may be"; else not_ok "$NAME" "more than may be"; fi

# ---- what is no evidence ----

NAME=none
page 20000000 nowhere "$WORK/cut.run"
said 'f1 not written'
said 'f2 not written'
said '0 dropped'
NAME=other
cp -r "$WORK/cut" "$WORK/other" && chmod u+w "$WORK/other/output.gif" && printf x >>"$WORK/other/output.gif"
page 20000000 other
said 'f1 not written'

# ---- bombs ----

# put NAME FILE: a bundle like cut whose output is FILE.
put() {
    cp -r "$WORK/cut" "$WORK/$1" && rm "$WORK/$1/output.gif" && cp "$2" "$WORK/$1/output.gif"
    (cd "$WORK/$1" && sha256sum output.gif source-1.gif record.json request.json config.ini >SHA256SUMS)
}
# A canvas of 65,535 × 65,535 pixels; 1,048,576 frames.
printf 'GIF89a\377\377\377\377\200\0\0\0\0\0\377\377\377,\0\0\0\0\377\377\377\377\0\002\002\104\001\0;' >"$WORK/huge.gif"
printf ',\0\0\0\0\1\0\1\0\0\2\2\104\1\0' >"$WORK/frames"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    cat "$WORK/frames" "$WORK/frames" >"$WORK/twice" && mv "$WORK/twice" "$WORK/frames"
done
{ printf 'GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377' && cat "$WORK/frames" && printf ';'; } >"$WORK/many.gif"
put huge "$WORK/huge.gif"
put many "$WORK/many.gif"
NAME=huge
page 20000000 huge
said 'f1 written'
shows 'not read to its end: it takes more memory than a report has'
NAME=many
# shellcheck disable=SC3045 # dash and bash have it
if (ulimit -v 400000 && page 20000000 many); then ok "$NAME: within 400 MB of addresses"; else
    not_ok "$NAME" "a bomb goes off: $(head -c 200 "$WORK/said")"
fi
said 'f1 written'
shows 'it takes more ' '<p class="fp-note">and ' '* players show a delay'

# ---- in a browser ----

NAME=browser
for program in node chromium; do
    command -v $program >/dev/null || { skip browser "$program is not installed"; exit 0; }
done
[ -d "$BUILD/tests/browser/node_modules/axe-core" ] || { skip browser "playwright-core is not installed (tests/report/install-browser)"; exit 0; }
for b in $bundles; do
    for f in source-1 output; do "$BUILD/tests/frames" -p "$WORK/$b/$f.gif" >"$WORK/$b.$f.rgba" 2>/dev/null; done
done
# shellcheck disable=SC2086 # words
page 20000000 $bundles
cp tests/report/failure.mjs "$BUILD/tests/browser/failure.mjs"
mkdir -p "$BUILD/report"
# shellcheck disable=SC2086 # words
SHOTS=$BUILD/report node "$BUILD/tests/browser/failure.mjs" "$PAGE" "$WORK" $bundles || not_ok "$NAME" "the script ended with $?"
