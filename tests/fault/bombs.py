#!/usr/bin/python3
"""Writes GIFs that cost far more to look at than they are large: bombs.py DIRECTORY

Prints "NAME KIND" for each; DIRECTORY/NAME.gif is the file. whole: no rule of the format is broken.
local: whole, and all colours come from tables of single frames. damaged: what it shows does not
come to an end."""
import struct
import sys

HEAD = b"GIF89a"
TRAILER = b"\x3B"
BLACK_AND_WHITE = bytes((0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255))


def screen(width, height, table=BLACK_AND_WHITE):
    bits = (len(table) // 3).bit_length() - 2
    return HEAD + struct.pack("<HHBBB", width, height, 0x80 | bits, 0, 0) + table


def blocks(data):
    parts = []
    for at in range(0, len(data), 255):
        part = data[at : at + 255]
        parts.append(bytes((len(part),)) + part)
    return b"".join(parts) + b"\0"


def control(disposal=0, delay=10, transparent=None):
    flags = disposal << 2 | (transparent is not None)
    return b"\x21\xF9\x04" + struct.pack("<BHBB", flags, delay, transparent or 0, 0)


def image(left, top, width, height, data, table=None, interlaced=False):
    bits = 0x80 | (len(table) // 3).bit_length() - 2 if table else 0
    flags = bits | 0x40 * interlaced
    return b"\x2C" + struct.pack("<HHHHB", left, top, width, height, flags) + (table or b"") + data


class Packer:
    """Codes from the lowest bit up; the table grows as a decoder's does."""

    def __init__(self, size=2):
        self.size, self.clear = size, 1 << size
        self.bits = self.count = 0
        self.out = bytearray()
        self.restart()
        self.put(self.clear)
        self.restart()

    def restart(self):
        self.next, self.width, self.waits = self.clear + 2, self.size + 1, False

    def put(self, code):
        self.bits |= code << self.count
        self.count += self.width
        while self.count >= 8:
            self.out.append(self.bits & 255)
            self.bits >>= 8
            self.count -= 8
        if self.waits and self.next < 4096:
            self.next += 1
        if self.next == 1 << self.width and self.width < 12:
            self.width += 1
        self.waits = True

    def put_often(self, code, times):
        """The same code with a full table: three bytes hold two of them, again and again."""
        while times > 8 and self.width == 12:
            self.put(code)
            self.put(code)
            period = bytes(self.out[-3:])
            self.put(code)
            self.put(code)
            times -= 4
            if bytes(self.out[-3:]) == period:
                self.out += period * (times // 2)
                times %= 2
        for _ in range(times):
            self.put(code)

    def end(self):
        self.put(self.clear + 1)
        if self.count > 0:
            self.out.append(self.bits & 255)
        return bytes((self.size,)) + blocks(bytes(self.out))


def run(pixels, color=0, size=2):
    """So many pixels of one colour in as few codes as the format allows: each stands for one pixel
    more than the one before, and at last for 4091."""
    p = Packer(size)
    first, longest = p.clear + 2, 4095 - p.clear
    p.put(color)
    pixels -= 1
    length = 2
    while pixels >= length and p.next < 4096:
        p.put(p.next)
        pixels -= length
        length += 1
    if p.next == 4096:
        p.put_often(4095, pixels // longest)
        pixels %= longest
    while pixels > 0:
        part = min(pixels, length - 1)
        p.put(first + part - 2 if part > 1 else color)
        pixels -= part
    return p.end()


DOT = run(1, 1)
NOTHING = b"\x02\0"


def colors_of(number, count=256):
    """A table in which every entry is another colour than in those of other numbers."""
    return b"".join(struct.pack("<I", (number * count + i) * 7919 & 0xFFFFFF)[:3] for i in range(count))


def dots(count, width, height, disposal, step=1):
    at = ((i * step % (width - 3), i * 7 * step % (height - 3)) for i in range(count))
    return b"".join(control(disposal, 2) + image(x, y, 3, 3, run(9, 1)) for x, y in at)


def loops(count, number):
    block = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01" + struct.pack("<H", number) + b"\0"
    return block * count


def film(frames, width, height, disposal=0, interlaced=False):
    data = [run(width * height, i % 4) for i in range(4)]
    return b"".join(
        control(disposal) + image(0, 0, width, height, data[i % 4], None, interlaced)
        for i in range(frames)
    )


def many_colors(frames, width, height, disposal=0):
    """Every frame has other colours, so that a pixel needs three bytes."""
    p = Packer(8)
    for i in range(width * height):
        if i % 250 == 0:
            p.put(p.clear)
            p.restart()
        p.put(i % 256)
    data = p.end()
    return b"".join(
        control(disposal) + image(0, 0, width, height, data, colors_of(i)) for i in range(frames)
    )


def clears(count):
    """Codes that do nothing."""
    p = Packer(2)
    p.put(1)
    body = bytes((2,)) + blocks(bytes(p.out) + b"\x24\x49\x92" * count)
    return image(0, 0, 40, 40, body)


WHOLE = {
    "canvas": lambda: screen(65535, 65535) + control() + image(9, 9, 1, 1, DOT),
    "canvas_full": lambda: screen(65535, 65535) + image(0, 0, 65535, 65535, run(65535 * 65535)),
    "wide": lambda: screen(65535, 100) + film(40, 65535, 100),
    "tall": lambda: screen(1, 65535) + film(500, 1, 65535),
    "frames_100000": lambda: screen(1, 1) + (control(1, 2) + image(0, 0, 1, 1, DOT)) * 100000,
    "one_code": lambda: screen(3000, 3000) + image(0, 0, 3000, 3000, run(3000 * 3000)),
    "one_code_frames": lambda: screen(3000, 3000) + film(600, 3000, 3000),
    "one_code_interlaced": lambda: screen(3000, 3000) + film(60, 3000, 3000, 3, True),
    "one_code_off_screen": lambda: screen(40, 40)
    + (control() + image(0, 0, 3000, 3000, run(3000 * 3000))) * 200,
    "beyond_the_frame": lambda: screen(40, 40) + image(0, 0, 40, 40, run(65535 * 65535)),
    "comments_10000": lambda: screen(40, 40)
    + (b"\x21\xFE" + blocks(b"comment " * 60)) * 10000
    + image(0, 0, 40, 40, run(1600)),
    "sub_blocks_million": lambda: screen(40, 40)
    + b"\x21\xFF\x0BSUB BLOCKS1" + b"\x01x" * 1000000 + b"\0"
    + image(0, 0, 40, 40, run(1600)),
    "extensions_400000": lambda: screen(40, 40) + b"\x21\x77\x01x\0" * 400000
    + image(0, 0, 40, 40, run(1600)),
    "disposal3": lambda: screen(4000, 2500) + film(1, 4000, 2500) + dots(40000, 4000, 2500, 3, 13),
    "disposal3_full": lambda: screen(2500, 2500) + film(200, 2500, 2500, 3),
    "disposal2": lambda: screen(4000, 2500) + film(1, 4000, 2500, 2) + dots(40000, 4000, 2500, 2, 13),
    "loops": lambda: screen(40, 40) + loops(20000, 65535) + film(3, 40, 40),
}

LOCAL = {
    "tables_50mb": lambda: screen(40, 40)
    + b"".join(image(i % 40, 7, 1, 1, DOT, colors_of(i)) for i in range(63500)),
    "tables_12mb": lambda: screen(40, 40)
    + b"".join(image(i % 40, 7, 1, 1, DOT, colors_of(i)) for i in range(15000)),
    "colors": lambda: screen(200, 200) + many_colors(120, 200, 200),
    "colors_canvas": lambda: screen(2500, 1800) + many_colors(300, 16, 16, 3),
}

DAMAGED = {
    "canvas_no_data": lambda: screen(65535, 65535)
    + (control() + image(0, 0, 65535, 65535, NOTHING)) * 1000,
    "clears": lambda: screen(40, 40) + clears(1000000),
    "endless_extension": lambda: screen(40, 40) + b"\x21\xFE" + (b"\xFF" + b"x" * 255) * 20000,
    "endless_frame": lambda: screen(40, 40)
    + image(0, 0, 40, 40, b"\x02" + (b"\xFF" + b"\x24\x49\x92" * 85) * 20000),
    "cut": lambda: (screen(3000, 3000) + film(600, 3000, 3000))[:-5000],
    "frames_damaged": lambda: screen(9, 9) + (control() + image(0, 0, 9, 9, NOTHING)) * 100000,
}

WITHOUT_TRAILER = ("endless_extension", "endless_frame", "cut")


def main():
    directory = sys.argv[1]
    for kind, bombs in (("whole", WHOLE), ("local", LOCAL), ("damaged", DAMAGED)):
        for name, make in bombs.items():
            with open(f"{directory}/{name}.gif", "wb") as f:
                f.write(make() + (b"" if name in WITHOUT_TRAILER else TRAILER))
            print(name, kind)


main()
