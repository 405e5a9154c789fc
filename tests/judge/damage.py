"""Outputs that lost something, each held against its source before it is called damaged.

Damage is done to what a real compressor made of the source: by a request that loses nothing, and by
requests that may lose something. Where something may be lost, only what anybody sees counts.

Rooms: the table · all of them
"""

import concurrent.futures
import random
import zlib

import damage_claims as claims
import damage_coding
import damage_files
import damage_frames
import damage_pictures
import damage_requests as requests
import film as films
import gif
import healthy
import sources
from damage_made import BASES, LOSSY, Made, base_of
from pair import Pair

# ---- the table ----

# kind: (the damage, its claim, how many ways it has, whether still pictures can have it)
TABLE = {
    "truncated": (damage_files.truncated, claims.broken, 5, True),
    "cut-at-frame": (damage_files.cut_at_frame, claims.broken, 1, False),
    "zero-tail": (damage_files.zero_tail, claims.broken, 1, True),
    "empty": (damage_files.empty, claims.broken, 3, True),
    "wrong-format": (damage_files.wrong_format, claims.broken, 2, True),
    "magic": (damage_files.magic, claims.broken, 3, True),
    "undefined-code": (damage_files.undefined_code, claims.broken, 1, True),
    "missing-blocks": (damage_files.missing_blocks, claims.broken, 1, True),
    "bad-index": (damage_files.bad_index, claims.broken, 1, True),
    "no-table": (damage_files.no_table, claims.broken, 1, True),
    "bitflip": (damage_files.bitflip, claims.seen_or_broken, 3, True),
    "lost-frame": (damage_frames.lost_frame, claims.lost, 3, False),
    "dropped": (damage_frames.dropped, claims.lost, 2, False),
    "ends-early": (damage_frames.ends_early, claims.lost, 1, False),
    "collapsed": (damage_frames.collapsed, claims.lost, 1, False),
    "dup": (damage_frames.doubled, claims.lost, 2, False),
    "merged": (damage_frames.merged, claims.late, 1, False),
    "delays": (damage_frames.delays, claims.late, 7, False),
    "loop": (damage_frames.loop, claims.loops, 3, False),
    "canvas": (damage_frames.canvas, claims.resized, 4, True),
    "black": (damage_pictures.black, claims.seen, 3, True),
    "half-black": (damage_pictures.half_black, claims.seen, 3, True),
    "order": (damage_pictures.order, claims.seen, 4, False),
    "frozen": (damage_pictures.frozen, claims.seen, 1, False),
    "stuck": (damage_pictures.stuck, claims.seen, 3, False),
    "noise": (damage_pictures.noise, claims.seen, 2, True),
    "scrambled": (damage_pictures.scrambled, claims.seen, 1, True),
    "residue": (damage_pictures.residue, claims.seen, 2, False),
    "other-job": (damage_pictures.other_job, claims.seen, 1, False),
    "offset": (damage_pictures.offset, claims.seen, 3, True),
    "palette-shift": (damage_coding.palette_shift, claims.seen, 1, True),
    "palette-bgr": (damage_coding.palette_bgr, claims.seen, 1, True),
    "palette-invert": (damage_coding.palette_invert, claims.seen, 1, True),
    "palette-dark": (damage_coding.palette_dark, claims.seen, 1, True),
    "palette-entry": (damage_coding.palette_entry, claims.seen, 2, True),
    "disposal": (damage_coding.disposal, claims.seen, 1, False),
    "flash": (damage_coding.flash, claims.seen, 1, False),
    "transparency": (damage_coding.transparency, claims.seen, 2, False),
    "all-clear": (damage_coding.all_clear, claims.seen, 2, True),
    "interlace": (damage_coding.interlace, claims.seen, 2, True),
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
    if out is None and claim not in (claims.broken, claims.seen_or_broken):
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
    return (pairs + list(requests.odd(files, played)) + list(requests.loops_asked(files)) +
            list(requests.minor(files)))
