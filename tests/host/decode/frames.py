"""What build/tests/frames says about GIFs, and the same of a picture of Pillow's."""
import concurrent.futures
import os
import subprocess
import zlib

from PIL import Image

TOOL = os.path.join(os.environ.get("BUILD", "build"), "tests", "frames")


class Frame:
    """One side's account of one frame."""

    def __init__(self, words):
        self.facts = tuple(int(w) for w in words[:7])
        self.left, self.top, self.width, self.height = self.facts[:4]
        self.delay, self.disposal, self.transparent = self.facts[4:]
        self.picture = words[7]
        self.status = words[8]  # ours: the fault; giflib's: ok or error
        self.indices = int(words[9])  # ours: how many there are; giflib's: how many are the same


class File:
    """ours and giflib are as long; giflib's has None where it found no frame."""

    def __init__(self, path, width, height):
        self.path = path
        self.name = path  # how tables call it
        self.size = (int(width), int(height))
        self.ours, self.giflib = [], []
        self.end, self.loops = None, None

    @property
    def healthy(self):
        """How many frames come before the first that has a fault."""
        faults = (i for i, frame in enumerate(self.ours) if frame.status != "none")
        return next(faults, len(self.ours))

    @property
    def whole(self):
        return self.end == "none" and self.healthy == len(self.ours)

    @property
    def extent(self):
        """The screen, made larger until all frames lie on it: what some programs do."""
        return (max([self.size[0]] + [f.left + f.width for f in self.ours]),
                max([self.size[1]] + [f.top + f.height for f in self.ours]))


def parse(text):
    files = []
    for line in text.splitlines():
        kind, *words = line.split("\t")
        if kind == "file":
            files.append(File(*words))
        elif kind == "ours":
            files[-1].ours.append(Frame(words))
        elif kind == "giflib":
            files[-1].giflib.append(Frame(words) if words != ["none"] else None)
        else:
            files[-1].end, files[-1].loops = words[0], int(words[1])
    return files


def in_parallel(function, things):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, things))


def read_some(paths):
    done = subprocess.run([TOOL, *paths], capture_output=True, check=True)
    return parse(done.stdout.decode(errors="surrogateescape"))


def read(paths):
    """A File for each path, in their order."""
    parts = [paths[i:i + 20] for i in range(0, len(paths), 20)]
    return [file for part in in_parallel(read_some, parts) for file in part]


def pictures(file):
    """Our pictures themselves, frame by frame."""
    raw = subprocess.run([TOOL, "-p", file.path], capture_output=True, check=True).stdout
    size = file.size[0] * file.size[1] * 4
    return [Image.frombytes("RGBA", file.size, raw[i:i + size]) for i in range(0, len(raw), size)]


def crc(picture):
    """As Frame.picture: where alpha is 0 or 255, premultiplying only clears what is transparent."""
    return "%08x" % zlib.crc32(picture.convert("RGBA").convert("RGBa").tobytes())
