"""Holds `gifvet investigate --json` and `gifvet ab --json` against the log by other means.

  figures.py investigate LOG JSON   counts of checks, every group's and caller's table (conditions
                                    applied to the records once more), significance, recommended
                                    tolerances
  figures.py ab LOG JSON            counts, means, intervals
$CHECKSUMS are those of the checkpoints from 1 on. Prints what differs; exit status 1 when anything does.
"""
import json
import math
import os
import statistics
import sys

differences = []
CHECKPOINTS = {c: n for n, c in enumerate(os.environ["CHECKSUMS"].split(), 1)}


def hold(what, seen, wanted, tolerance=0.0):
    near = isinstance(wanted, (int, float)) and isinstance(seen, (int, float)) and \
        math.isclose(seen, wanted, rel_tol=tolerance, abs_tol=tolerance * 1e-3)
    if seen != wanted and not near:
        differences.append(f"{what}: {seen}, not {wanted}")


def options(record):
    """Options of the command line as {name: value or None}, the first of a name."""
    found, argv = {}, record["argv"]
    for i, a in enumerate(argv[1:], 1):
        if not a.startswith("-") or a.lstrip("-").replace(".", "").isdigit():
            continue
        if "=" in a:
            name, value = a.split("=", 1)
        elif a[1] != "-" and a[2:].isdigit():
            name, value = a[:2], a[2:]
        else:
            name, value = a, argv[i + 1] if i + 1 < len(argv) else None
        found.setdefault(name, value)
    return found


def source(key):
    return lambda r: r["sources"][0].get(key) if r["sources"] else None


def hours(record):
    import datetime
    t = datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00"))
    return math.floor(t.timestamp() / 3600)


def pixels(record):
    return record["sources"][0]["width"] * record["sources"][0]["height"] if record["sources"] else None


def caller(record):
    closed_by = record["backtrace"][0]
    return closed_by["function"] or closed_by["address"]


FEATURES = {
    "program": lambda r: r["program"], "host": lambda r: r["host"],
    "checkpoint": lambda r: CHECKPOINTS.get(r.get("config_checksum")), "operation": lambda r: r["operation"],
    "performance_mode": lambda r: r.get("performance_mode"), "source": source("path"),
    "source_frames": source("frames"), "source_bytes": source("bytes"),
    "source_duration_ms": source("duration_ms"), "time": hours,
    "colors_asked": lambda r: r["request"].get("colors"),
    "directory": lambda r: r["sources"][0]["path"].rsplit("/", 1)[0],
    "version": lambda r: r.get("version"), "executable": lambda r: r.get("executable"),
    "environment": lambda r: r.get("environment"),
    "config_checksum": lambda r: r.get("config_checksum"),
    "hour": lambda r: f"{hours(r) % 24:02d}", "source_width": source("width"),
    "source_height": source("height"), "source_pixels": pixels, "caller": caller,
}


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def holds(condition, record):
    name = condition["feature"]
    if name == "option":
        found = options(record)
        if condition["option"] not in found:
            return False
        value = found[condition["option"]]
        if condition["relation"] == "is" and condition["value"] == "":
            return True
    else:
        value = FEATURES[name](record)
    if condition["relation"] == "is":
        return value == condition["value"]
    value = number(value)
    if value is None:
        return False
    return value > condition["value"] if condition["relation"] == "over" else value <= condition["value"]


def log10_fisher(a, n, c, m):
    """Two-sided, with whole numbers alone."""
    hits, total = a + c, n + m
    chance = {k: math.comb(n, k) * math.comb(m, hits - k)
              for k in range(max(0, hits - m), min(n, hits) + 1)}
    p = sum(x for x in chance.values() if x <= chance[a])
    q = math.comb(total, hits)
    return math.log10(p) - math.log10(q)


def log10_chi(a, n, c, m):
    hits, total = a + c, n + m
    square = sum((seen - all_ * hit / total) ** 2 / (all_ * hit / total)
                 for seen, all_, hit in ((a, n, hits), (n - a, n, total - hits), (c, m, hits),
                                         (m - c, m, total - hits)))
    p = math.erfc(math.sqrt(square / 2))
    return math.log10(p) if p > 0 else None


def group(check, g, judged):
    inside = [failed for record, failed in judged if all(holds(c, record) for c in g["conditions"])]
    a, n = sum(inside), len(inside)
    c, m = sum(f for _, f in judged) - a, len(judged) - n
    what = f"{check}: {g['group']}"
    for key, value in (("failed_inside", a), ("judged_inside", n), ("failed_outside", c),
                       ("judged_outside", m)):
        hold(f"{what}: {key}", g[key], value)
    hold(f"{what}: rate_inside", g["rate_inside"], a / n, 1e-6)
    smallest = min(n, m) * min(a + c, n + m - a - c) / (n + m)
    hold(f"{what}: test", g["test"], "fisher" if smallest < 10 else "chi_squared")
    p = log10_fisher(a, n, c, m) if smallest < 10 else log10_chi(a, n, c, m)
    if p is None:
        hold(f"{what}: p", g["log10_p_of_table"] < -300, True)
    else:
        hold(f"{what}: p", g["log10_p_of_table"], p, 1e-5)


