"""Lines for tests/run, and tables of known deviations that must go on deviating."""
import fnmatch

import reasons


class Report:
    """One comparison. listed: rows (pattern of names, reason, ...)."""

    def __init__(self, title, listed=()):
        self.title = title
        self.listed = listed
        self.met = set()
        self.deviating = set()
        self.failures = []
        self.files = self.frames = 0

    def row(self, name):
        """The row of the table that speaks of this file, or None."""
        for row in self.listed:
            if fnmatch.fnmatchcase(name, row[0]):
                self.met.add(row)
                return row
        return None

    def deviates(self, row):
        self.deviating.add(row)

    def fail(self, name, why):
        self.failures.append("%s: %s" % (name, why))

    def judge(self, file, different, wrong):
        """A file's pictures, as reasons.holds() takes them."""
        row = self.row(file.name)
        self.files += 1
        self.frames += file.healthy - len(different) if wrong is None else 0
        if not different and wrong is None:
            return
        if row is not None and reasons.holds(row[1], file, different, wrong):
            self.deviates(row)
        else:
            self.fail(file.name, wrong or "pictures differ: %r" % sorted(different))

    def end_of_pictures(self):
        self.end("%d files, the same pictures in %d frames; %d deviations are listed" %
                 (self.files, self.frames, len(self.met)))

    def end(self, summary):
        """A row may be about files that are not here; one whose files all agree is out of date."""
        for row in sorted(self.met - self.deviating):
            self.fail(row[0], "is listed (%s), and does not deviate" % row[1])
        for failure in self.failures:
            print("not ok decode %s: %s" % (self.title, failure))
        if not self.failures:
            print("ok decode %s: %s" % (self.title, summary))
