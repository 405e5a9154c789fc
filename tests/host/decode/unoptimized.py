"""The same pictures as gifsicle -U makes of a file, each of them then a frame of its own."""
import os
import subprocess

import frames
import reasons
from report import Report
from reasons import AROUND, CLEARED, REFUSED

LISTED = (
)


def is_comparable(file):
    return file.healthy > 0 and file.end != "too_large" and len(file.ours) <= 5000


def unoptimize(job):
    """Whether gifsicle did it without a complaint."""
    path, out = job
    done = subprocess.run(["gifsicle", "-U", path, "-o", out], capture_output=True, check=False)
    return done.returncode == 0


def look(file, other):
    """As pillow.look(); other is gifsicle's file, its pictures drawn from giflib's indices."""
    if file.whole and len(other.ours) != len(file.ours):
        return {}, "%d frames" % len(other.ours)
    # gifsicle makes the screen larger for frames that stick out.
    if other.size not in (file.size, file.extent):
        return {}, "it is %r" % (other.size,)
    theirs = other.giflib[:file.healthy]
    if len(theirs) < file.healthy or None in theirs:
        return {}, "frames are missing"
    if other.size == file.size:
        numbers = [n for n, f in enumerate(theirs) if f.picture != file.ours[n].picture]
    else:
        numbers = range(file.healthy)
    if not numbers:
        return {}, None
    pictures = frames.pictures(other)
    cut = {n: pictures[n].crop((0, 0) + file.size) for n in numbers}
    return {n: p for n, p in cut.items() if frames.crc(p) != file.ours[n].picture}, None


def check(files, folder):
    report = Report("gifsicle -U", LISTED)
    compared = [f for f in files if is_comparable(f)]
    outs = [os.path.join(folder, "%d.gif" % i) for i in range(len(compared))]
    done = frames.in_parallel(unoptimize, zip([f.path for f in compared], outs))
    others = dict(zip([o for o, d in zip(outs, done) if d],
                      frames.read([o for o, d in zip(outs, done) if d])))
    same = files_done = 0
    for file, out in zip(compared, outs):
        if out not in others and not file.whole:
            continue  # it need not take damaged files
        row = report.row(file.name)
        different, wrong = {}, "gifsicle refuses it"
        if out in others:
            different, wrong = look(file, others[out])
        files_done += 1
        same += file.healthy - len(different) if wrong is None else 0
        if not different and wrong is None:
            continue
        if row is not None and (wrong is not None if row[1] == REFUSED else
                                wrong is None and reasons.holds(row[1], file, different)):
            report.deviates(row)
        else:
            report.fail(file.name, wrong or "pictures differ: %r" % sorted(different))
    report.end("%d files, %d frames, the same pictures; %d deviations are listed"
               % (files_done, same, len(report.met)))