def percentile(values, among):
    """The least value that 95 % of `among` do not exceed; None when fewer have one."""
    need = math.ceil(0.95 * among - 1e-9)
    return sorted(values)[need - 1] if 0 < need <= len(values) else None


def investigate(records, said):
    verdicts = [r for r in records if r["type"] in ("validation", "judge_fault")]
    hold("verdicts", said["verdicts"], len(verdicts))
    hold("failed", said["failed"], sum(r["validation_passed"] is False for r in verdicts))
    hold("passed", said["passed"], sum(r["validation_passed"] is True for r in verdicts))
    checks = {}
    for r in verdicts:
        for v in r["validations"]:
            if v["is_valid"] is not None:
                checks.setdefault(v["validation_type"], []).append((r, not v["is_valid"], v))
    failing = {name for name, rows in checks.items() if any(f for _, f, _ in rows)}
    hold("checks", {c["check"] for c in said["checks"]}, failing)
    for c in said["checks"]:
        rows = checks[c["check"]]
        failed = [v for _, f, v in rows if f]
        hold(f"{c['check']}: failed", c["failed"], len(failed))
        hold(f"{c['check']}: judged", c["judged"], len(rows))
        for g in c["groups"]:
            group(c["check"], g, [(r, f) for r, f, _ in rows])
        if c["caller"]:
            group(f"{c['check']}, closed by", c["caller"],
                  [(r, f) for r, f, _ in rows if any(v["is_valid"] is False for v in r["validations"])])
        tolerance = None
        if c["check"] == "frame_count" and len(failed) > 10:
            off = [v["details"]["ratio_diff"] for v in failed if "ratio_diff" in v["details"]]
            tolerance = percentile(off, len(failed))
            tolerance = math.ceil(tolerance * 100 - 1e-7) / 100 if tolerance is not None else None
        if c["check"] == "color_count" and len(failed) > 10:
            off = [v["actual"] - v["expected"] for v in failed]
            tolerance = percentile([o for o in off if o >= 0], len(failed))
        if c["recommended"]:
            hold(f"{c['check']}: tolerance", c["recommended"]["tolerance"], tolerance, 1e-9)
        limits = {"frame_count": 10, "color_count": 10, "quality_degradation": 5, "file_integrity": 3}
        hold(f"{c['check']}: recommended", c["recommended"] is not None,
             len(failed) > limits.get(c["check"], math.inf))


def t_point(degrees):
    """97.5 % of Student's t: the density integrated (Simpson) until it has 47.5 % of a side."""
    front = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / \
        math.sqrt(degrees * math.pi)

    def density(x):
        return front * (1 + x * x / degrees) ** (-(degrees + 1) / 2)

    def area(t, n=4000):
        h = t / n
        return h / 3 * (density(0) + density(t) + 4 * sum(density(h * i) for i in range(1, n, 2)) +
                        2 * sum(density(h * i) for i in range(2, n, 2)))
    low, high = 1.9, 13.0
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if area(middle) < 0.475 else (low, middle)
    return low


def welch(a, b):
    u, v = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
    degrees = (u + v) ** 2 / (u * u / (len(a) - 1) + v * v / (len(b) - 1))
    middle, half = statistics.fmean(a) - statistics.fmean(b), t_point(degrees) * math.sqrt(u + v)
    return middle, middle - half, middle + half


def interval(what, seen, wanted):
    for key, value in zip(("value", "low", "high"), wanted):
        hold(f"{what} {key}", seen[key], value, 1e-6)


def ab(records, said):
    sizes, times, statuses = {}, {}, {}
    for arm in ("test", "control"):
        of = [r for r in records if r.get("arm") == arm and r["type"] != "exit"]
        first = [r for r in of if r["id"].endswith("-1")]
        hold(f"{arm}: outputs", said[arm]["outputs"], len(of))
        hold(f"{arm}: processes", said[arm]["processes"], len(first))
        sizes[arm] = [r["output"]["bytes"] for r in of]
        times[arm] = [r["elapsed_us"] for r in first]
        statuses[arm] = [r["exit_status"] for r in records
                         if r.get("arm") == arm and r["type"] == "exit"]
        hold(f"{arm}: exits", said[arm]["exit_status"],
             {str(s): statuses[arm].count(s) for s in sorted(set(statuses[arm]))})
        hold(f"{arm}: mean", said[arm]["elapsed_us"]["mean"], statistics.fmean(times[arm]), 1e-9)
    d = said["difference"]
    interval("bytes", d["bytes"], welch(sizes["test"], sizes["control"]))
    interval("elapsed", d["elapsed_us"], welch(times["test"], times["control"]))
    ratio = [math.exp(x) for x in welch([math.log(t) for t in times["test"]],
                                        [math.log(t) for t in times["control"]])]
    interval("ratio", d["elapsed_ratio"], ratio)
    answer = "yes" if ratio[1] > 1.1 else "no" if ratio[2] < 1.1 else "cannot tell"
    hold("answer", said["costs_more_than_10_percent"], answer)


def main():
    with open(sys.argv[2], encoding="utf-8") as log:
        records = [json.loads(line) for line in log]
    with open(sys.argv[3], encoding="utf-8") as said:
        {"investigate": investigate, "ab": ab}[sys.argv[1]](records, json.load(said))
    print("; ".join(differences[:5]))
    sys.exit(1 if differences else 0)


main()
