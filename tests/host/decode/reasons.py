"""Why another program's pictures are others than ours, and what must be true for it to be why.

Everything is paint where our picture shows nothing: what is visible in ours must be the same."""
from PIL import Image

import frames

AROUND = "paints the screen around a first frame that does not cover it"
CLEARED = "paints what disposal 2 cleared in the background colour"
RESTORED = "takes disposal 5 for 3"
REFUSED = "refuses the file, or gives up in it"


def only_painted(ours, theirs):
    nothing = Image.new("RGBA", ours.size)
    return Image.composite(theirs, nothing, ours.getchannel("A")).tobytes() == ours.tobytes()


def is_around(file, number):
    first = file.ours[0]
    return (first.left > 0 or first.top > 0 or first.left + first.width < file.size[0] or
            first.top + first.height < file.size[1])


def is_cleared(file, number):
    return any(f.disposal == 2 for f in file.ours[:number + 1])


def is_restored(file, number):
    return any(f.disposal == 5 for f in file.ours[:number])


def holds(reason, file, different):
    """different: {number of frame: their picture}"""
    if reason == RESTORED:
        return all(is_restored(file, n) for n in different)
    because = {AROUND: is_around, CLEARED: is_cleared}.get(reason)
    if because is None or not all(because(file, n) for n in different):
        return False
    ours = frames.pictures(file)
    return all(only_painted(ours[n], theirs) for n, theirs in different.items())
