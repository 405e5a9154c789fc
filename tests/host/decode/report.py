"""Lines for tests/run, and tables of known deviations that must go on deviating."""
import fnmatch


class Report:
    """One comparison. listed: rows (pattern of names, reason, ...)."""

    def __init__(self, title, listed=()):
        self.title = title
        self.listed = listed
        self.met = set()
        self.deviating = set()
        self.failures = []

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

    def end(self, summary):
        """A row may be about files that are not here; one whose files all agree is out of date."""
        for row in sorted(self.met - self.deviating):
            self.fail(row[0], "is listed (%s), and does not deviate" % row[1])
        for failure in self.failures:
            print("not ok decode %s: %s" % (self.title, failure))
        if not self.failures:
            print("ok decode %s: %s" % (self.title, summary))
