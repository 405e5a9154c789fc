"""Kills a program that overwrites in.gif, again and again, at a random moment of its run.

kill.py RUNS COMMAND...   in a directory with source.gif; LD_PRELOAD and the configuration come in
                          HOST_PRELOAD and the environment. GIFVET names the command.

After each run the name must hold the source, or an output that passes, or a copy that `gifvet rescue
--restore` puts back. The delay is what is tried, not a wait: it is drawn over the length of a whole run.
"""
import collections
import os
import random
import shutil
import subprocess
import sys
import time

runs, command = int(sys.argv[1]), sys.argv[2:]
seed = random.randrange(1 << 32)
draw = random.Random(seed)
source = open("source.gif", "rb").read()
host = dict(os.environ, LD_PRELOAD=os.environ["HOST_PRELOAD"])
gifvet = os.environ["GIFVET"]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def start():
    shutil.copy2("source.gif", "in.gif")
    return subprocess.Popen(command, env=host, stdin=subprocess.DEVNULL, **quiet)


def now():
    try:
        with open("in.gif", "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""


def outcome():
    if now() == source:
        return "source"
    check = [gifvet, "check", "--request", " ".join(command), "source.gif", "in.gif"]
    if subprocess.run(check, **quiet).returncode == 0:
        return "good output"
    subprocess.run([gifvet, "rescue", "--restore"], **quiet)
    return "rescued" if now() == source else "lost"


start().wait()
began = time.monotonic()
start().wait()
whole = time.monotonic() - began
outcomes = collections.Counter()
for _ in range(runs):
    p = start()
    time.sleep(draw.uniform(0, whole * 1.05))
    p.kill()
    outcomes["ended before" if p.wait() >= 0 else "killed"] += 1
    outcomes[outcome()] += 1
    subprocess.run([gifvet, "rescue", "--restore"], **quiet)
left = [f for f in os.listdir(".") if f.startswith(".gifvet")]
print(f"# {runs} runs, seed {seed}: " + ", ".join(f"{n} {what}" for what, n in outcomes.items()))
for f in left:
    os.unlink(f)
if left:
    print(f"# left behind: {left}")
sys.exit(1 if outcomes["lost"] or left else 0)
