"""LZW as GIF has it: an encoder whose stream can be made wrong on purpose, and a strict decoder."""

import functools

LARGEST = 4096


def _codes(pixels, size, undefined_after):
    """Yields (code, width in bits). Code number undefined_after is one the decoder has not met."""
    clear, end = 1 << size, (1 << size) + 1
    table, following, width = {}, end + 1, size + 1
    yield clear, width
    prefix, sent = pixels[0], 0
    for pixel in pixels[1:]:
        key = prefix << 8 | pixel
        known = table.get(key)
        if known is not None:
            prefix = known
            continue
        # Two beyond what the decoder would add next, where the width has room for it.
        if undefined_after is not None and sent >= undefined_after and following + 2 < 1 << width:
            yield following + 2, width
            undefined_after = None
        else:
            yield prefix, width
        sent += 1
        if following < LARGEST:
            table[key] = following
            following += 1
            if following > 1 << width and width < 12:
                width += 1
        else:
            yield clear, width
            table, following, width = {}, end + 1, size + 1
        prefix = pixel
    yield prefix, width
    following += 1
    if following > 1 << width and width < 12:
        width += 1
    yield end, width


def _pack(codes):
    out, bits, held = bytearray(), 0, 0
    for code, width in codes:
        held |= code << bits
        bits += width
        while bits >= 8:
            out.append(held & 255)
            held >>= 8
            bits -= 8
    if bits:
        out.append(held & 255)
    return bytes(out)


@functools.lru_cache(maxsize=8192)
def encode(pixels, size, undefined_after=None):
    """The code stream, without sub-blocks, of pixels (bytes) for a minimum code size."""
    return _pack(_codes(pixels, size, undefined_after))


@functools.lru_cache(maxsize=8192)
def fault(data, size, pixels, colors):
    """Why this stream does not give exactly so many pixels of so many colours; None if it does.
    Superfluous pixels are no fault."""
    clear, end = 1 << size, (1 << size) + 1
    # An entry is its length and its largest index: more is not needed to judge a stream.
    single = [(1, i) for i in range(clear)] + [(0, 0), (0, 0)]
    first = list(range(clear)) + [0, 0]
    table, firsts, width = list(single), list(first), size + 1
    held = bits = have = 0
    previous = None
    at = 0
    while have < pixels:
        while bits < width:
            if at == len(data):
                return "ends %d pixels early" % (pixels - have)
            held |= data[at] << bits
            at += 1
            bits += 8
        code = held & (1 << width) - 1
        held >>= width
        bits -= width
        if code == clear:
            table, firsts, width, previous = list(single), list(first), size + 1, None
            continue
        if code == end:
            return "ends %d pixels early" % (pixels - have)
        if previous is None:
            if code > end:
                return "undefined code"
        else:
            if code > len(table) or (code == len(table) and code >= LARGEST):
                return "undefined code"
            if len(table) < LARGEST:
                head = firsts[code] if code < len(table) else firsts[previous]
                length, largest = table[previous]
                table.append((length + 1, max(largest, head)))
                firsts.append(firsts[previous])
                if len(table) == 1 << width and width < 12:
                    width += 1
        length, largest = table[code]
        if largest >= colors:
            return "index beyond the table"
        have += length
        previous = code
    return None
