"""The same pictures, delays and loops as Pillow's."""
import concurrent.futures
import warnings

from PIL import Image

import frames
import reasons
from report import Report
from reasons import AROUND, CLEARED, REFUSED, RESTORED

LISTED = (
)

# Pillow needs time that grows with the square of an extension's sub-blocks.
SLOW = ("corpus/hostile/ext-400k.gif", "corpus/hostile/ext-1M-subblocks.gif")
MOST_FRAMES = 5000


def is_comparable(file):
    w, h = file.extent
    return (file.healthy > 0 and file.end != "too_large" and len(file.ours) <= MOST_FRAMES and
            w * h <= 30_000_000 and file.name not in SLOW)


def look(file):
    """({number: their picture} where it differs, what else is wrong or None)."""
    different = {}
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(file.path) as image:
            for number, ours in enumerate(file.ours[:file.healthy]):
                image.seek(number)
                picture = image.convert("RGBA")
                # Pillow makes the screen larger for frames that stick out.
                if picture.size not in (file.size, file.extent):
                    return different, "frame %d is %r" % (number, picture.size)
                picture = picture.crop((0, 0) + file.size)
                if frames.crc(picture) != ours.picture:
                    different[number] = picture
                if image.info.get("duration", 0) != ours.delay * 10:
                    return different, "frame %d: %r ms" % (number, image.info.get("duration"))
            return different, rest_of(file, image)
    except Exception as error:  # whatever Pillow raises over such a file
        return different, "%s: %s" % (type(error).__name__, error)


def rest_of(file, image):
    """What follows the last frame."""
    if not file.whole:
        return None
    if image.info.get("loop", -1) != file.loops:
        return "loops %r, not %d" % (image.info.get("loop"), file.loops)
    try:
        image.seek(len(file.ours))
    except EOFError:
        return None
    return "more frames than %d" % len(file.ours)


def check(files):
    report = Report("Pillow", LISTED)
    compared = [f for f in files if is_comparable(f)]
    same = 0
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        looks = list(pool.map(look, compared, chunksize=8))
    for file, (different, wrong) in zip(compared, looks):
        row = report.row(file.name)
        same += file.healthy - len(different)
        if not different and wrong is None:
            continue
        if row is not None and (wrong is not None if row[1] == REFUSED else
                                wrong is None and reasons.holds(row[1], file, different)):
            report.deviates(row)
        else:
            report.fail(file.name, wrong or "pictures differ: %r" % sorted(different))
    report.end("%d files, %d frames, the same pictures, delays and loops; %d deviations are listed"
               % (len(compared), same, len(report.met)))
