"""main.py MADE SHARED OUT: our decoder and canvas against those of others, over the GIFs in the
folder MADE and those of SHARED, where that is. OUT is an empty folder."""
import glob
import os
import sys

import conformance
import frames
import giflib
import pillow
import unoptimized


def is_gif(path):
    if path.endswith(".gif"):
        return True
    if os.path.splitext(path)[1] or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"GIF8"


def gifs_below(folder):
    found = glob.glob(os.path.join(folder, "**", "*"), recursive=True)
    return sorted(path for path in found if is_gif(path) and os.path.isfile(path))


def main(made, shared, out):
    paths = gifs_below(made)
    names = [os.path.join("made", os.path.relpath(p, made)) for p in paths]
    for folder in ("corpus", "pairs"):
        more = gifs_below(os.path.join(shared, folder))
        if not more:
            print("skip decode %s: %s is not there" % (folder, os.path.join(shared, folder)))
        paths += more
        names += [os.path.relpath(p, shared) for p in more]
    files = frames.read(paths)
    for file, name in zip(files, names):
        file.name = name
    giflib.check(files)
    pillow.check(files)
    unoptimized.check(files, out)
    if os.path.isdir(os.path.join(shared, conformance.FOLDER)):
        conformance.check(files, shared)


main(*sys.argv[1:])
