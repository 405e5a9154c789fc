"""The sources: small animations of different nature, drawn here, the same at every run.

Rooms: drawing · coding · photographs · graphics · transparency · times · odd ones · the list
"""

import math
import random

from PIL import Image, ImageDraw, ImageFont

from gif import Frame, Gif, write

# ---- drawing ----


def ramp(n, first=(0, 0, 0), last=(255, 255, 255)):
    return [tuple(a + (b - a) * i // (n - 1) for a, b in zip(first, last)) for i in range(n)]


def sheet(width, height, index=0):
    picture = Image.new("L", (width, height), index)
    return picture, ImageDraw.Draw(picture)


def spread(n):
    """Colours that stand well apart."""
    r = random.Random(n)
    steps = [(a, b, c) for a in (20, 90, 160, 240) for b in (30, 110, 180, 230)
             for c in (10, 100, 170, 250)]
    return r.sample(steps, n)


def ground(draw, width, height, colors):
    """A ground of horizontal bands in the first colours."""
    for i in range(colors):
        draw.rectangle((0, height * i // colors, width, height * (i + 1) // colors), fill=i)


# ---- coding ----


def whole(pictures, table, delays, **options):
    """Every frame as a whole picture."""
    frames = [Frame(p.width, p.height, p.tobytes(), delay=d, disposal=1)
              for p, d in zip(pictures, delays)]
    return Gif(pictures[0].width, pictures[0].height, table, frames, **options)


def delta(pictures, table, delays, transparent=None, disposal=1, **options):
    """Each frame holds the box that changed; what did not change inside it is transparent."""
    frames, before = [], None
    for p, d in zip(pictures, delays):
        box = (0, 0, p.width, p.height)
        pixels = p
        if before is not None:
            changed = [i for i, (a, b) in enumerate(zip(p.tobytes(), before.tobytes())) if a != b]
            xs, ys = [i % p.width for i in changed] or [0], [i // p.width for i in changed] or [0]
            box = (min(xs), min(ys), max(xs) + 1, max(ys) + 1)
            if transparent is not None:
                data = bytearray([transparent]) * (p.width * p.height)
                for i in changed:
                    data[i] = p.tobytes()[i]
                pixels = Image.frombytes("L", p.size, bytes(data))
        part = pixels.crop(box)
        frames.append(Frame(part.width, part.height, part.tobytes(), box[0], box[1], delay=d,
                            disposal=disposal, transparent=transparent if before else None))
        before = p
    return Gif(pictures[0].width, pictures[0].height, table, frames, **options)


def quantized(pictures, colors):
    """RGB pictures with one table over all of them: (index pictures, table)."""
    width, height = pictures[0].size
    strip = Image.new("RGB", (width, height * len(pictures)))
    for i, p in enumerate(pictures):
        strip.paste(p, (0, i * height))
    strip = strip.quantize(colors, method=Image.MEDIANCUT, dither=Image.Dither.NONE)
    flat = strip.getpalette()[:3 * colors]
    table = [tuple(flat[i:i + 3]) for i in range(0, len(flat), 3)]
    indices = Image.frombytes("L", strip.size, strip.tobytes())
    return [indices.crop((0, i * height, width, (i + 1) * height))
            for i in range(len(pictures))], table


# ---- photographs ----


def _scene(width, height, t, r, noise):
    """Soft light that moves, with grain."""
    def level(x, y, k):
        wave = math.sin(x / (9 + 4 * k) + t * .3) + math.cos(y / (11 + 3 * k) - t * .2 + k)
        return int(128 + 55 * wave) + r.randint(-noise, noise)
    flat = bytes(max(0, min(255, level(x, y, k)))
                 for y in range(height) for x in range(width) for k in range(3))
    return Image.frombytes("RGB", (width, height), flat)


def photo():
    r = random.Random(1)
    pictures, table = quantized([_scene(88, 66, t, r, 6) for t in range(10)], 250)
    return whole(pictures, table, [8] * 10)


def many():
    """A table for each frame, so that the file has far more than 256 colours."""
    r = random.Random(2)
    frames = []
    for t in range(8):
        [indices], table = quantized([_scene(64, 48, t * 2, r, 3)], 200)
        frames.append(Frame(64, 48, indices.tobytes(), table=table, disposal=1, delay=12))
    return Gif(64, 48, None, frames)


def noise():
    r = random.Random(3)
    pictures = [Image.frombytes("L", (40, 40), bytes(r.randrange(64) for _ in range(1600)))
                for _ in range(8)]
    return whole(pictures, spread(64), [10] * 8)


def grey():
    """Near colours: a ramp that moves."""
    pictures = []
    for t in range(12):
        picture, draw = sheet(96, 40)
        for x in range(96):
            draw.line((x, 0, x, 39), fill=(x * 2 // 3 + t) % 64)
        draw.ellipse((10 + 5 * t, 10, 26 + 5 * t, 30), fill=63 - 3 * t)
        pictures.append(picture)
    return whole(pictures, ramp(64), [5] * 12)


# ---- graphics ----


def flat():
    pictures = []
    for t in range(14):
        picture, draw = sheet(120, 80)
        ground(draw, 120, 80, 5)
        draw.rectangle((4 + 6 * t, 10, 24 + 6 * t, 34), fill=6)
        draw.rectangle((90 - 5 * t, 44, 106 - 5 * t, 70), fill=7, outline=8)
        draw.polygon((60, 5 + 2 * t, 76, 30 + 2 * t, 50, 26 + 2 * t), fill=9 + t % 3)
        pictures.append(picture)
    return delta(pictures, spread(15) + [(255, 0, 255)], [10] * 14, transparent=15)


def ball():
    pictures = []
    for t in range(18):
        picture, draw = sheet(100, 72)
        ground(draw, 100, 72, 12)
        x, y = 6 + 4 * t, 44 - abs(int(34 * math.sin(t * .55)))
        draw.ellipse((x, y, x + 18, y + 18), fill=13)
        draw.ellipse((x + 3, y + 3, x + 8, y + 8), fill=14)
        pictures.append(picture)
    table = ramp(12, (20, 30, 80), (180, 210, 250)) + [(0, 0, 0), (200, 40, 30), (255, 200, 190),
                                                       (0, 0, 1)]
    return delta(pictures, table, [10] * 18, transparent=12)


def ui():
    """A caret blinks and letters are typed: frames differ in a few pixels."""
    font = ImageFont.load_default()
    pictures = []
    for t in range(22):
        picture, draw = sheet(150, 90, 1)
        draw.rectangle((0, 0, 149, 11), fill=2)
        draw.text((4, 0), "Untitled", fill=1, font=font)
        for row in range(4):
            draw.rectangle((6, 50 + 9 * row, 60 + 17 * row, 54 + 9 * row), fill=3)
        draw.rectangle((5, 20, 144, 36), fill=4, outline=2)
        typed = "convert it"[:t // 2]
        draw.text((9, 22), typed, fill=0, font=font)
        if t % 2 == 0:
            x = 10 + 6 * len(typed)
            draw.rectangle((x, 23, x, 33), fill=0)
        pictures.append(picture)
    table = [(0, 0, 0), (240, 240, 240), (60, 90, 160), (170, 170, 180), (255, 255, 255),
             (200, 60, 60)]
    return delta(pictures, table, [15] * 22)


def two():
    pictures = []
    for t in range(12):
        picture, draw = sheet(64, 48)
        for y in range(6):
            for x in range(9):
                if (x + y) % 2:
                    draw.rectangle((x * 8 - t % 8, y * 8, x * 8 + 7 - t % 8, y * 8 + 7), fill=1)
        draw.ellipse((20 + t, 12, 40 + t, 36), fill=t % 2)
        pictures.append(picture)
    return whole(pictures, [(15, 15, 25), (245, 240, 220)], [20] * 12)


def slides():
    font = ImageFont.load_default()
    pictures = []
    for t in range(6):
        picture, draw = sheet(128, 96, t)
        draw.rectangle((8, 8, 119, 26), fill=20 + t)
        draw.text((12, 10), "Slide number %d" % (t + 1), fill=31, font=font)
        for row in range(5):
            draw.rectangle((12, 36 + 11 * row, 50 + (row * 37 + t * 23) % 66, 42 + 11 * row),
                           fill=8 + (row + t) % 10)
        pictures.append(picture)
    return whole(pictures, spread(31) + [(0, 0, 0)], [150, 100, 200, 120, 150, 300],
                 comments=[b"six slides"])


def text():
    """A line that scrolls, its edges soft; three times."""
    font = ImageFont.load_default()
    wide = Image.new("L", (420, 22), 0)
    ImageDraw.Draw(wide).text((60, 4), "soft letters move along the line and away", fill=255,
                              font=font)
    wide = wide.resize((315, 22), Image.Resampling.BILINEAR).point([i // 16 for i in range(256)])
    pictures = [wide.crop((7 * t, 0, 110 + 7 * t, 22)) for t in range(15)]
    return whole(pictures, ramp(16, (250, 250, 240), (20, 20, 60)), [9] * 15, loops=3)


def fade():
    """From a blank screen to a picture and back: flat pictures at both ends."""
    picture, draw = sheet(72, 54)
    for i in range(12):
        draw.rectangle((6 * i, 4 * i, 6 * i + 5, 53), fill=i + 1)
    table, frames = [(0, 0, 0)] + ramp(12, (40, 90, 220), (250, 220, 60)), []
    for share in (0, 0, 15, 30, 50, 75, 100, 100, 75, 50, 30, 15, 0):
        faded = [tuple(v * share // 100 for v in color) for color in table]
        frames.append(Frame(72, 54, picture.tobytes(), table=faded, delay=10, disposal=1))
    return Gif(72, 54, None, frames)


# ---- transparency ----


def sprite():
    """Disposal 2: a sprite on nothing."""
    pictures = []
    for t in range(14):
        picture, draw = sheet(80, 60)
        draw.rectangle((4 + 4 * t, 20, 20 + 4 * t, 40), fill=1 + t % 3)
        draw.ellipse((8 + 4 * t, 8, 17 + 4 * t, 19), fill=5)
        draw.ellipse((60, 44, 72, 56), fill=6)
        pictures.append(picture)
    g = whole(pictures, [(255, 255, 255)] + spread(7), [8] * 14)
    return g.each(lambda f: f.copy(transparent=0, disposal=2))


def badge():
    """An icon of six colours that turns; boxes of its own, disposal 2."""
    frames = []
    for t in range(8):
        a = t * math.pi / 8
        dx, dy = int(13 * math.cos(a)), int(13 * math.sin(a))
        picture, draw = sheet(28, 28)
        draw.ellipse((1, 1, 26, 26), fill=1)
        draw.line((14 - dx, 14 - dy, 14 + dx, 14 + dy), fill=2, width=5)
        draw.ellipse((10, 10, 17, 17), fill=3 + t % 3)
        frames.append(Frame(28, 28, picture.tobytes(), 2 + t % 2, 2, transparent=0, disposal=2,
                            delay=12))
    return Gif(32, 32, [(254, 254, 254)] + spread(6) + [(0, 0, 0)], frames)


def sparks():
    """Small frames that come and go on nothing: disposal 2, a box each."""
    r = random.Random(9)
    frames = []
    for t in range(12):
        picture, draw = sheet(22, 18)
        draw.polygon((11, 0, 14, 8, 21, 9, 14, 11, 11, 17, 8, 11, 0, 9, 8, 8), fill=1 + t % 5)
        frames.append(Frame(22, 18, picture.tobytes(), r.randrange(70), r.randrange(40),
                            transparent=0, disposal=2, delay=9))
    return Gif(92, 58, [(0, 0, 0)] + spread(7), frames)


def restore():
    """Disposal 3: a thing passes over a ground that is drawn once."""
    first, draw = sheet(96, 64)
    ground(draw, 96, 64, 8)
    frames = [Frame(96, 64, first.tobytes(), disposal=1, delay=8)]
    for t in range(12):
        picture, draw = sheet(20, 20, 15)
        draw.ellipse((0, 0, 19, 19), fill=9)
        draw.rectangle((6, 6, 13, 13), fill=10 + t % 4)
        frames.append(Frame(20, 20, picture.tobytes(), 2 + 6 * t, 10 + 3 * (t % 5),
                            transparent=15, disposal=3, delay=8))
    return Gif(96, 64, spread(15) + [(1, 1, 1)], frames)


def local():
    """Each frame a box with a table of its own over what was there."""
    frames = []
    for t in range(10):
        picture, draw = sheet(*((84, 60) if t == 0 else (24, 20)))
        ground(draw, picture.width, picture.height, 6)
        draw.rectangle((3, 3, 12, 12), fill=6 + t % 2)
        table = [tuple((v + 17 * t) % 256 for v in color) for color in spread(8)]
        frames.append(Frame(picture.width, picture.height, picture.tobytes(),
                            0 if t == 0 else 6 * t, 0 if t == 0 else 4 * t, table=table,
                            disposal=1, delay=14))
    return Gif(84, 60, None, frames)


# ---- times ----


def holds():
    """Pictures that are held over several equal frames."""
    pictures = []
    for t in range(20):
        picture, draw = sheet(90, 60, 1)
        step = (0, 0, 0, 1, 2, 3, 3, 4, 5, 5, 5, 5, 6, 7, 8, 8, 9, 9, 9, 9)[t]
        draw.rectangle((5 + 7 * step, 10, 18 + 7 * step, 50), fill=2 + step % 6)
        draw.rectangle((0, 52, 89, 59), fill=9)
        pictures.append(picture)
    return whole(pictures, spread(10), [6] * 20)


def varied():
    delays = [2, 5, 9, 3, 30, 12, 150, 4, 8, 40, 2, 20, 6, 75, 10, 18]
    pictures = []
    for t in range(16):
        picture, draw = sheet(70, 70)
        ground(draw, 70, 70, 4)
        a = t * math.pi / 8
        draw.line((35, 35, 35 + int(30 * math.cos(a)), 35 + int(30 * math.sin(a))), fill=5,
                  width=4)
        draw.rectangle((30, 30, 40, 40), fill=6 + t % 2)
        pictures.append(picture)
    return delta(pictures, spread(8), delays)


def clock(delay, n):
    """A bar that grows, at one delay."""
    pictures = []
    for t in range(n):
        picture, draw = sheet(60, 40, 1)
        draw.rectangle((4, 6, 4 + 50 * (t + 1) // n, 18), fill=2)
        draw.ellipse((5 + 40 * t // n, 22, 18 + 40 * t // n, 35), fill=3 + t % 3)
        pictures.append(picture)
    return delta(pictures, spread(6), [delay] * n)


def once():
    return clock(12, 10).copy(loops=None)


# ---- odd ones ----


def interlaced():
    pictures = []
    for t in range(10):
        picture, draw = sheet(88, 62)
        ground(draw, 88, 62, 9)
        draw.polygon((10 + 5 * t, 50, 30 + 5 * t, 8, 44 + 3 * t, 44), fill=10 + t % 4)
        pictures.append(picture)
    return whole(pictures, spread(14), [11] * 10).each(lambda f: f.copy(interlaced=True))


def offscreen():
    """Frames that stick out of the screen, and one that lies outside it."""
    first, draw = sheet(80, 50)
    ground(draw, 80, 50, 5)
    frames = [Frame(80, 50, first.tobytes(), disposal=1)]
    for t in range(9):
        picture, draw = sheet(30, 24, 6)
        draw.rectangle((8, 6, 20, 16), fill=7 + t % 3)
        left = 30 + 6 * t if t != 5 else 100
        frames.append(Frame(30, 24, picture.tobytes(), left, 10 + 3 * t, disposal=1))
    return Gif(80, 50, spread(10), frames)


def single():
    r = random.Random(12)
    pictures, table = quantized([_scene(80, 60, 0, r, 2)], 128)
    return whole(pictures, table, [0], loops=None)


def icon():
    return badge().copy(frames=[badge().frames[0].copy(delay=0, disposal=0)], loops=None)


def spacer():
    return Gif(1, 1, [(255, 255, 255), (0, 0, 0)], [Frame(1, 1, b"\0", transparent=0, delay=0)],
               loops=None)


# ---- the list ----

ALL = {
    "photo": photo, "many": many, "noise": noise, "grey": grey, "flat": flat, "ball": ball,
    "ui": ui, "two": two, "slides": slides, "text": text, "fade": fade, "sprite": sprite,
    "badge": badge, "sparks": sparks, "restore": restore, "local": local, "holds": holds,
    "varied": varied, "once": once, "fast": lambda: clock(1, 24), "slow": lambda: clock(1000, 4),
    "zero": lambda: clock(0, 9), "interlaced": interlaced, "offscreen": offscreen,
    "single": single, "icon": icon, "spacer": spacer,
}
STILLS = ("single", "icon", "spacer")


def make():
    """{name: the file's bytes}"""
    return {name: write(draw()) for name, draw in ALL.items()}
