"""Outputs that lost something, each held against its source before it is called damaged.

Damage is done to what a real compressor made of the source: by a request that loses nothing, and by
requests that may lose something. Where something may be lost, only what anybody sees counts.

Rooms: what was made · claims · files · frames · times · canvas and loops · pictures · palettes ·
coding · odd requests · the table · all of them
"""

import concurrent.futures
import io
import random
import zlib

from PIL import Image, ImageChops

import film as films
import gif
import healthy
import sources
import tools
from pair import Pair

# ---- what was made ----

# name: (request, operation, colours)
BASES = {
    "O3": ("gifsicle -O3 IN -o OUT", "lossy_compression", ""),
    "lossy80": ("gifsicle -O3 --lossy=80 IN -o OUT", "lossy_compression", ""),
    "c32": ("gifsicle -O2 --colors 32 IN -o OUT", "color_reduction", "32"),
    "c8": ("gifsicle -O2 --colors 8 IN -o OUT", "color_reduction", "8"),
    "pil": ("", "unknown", ""),
    "ff": ("ffmpeg -y -v error -i IN -filter_complex %s OUT" % healthy.PALETTE,
           "lossy_compression", ""),
    "im64": ("convert IN -coalesce -colors 64 OUT", "color_reduction", "64"),
}
LOSSY = ("lossy80", "pil", "c32", "ff", "im64", "c8")
# convert takes its time: only what was made of these already.
FOR_CONVERT = ("photo", "many", "slides")


class Made:
    """A compressor's healthy output, ready to be damaged."""

    def __init__(self, name, files, played, base, data, variant):
        self.name, self.source, self.base, self.data = name, played[name], base, data
        self.others = [n for n in played if n not in sources.STILLS and n != name]
        self.played, self.original = played, files[name]
        self.gif = gif.parse(data)
        self.film = films.play(self.gif)
        self.variant = variant  # which of several ways
        self.random = random.Random(zlib.crc32(("%s %s" % (name, base)).encode()))

    @property
    def middle(self):
        return len(self.film.shots) // 2

    def pick(self, *ways):
        return ways[self.variant % len(ways)]

    def written(self, shots):
        """These pictures, as whole frames; None where a GIF cannot hold them."""
        try:
            return films.write(self.film.with_shots(shots)) if shots else None
        except ValueError:
            return None


def base_of(files, name, base):
    if base == "pil":
        return tools.pillow(files[name])
    if base == "im64" and name not in FOR_CONVERT:
        return None
    return tools.run(files[name], BASES[base][0].split())


# ---- claims ----


