"""The conformance suite of the corpus: each NAME.conf says what NAME.gif shows (see its README)."""
import configparser
import os

from PIL import Image

import frames
from report import Report

FOLDER = os.path.join("corpus", "conformance", "test-suite")

PARTS = "a picture of no delay is a part of the next: we show each, as players do"
FRAMELESS = "a screen without a frame is a picture: to us the file has no frames"
MALFORMED = "a frame of zero size is passed over: to us it is a fault"
WIDE = "a minimum code size of 11 is beyond the 8 that colour tables allow: to us it is a fault"
LOOPING = "an animation of GIF87a is to repeat: without a loop extension it plays once"
TEXT = "the suite leaves a plain text open: we show the frame behind it, as players do"

# The last column: the faults that we report.
LISTED = (
    ("animation-multi-image", PARTS, ()),
    ("animation-multi-image-explicit-zero-delay", PARTS, ()),
    ("dispose-restore-previous", PARTS, ()),
    ("high-color", PARTS, ()),
    ("images-combine", PARTS, ()),
    ("images-overlap", PARTS, ()),
    ("gif87a-animation", LOOPING, ()),
    ("image-zero-height", MALFORMED, ("table_cut",)),
    ("image-zero-size", MALFORMED, ("table_cut",)),
    ("image-zero-width", MALFORMED, ("data_cut", "frame_size")),
    ("max-codes", WIDE, ("code_size",)),
    ("no-data", FRAMELESS, ("no_frames",)),
    ("plain-text", TEXT, ()),
)


def loops_of(text):
    return {"infinite": 0, "0": -1}.get(text, int(text) if text.isdigit() else None)


def faults_of(file):
    faults = {f.status for f in file.ours} | {file.end}
    # One screen is too large to draw on: all that is asked of it is that no frame is seen.
    return tuple(sorted(faults - {"none", "too_large"}))


def parts_joined(shown):
    """Pictures of no delay and the one that follows them as one."""
    return [f for n, f in enumerate(shown) if f.delay > 0 or n + 1 == len(shown)]


def wrong_pictures(shown, wanted):
    if len(shown) != len(wanted):
        return "%d frames, not %d" % (len(shown), len(wanted))
    for number, (ours, (picture, delay)) in enumerate(zip(shown, wanted)):
        if ours.picture != picture:
            return "picture %d differs" % number
        if ours.delay != delay:
            return "picture %d: delay %d, not %d" % (number, ours.delay, delay)
    return None


def wanted_pictures(folder, conf, size):
    for section in conf["config"]["frames"].split(","):
        if section:
            with open(os.path.join(folder, conf[section]["pixels"]), "rb") as raw:
                picture = Image.frombytes("RGBA", size, raw.read())
            yield frames.crc(picture), int(conf[section].get("delay", "0"))


def wrong(folder, conf, file, reason=None):
    """What is not as the suite has it, but for what the reason says; or None."""
    config = conf["config"]
    if file.size != (int(config["width"]), int(config["height"])):
        return "screen of %r" % (file.size,)
    wanted = list(wanted_pictures(folder, conf, file.size))
    if not wanted:
        return None if faults_of(file) or not file.ours else "no fault"
    if file.loops != loops_of(config["loop-count"]) and reason != LOOPING:
        return "loops %d" % file.loops
    if faults_of(file):
        return "faults %r" % (faults_of(file),)
    return wrong_pictures(parts_joined(file.ours) if reason == PARTS else file.ours, wanted)


def explains(row, folder, conf, file):
    """Whether the row is all that is wrong."""
    if faults_of(file) != row[2]:
        return False
    return row[1] not in (PARTS, LOOPING) or wrong(folder, conf, file, row[1]) is None


def check(files, shared):
    folder = os.path.join(shared, FOLDER)
    report = Report("conformance", LISTED)
    by_name = {f.name: f for f in files}
    names = sorted(n[:-5] for n in os.listdir(folder) if n.endswith(".conf"))
    for name in names:
        conf = configparser.ConfigParser(interpolation=None)
        conf.read(os.path.join(folder, name + ".conf"))
        file = by_name[os.path.join(FOLDER, conf["config"]["input"])]
        row = report.row(name)
        why = wrong(folder, conf, file)
        if why is not None and row is not None and explains(row, folder, conf, file):
            report.deviates(row)
        elif why is not None:
            report.fail(name, why)
    report.end("%d of %d tests pass; %d deviations are listed"
               % (len(names) - len(report.deviating), len(names), len(report.met)))
