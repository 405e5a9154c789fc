"""Frames that are lost or added, their times, the canvas and the loops.

Rooms: frames · times · canvas and loops
"""

import film as films
import gif

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
