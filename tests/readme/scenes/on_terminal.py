"""Runs gifvet watch on a terminal of 80 columns, has a bad disk meet a compressor meanwhile, and
prints the screen on which that can be seen."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["TOP"], "tests/operate"))
from terminal import Terminal  # noqa: E402  pylint: disable=wrong-import-position

t = Terminal(rows=24, columns=80)
t.shows("^in all")
subprocess.run(["gifsicle", "-O2", "in.gif", "-o", "lost.gif"], check=True, env=dict(
    os.environ, SABOTAGE="cut", LD_PRELOAD=os.environ["PRELOAD"] + " " + os.environ["SABOTEUR"]))
t.shows("timing_preservation(.*\n)* .*\\(limit 50 ms\\)")
print(t.screen().rstrip())
t.type(b"q")
sys.exit(t.ends())
