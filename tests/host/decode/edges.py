"""edges.py: GIFs at the format's edges, which no animation meets by chance, into this folder.

edge.N.gif     noise of N pixels, so that codes grow wider, or the table is full, at every
               place near the last code
wide.gif, tall.gif  one row, and one column, of 65535 pixels
controls.gif   one.gif with another control block in front of its own: the last one counts"""
import random

from PIL import Image

CONTROL = b"\x21\xf9\x04"
ANOTHER = CONTROL + bytes([3 << 2 | 1, 5, 0, 3, 0])  # disposal 3, delay 5, index 3 transparent


def noise(pixels, dice):
    image = Image.new("P", (pixels, 1))
    image.putpalette(bytes(range(256)) * 3)
    image.putdata([dice.randrange(256) for _ in range(pixels)])
    image.save("edge.%d.gif" % pixels)


def main():
    dice = random.Random(1)
    # The pixels after which about 512, 1024, 2048 and 4096 codes are defined.
    for first in (250, 764, 1796, 3936):
        for pixels in range(first, first + 24):
            noise(pixels, dice)
    image = Image.new("P", (65535, 1))
    image.putpalette(bytes(range(256)) * 3)
    image.putdata([(x >> 3) * 7 % 251 for x in range(65535)])
    image.save("wide.gif")
    image.transpose(Image.Transpose.ROTATE_90).save("tall.gif")
    with open("one.gif", "rb") as file:
        one = file.read()
    with open("controls.gif", "wb") as file:
        file.write(one.replace(CONTROL, ANOTHER + CONTROL))


main()
