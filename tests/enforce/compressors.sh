#!/bin/sh
# Mode enforce over real compressors, one or more for each way in which they open, write and close:
# what is damaged never stays under its name, and what was overwritten comes back.
. "${0%/*}/lib.sh"
need jq gifsicle /usr/bin/convert gm ffmpeg vips giftool getfattr
gif ball in.gif
gif colors64 b.gif
gif disposal2 c.gif
chmod 640 "$FIXTURES/in.gif"
setfattr -n user.test -v kept "$FIXTURES/in.gif" 2>/dev/null || skip "extended attributes" "the file system has none"
touch -d '2020-02-02 02:02:02' "$FIXTURES"/*
[ "$(id -u)" = 0 ] && chown 65534:65534 "$FIXTURES/in.gif"
enforce_ini ''

rejects gifsicle 86 'gifsicle -O3 in.gif -o out.gif' out.gif
rejects gifsicle_stdout 86 'gifsicle -O3 in.gif >out.gif' out.gif
rejects gifsicle_stdin 86 'gifsicle <in.gif >out.gif' out.gif
rejects gifsicle_batch 86 'gifsicle -b -O2 in.gif' in.gif
rejects gifsicle_same 86 'gifsicle -O2 in.gif -o in.gif' in.gif
rejects gifsicle_batches 86 'gifsicle -b -O2 in.gif b.gif c.gif' in.gif b.gif c.gif
rejects gifsicle_merge 86 'gifsicle --merge in.gif b.gif -o out.gif' out.gif
rejects gifsicle_merge_over 86 'gifsicle --merge in.gif b.gif -o in.gif' in.gif
rejects gifsicle_explode 86 'gifsicle --explode in.gif "#0-1"' in.gif.000 in.gif.001
rejects gifsicle_colormap 86 'gifsicle --use-colormap b.gif in.gif -o out.gif' out.gif
rejects convert 1 '/usr/bin/convert in.gif out.gif' out.gif
rejects convert_same 1 '/usr/bin/convert in.gif in.gif' in.gif
rejects convert_adjoin 1 '/usr/bin/convert in.gif[0-1] +adjoin f%02d.gif' f00.gif
rejects mogrify 1 'mogrify -layers optimize in.gif' in.gif
rejects mogrify_path 1 'mkdir o; mogrify -path o b.gif' o/b.gif
rejects gm 1 'gm convert in.gif out.gif' out.gif
rejects gm_mogrify 1 'gm mogrify in.gif' in.gif
rejects ffmpeg 86 'ffmpeg -loglevel quiet -nostdin -i in.gif out.gif' out.gif
rejects ffmpeg_xerror 1 'ffmpeg -loglevel quiet -nostdin -xerror -i in.gif out.gif' out.gif
rejects vips 86 "vips copy 'in.gif[n=-1]' out.gif" out.gif
rejects vipsthumbnail 86 "vipsthumbnail 'in.gif[n=-1]' -s 40x -o out.gif" out.gif
rejects giftool 86 'giftool -d 7 <in.gif >out.gif' out.gif
rejects gifclrmp 1 'gifclrmp -g 1 in.gif >out.gif' out.gif
rejects giffix 1 'giffix in.gif >out.gif' out.gif
py() { printf "/usr/bin/python3 -c \"from PIL import Image; im = Image.open('in.gif'); %s\"" "$1"; }
rejects pillow 1 "$(py "im.save('out.gif', save_all=True)")" out.gif
rejects pillow_exit 0 "$(py "im.load(); f = open('out.gif', 'wb'); im.save(f, save_all=True); del f, im; import os; os._exit(0)")" out.gif
if command -v node >/dev/null; then
    rejects node_sync 1 'node -e "const fs = require(\"fs\"); fs.writeFileSync(\"out.gif\", fs.readFileSync(\"in.gif\"))"' out.gif
    rejects node_async 1 'node -e "const fs = require(\"fs/promises\"); fs.copyFile; fs.readFile(\"in.gif\").then(b => fs.writeFile(\"out.gif\", b))"' out.gif
    # Its promise resolves all the same.
    if [ -d "$BUILD/tests/sharp/node_modules/sharp" ]; then
        rejects sharp 0 "NODE_PATH=$BUILD/tests/sharp/node_modules node -e 'require(\"sharp\")(\"in.gif\", {animated: true}).toFile(\"out.gif\")'" out.gif
    else skip sharp "npm could not install it"; fi
fi

# Other damage.
SABOTAGE=flip rejects flipped 86 'gifsicle -b in.gif' in.gif
SABOTAGE=empty rejects emptied 86 'gifsicle -O2 in.gif -o out.gif' out.gif

# Defects that are the compressors' own.
SABOTAGE=
rejects vips_first_frame 86 'vips copy in.gif out.gif' out.gif
rejects pillow_over_source 1 "$(py "im.save('in.gif', save_all=True)")" in.gif
# Of standard output, which these never close, only a disk that is full has taken something.
rejects convert_stdout 1 "$(full_after 20 'exec /usr/bin/convert in.gif gif:- >out.gif')" out.gif
rejects gm_stdout 1 "$(full_after 20 'exec gm convert in.gif gif:- >out.gif')" out.gif
rejects ffmpeg_pipe 1 "$(full_after 20 'exec ffmpeg -loglevel quiet -nostdin -i in.gif -f gif pipe:1 >out.gif')" out.gif
rejects gifsicle_dev_stdout 86 "$(full_after 20 'exec gifsicle in.gif -o /dev/stdout >out.gif')" out.gif
rejects convert_write 1 "$(full_after 20 'exec /usr/bin/convert in.gif -write out.gif out2.gif')" out.gif out2.gif
if [ "$(id -u)" = 0 ] && mkdir "$WORK/small" && mount -t tmpfs -o size=100k none "$WORK/small" 2>/dev/null; then
    # A disk that takes no temporary file beside the source, nor the output.
    gifsicle -O3 "$FIXTURES/in.gif" -o "$WORK/small.gif"
    cp "$WORK/small.gif" "$WORK/small/in.gif"
    head -c 100000 /dev/zero >"$WORK/small/fill" 2>/dev/null
    (cd "$WORK/small" && LD_PRELOAD=$PRELOAD gifsicle -U -b in.gif 2>/dev/null)
    status=$?
    NAME=full_disk
    if [ "$status" = 86 ] || [ "$status" = 1 ]; then ok "full disk: ends with $status"; else not_ok "full disk" "ended with $status"; fi
    if cmp -s "$WORK/small/in.gif" "$WORK/small.gif"; then ok "full disk: the source is back"; else
        not_ok "full disk" "the source is lost: $(tail -n 1 "$LOG" | jq -c .enforcement)"
    fi
    umount "$WORK/small"
else
    skip full_disk "needs root"
fi
# One that dies of its own output: it maps the source that it truncates.
NAME=vips_over_source
rm -rf "$GIFLAB_VALIDATION_STATE_DIR"
for with in '' .with; do run_under "$WORK/$NAME$with/x" "${with:+$PRELOAD}" "vips copy 'in.gif[n=-1]' in.gif"; done
died=$(cat "$WORK/$NAME/x.status")
if [ "$died" -gt 128 ] && [ "$(cat "$WORK/$NAME.with/x.status")" = "$died" ]; then ok "$NAME: dies as without gifvet"; else
    not_ok "$NAME" "ends with $died, with gifvet $(cat "$WORK/$NAME.with/x.status")"
fi
"$GIFVET" rescue --restore >/dev/null 2>&1
if same_file "$FIXTURES/in.gif" "$WORK/$NAME.with/x/in.gif"; then ok "$NAME: gifvet rescue brings the source back"; else
    not_ok "$NAME" "the source is lost"
fi
# What nobody damages is left alone.
kept healthy 'gifsicle -O2 in.gif -o out.gif; gifsicle -b b.gif; /usr/bin/convert c.gif c.gif; echo $?'
