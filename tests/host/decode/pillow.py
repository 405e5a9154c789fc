"""The same pictures, delays and loops as Pillow's."""
import concurrent.futures
import warnings

from PIL import Image

import frames
import reasons
from report import Report
from reasons import AROUND, CLEARED, EMPTIED, MIXED, REFUSED, RESTORED

NETSCAPE = "reads the loops of NETSCAPE2.0 alone"
FIRST_LOOPS = "takes the first of two loop extensions, where we take the last"
EARLY = "reads no loop extension behind the first frame"

# Names as in ../shared; made/ for what tests/host/decode.sh makes. The first row that fits counts.
LISTED = (
    ("made/controls.gif", MIXED),
    ("made/disposal2.layers.gif", EMPTIED),
    ("made/disposal2.*", CLEARED),
    ("made/disposal3.U.gif", CLEARED),
    ("made/disposal3.*", EMPTIED),
    ("made/off_screen.*", AROUND),
    ("corpus/ImageMagick+ImageMagick/PerlMagick/t/x11/congrats.gif", AROUND),
    ("corpus/SerenityOS+serenity/*/animated_transparent_loop.gif", CLEARED),
    ("corpus/SerenityOS+serenity/*/animated_transparent_loop_frames_out_of_bounds.gif", CLEARED),
    ("corpus/SerenityOS+serenity/*/bad_lzw_data.gif", RESTORED),
    ("corpus/conformance/test-suite/dispose-restore-background.gif", AROUND),
    ("corpus/conformance/test-suite/high-color.gif", AROUND),
    ("corpus/conformance/test-suite/image-inside-bg.gif", AROUND),
    ("corpus/conformance/test-suite/image-outside-bg.gif", AROUND),
    ("corpus/conformance/test-suite/image-overlap-bg.gif", AROUND),
    ("corpus/conformance/test-suite/images-combine.gif", AROUND),
    ("corpus/conformance/test-suite/missing-pixels.gif", AROUND),
    ("corpus/dvyukov+go-fuzz-corpus/*/4f68150cf9450d404a9930909aea2bcdb5562070-2", AROUND),
    ("corpus/dvyukov+go-fuzz-corpus/*/70fa80f3387e23835e47b3fde3c0c101562618c0-2", AROUND),
    ("corpus/dvyukov+go-fuzz-corpus/*/74e90e72ad6dee13a4088ce0baf42e737271793a-3", AROUND),
    ("corpus/dvyukov+go-fuzz-corpus/*/b22bb36b62775b04b2450b62e7fcc5a2ece06689-3", AROUND),
    ("corpus/google+wuffs/*/background-color.gif", AROUND),
    ("corpus/google+wuffs/*/frame-out-of-bounds.gif", AROUND),
    ("corpus/google+wuffs/*/metadata-empty.gif", AROUND),
    ("corpus/google+wuffs/*/metadata-full.gif", AROUND),
    ("corpus/google+wuffs/*/multiple-loop-counts.gif", AROUND),
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
    ("corpus/python-pillow+Pillow/Tests/images/background_outside_palette.gif", REFUSED),
    ("corpus/python-pillow+Pillow/Tests/images/dispose_bgnd.gif", CLEARED),
    ("corpus/python-pillow+Pillow/Tests/images/dispose_bgnd_rgba.gif", CLEARED),
    ("corpus/python-pillow+Pillow/*/no_palette_with_transparency_after_rgb.gif", REFUSED),
    ("pairs/out/s03_canvas_big.gif", AROUND),
)

LISTED_LOOPS = (
    ("corpus/conformance/test-suite/loop-animexts.gif", NETSCAPE),
    ("corpus/google+wuffs/*/multiple-loop-counts.gif", EARLY),
    ("corpus/python-pillow+Pillow/Tests/images/duplicate_number_of_loops.gif", FIRST_LOOPS),
)

# Pillow needs time that grows with the square of an extension's sub-blocks.
SLOW = ("corpus/hostile/ext-400k.gif", "corpus/hostile/ext-1M-subblocks.gif")
MOST_FRAMES = 5000


def is_comparable(file):
    w, h = file.extent
    return (file.healthy > 0 and file.end != "too_large" and len(file.ours) <= MOST_FRAMES and
            w * h <= 30_000_000 and file.name not in SLOW)


def look(file):
    """({number: their picture} where it differs, what else is wrong or None, their loops)."""
    different = {}
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(file.path) as image:
            for number, ours in enumerate(file.ours[:file.healthy]):
                image.seek(number)
                # Pillow makes the screen larger for frames that stick out.
                picture = image.convert("RGBA")
                if picture.size != file.size:
                    picture = reasons.cut_to_screen(picture, file)
                if frames.crc(picture) != ours.picture:
                    different[number] = picture
                if image.info.get("duration", 0) != ours.delay * 10:
                    return different, "frame %d: %r ms" % (number, image.info["duration"]), None
            return different, more_frames(file, image), image.info.get("loop", -1)
    except Exception as error:  # whatever Pillow raises over such a file
        return different, "%s: %s" % (type(error).__name__, error), None


def more_frames(file, image):
    if not file.whole:
        return None
    try:
        image.seek(len(file.ours))
    except EOFError:
        return None
    return "more frames than %d" % len(file.ours)


def check_loops(files, loops):
    report = Report("Pillow's loops", LISTED_LOOPS)
    for file, theirs in zip(files, loops):
        row = report.row(file.name)
        if theirs == file.loops:
            continue
        if row is not None:
            report.deviates(row)
        else:
            report.fail(file.name, "%d, not %d" % (theirs, file.loops))
    report.end("%d files, the same; %d deviations are listed" % (len(files), len(report.met)))


def check(files):
    report = Report("Pillow", LISTED)
    compared = [f for f in files if is_comparable(f)]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        looks = list(pool.map(look, compared, chunksize=8))
    for file, (different, wrong, _) in zip(compared, looks):
        report.judge(file, different, wrong)
    report.end_of_pictures()
    # What stands behind a fault, and files that Pillow gave up, say nothing about loops.
    told = [(f, l) for f, (_, wrong, l) in zip(compared, looks) if f.whole and l is not None]
    check_loops(*zip(*told))
