"""The tables of README.md that the program has the rows of: "check" or "rewrite", as outputs.py.

A table behind `<!-- table: settings -->` is what `gifvet config defaults` says, behind
`<!-- table: metrics -->` what `gifvet metrics` says. Rows under "What it costs" are tests/bench/results.md's.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GIFVET = os.path.join(os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build"))), "gifvet")
README = os.environ.get("README", os.path.join(TOP, "README.md"))


def said(*arguments):
    return subprocess.run([GIFVET, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def settings():
    section = meaning = ""
    for line in said("config", "defaults").splitlines():
        setting = re.match(r"(\w+) =(?: (.*))?$", line)
        if line.startswith("["):
            section = line
        elif line.startswith("# "):
            meaning = line[2:]
        elif setting:
            text, limits = re.match(r"(.*) \(([^()]*)\)$", meaning).groups()
            default = f"`{setting[2]}`" if setting[2] else "(empty)"
            yield f"| `{section}` `{setting[1]}` | {default} | " + limits.replace("|", "\\|") + f" | {text} |"


def metrics():
    helps, kinds, labels = {}, {}, {}
    for line in said("metrics").splitlines():
        word = line.split(" ", 3)
        if word[:2] == ["#", "HELP"]:
            helps[word[2]] = word[3]
        elif word[:2] == ["#", "TYPE"]:
            kinds[word[2]] = word[3]
        elif "{" in line:
            name = re.sub(r"_bucket$", "", line[:line.index("{")])
            labels[name] = re.findall(r"(\w+)=\"", line)
    for name, text in helps.items():
        # None of these has a row before something was judged.
        known = {"gifvet_program_outputs_total": ["program"], "gifvet_program_verdicts_total": ["program", "result"],
                 "gifvet_program_validation_seconds_total": ["program"]}
        yield f"| `{name}` | {kinds[name]} | {' '.join(labels.get(name, known.get(name, [])))} | {text} |"


def table(lines, name):
    """Where the rows of a marked table are: behind its head and the line below."""
    begin = lines.index(f"<!-- table: {name} -->") + 4
    end = begin
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return begin, end


def main():
    with open(README) as f:
        lines = f.read().split("\n")
    for name, rows in (("settings", list(settings())), ("metrics", list(metrics()))):
        begin, end = table(lines, name)
        other = set(lines[begin:end]) ^ set(rows)
        same = lines[begin:end] == rows
        print(f"ok the table of {name} is the program's" if same else
              f"not ok the table of {name}: {sorted(other)[:4] or 'another order'}")
        if sys.argv[1] == "rewrite":
            lines[begin:end] = rows
    with open(os.path.join(TOP, "tests/bench/results.md")) as f:
        measured = set(f.read().split("\n"))
    cost = lines[lines.index("## What it costs"):]
    strange = [line for line in cost[:cost.index("## Where things are")] if line.startswith("| ") and line not in measured]
    print(f"not ok not measured by make bench: {strange}" if strange else "ok what it costs is what make bench has measured")
    if sys.argv[1] == "rewrite":
        with open(README, "w") as f:
            f.write("\n".join(lines))


main()
