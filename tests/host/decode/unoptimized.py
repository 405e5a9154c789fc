"""The same pictures as gifsicle -U makes of a file, each of them then a frame of its own."""
import os
import subprocess

import frames
import reasons
from report import Report
from reasons import AROUND, CLEARED, EMPTIED, REFUSED

# Names as in ../shared; made/ for what tests/host/decode.sh makes. The first row that fits counts.
LISTED = (
    ("made/disposal2.*", CLEARED),
    ("made/disposal3.convert.gif", EMPTIED),
    ("made/disposal3.*", CLEARED),
    ("made/off_screen.*", AROUND),
    ("corpus/ImageMagick+ImageMagick/PerlMagick/t/x11/congrats.gif", AROUND),
    ("corpus/conformance/test-suite/dispose-restore-background.gif", AROUND),
    ("corpus/conformance/test-suite/image-inside-bg.gif", AROUND),
    ("corpus/conformance/test-suite/image-outside-bg.gif", AROUND),
    ("corpus/conformance/test-suite/image-overlap-bg.gif", AROUND),
    ("corpus/conformance/test-suite/images-combine.gif", AROUND),
    ("corpus/conformance/test-suite/missing-pixels.gif", AROUND),
    ("corpus/google+wuffs/*/background-color.gif", AROUND),
    ("corpus/google+wuffs/*/frame-out-of-bounds.gif", AROUND),
    ("corpus/google+wuffs/*/metadata-empty.gif", AROUND),
    ("corpus/google+wuffs/*/metadata-full.gif", AROUND),
    ("corpus/google+wuffs/*/multiple-loop-counts.gif", AROUND),
    ("corpus/google+wuffs/*/pixel-data-too-much-bad-lzw.gif", REFUSED),
    ("corpus/google+wuffs/*/small-frame-interlaced.gif", AROUND),
    ("corpus/hostile/empty-gce.gif", REFUSED),
    ("corpus/hostile/frame-larger-than-canvas.gif", AROUND),
    ("corpus/hostile/frame-outside-canvas.gif", AROUND),
    ("corpus/hostile/plain-text-ext.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/animated_gif_reader/dispose_background.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/animated_gif_reader/small_frame_big_canvas.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/gif-conformance/valid/dispose_none.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/gif-conformance/valid/dispose_previous.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/gif-conformance/valid/dispose_unspecified.gif", AROUND),
    ("corpus/libgd+libgd/tests/gif/gif-conformance/valid/overlapping_frames.gif", AROUND),
    ("corpus/python-pillow+Pillow/Tests/images/decompression_bomb_extents.gif", REFUSED),
)


def is_comparable(file):
    return file.healthy > 0 and file.end != "too_large" and len(file.ours) <= 5000


def unoptimize(job):
    """Whether gifsicle did it without a complaint."""
    path, out = job
    done = subprocess.run(["gifsicle", "-U", path, "-o", out], capture_output=True, check=False)
    return done.returncode == 0


def look(file, other):
    """({number: their picture} where it differs, what else is wrong or None). other is gifsicle's
    file; its pictures are drawn from giflib's indices."""
    if file.whole and len(other.ours) != len(file.ours):
        return {}, "%d frames" % len(other.ours)
    theirs = other.giflib[:file.healthy]
    if len(theirs) < file.healthy or None in theirs:
        return {}, "frames are missing"
    numbers = range(file.healthy)
    if other.size == file.size:
        numbers = [n for n in numbers if theirs[n].picture != file.ours[n].picture]
    if not numbers:
        return {}, None
    # gifsicle makes the screen larger for frames that stick out.
    pictures = frames.pictures(other)
    cut = {n: reasons.cut_to_screen(pictures[n], file) for n in numbers}
    return {n: p for n, p in cut.items() if frames.crc(p) != file.ours[n].picture}, None


def check(files, folder):
    report = Report("gifsicle -U", LISTED)
    compared = [f for f in files if is_comparable(f)]
    outs = [os.path.join(folder, "%d.gif" % i) for i in range(len(compared))]
    taken = frames.in_parallel(unoptimize, zip([f.path for f in compared], outs))
    outs = [out if is_taken else None for out, is_taken in zip(outs, taken)]
    others = {other.path: other for other in frames.read([out for out in outs if out is not None])}
    for file, out in zip(compared, outs):
        if out is not None:
            report.judge(file, *look(file, others[out]))
        elif file.whole:  # it need not take damaged files
            report.judge(file, {}, "gifsicle refuses it")
    report.end_of_pictures()
