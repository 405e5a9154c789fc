"""resave.py KIND...: what Pillow writes when it saves KIND.gif again, as KIND.pillow.gif."""
import sys

from PIL import Image

for kind in sys.argv[1:]:
    with Image.open(kind + ".gif") as image:
        image.save(kind + ".pillow.gif", save_all=True)
