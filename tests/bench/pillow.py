#!/usr/bin/python3
"""Pillow's CPU time, measured inside, without the interpreter's start.

pillow.py decode FILE: every frame loaded. pillow.py diff A B: every frame of both as RGB, their
difference and its statistics; prints nanoseconds.
"""
import sys
import time

from PIL import Image, ImageChops, ImageSequence, ImageStat


def decode(path):
    with Image.open(path) as image:
        for _ in ImageSequence.Iterator(image):
            image.load()


def diff(a, b):
    with Image.open(a) as first, Image.open(b) as second:
        pairs = zip(ImageSequence.Iterator(first), ImageSequence.Iterator(second))
        for one, other in pairs:
            difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
            ImageStat.Stat(difference).sum2


start = time.process_time_ns()
{"decode": decode, "diff": diff}[sys.argv[1]](*sys.argv[2:])
print(time.process_time_ns() - start)
