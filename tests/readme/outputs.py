"""What README.md shows of commands is what they print.

A block of README.md behind `<!-- output: NAME -->` shows commands, each behind "$ ", and what they
print. They are run again, in a directory prepared by scenes/NAME.sh, and compared; "# differs: REGEX"
lines of the scene name what may differ from run to run, besides times, processes, ids and checksums, and
"# leaves out: REGEX" what one machine prints and another does not. A scene with a "# long: WHY" is for LONG=1.
Blocks of the same name are run one after the other on the same host; `between N` of the scene is called
before the second and later ones.

    outputs.py check [NAME]...      an "ok" or "not ok" line for each block
    outputs.py rewrite [NAME]...    puts what is printed now in the place of what differs

Rooms: blocks · running · comparing · the two tasks
"""
import atexit
import difflib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build")))
PICTURES = os.path.join(TOP, "tests/readme")
SCENES = os.path.join(TOP, "tests/readme/scenes")
README = os.environ.get("README", os.path.join(TOP, "README.md"))
MARK = re.compile(r"<!-- output: ([a-z-]+) -->$")
INDENT = "    "
SECONDS = 300


# ---- blocks ----


class Block:
    """The indented lines behind a marker; lines begin..end of README.md, without the indentation."""

    def __init__(self, name, lines, begin):
        self.name, self.begin, self.end = name, begin, begin
        while self.end < len(lines) and (lines[self.end].startswith(INDENT) or not lines[self.end]):
            self.end += 1
        while self.end > begin and not lines[self.end - 1]:
            self.end -= 1
        self.lines = [line[len(INDENT):] for line in lines[begin:self.end]]

    def commands(self):
        """What stands behind "$ ", with the lines that a backslash continues."""
        found = []
        for line in self.lines:
            if line.startswith("$ "):
                found.append(line[2:])
            elif found and found[-1].endswith("\\"):
                found[-1] += "\n" + line
        return found


def blocks(lines):
    """All marked blocks. Those of one name are one scene, in their order."""
    found = []
    for i, line in enumerate(lines):
        mark = MARK.match(line)
        if mark:
            found.append(Block(mark[1], lines, i + 2 if not lines[i + 1] else i + 1))
    return found


def unmarked(lines):
    """Commands that are shown though nothing marks their block: nobody would run them again."""
    marked = {n for b in blocks(lines) for n in range(b.begin, b.end)}
    return [f"line {n + 1}: {line.strip()}" for n, line in enumerate(lines)
            if line.startswith(INDENT + "$ ") and n not in marked]


# ---- running ----


@functools.lru_cache
def installed():
    """Where gifvet is installed, once for all."""
    directory = tempfile.mkdtemp(prefix="installed")
    atexit.register(shutil.rmtree, directory)
    subprocess.run(["make", "-s", "-C", TOP, "install", "BUILD=" + BUILD, "DESTDIR=" + directory, "PREFIX=/usr/local"],
                   check=True, stdout=subprocess.DEVNULL)
    return directory


def host(directory):
    """A host below the directory: gifvet installed, an empty configuration, room for data."""
    shutil.copytree(installed(), directory, dirs_exist_ok=True, copy_function=os.link)
    for name in ("data", "etc/gifvet", "var/lib", "tmp"):
        os.makedirs(os.path.join(directory, name))
    open(os.path.join(directory, "etc/gifvet/gifvet.ini"), "w").close()


def environment(directory):
    """As little as a host needs, so that nothing of this machine's settings is shown."""
    local = os.path.join(directory, "usr/local")
    # See tests/run: where faulting pages in is slow.
    kept = {name: value for name, value in os.environ.items() if name.startswith("MALLOC_")}
    return kept | {"PATH": f"{local}/bin:{local}/share/gifvet/scripts:/usr/bin:/bin", "HOME": directory, "LC_ALL": "C.UTF-8",
            "TMPDIR": os.path.join(directory, "tmp"), "HOST": directory, "TOP": TOP, "BUILD": BUILD,
            "PRELOAD": os.path.join(local, "lib/libgifvet.so"), "SABOTEUR": BUILD + "/tests/libsaboteur.so",
            "MAGICK_THREAD_LIMIT": "1", "PYTHONDONTWRITEBYTECODE": "1",
            "GIFLAB_VALIDATION_CONFIG": os.path.join(directory, "etc/gifvet/gifvet.ini"),
            "GIFLAB_VALIDATION_STATE_DIR": os.path.join(directory, "var/lib/gifvet")}


def shown(text, directory):
    """As on a host whose directories have the usual names; a scene may have more to say in shown.sed."""
    rules = os.path.join(directory, "tmp/shown.sed")
    if os.path.exists(rules):
        text = subprocess.run(["sed", "-f", rules], input=text, text=True, check=True, stdout=subprocess.PIPE).stdout
    return text.replace(directory, "")


