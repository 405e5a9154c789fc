"""What can be said of any page: page.py PAGE. Prints what is wrong with it, one line each.

It is whole, well formed UTF-8 without control characters and marks of direction; it refers to nothing
outside itself; its policy allows its own style and script by their hashes and nothing else; no element
has a handler or a style of its own, ids are unique, every reference to one leads somewhere."""
import base64
import hashlib
import html.parser
import re
import sys
import unicodedata

VOID = {"meta", "br", "img", "input"}
ONCE = {"script": 1, "style": 1, "title": 1, "main": 1, "h1": 1}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.count, self.ids, self.wanted = [], [], {}, set(), set()
        self.policy, self.level, self.text = None, 0, []

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        inside_svg = "svg" in self.open
        if tag not in VOID:
            self.open.append(tag)
        if not (tag == "title" and inside_svg):
            self.count[tag] = self.count.get(tag, 0) + 1
        for name, value in attributes:
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} has {name}")
            if name in ("src", "href", "action", "data", "srcset", "poster", "background", "xlink:href") and \
                    not re.match(r"#|data:image/", value or ""):
                self.wrong.append(f"{tag} {name}={value[:40]}")
        if "id" in a:
            if a["id"] in self.ids:
                self.wrong.append(f"twice the id {a['id']}")
            self.ids.add(a["id"])
        self.wanted |= set(a.get("aria-labelledby", "").split())
        if a.get("href", "").startswith("#"):
            self.wanted.add(a["href"][1:])
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy":
            self.policy = a["content"]
        if re.fullmatch("h[1-6]", tag):
            if int(tag[1]) > self.level + 1:
                self.wrong.append(f"{tag} behind h{self.level}")
            self.level = int(tag[1])
        if tag == "html" and a.get("lang") != "en":
            self.wrong.append("no language")
        if tag == "th" and "scope" not in a:
            self.wrong.append("a th without scope")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def main():
    raw = open(sys.argv[1], "rb").read()
    text = raw.decode()  # fails where it is no UTF-8
    page = Page()
    page.feed(text)
    wrong = page.wrong + [f"{t} is open" for t in page.open]
    wrong += [f"no {i}" for i in page.wanted - page.ids]
    wrong += [f"{n} of {t}" for t, n in page.count.items() if n != ONCE.get(t, n)]
    wrong += [f"{t} is there" for t in ("iframe", "object", "embed", "link", "base", "form") if t in page.count]
    odd = {c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"}
    wrong += [f"U+{ord(c):04X}" for c in odd]
    style, script = (re.search(f"<{t}>(.*?)</{t}>", text, re.S).group(1) for t in ("style", "script"))
    if page.policy != (f"default-src 'none'; img-src data:; style-src {hashed(style)}; "
                       f"script-src {hashed(script)}; base-uri 'none'; form-action 'none'"):
        wrong.append(f"policy {page.policy}")
    if re.search(r"url\(|@import|https?:", style + script):
        wrong.append("style or script ask for something")
    if not text.endswith("</html>\n"):
        wrong.append("it is not whole")
    print("\n".join(wrong[:20]), end="\n" if wrong else "")


main()
