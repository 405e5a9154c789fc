#!/usr/bin/env python3
"""A tree of pairs, judged by gifvet check --recursive and compared by loops over gifdiff, in turns.

audit.py BUILD WORK PAIRS ROUNDS
"""
import os
import statistics
import subprocess
import sys
import time

BUILD, WORK, PAIRS, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
KINDS = ("ball", "disposal2", "colors16", "local", "interlaced")
LEVELS = ("-O1", "-O2", "-O3")


def make(directory, count):
    """count pairs: five small GIFs, each compressed in three ways. Names of the same bytes are links."""
    os.makedirs(f"{WORK}/made", exist_ok=True)
    made = []
    for kind in KINDS:
        source = f"{WORK}/made/{kind}.gif"
        subprocess.run([f"{BUILD}/tests/gifmake", kind, source], check=True)
        for level in LEVELS:
            output = f"{WORK}/made/{kind}{level}.gif"
            subprocess.run(["gifsicle", level, source, "-o", output], check=True)
            made.append((source, output))
    for i in range(count):
        for side, path in zip(("sources", "outputs"), made[i % len(made)]):
            below = f"{directory}/{side}/{i % 100:02d}"
            os.makedirs(below, exist_ok=True)
            os.link(path, f"{below}/{i:05d}.gif")
    return sum(os.path.getsize(p) for i in range(count) for p in made[i % len(made)])


def run(argv):
    """Seconds, seconds of CPU, and the most memory that one process had, in KB."""
    before = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(argv[0], argv)
    usage = os.wait4(pid, 0)[2]
    return time.monotonic() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def audit(directory, jobs):
    return [f"{BUILD}/gifvet", "check", "--recursive", "-j", str(jobs), f"{directory}/sources", f"{directory}/outputs"]


LOOP = 'cd "$0" && find outputs -name "*.gif" -printf "%P\\n" | while read -r f; do gifdiff -q "sources/$f" "outputs/$f"; done'
PARALLEL = 'cd "$0" && find outputs -name "*.gif" -printf "%P\\0" | xargs -0 -P 2 -I {} gifdiff -q sources/{} outputs/{}'


def main():
    tree, few = f"{WORK}/tree", f"{WORK}/few"
    size = make(tree, PAIRS)
    make(few, max(PAIRS // 50, 1))
    rows = {
        "gifvet check --recursive -j 2": audit(tree, 2),
        "gifvet check --recursive -j 1": audit(tree, 1),
        "a loop over gifdiff": ["sh", "-c", LOOP, tree],
        "xargs -P 2 gifdiff": ["sh", "-c", PARALLEL, tree],
    }
    taken = {name: [] for name in rows}
    for _ in range(ROUNDS):
        for name, argv in rows.items():
            taken[name].append(run(argv))
    least = run(audit(few, 2))[2]
    middle = {name: [statistics.median(t[i] for t in of) for i in range(3)] for name, of in taken.items()}
    base = middle["a loop over gifdiff"]
    print(f"""## 10. A tree of pairs

{PAIRS:,} pairs of small GIFs ({size / PAIRS / 2 / 1e3:.1f} KB on average), gifsicle's -O1 to -O3 of them; medians of
{ROUNDS} turns. gifdiff compares the pictures exactly, and nothing else. Memory: of the process that had
most; {least / 1e3:.1f} MB with {max(PAIRS // 50, 1):,} pairs.

| | wall time | speed | pairs a second | CPU | less CPU | cores busy | memory |
|---|---|---|---|---|---|---|---|""")
    for name, (wall, cpu, memory) in middle.items():
        print(f"| {name} | {wall:.2f} s | {base[0] / wall:.2f}× | {PAIRS / wall:,.0f} | {cpu:.2f} s "
              f"| {base[1] / cpu:.2f}× | {cpu / wall:.2f} | {memory / 1e3:.1f} MB |")
    print()


main()