def seen(made, out):
    """Another picture at some time: any, where nothing may be lost; else one that is far worse
    than what the request made of the source anyway."""
    if not films.same_canvas(made.source, out):
        return False
    if made.base == "O3":
        return not films.same_show(made.source, out)
    before = films.instants(made.source, made.film)
    limit = max(e for e, _ in before) * 4 + 60
    least = max(n for _, n in before) + max(12, made.source.width * made.source.height // 200)
    return any(e > limit and n > least for e, n in films.instants(made.source, out))


def broken(made, out):
    """No whole GIF any more (the caller found that out)."""
    return out is None


def seen_or_broken(made, out):
    return out is None or seen(made, out)


def lost(made, out):
    """Another number of frames than the source has, and they do not show the same."""
    return (len(out.shots) not in (len(made.source.shots), len(made.film.shots)) and
            not films.same_show(made.film, out))


def late(made, out):
    """Against the source: the whole over 50 ms off, or a frame over 100 ms, or one in ten."""
    a, b = films.beginnings(made.source), films.beginnings(out)
    if len(a) != len(b):
        return abs(films.total_cs(made.source) - films.total_cs(out)) > 5
    off = [abs(x - y) for x, y in zip(a, b)]
    return (abs(films.total_cs(made.source) - films.total_cs(out)) > 5 or max(off) > 10 or
            sum(o > 1 for o in off) * 10 > len(off))


def loops(made, out):
    return made.source.loops != out.loops


def resized(made, out):
    # What sticks out of the screen, some programs enlarge it for.
    inside = all(f.left + f.width <= made.gif.width and f.top + f.height <= made.gif.height
                 for f in gif.parse(made.original).frames)
    return inside and not films.same_canvas(made.source, out)


def always(made, out):
    return True


# ---- files ----


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


def _late_frame(m):
    """The largest frame but the first, where there is one."""
    sizes = [(len(f.pixels), -i) for i, f in enumerate(m.gif.frames)][1:]
    return -max(sizes)[1] if sizes else 0


def _rewritten(m, i, **changes):
    return gif.write(m.gif.replaced(i, m.gif.frames[i].copy(**changes)))


def undefined_code(m):
    return _rewritten(m, _late_frame(m), undefined_after=5), "a code that was never defined"


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
    i = _late_frame(m)
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
    f = m.gif.frames[_late_frame(m)]
    n = f.end - f.data_at
    if n < 30:
        return None
    at = f.data_at + n * m.pick(4, 6, 3) // 10
    flipped = bytes([m.data[at] ^ 1 << m.pick(2, 5, 0)])
    return m.data[:at] + flipped + m.data[at + 1:], "one bit of a frame's LZW data"


# ---- frames ----


def lost_frame(m):
    i = m.pick(m.middle, len(m.film.shots) - 2, 1)
    shots = m.film.shots
    return m.written(shots[:i] + shots[i + 1:]), "frame %d lost with its time" % i


def dropped(m):
    i = m.middle
    shots = m.pick(m.film.shots[:-3], m.film.shots[:i - 1] + m.film.shots[i + 2:])
    if len(m.film.shots) < 6:
        shots = m.film.shots[:-1]
    return m.written(shots), m.pick("the last frames lost", "frames in the middle lost")


def ends_early(m):
    f = m.gif.frames[(len(m.gif.frames) - 1) // 2]
    return m.data[:f.end] + b"\x3b", "a trailer after half of the frames"


def collapsed(m):
    return m.written(m.film.shots[:1]), "only the first frame"


def doubled(m):
    shots = m.film.shots
    twice = [s for s in shots for _ in range(2)]
    return m.written(m.pick(twice, shots + shots[:max(1, len(shots) // 4)])), m.pick(
        "every frame twice", "the first frames once more at the end")


def merged(m):
    kept = [s for i, s in enumerate(m.film.shots) if i == 0 or s.key != m.film.shots[i - 1].key]
    if len(kept) == len(m.film.shots):
        return None
    return m.written(kept), "repeated pictures merged, their time lost"


# ---- times ----


def delays(m):
    def with_delays(values, note):
        return gif.write(m.gif.copy(frames=[f.copy(delay=d) for f, d in zip(m.gif.frames, values)])
                         ), note
    old = [f.delay for f in m.gif.frames]
    i = len(old) // 2
    return with_delays(*m.pick(
        ([2 * films.shown_cs(d) for d in old], "doubled"),
        ([old[0]] * len(old), "all like the first"),
        ([0] * len(old), "all zero"),
        (old[:-1] + [1], "the last one 10 ms"),
        (old[:i] + [old[i] + 300] + old[i + 1:], "one frame 3 s longer"),
        (old[::-1], "in reverse order"),
        ([max(2, d // 2) for d in old], "halved")))


# ---- canvas and loops ----


def loop(m):
    now = m.gif.loops
    if now is None:
        return gif.write(m.gif.copy(loops=0)), "loop extension added"
    if now > 0:
        other = m.pick(now - 1, now + 1, None)
    else:
        other = m.pick(None, 1)
    return gif.write(m.gif.copy(loops=other)), "loops %s for %s" % (other, now)


def canvas(m):
    w, h = m.gif.width, m.gif.height
    width, height = m.pick((w + 40, h + 40), (w // 2 or 3, h // 2 or 3), (w + 3, h), (w, h - 5))
    if height < 1:
        return None
    return gif.write(m.gif.copy(width=width, height=height)), "%dx%d for %dx%d" % (width, height, w,
                                                                                  h)


# ---- pictures ----


def _shot(shot, picture):
    return films.Shot(picture, shot.delay)


def _black(shot):
    return _shot(shot, Image.new("RGBA", shot.picture.size, (0, 0, 0, 255)))


def black(m):
    i, shots = m.middle, m.film.shots
    return m.written(m.pick(
        shots[:i] + [_black(shots[i])] + shots[i + 1:],
        [_black(s) for s in shots],
        shots[:i] + [_black(s) for s in shots[i:]])), m.pick("one frame black", "all black",
                                                             "later half black")


def half_black(m):
    i, shots = m.middle, m.film.shots
    picture = shots[i].picture.copy()
    w, h = picture.size
    picture.paste((0, 0, 0, 255), m.pick((0, h // 2, w, h), (0, 0, w // 2, h), (0, 0, w, h // 2)))
    return m.written(shots[:i] + [_shot(shots[i], picture)] + shots[i + 1:]), "half a frame black"


def _moved(m, order):
    """The pictures in another order, the delays where they were."""
    shots = m.film.shots
    return m.written([_shot(s, shots[i].picture) for s, i in zip(shots, order)])


def order(m):
    n, i = len(m.film.shots), m.middle
    if n < 3:
        return None
    straight = list(range(n))
    swapped = straight[:i] + [(i + 1) % n, i] + straight[i + 2:] if i + 1 < n else straight
    shuffled = straight[:]
    m.random.shuffle(shuffled)
    return _moved(m, m.pick(swapped, straight[::-1], straight[2:] + straight[:2], shuffled)), m.pick(
        "two frames exchanged", "reversed", "rotated by two", "shuffled")


def frozen(m):
    return _moved(m, [0] * len(m.film.shots)), "every frame is the first"


def stuck(m):
    i, n = m.middle, len(m.film.shots)
    k = m.pick(1, 3, 2)
    return _moved(m, [min(j, i) if j <= i + k else j for j in range(n)]), (
        "frame %d stays for %d more" % (i, k))


def noise(m):
    def noisy(s):
        w, h = s.picture.size
        flat = b"".join(bytes(m.random.choice(tones)) for _ in range(w * h))
        return _shot(s, Image.frombytes("RGBA", (w, h), flat))
    i, shots = m.middle, m.film.shots
    tones = sorted({c for s in shots for _, c in s.picture.getcolors(1 << 20)})
    return m.written(m.pick(shots[:i] + [noisy(shots[i])] + shots[i + 1:],
                            [noisy(s) for s in shots])), m.pick("noise in a frame", "all noise")


def scrambled(m):
    def mixed(s):
        w, h = s.picture.size
        rows = list(range(h))
        m.random.shuffle(rows)
        out = Image.new("RGBA", (w, h))
        for to, y in enumerate(rows):
            out.paste(s.picture.crop((0, y, w, y + 1)), (0, to))
        return _shot(s, out)
    i, shots = m.middle, m.film.shots
    return m.written(shots[:i] + [mixed(shots[i])] + shots[i + 1:]), "rows of a frame scrambled"


def residue(m):
    i, shots = m.middle, m.film.shots
    if i == 0:
        return None
    before, now = shots[i - 1].picture, shots[i].picture
    box = ImageChops.difference(before.convert("RGB"), now.convert("RGB")).getbbox()
    if box is None or box[3] - box[1] < 4:
        return None
    box = m.pick((box[0], box[1], box[2], (box[1] + box[3]) // 2),
                 (box[0], box[1], (box[0] + box[2]) // 2 + 1, box[3]))
    dirty = now.copy()
    dirty.paste(before.crop(box), box)
    return (m.written(shots[:i] + [_shot(shots[i], dirty)] + shots[i + 1:]),
            "a part of the frame before is left in frame %d" % i)


def other_job(m):
    other = m.played[m.random.choice(m.others)]
    size = (m.film.width, m.film.height)
    pictures = [s.picture.resize(size, Image.Resampling.NEAREST) for s in other.shots]
    return m.written([_shot(s, pictures[i % len(pictures)])
                      for i, s in enumerate(m.film.shots)]), "the pictures of another job"


def offset(m):
    def aside(s):
        out = s.picture.copy()
        out.paste(s.picture, m.pick((1, 0), (0, 1), (1, 0)))
        return _shot(s, out)
    if m.pick(0, 0, 1) and all(f.left + f.width < m.gif.width for f in m.gif.frames[1:]):
        frames = m.gif.frames[:1] + [f.copy(left=f.left + 1) for f in m.gif.frames[1:]]
        return gif.write(m.gif.copy(frames=frames)), "frames one pixel to the right"
    return m.written([aside(s) for s in m.film.shots]), "pictures shifted by one pixel"


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
        return m.written([_shot(s, Image.new("RGBA", s.picture.size)) for s in m.film.shots]
                         ), "everything transparent"
    return gif.write(m.gif.each(change)), "the commonest colour is transparent"


def interlace(m):
    def change(f):
        if not f.interlaced:
            return f.copy(interlaced=True, rows_as_they_are=True)
        rows = [f.pixels[y * f.width:(y + 1) * f.width] for y in gif.passes(f.height)]
        return f.copy(interlaced=False, pixels=b"".join(rows))
    i = _late_frame(m)
    if m.variant % 2:
        return gif.write(m.gif.replaced(i, change(m.gif.frames[i]))), "one frame's flag is wrong"
    return gif.write(m.gif.each(change)), "the interlace flag is wrong"


# ---- odd requests ----


def _selection(film, adjusted):
    picked = [(i, film.shots[i].delay + (film.shots[i + 1].delay if i + 1 < len(film.shots) else 0))
              for i in range(0, len(film.shots), 2)]
    return " ".join(("-d%d #%d" % (d, i)) if adjusted else "#%d" % i for i, d in picked)


def odd_requests(files, played):
    """Asked for something, and something else was done."""
    for name in ("ball", "ui", "varied", "flat", "once", "text", "grey"):
        film = played[name]
        for base in ("O3", "lossy80"):
            request = "gifsicle -O2%s _u.gif %s -o OUT" % (
                " --lossy=80" if base == "lossy80" else "", _selection(film, True))
            yield Pair(name, "noop_" + base, base_of(files, name, base), "damaged", "noop",
                       "frame_reduction", "0.5", "", request, "half the frames asked, none dropped")
        half = [films.Shot(s.picture, 2 * s.delay)
                for s in film.shots[:(len(film.shots) + 1) // 2]]
        yield Pair(name, "half_first", films.write(film.with_shots(half)), "damaged", "dropped",
                   "frame_reduction", "0.5", "", "", "the first half of the frames, twice as long")
    for name in ("ball", "ui", "varied", "flat", "once", "text"):
        request = "gifsicle -O2 --unoptimize IN %s -o OUT" % _selection(played[name], True)
        data = tools.run(files[name], request.split())
        # A picture that is none of the source's at the place that was asked for.
        out = films.load(data)
        wanted = played[name].shots[::2]
        if any(a.key != b.key for a, b in zip(out.shots, wanted)):
            yield Pair(name, "half_delta", data, "damaged", "frames", "frame_reduction", "0.5", "",
                       request, "picked out of a delta-coded source: backgrounds are wrong")
    for name, n in (("photo", 32), ("many", 64), ("noise", 16), ("grey", 32), ("local", 16)):
        for tag, data in (("copy", files[name]), ("lossy", base_of(files, name, "lossy80"))):
            if films.colors(films.load(data))[0] > n + 2:
                yield Pair(name, "kept_%s_%d" % (tag, n), data, "damaged", "colors-left",
                           "color_reduction", "", str(n),
                           "gifsicle --colors %d %s-o OUT IN" %
                           (n, "--lossy=80 " if tag == "lossy" else ""),
                           "%d colours asked, %d left" % (n, films.colors(films.load(data))[0]))


def loops_asked(files):
    for name in ("ball", "once", "text", "zero", "sprite"):
        for tag, option in (("loop7", "--loopcount=7"), ("noloop", "--no-loopcount"),
                            ("forever", "--loopcount=forever")):
            request = "gifsicle -O2 %s IN -o OUT" % option
            data = tools.run(files[name], request.split())
            if films.load(data).loops != films.load(files[name]).loops:
                yield Pair(name, tag, data, "loop", "loop", request=request, note="as asked")


def minor(files):
    """What may be told, but harms nobody."""
    for name in ("ball", "flat", "noise", "offscreen", "fade", "slides"):
        made = base_of(files, name, "O3")
        g = gif.parse(made)
        request = BASES["O3"][0]

        def pair(tag, kind, data, note, name=name, request=request):
            return Pair(name, tag, data, "minor", kind, request=request, note=note)
        yield pair("notrailer", "no-trailer", made[:-1], "0x3B missing")
        yield pair("trailing", "trailing", made + b"and more" * 5, "bytes after the trailer")
        longer = g.each(lambda f: f.copy(extra=40))
        yield pair("superfluous", "superfluous", gif.write(longer), "40 pixels too many")
        if all(f.delay == 10 for f in g.frames):
            zero = g.each(lambda f: f.copy(delay=0))
            yield pair("delay0", "delays", gif.write(zero), "0 for 100 ms: looks the same")
        yield pair("delay_1cs", "delays", gif.write(g.each(lambda f: f.copy(delay=f.delay + 1))),
                   "every delay 10 ms longer")


# ---- the table ----

# kind: (the damage, its claim, how many ways it has, whether still pictures can have it)
TABLE = {
    "truncated": (truncated, broken, 5, True),
    "cut-at-frame": (cut_at_frame, broken, 1, False),
    "zero-tail": (zero_tail, broken, 1, True),
    "empty": (empty, broken, 3, True),
    "wrong-format": (wrong_format, broken, 2, True),
    "magic": (magic, broken, 3, True),
    "undefined-code": (undefined_code, broken, 1, True),
    "missing-blocks": (missing_blocks, broken, 1, True),
    "bad-index": (bad_index, broken, 1, True),
    "no-table": (no_table, broken, 1, True),
    "bitflip": (bitflip, seen_or_broken, 3, True),
    "lost-frame": (lost_frame, lost, 3, False),
    "dropped": (dropped, lost, 2, False),
    "ends-early": (ends_early, lost, 1, False),
    "collapsed": (collapsed, lost, 1, False),
    "dup": (doubled, lost, 2, False),
    "merged": (merged, late, 1, False),
    "delays": (delays, late, 7, False),
    "loop": (loop, loops, 3, False),
    "canvas": (canvas, resized, 4, True),
    "black": (black, seen, 3, True),
    "half-black": (half_black, seen, 3, True),
    "order": (order, seen, 4, False),
    "frozen": (frozen, seen, 1, False),
    "stuck": (stuck, seen, 3, False),
    "noise": (noise, seen, 2, True),
    "scrambled": (scrambled, seen, 1, True),
    "residue": (residue, seen, 2, False),
    "other-job": (other_job, seen, 1, False),
    "offset": (offset, seen, 3, True),
    "palette-shift": (palette_shift, seen, 1, True),
    "palette-bgr": (palette_bgr, seen, 1, True),
    "palette-invert": (palette_invert, seen, 1, True),
    "palette-dark": (palette_dark, seen, 1, True),
    "palette-entry": (palette_entry, seen, 2, True),
    "disposal": (disposal, seen, 1, False),
    "flash": (flash, seen, 1, False),
    "transparency": (transparency, seen, 2, False),
    "all-clear": (all_clear, seen, 2, True),
    "interlace": (interlace, seen, 2, True),
}
# Pairs of each kind: of requests that lose nothing, and of requests that may.
EXACT, LOOSE = 4, 8


# ---- all of them ----


def _candidate(files, played, kind, name, base, variant):
    damage, claim, _, _ = TABLE[kind]
    data = base_of(files, name, base)
    if data is None:
        return None
    try:
        made = Made(name, files, played, base, data, variant)
    except gif.Broken:
        return None
    # What is wrong already, proves nothing about the damage.
    if not healthy.keeps_time(made.source, made.film):
        return None
    done = damage(made)
    if done is None or done[0] is None:
        return None
    data, note = done
    try:
        out = films.load(data)
    except gif.Broken:
        out = None
    if out is None and claim not in (broken, seen_or_broken):
        return None
    if not claim(made, out):
        return None
    request, operation, colors = BASES[base]
    # Or it would fail for its colours, whatever the pictures are.
    if out is not None and colors and films.colors(out)[0] > max(int(colors),
                                                                 films.colors(made.film)[0]):
        return None
    label = "loop" if kind == "loop" else "damaged"
    tag = "%s%d_%s" % (kind.replace("-", ""), variant, base)
    return Pair(name, tag, data, label, kind, operation, "", colors, request, note)


def of_kind(files, played, kind):
    _, _, ways, stills = TABLE[kind]
    names = [n for n in sources.ALL if n != "spacer" and (stills or n not in sources.STILLS)]
    random.Random(zlib.crc32(kind.encode())).shuffle(names)
    out, variant = [], 0
    for most, bases in ((EXACT, ("O3",)), (LOOSE, LOSSY)):
        count = 0
        for name in names:
            # Each source at most once, with the first base that gives a pair.
            for k in range(len(bases)):
                pair = None
                if count < most:
                    pair = _candidate(files, played, kind, name,
                                      bases[(count + k) % len(bases)], variant % ways)
                if pair is not None:
                    out.append(pair)
                    count += 1
                    variant += 1
                    break
        names = names[most:] + names[:most]
    return out


def of_kind_widely(files, played, kind):
    """A third, by lot, of all sources, requests and ways."""
    _, _, ways, stills = TABLE[kind]
    out = []
    for name in sorted(n for n in sources.ALL
                       if n != "spacer" and (stills or n not in sources.STILLS)):
        for base in ("O3",) + LOSSY:
            for variant in range(ways):
                if zlib.crc32(("%s %s %s %d" % (kind, name, base, variant)).encode()) % 3 == 0:
                    out.append(_candidate(files, played, kind, name, base, variant))
    return [pair for pair in out if pair is not None]


def make(files, played, wide):
    ways = of_kind_widely if wide else of_kind
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pairs = [p for kind in pool.map(lambda k: ways(files, played, k), TABLE) for p in kind]
    return pairs + list(odd_requests(files, played)) + list(loops_asked(files)) + list(minor(files))
