"""Palettes, disposal, transparency and interlacing that are wrong: the data is as it was.

Rooms: palettes · coding
"""

from PIL import Image

import film as films
import gif

# ---- palettes ----


def _recolored(m, change):
    def table(t):
        return change(list(t)) if t else t
    return gif.write(m.gif.each(lambda f: f.copy(table=table(f.table))).copy(
        table=table(m.gif.table)))


def palette_shift(m):
    return _recolored(m, lambda t: t[1:] + t[:1]), "palette shifted by one entry"


def palette_bgr(m):
    return _recolored(m, lambda t: [c[::-1] for c in t]), "red and blue exchanged"


def palette_invert(m):
    return _recolored(m, lambda t: [tuple(255 - v for v in c) for c in t]), "negative"


def palette_dark(m):
    return _recolored(m, lambda t: [tuple(v * 6 // 10 for v in c) for c in t]), "40 % darker"


def palette_entry(m):
    counts = [0] * 256
    for f in m.gif.frames:
        for i in set(f.pixels) - {f.transparent}:
            counts[i] += f.pixels.count(i)
    gone = counts.index(max(counts))
    if m.variant % 2:
        return _recolored(m, lambda t: t[:gone] + [(0, 0, 0)] + t[gone + 1:]), "an entry is black"
    return _recolored(m, lambda t: t[:gone] + t[gone + 1:] + [(0, 0, 0)]), (
        "an entry is missing, the others move up")


# ---- coding ----


def disposal(m):
    if all(f.disposal != 2 for f in m.gif.frames):
        return None
    return gif.write(m.gif.each(lambda f: f.copy(disposal=1 if f.disposal == 2 else f.disposal))
                     ), "disposal 2 became 1: ghosts"


def flash(m):
    return gif.write(m.gif.each(lambda f: f.copy(disposal=2))), "disposal 2 added: flashes"


def transparency(m):
    clear = [f.transparent for f in m.gif.frames]
    if all(t is None for t in clear):
        return None

    def change(f):
        if f.transparent is None:
            return f
        n = len(f.table or m.gif.table)
        return f.copy(transparent=m.pick(None, (f.transparent + 1) % n))
    if any(t is not None and t >= len(f.table or m.gif.table)
           for t, f in zip(clear, m.gif.frames)):
        return None
    return gif.write(m.gif.each(change)), m.pick("transparency dropped",
                                                 "transparent index off by one")


def all_clear(m):
    """Every frame's commonest colour became its transparent one."""
    def change(f):
        counts = [f.pixels.count(i) if i != f.transparent else 0 for i in range(256)]
        return f.copy(transparent=counts.index(max(counts)))
    if m.variant % 2 == 0:
        clear = [films.Shot(Image.new("RGBA", s.picture.size), s.delay) for s in m.film.shots]
        return m.written(clear), "everything transparent"
    return gif.write(m.gif.each(change)), "the commonest colour is transparent"


def interlace(m):
    def change(f):
        if not f.interlaced:
            return f.copy(interlaced=True, rows_as_they_are=True)
        rows = [f.pixels[y * f.width:(y + 1) * f.width] for y in gif.passes(f.height)]
        return f.copy(interlaced=False, pixels=b"".join(rows))
    i = m.late_frame
    if m.variant % 2:
        return gif.write(m.gif.replaced(i, change(m.gif.frames[i]))), "one frame's flag is wrong"
    return gif.write(m.gif.each(change)), "the interlace flag is wrong"
