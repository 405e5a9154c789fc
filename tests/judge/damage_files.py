"""Files that are cut, overwritten or not GIFs, and frames whose data breaks.

Each takes what was made (damage_made.Made) and returns the damaged file's bytes, None where that
cannot be, and a note; or None where there is nothing to damage. So do its neighbours.
"""

import io

import gif


def truncated(m):
    share = m.pick(50, 90, 10, 99, 30)
    return m.data[:len(m.data) * share // 100], "cut at %d %%" % share


def cut_at_frame(m):
    return m.data[:m.gif.frames[(len(m.gif.frames) - 1) // 2].end], "no trailer after some frame"


def zero_tail(m):
    n = len(m.data) * 7 // 10
    return m.data[:n] + bytes(len(m.data) - n), "zeros for the last 30 %"


def empty(m):
    return m.pick(b"", b"", m.data[:90]), m.pick("0 bytes", "0 bytes", "90 bytes")


def wrong_format(m):
    out = io.BytesIO()
    if m.pick(0, 1):
        m.film.shots[0].picture.save(out, "BMP")
    else:
        m.film.shots[0].picture.save(out, "PNG")
    return out.getvalue(), "a PNG or BMP under the name"


def magic(m):
    wrong = m.pick(b"GIF99a", b"GIF88a", b"\0\0F89a")
    return wrong + m.data[6:], "begins with %r" % wrong


def _largest(m):
    return max(range(len(m.gif.frames)), key=lambda i: len(m.gif.frames[i].pixels))


def _rewritten(m, i, **changes):
    return gif.write(m.gif.replaced(i, m.gif.frames[i].copy(**changes)))


def undefined_code(m):
    return _rewritten(m, m.late_frame, undefined_after=5), "a code that was never defined"


def missing_blocks(m):
    f = m.gif.frames[_largest(m)]
    at = f.data_at
    starts = []
    while m.data[at]:
        starts.append(at)
        at += m.data[at] + 1
    if len(starts) < 3:
        return None
    cut = starts[len(starts) // 2]
    return m.data[:cut] + m.data[cut + m.data[cut] + 1:], "a data block of a frame is missing"


def bad_index(m):
    i = m.late_frame
    f = m.gif.frames[i]
    n = len(f.table or m.gif.table)
    if n >= 256 or len(f.pixels) < 9:
        return None
    pixels = bytearray(f.pixels)
    pixels[len(pixels) // 2] = n + 1 if n + 1 != f.transparent else n + 2
    return _rewritten(m, i, pixels=bytes(pixels), code_size=8), "an index beyond the table"


def no_table(m):
    if m.gif.table is None or all(f.table for f in m.gif.frames):
        return None
    return gif.write(m.gif.each(lambda f: f.copy(code_size=8)).copy(table=None)), "no colour table"


def bitflip(m):
    f = m.gif.frames[m.late_frame]
    n = f.end - f.data_at
    if n < 30:
        return None
    at = f.data_at + n * m.pick(4, 6, 3) // 10
    flipped = bytes([m.data[at] ^ 1 << m.pick(2, 5, 0)])
    return m.data[:at] + flipped + m.data[at + 1:], "one bit of a frame's LZW data"