def shown_pictures(data):
    """Pictures that commands wrote and README.md shows: pixel by pixel what lies here, which is smaller."""
    for name in sorted(n for n in os.listdir(data) if os.path.exists(os.path.join(PICTURES, n))):
        now, kept = os.path.join(data, name), os.path.join(PICTURES, name)
        if sys.argv[1] == "rewrite":
            subprocess.run(["/usr/bin/convert", now, "-strip", "-define", "png:compression-level=9", kept], check=True)
        other = subprocess.run(["/usr/bin/compare", "-metric", "AE", now, kept, "null:"], stderr=subprocess.PIPE,
                               check=False, text=True).stderr
        print(f"ok {name} is what is written" if other == "0" else f"not ok {name}: {other} pixels are others")


def script(name, group):
    """The scene, then the commands of each of its blocks, behind a line that says which it is."""
    yield '. "$TOP/tests/readme/scenes/lib.sh"'
    yield f'. "$TOP/tests/readme/scenes/{name}.sh" || exit 2'
    yield "exec 2>&1"
    for n, block in enumerate(group):
        yield f"between {n + 1} >/dev/null 2>&1" if n > 0 else ""
        for command in block.commands():
            yield "echo '@@ command @@'"
            yield re.sub(r"(?<![\w./])(/(?:data|etc/gifvet|var/lib/gifvet)\b)", r"${HOST}\1", command)


def produced(name, group):
    """The lines of a scene's blocks as they are now: their commands, each with what it prints."""
    directory = tempfile.mkdtemp(prefix="host")
    try:
        host(directory)
        run = subprocess.run(["bash", "-c", "\n".join(script(name, group))], cwd=os.path.join(directory, "data"),
                             env=environment(directory), stdin=subprocess.DEVNULL, timeout=SECONDS, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        before, *parts = run.stdout.split("@@ command @@\n")
        if len(parts) != sum(len(b.commands()) for b in group) or before:
            raise ValueError(f"the scene does not begin: {before}{run.stdout}{run.stderr}")
        parts = [shown(part, directory) for part in parts]
        shown_pictures(os.path.join(directory, "data"))
    finally:
        shutil.rmtree(directory)
    found = []
    for block in group:
        lines = []
        for command in block.commands():
            lines += ("$ " + command).split("\n") + parts.pop(0).splitlines()
        found.append([line.rstrip() for line in lines])
    return found


# ---- comparing ----

ALWAYS = [
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?",  # times; their zone stays
    r"\b\d\d:\d\d:\d\d",
    r"\b[0-9a-f]{11,16}-[0-9a-f]+-\d+\b",  # ids of records
    r"\b[0-9a-f]{16}\b",  # checksums
    r"\[\d+\]",  # processes
    r"(?<=, )[\d.]+ ms$",  # how long a verdict took
    r"(?<=\(build )[0-9a-f]+",
]


def expressions(name, which):
    """The scene's own: those behind "# differs: " or "# leaves out: "."""
    head = f"# {which}: "
    with open(os.path.join(SCENES, name + ".sh")) as f:
        return [line[len(head):].rstrip("\n") for line in f if line.startswith(head)]


def plain(lines, name):
    """The lines without what may differ; columns move with it, so blanks count as one."""
    text = "\n".join(line.rstrip() for line in lines)
    for expression in expressions(name, "leaves out"):
        text = re.sub(expression, "", text, flags=re.M)
    for expression in ALWAYS + expressions(name, "differs"):
        text = re.sub(expression, "~", text, flags=re.M)
    return re.sub(r"[ ]+", " ", text).split("\n")


def difference(block, now):
    shown, is_now = plain(block.lines, block.name), plain(now, block.name)
    return [d for d in difflib.ndiff(shown, is_now) if d[0] in "+-"] if shown != is_now else []


# ---- the two tasks ----


def main():
    task, names = sys.argv[1], sys.argv[2:]
    with open(README) as f:
        lines = f.read().split("\n")
    left = unmarked(lines)
    if task == "check" and not names:
        print("ok every command that is shown is run again" if not left else f"not ok shown, but not run: {left}")
    groups = {}
    for block in blocks(lines):
        if block.name in names or (not names and (os.environ.get("LONG") or not expressions(block.name, "long"))):
            groups.setdefault(block.name, []).append(block)
    replaced = []
    for name, group in groups.items():
        try:
            hour = time.time() // 3600
            now = produced(name, group)
            if time.time() // 3600 != hour:
                # It may have counted into two hours, and said so.
                now = produced(name, group)
        except Exception as e:  # pylint: disable=broad-except
            print(f"not ok {name}: {e!r}", flush=True)
            continue
        found = [difference(b, n) for b, n in zip(group, now)]
        replaced += [(b, n) for b, n, f in zip(group, now, found) if f]
        said = " | ".join(d for f in found for d in f)
        if said and task == "rewrite":
            print(f"{name}: rewritten: {said[:1200]}", flush=True)
        else:
            print(f"not ok {name} is not what is printed: {said[:1200]}" if said else f"ok {name} is what is printed",
                  flush=True)
    # The last one first: replacing one moves no other.
    for block, now in sorted(replaced, key=lambda r: -r[0].begin):
        lines[block.begin:block.end] = [(INDENT + line).rstrip() for line in now]
    if task == "rewrite":
        with open(README, "w") as f:
            f.write("\n".join(lines))


main()
