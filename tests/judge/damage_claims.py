"""What a damaged output must show against its source, before it is called damaged.

Each takes what was made and the damaged film (None: no whole GIF any more) and says whether the
claim holds. Where something may be lost, only what anybody sees counts.
"""

import film as films
import gif


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
