"""What damage is done to: a real compressor's healthy output, made by a request that loses nothing
or by one that may lose something."""

import random
import zlib

import film as films
import gif
import healthy
import sources
import tools

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

    @property
    def late_frame(self):
        """The number of the largest frame but the first, where there is one."""
        sizes = [(len(f.pixels), -i) for i, f in enumerate(self.gif.frames)][1:]
        return -max(sizes)[1] if sizes else 0

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
