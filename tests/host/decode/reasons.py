"""Why another program's pictures are others than ours, and what must be true for it to be why.

Most of it is paint where our picture shows nothing: what is visible in ours must be the same."""
from PIL import Image

import frames

AROUND = "paints the screen around a first frame that does not cover it"
CLEARED = "paints what disposal 2 cleared in the background colour"
EMPTIED = "paints the empty screen that disposal 3 brings back"
MIXED = "keeps the transparent index of the first of two control blocks"
RESTORED = "takes disposal 5 for 3"
REFUSED = "refuses the file, or gives up in it"


def cut_to_screen(picture, file):
    """What lies on the file's own screen, of a picture that was made larger for frames off it."""
    return picture.crop((0, 0) + file.size)


def only_painted(ours, theirs):
    """Whether theirs shows what ours shows, and perhaps more."""
    nothing = Image.new("RGBA", ours.size)
    common = Image.composite(theirs, nothing, ours.getchannel("A"))
    return frames.crc(common) == frames.crc(ours)


def is_around(file, _):
    first = file.ours[0]
    return (first.left > 0 or first.top > 0 or first.left + first.width < file.size[0] or
            first.top + first.height < file.size[1])


def is_cleared(file, number):
    return any(f.disposal == 2 for f in file.ours[:number + 1])


def is_emptied(file, number):
    return file.ours[0].disposal == 3 and number > 0


def is_restored(file, number):
    return any(f.disposal == 5 for f in file.ours[:number])


PAINTED = {AROUND: is_around, CLEARED: is_cleared, EMPTIED: is_emptied}


def holds(reason, file, different, wrong):
    """different: {number of frame: their picture}. wrong: what else is not as with us, or None."""
    if reason == REFUSED or wrong is not None:
        return reason == REFUSED and wrong is not None
    if reason == RESTORED:
        return all(is_restored(file, number) for number in different)
    ours = frames.pictures(file)
    if reason == MIXED:
        return all(only_painted(theirs, ours[n]) for n, theirs in different.items())
    return all(PAINTED[reason](file, n) and only_painted(ours[n], theirs)
               for n, theirs in different.items())
