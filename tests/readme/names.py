"""What the documents name is there: files of this project in `...`, and the headings and files of links."""
import glob
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = re.compile(r"`((?:lib|shim|conf|scripts|tests)/[\w./*-]+)`")
# CONTRIBUTING.md's examples make these.
MADE = {"lib/judge/file_growth.c", "lib/command/frames.c"}


def headings(text):
    """As GitHub and others make an anchor of a heading."""
    found = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in found}


for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
    with open(os.path.join(TOP, document)) as f:
        text = f.read()
    missing = [name for name in PATH.findall(text) if name not in MADE and not glob.glob(os.path.join(TOP, name))]
    for target in re.findall(r"\]\(([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        if name and not os.path.exists(os.path.join(TOP, name)) or anchor and anchor not in headings(text):
            missing.append(target)
    print(f"not ok {document} names what is not there: {missing}" if missing else f"ok {document} names what is there")
