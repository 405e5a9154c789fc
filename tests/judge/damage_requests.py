"""Outputs that are whole, but not what was asked for; and what may be told, but harms nobody."""

import film as films
import gif
import tools
from damage_made import BASES, base_of
from pair import Pair


def _selection(film, adjusted):
    picked = [(i, film.shots[i].delay + (film.shots[i + 1].delay if i + 1 < len(film.shots) else 0))
              for i in range(0, len(film.shots), 2)]
    return " ".join(("-d%d #%d" % (d, i)) if adjusted else "#%d" % i for i, d in picked)


def odd(files, played):
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
