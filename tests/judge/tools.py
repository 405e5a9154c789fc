"""Runs the real compressors, each in a directory of its own."""

import io
import os
import shutil
import subprocess
import tempfile

from PIL import Image

# ImageMagick by its path: another program of that name may come first.
PROGRAMS = {"convert": "/usr/bin/convert"}
# One thread: with more, they wait for each other far longer than they work.
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", VIPS_CONCURRENCY="1")
_made = {}


def run(source, *lines):
    """The output of the last of these commands over source (bytes), each a list of words; IN and
    OUT stand for names within words. None when there is no output."""
    key = (source, tuple(map(tuple, lines)))
    if key not in _made:
        _made[key] = _run(source, lines)
    return _made[key]


def _run(source, lines):
    directory = tempfile.mkdtemp()
    try:
        with open(os.path.join(directory, "in.gif"), "wb") as f:
            f.write(source)
        for words in lines:
            words = [w.replace("IN", "in.gif").replace("OUT", "out.gif") for w in words]
            words[0] = PROGRAMS.get(words[0], words[0])
            done = subprocess.run(words, cwd=directory, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL,
                                  check=False)
            if done.returncode != 0:
                return None
        with open(os.path.join(directory, "out.gif"), "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None
    finally:
        shutil.rmtree(directory)


def pillow(source):
    out = io.BytesIO()
    Image.open(io.BytesIO(source)).save(out, "GIF", save_all=True)
    return out.getvalue()


def vips(source):
    return run(source, "vips copy IN[n=-1] OUT".split())
