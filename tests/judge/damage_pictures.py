"""Frames that show something else than they should."""

from PIL import Image, ImageChops

import film as films
import gif


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
