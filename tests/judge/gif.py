"""A GIF as a structure: parse() reads any sound file, write() writes any structure, sound or not."""

import io
import struct

from PIL import Image

import lzw


class Broken(Exception):
    """The file is not a whole GIF; says why."""


class Frame:
    def __init__(self, width, height, pixels, left=0, top=0, table=None, transparent=None,
                 disposal=0, delay=10, interlaced=False):
        self.width, self.height, self.left, self.top = width, height, left, top
        self.pixels = pixels  # indices, one byte each, top to bottom
        self.table = table  # a list of (r, g, b), or None for the global one
        self.transparent = transparent
        self.disposal, self.delay, self.interlaced = disposal, delay, interlaced
        # Ways to be written wrongly.
        self.extra = 0  # superfluous pixels
        self.undefined_after = None  # see lzw.encode
        self.rows_as_they_are = False  # the flag says interlaced, the rows are not
        self.code_size = None  # of the code stream, where the table's size does not give it
        # Where a parsed frame stood in its file: its first extension, its data, its end.
        self.at = self.data_at = self.end = 0

    def copy(self, **changes):
        other = Frame.__new__(Frame)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(changes)
        return other


class Gif:
    def __init__(self, width, height, table=None, frames=(), loops=0, background=0, comments=()):
        self.width, self.height, self.table, self.background = width, height, table, background
        self.frames, self.loops, self.comments = list(frames), loops, list(comments)

    def copy(self, **changes):
        other = Gif.__new__(Gif)
        other.__dict__.update(self.__dict__)
        other.frames = list(self.frames)
        other.__dict__.update(changes)
        return other

    def each(self, change):
        """A copy whose frames went through change(frame)."""
        return self.copy(frames=[change(f) for f in self.frames])

    def replaced(self, i, frame):
        return self.copy(frames=self.frames[:i] + [frame] + self.frames[i + 1:])


def passes(height):
    """The rows in the order in which an interlaced frame holds them."""
    return [*range(0, height, 8), *range(4, height, 8), *range(2, height, 4),
            *range(1, height, 2)]


# ---- writing ----


def _bits(table):
    return max(1, (len(table) - 1).bit_length())


def _table_bytes(table):
    flat = bytes(value for color in table for value in color)
    return flat.ljust(3 << _bits(table), b"\0")


def blocks(data):
    """Data as sub-blocks with their end."""
    cut = [data[i:i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(b)]) + b for b in cut) + b"\0"


def _frame_bytes(gif, f):
    size = f.code_size or max(2, _bits(f.table or gif.table))
    pixels = f.pixels
    if f.interlaced and not f.rows_as_they_are:
        pixels = b"".join(pixels[y * f.width:(y + 1) * f.width] for y in passes(f.height))
    pixels += bytes(f.extra)
    control = f.disposal << 2 | (f.transparent is not None)
    out = struct.pack("<4BHBB", 0x21, 0xF9, 4, control, f.delay, f.transparent or 0, 0)
    flags = (0x80 | _bits(f.table) - 1 if f.table else 0) | (0x40 if f.interlaced else 0)
    out += struct.pack("<B4HB", 0x2C, f.left, f.top, f.width, f.height, flags)
    out += _table_bytes(f.table) if f.table else b""
    return out + bytes([size]) + blocks(lzw.encode(pixels, size, f.undefined_after))


def write(gif):
    flags = 0x80 | 0x70 | _bits(gif.table) - 1 if gif.table else 0x70
    out = [b"GIF89a", struct.pack("<HHBBB", gif.width, gif.height, flags, gif.background, 0)]
    if gif.table:
        out.append(_table_bytes(gif.table))
    if gif.loops is not None:
        out.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", gif.loops) + b"\0")
    out += [b"\x21\xfe" + blocks(text) for text in gif.comments]
    out += [_frame_bytes(gif, f) for f in gif.frames]
    return b"".join(out) + b"\x3b"


# ---- reading ----


class _Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise Broken("ends at byte %d" % len(self.data))
        self.at += n
        return self.data[self.at - n:self.at]

    def sub_blocks(self):
        parts = []
        while (n := self.take(1)[0]) > 0:
            parts.append(self.take(n))
        return b"".join(parts)

    def table(self, flags):
        if not flags & 0x80:
            return None
        flat = self.take(3 << (flags & 7) + 1)
        return [tuple(flat[i:i + 3]) for i in range(0, len(flat), 3)]


def _indices(f, size, data, flags):
    """Pillow's decoder over this one frame: not the decoder of the project."""
    grey = b"".join(bytes([i, i, i]) for i in range(256))
    alone = b"GIF89a" + struct.pack("<HHBBB", f.width, f.height, 0xF7, 0, 0) + grey
    alone += struct.pack("<B4HB", 0x2C, 0, 0, f.width, f.height, flags & 0x40)
    alone += bytes([size]) + blocks(data) + b"\x3b"
    picture = Image.open(io.BytesIO(alone))
    picture.load()
    return picture.tobytes()


def _read_frame(c, gif, control, at):
    left, top, width, height, flags = struct.unpack("<4HB", c.take(9))
    f = Frame(width, height, b"", left, top, interlaced=bool(flags & 0x40))
    f.at = at
    f.table = c.table(flags)
    if f.table is None and gif.table is None:
        raise Broken("a frame without a colour table")
    if width == 0 or height == 0:
        raise Broken("an empty frame")
    if control is not None:
        packed, f.delay, index = struct.unpack("<BHB", control[:4])
        f.disposal = packed >> 2 & 7
        f.transparent = index if packed & 1 else None
    else:
        f.delay = 0
    size = c.take(1)[0]
    f.data_at = c.at
    data = c.sub_blocks()
    f.end = c.at
    if not 2 <= size <= 8:
        raise Broken("code size %d" % size)
    colors = len(f.table or gif.table)
    # The transparent index needs no colour: gifsicle puts it behind a table that is full.
    outside = f.transparent is not None and f.transparent >= colors
    wrong = lzw.fault(data, size, width * height, 256 if outside else colors)
    if wrong:
        raise Broken("frame %d: %s" % (len(gif.frames), wrong))
    f.pixels = _indices(f, size, data, flags)
    if outside and max(set(f.pixels) - {f.transparent}, default=0) >= colors:
        raise Broken("frame %d: index beyond the table" % len(gif.frames))
    return f


def parse(data):
    """The structure of a whole GIF; Broken where it is none."""
    c = _Cursor(data)
    if c.take(6) not in (b"GIF87a", b"GIF89a"):
        raise Broken("not a GIF")
    width, height, flags, background, _ = struct.unpack("<HHBBB", c.take(7))
    gif = Gif(width, height, c.table(flags), loops=None, background=background)
    control, start = None, c.at
    while (kind := c.take(1)[0]) != 0x3B:
        if kind == 0x2C:
            gif.frames.append(_read_frame(c, gif, control, start))
            control, start = None, c.at
        elif kind == 0x21:
            label = c.take(1)[0]
            body = c.sub_blocks()
            if label == 0xF9:
                control = body
            elif label == 0xFE:
                gif.comments.append(body)
            elif label == 0xFF and body[:11] in (b"NETSCAPE2.0", b"ANIMEXTS1.0"):
                gif.loops = struct.unpack("<H", body[12:14])[0]
            if label != 0xF9:
                start = c.at
        else:
            raise Broken("block %02x" % kind)
    if not gif.frames or width == 0 or height == 0:
        raise Broken("no frame")
    return gif
