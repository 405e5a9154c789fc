"""One labelled pair."""

import dataclasses


@dataclasses.dataclass
class Pair:
    source: str  # the source's name
    tag: str  # with the source's name: the pair's id
    data: bytes  # the output
    label: str
    kind: str
    operation: str = "lossy_compression"
    ratio: str = ""
    colors: str = ""
    request: str = ""
    note: str = ""

    def row(self):
        name = "%s_%s" % (self.source, self.tag)
        return "\t".join([name, "src/%s.gif" % self.source, "out/%s.gif" % name, self.label,
                          self.kind, self.operation, self.ratio, self.colors, self.request,
                          self.note])
