"""The same headers, indices and pictures as giflib's, frame by frame.

giflib takes some undefined codes and missing pixels in good part, and stops at others: frames about
which we report a fault are compared as far as they were decoded."""
import collections

from report import Report


def check_frame(file, number, faults):
    """What is wrong, or None. Counts the faults that giflib is silent about."""
    ours, theirs = file.ours[number], file.giflib[number]
    if theirs is None:
        return "giflib finds no such frame"
    if ours.facts != theirs.facts:
        return "header %r, giflib's %r" % (ours.facts, theirs.facts)
    if theirs.indices != ours.indices:
        return "index %d of %d differs" % (theirs.indices, ours.indices)
    if ours.picture != theirs.picture:
        return "another picture than giflib's indices give"
    if ours.status != "none":
        faults[ours.status, theirs.status] += 1
        return None
    if ours.indices != ours.width * ours.height:
        return "no fault, and only %d indices" % ours.indices
    # All pixels are there, and then the file ends inside the frame's data: ours says so at the end.
    is_cut = number + 1 == len(file.ours) and file.end == "data_cut"
    return "no fault, but giflib's error" if theirs.status != "ok" and not is_cut else None


def check(files):
    report = Report("giflib")
    faults = collections.Counter()
    frames = 0
    for file in files:
        for number in range(len(file.ours)):
            frames += 1
            wrong = check_frame(file, number, faults)
            if wrong is not None:
                report.fail(file.name, "frame %d: %s" % (number, wrong))
                break
    accepted = sum(n for (_, theirs), n in faults.items() if theirs == "ok")
    report.end("%d files, %d frames, the same indices; %d faults of frames, of which giflib is "
               "silent about %d" % (len(files), frames, sum(faults.values()), accepted))
