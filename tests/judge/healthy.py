"""Outputs with which nothing is wrong: what the real compressors make, and other ways of writing
the same thing. Each is held against its source before it is called healthy.

Rooms: claims · compressors · selections · the canvas · rewriting · all of them
"""

import concurrent.futures

from PIL import Image

import film as films
import gif
import sources
import tools
from pair import Pair

PALETTE = "split[a][b];[a]palettegen[p];[b][p]paletteuse"

# ---- claims ----


def same_loops(source, output):
    return source.loops == output.loops


def shows_the_same(source, output):
    return films.same_show(source, output)


def over_background(g):
    """For `gifsicle -U`, which paints what disposal 2 cleared in the background colour."""
    film = films.play(g)
    table = g.table or [(0, 0, 0)]
    color = tuple(table[g.background]) if g.background < len(table) else (0, 0, 0)
    return film.with_shots(films.Shot(films.over(s.picture, color).convert("RGBA"), s.delay)
                           for s in film.shots)


def keeps_time(source, output):
    """The picture changes when it did before, and the whole runs as long."""
    if len(source.shots) == 1:
        return len(output.shots) == 1
    if abs(films.total_cs(source) - films.total_cs(output)) > 5:
        return False
    known = {sum(d for _, d in films.timeline(source)[:i])
             for i in range(len(films.timeline(source)) + 1)}
    return all(min(abs(t - k) for k in known) <= 1 for t in films.beginnings(output)
               if t in _changes(output))


def _changes(film):
    at, out = 0, set()
    for _, duration in films.timeline(film):
        out.add(at)
        at += duration
    return out


def close(limit):
    """Nowhere further from the source than so much, and at the same times."""
    def claim(source, output):
        return (films.same_canvas(source, output) and keeps_time(source, output) and
                max(e for e, _ in films.instants(source, output)) <= limit)
    return claim


def reduced(n, per_frame=False, dithered=False):
    """No more than n colours, at the same times; the pictures are still the source's own."""
    def claim(source, output):
        if not films.same_canvas(source, output) or not keeps_time(source, output):
            return False
        if films.colors(output)[1 if per_frame else 0] > n:
            return False
        limit = 14000 if n < 8 else 2500 if n < 32 else 700
        return max(e for e, _ in films.instants(source, output)) <= limit * (1 + 2 * dithered)
    return claim


# ---- compressors ----

LOSSLESS = [("O1", "-O1"), ("O2", "-O2"), ("U", "-U"), ("il", "-O2 --interlace"),
            ("careful", "-O3 --careful"), ("noil", "-O1 --no-interlace")]


def _rotated(names, start, n):
    names = list(names)
    return [names[(start * 5 + i * 3) % len(names)] for i in range(min(n, len(names)))] \
        if len(names) % 3 else [names[(start * 5 + i) % len(names)] for i in range(n)]


def gifsicle(make):
    everything = list(make.files)
    for name in everything:
        yield make(name, "O3", "lossless", "gifsicle -O3 IN -o OUT", shows_the_same)
        yield Pair(name, "copy", make.files[name], "healthy", "copy", note="identity")
    for k, (tag, options) in enumerate(LOSSLESS):
        for name in _rotated(everything, k, 5):
            yield make(name, tag, "lossless", "gifsicle %s IN -o OUT" % options, shows_the_same)
    for k, n in enumerate((20, 60, 80, 120, 200)):
        for name in _rotated(("photo", "many", "noise", "grey", "flat", "ball", "slides", "text",
                              "sprite", "restore", "fade"), k, 5):
            yield make(name, "lossy%d" % n, "lossy",
                       "gifsicle -O3 --lossy=%d IN -o OUT" % n, close(400))
    for k, n in enumerate((256, 128, 64, 32, 16, 8, 6, 4, 2)):
        for turn, dither in enumerate(("", " --dither", " --dither=ordered")):
            for name in _rotated(("photo", "many", "noise", "grey", "local", "flat", "ball", "fade",
                                  "slides", "sprite", "interlaced"), k + turn, 3):
                yield make(name, "c%d%s" % (n, ("", "d", "o")[turn]), "colors",
                           "gifsicle -O2 --colors %d%s IN -o OUT" % (n, dither),
                           reduced(n, dithered=bool(dither)),
                           operation="color_reduction", colors=str(n))
    for name in ("photo", "many", "noise"):
        yield make(name, "lossy_c64", "colors", "gifsicle -O3 --lossy=60 --colors 64 IN -o OUT",
                   reduced(64), operation="color_reduction", colors="64")


