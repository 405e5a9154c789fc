"""What players show of a GIF, and how two of them differ: the evidence behind every label."""

from PIL import Image, ImageChops, ImageStat

import gif


class Shot:
    def __init__(self, picture, delay):
        self.picture, self.delay = picture, delay
        self.key = picture.tobytes()


class Film:
    def __init__(self, width, height, loops, shots):
        self.width, self.height, self.loops, self.shots = width, height, loops, shots

    def with_shots(self, shots):
        return Film(self.width, self.height, self.loops, list(shots))


def shown_cs(delay):
    """0 and 1 hundredths are shown as 10."""
    return delay if delay > 1 else 10


def total_cs(film):
    return sum(shown_cs(s.delay) for s in film.shots)


# ---- playing ----


def _picture(g, f):
    indices = Image.frombytes("L", (f.width, f.height), f.pixels)
    table = list(f.table or g.table)
    table += [(0, 0, 0)] * (256 - len(table))
    lookups = [[color[i] for color in table] for i in range(3)]
    lookups.append([0 if i == f.transparent else 255 for i in range(256)])
    return Image.merge("RGBA", [indices.point(lookup) for lookup in lookups])


def play(g):
    """The pictures as players compose them; what is transparent is (0, 0, 0, 0)."""
    canvas = Image.new("RGBA", (g.width, g.height))
    shots = []
    for f in g.frames:
        picture, before = _picture(g, f), canvas.copy()
        canvas.paste(picture, (f.left, f.top), picture.getchannel("A"))
        shots.append(Shot(canvas.copy(), f.delay))
        if f.disposal == 2:
            canvas.paste((0, 0, 0, 0), (f.left, f.top, f.left + f.width, f.top + f.height))
        elif f.disposal == 3:
            canvas = before
    return Film(g.width, g.height, g.loops, shots)


def load(data):
    return play(gif.parse(data))


# ---- writing pictures ----


def write(film, **options):
    """The same pictures and delays as whole frames, exactly. ValueError: over 256 colours."""
    clear = (0, 0, 0, 0)
    used = [{color for _, color in s.picture.getcolors(1 << 20)} for s in film.shots]
    union = sorted(set().union(*used) - {clear})
    holes = any(clear in colors for colors in used)
    shared = len(union) + holes <= 256
    frames, done = [], {}
    for s, colors in zip(film.shots, used):
        table = union if shared else sorted(colors - {clear})
        if len(table) + holes > 256:
            raise ValueError("more than 256 colours in a picture")
        if s.key not in done:
            at = {color: i for i, color in enumerate(table)}
            at[clear] = len(table)
            done[s.key] = bytes(at[p] for p in s.picture.getdata())
        frames.append(gif.Frame(
            film.width, film.height, done[s.key], delay=s.delay, disposal=2 if holes else 1,
            transparent=len(table) if holes else None,
            table=None if shared else [c[:3] for c in table] + [(0, 0, 0)] * holes))
    table = [c[:3] for c in union] + [(0, 0, 0)] * holes if shared else None
    return gif.write(gif.Gif(film.width, film.height, table, frames, film.loops, **options))


# ---- comparing ----


def over(picture, color):
    ground = Image.new("RGBA", picture.size, color + (255,))
    return Image.alpha_composite(ground, picture).convert("RGB")


def squared(a, b):
    """Mean squared error of a pixel's channel, on the ground (black, white) where it is worse."""
    worst = 0.0
    for ground in ((0, 0, 0), (255, 255, 255)):
        difference = ImageChops.difference(over(a, ground), over(b, ground))
        worst = max(worst, sum(ImageStat.Stat(difference).sum2) / 3 / (a.width * a.height))
    return worst


def strong(a, b, level=48):
    """How many pixels differ by more than level in some channel, or in being there at all."""
    channels = ImageChops.difference(a, b).split()
    most = channels[0]
    for channel in channels[1:]:
        most = ImageChops.lighter(most, channel)
    return sum(most.histogram()[level + 1:])


def timeline(film):
    """[(picture's bytes, hundredths shown)], equal neighbours as one."""
    out = []
    for s in film.shots:
        if out and out[-1][0] == s.key:
            out[-1] = (s.key, out[-1][1] + shown_cs(s.delay))
        else:
            out.append((s.key, shown_cs(s.delay)))
    return out


def beginnings(film):
    at, out = 0, []
    for s in film.shots:
        out.append(at)
        at += shown_cs(s.delay)
    return out


def same_canvas(a, b):
    return (a.width, a.height) == (b.width, b.height)


def same_show(a, b):
    """The same pictures at the same times, to the pixel and the hundredth. A single picture has no
    time."""
    first, second = timeline(a), timeline(b)
    if same_canvas(a, b) and len(first) == len(second) == 1:
        return first[0][0] == second[0][0]
    return same_canvas(a, b) and first == second


_errors = {}


def _error(a, b):
    key = (hash(a.key), hash(b.key))
    if key not in _errors:
        equal = a.key == b.key
        _errors[key] = (0.0, 0) if equal else (squared(a.picture, b.picture),
                                               strong(a.picture, b.picture))
    return _errors[key]


def instants(a, b):
    """[(mean squared error, strongly differing pixels)] wherever either changes, as long as both
    run; changes within one hundredth are one."""
    at_a, at_b = beginnings(a), beginnings(b)
    out, i, j = [], 0, 0
    while True:
        out.append(_error(a.shots[i], b.shots[j]))
        following = [times[k + 1] for times, k in ((at_a, i), (at_b, j)) if k + 1 < len(times)]
        if not following:
            return out
        soonest = min(following)
        i += i + 1 < len(at_a) and at_a[i + 1] <= soonest + 1
        j += j + 1 < len(at_b) and at_b[j + 1] <= soonest + 1


def colors(film):
    """Distinct opaque colours: (over the whole film, in the picture that has most)."""
    each = [{c for _, c in s.picture.getcolors(1 << 20)} - {(0, 0, 0, 0)} for s in film.shots]
    return len(set().union(*each)), max(len(c) for c in each)