def magick(make):
    """Few, and of few frames: convert takes its time over each."""
    for name in ("slow", "slides", "badge", "many", "zero", "spacer", "icon", "single"):
        yield make(name, "im_coal", "coalesce", "convert IN -coalesce OUT", close(22))
    for name in ("slides", "slow", "once", "noise", "interlaced"):
        yield make(name, "im_opt", "layers", "convert IN -layers optimize OUT", shows_the_same)
    for name in ("holds", "fade", "slow", "once"):
        yield make(name, "im_dups", "dedup",
                   "convert IN -coalesce -layers remove-dups -layers optimize OUT", shows_the_same)
    for name, n in (("photo", 64), ("many", 64), ("slides", 16), ("slides", 64), ("badge", 4)):
        yield make(name, "im_c%d" % n, "colors", "convert IN -coalesce -colors %d OUT" % n,
                   reduced(n, True), operation="color_reduction", colors=str(n))
    for name in ("slides", "badge", "slow"):
        w, h = make.films[name].width, make.films[name].height
        yield make(name, "im_half", "resize", "convert IN -coalesce -resize 50% OUT",
                   _resized(w // 2, h // 2))


def decoders(make):
    """Programs that decode everything and write it anew."""
    for name in ("ball", "photo", "slides", "grey", "fade", "ui", "holds", "varied", "two", "slow",
                 "interlaced", "local"):
        yield make(name, "ff_pal", "palette",
                   "ffmpeg -y -v error -i IN -filter_complex %s OUT" % PALETTE, close(540))
    for name in make.files:
        still = name in sources.STILLS
        yield make(name, "pil", "still" if still else "resave", "", close(200), made=tools.pillow,
                   operation="unknown")
        yield make(name, "vips", "still" if still else "vips", "vips copy IN[n=-1] OUT",
                   close(540))


# ---- selections ----


def _picked(film, step):
    """The frames to keep, each with the time until the next of them."""
    keep = [i for i in range(len(film.shots)) if step(i)]
    ends = keep[1:] + [len(film.shots)]
    return [(i, sum(s.delay for s in film.shots[i:end])) for i, end in zip(keep, ends)]


def _words(picked, adjusted):
    return " ".join(("-d%d #%d" % (delay, i)) if adjusted else "#%d" % i for i, delay in picked)


def _only_these(picked, adjusted):
    """Every picture is the source's, at the times that the delays say."""
    def claim(source, output):
        wanted = [films.Shot(source.shots[i].picture,
                             delay if adjusted else source.shots[i].delay)
                  for i, delay in picked]
        return films.same_show(source.with_shots(wanted), output)
    return claim


STEPS = [("half", 0.5, lambda i: i % 2 == 0), ("third", 0.333, lambda i: i % 3 == 0),
         ("r80", 0.8, lambda i: i % 5 != 4)]
PICKED_FROM = {"half": ("ball", "ui", "varied", "sprite", "holds", "photo", "text", "interlaced"),
               "third": ("flat", "grey", "restore", "ball"), "r80": ("ball", "two", "holds")}


def selections(make):
    for tag, ratio, step in STEPS:
        for name in PICKED_FROM[tag]:
            picked = _picked(make.films[name], step)
            for adjusted in (True, False) if tag == "half" else (True,):
                request = "gifsicle -O2 _u.gif %s -o OUT" % _words(picked, adjusted)
                apart = "gifsicle -U IN -o _u.gif"
                p = make(name, tag + ("_adj" if adjusted else "_raw"), "frames", request,
                         _only_these(picked, adjusted), operation="frame_reduction",
                         ratio=str(ratio), before=apart)
                if p is not None and not adjusted:
                    p.label, p.kind = "speed", "frames-unadjusted"
                yield p
    for name, fps in (("ball", 5), ("holds", 5), ("photo", 4), ("grey", 10), ("ui", 2),
                      ("interlaced", 3), ("fast", 5)):
        yield make(name, "ff_fps%d" % fps, "rate",
                   "ffmpeg -y -v error -i IN -filter_complex fps=%d,%s OUT" % (fps, PALETTE),
                   _at_rate(fps), operation="frame_reduction",
                   ratio="%.2f" % min(1, fps * films.total_cs(make.films[name]) / 100 /
                                      len(make.films[name].shots)))


def _at_rate(fps):
    """Every picture is near one that the source shows within a frame of that time."""
    def claim(source, output):
        if not films.same_canvas(source, output):
            return False
        if abs(films.total_cs(source) - films.total_cs(output)) > 200 / fps:
            return False
        at, begun = 0, films.beginnings(source)
        for s in output.shots:
            near = [shot for shot, begins in zip(source.shots, begun)
                    if begins - 100 / fps <= at <= begins + films.shown_cs(shot.delay) + 100 / fps]
            if min(films.squared(shot.picture, s.picture) for shot in near) > 540:
                return False
            at += films.shown_cs(s.delay)
        return True
    return claim


# ---- the canvas ----


def _resized(width, height):
    def claim(source, output):
        if abs(output.width - width) > 1 or abs(output.height - height) > 1:
            return False
        if len(source.shots) != len(output.shots):
            return False
        return all(films.squared(s.picture.resize((output.width, output.height), Image.Resampling.BOX),
                                 o.picture) < 6000 for s, o in zip(source.shots, output.shots))
    return claim


def _cropped(left, top, width, height):
    def claim(source, output):
        box = (left, top, left + width, top + height)
        wanted = [films.Shot(s.picture.crop(box), s.delay) for s in source.shots]
        return films.same_show(films.Film(width, height, source.loops, wanted), output)
    return claim


def canvases(make):
    for name in ("ball", "slides", "sprite", "photo", "ui"):
        w, h = make.films[name].width, make.films[name].height
        yield make(name, "scale50", "resize", "gifsicle -O2 --scale 0.5 IN -o OUT",
                   _resized(w // 2, h // 2))
        yield make(name, "fit", "resize", "gifsicle -O2 --resize-fit 40x40 IN -o OUT",
                   _resized(40 * w // max(w, h), 40 * h // max(w, h)))
        yield make(name, "r60", "resize", "gifsicle --resize 60x_ IN -o OUT",
                   _resized(60, 60 * h // w))
        yield make(name, "crop", "crop", "gifsicle --crop 8,6+40x30 IN -o OUT",
                   _cropped(8, 6, 40, 30))


# ---- rewriting ----


def _reordered(g):
    """The tables back to front."""
    def turn(f):
        n = len(f.table or g.table)
        back = bytes(n - 1 - i if i < n else 0 for i in range(256))
        return f.copy(pixels=f.pixels.translate(back), table=f.table and f.table[::-1],
                      transparent=None if f.transparent is None else n - 1 - f.transparent)
    n = len(g.table) if g.table else 0
    return g.each(turn).copy(table=g.table and g.table[::-1],
                             background=max(0, n - 1 - g.background))


def _localized(g):
    """A table for every frame, and none for all."""
    if g.table is None:
        return None
    return g.each(lambda f: f.copy(table=list(f.table or g.table))).copy(table=None, background=0)


def _globalized(g):
    """One table for all, where the colours of all frames fit into it."""
    if g.table is not None and all(f.table is None for f in g.frames):
        return None
    used = sorted({(f.table or g.table)[i] for f in g.frames for i in set(f.pixels)
                   if i != f.transparent})
    if len(used) > 255:
        return None
    clear = len(used)

    def move(f):
        table = f.table or g.table
        to = bytes(clear if i == f.transparent or i >= len(table) or table[i] not in used
                   else used.index(table[i]) for i in range(256))
        return f.copy(pixels=f.pixels.translate(to), table=None,
                      transparent=None if f.transparent is None else clear)
    return g.each(move).copy(table=used + [(0, 0, 0)])


def _woven(g):
    return g.each(lambda f: f.copy(interlaced=not f.interlaced))


def _commented(g):
    return g.copy(comments=[] if g.comments else [b"made by hand", b"x" * 300])


def _longer_table(g):
    """Entries that nothing uses; what stands behind a transparent index does not show either."""
    if g.table is None or len(g.table) > 128:
        return None
    table = list(g.table)
    clear = {f.transparent for f in g.frames} - {None}
    used = {i for f in g.frames for i in set(f.pixels) if i != f.transparent}
    for i in clear - used:
        table[i] = (123, 45, 67)
    return g.copy(table=table + [(1, 2, 3)] * len(table))


def _merged(g):
    """Frames that change nothing are dropped, their time goes to the one before."""
    film, frames, before = films.play(g), [], None
    for f, s in zip(g.frames, film.shots):
        if before == s.key and frames[-1].disposal == f.disposal == 1:
            frames[-1] = frames[-1].copy(delay=frames[-1].delay + f.delay)
        else:
            frames.append(f)
        before = s.key
    return g.copy(frames=frames) if len(frames) < len(g.frames) else None


def _tens(g):
    """10 where 0 or 1 was written: what players show anyway."""
    if all(f.delay > 1 for f in g.frames):
        return None
    return g.each(lambda f: f.copy(delay=max(f.delay, 10) if f.delay < 2 else f.delay))


def _split(g):
    """A hold in two parts: the second is a pixel that changes nothing."""
    frames = []
    for i, f in enumerate(g.frames):
        frames.append(f)
        if i % 4 == 1 and f.delay >= 6 and f.disposal < 2:
            frames[-1] = f.copy(delay=f.delay // 2)
            frames.append(f.copy(width=1, height=1, left=0, top=0, pixels=b"\0", transparent=0,
                                 delay=f.delay - f.delay // 2, disposal=1, interlaced=False))
    return g.copy(frames=frames) if len(frames) > len(g.frames) else None


def _whole(g):
    try:
        return films.write(films.play(g))
    except ValueError:
        return None


REWRITES = [
    ("reordered", "reordered", _reordered, 7, "the palette back to front"),
    ("localized", "tables", _localized, 5, "a table for each frame instead of one for all"),
    ("globalized", "tables", _globalized, 3, "one table instead of one for each frame"),
    ("woven", "interlace", _woven, 5, "interlacing turned round"),
    ("comments", "comments", _commented, 4, "comments dropped or added"),
    ("spare", "spare-entries", _longer_table, 5, "entries added that nothing uses"),
    ("merged", "merged", _merged, 3, "frames that change nothing merged, delays summed"),
    ("tens", "tens", _tens, 5, "delays of 0 and 10 ms written out as 100 ms"),
    ("split", "split", _split, 4, "frames shown in two parts"),
    ("whole", "whole", _whole, 6, "every frame a whole picture"),
]


def rewrites(make):
    names = list(make.files)
    for k, (tag, kind, change, most, note) in enumerate(REWRITES):
        made = 0
        for i in range(len(names)):
            name = names[(k * 7 + i) % len(names)]
            data = change(gif.parse(make.files[name]))
            if data is None or made == most:
                continue
            made += 1
            data = data if isinstance(data, bytes) else gif.write(data)
            yield make(name, tag, kind, "", shows_the_same, made=lambda _, d=data: d, note=note)


# ---- all of them ----


class Maker:
    """Makes a candidate, and keeps it only when its claim holds."""

    def __init__(self, files):
        self.files = files
        self.films = {name: films.load(data) for name, data in files.items()}
        self.dropped = []

    def __call__(self, name, tag, kind, request, claim, made=None, before=None, **columns):
        lines = [line.split() for line in (before, request) if line]
        data = made(self.files[name]) if made else tools.run(self.files[name], *lines)
        if data is None:
            self.dropped.append("%s_%s: no output" % (name, tag))
            return None
        pair = Pair(name, tag, data, "healthy", kind, request=request, **columns)
        try:
            g = gif.parse(data)
        except gif.Broken as why:
            self.dropped.append("%s_%s: %s" % (name, tag, why))
            return None
        source, output = self.films[name], films.play(g)
        if not claim(source, output):
            # Whoever takes an animation apart fills what was cleared.
            if " -U " not in request or not films.same_show(
                    over_background(gif.parse(self.files[name])), over_background(g)):
                self.dropped.append("%s_%s: not as %s should be" % (name, tag, kind))
                return None
        if not same_loops(source, output):
            pair.label, pair.kind = "loop", "loop"
            pair.note = "loops %s, the source %s" % (output.loops, source.loops)
        return pair


PARTS = (magick, gifsicle, decoders, selections, canvases, rewrites)


def make(maker):
    """All pairs, in an order of their own: the parts run side by side, as they wait for programs."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(lambda part: [p for p in part(maker) if p is not None], PARTS))
    return [p for part in parts for p in part]
