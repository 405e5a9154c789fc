"""Two thousand jobs of gifsicle, eight at a time, some damaged, some killed; then every figure that
the commands tell is held against what was counted here.

    fleet.py JOBS    in a directory with in.gif and small.gif; HOST_PRELOAD, HOST_SABOTEUR, GIFVET and the
                     configuration come from the environment. Prints lines as tests/run reads them.

What happened is counted from what the jobs left: from their files and from which of them were
damaged. How long a validation took only its record tells.
"""
import collections
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys

jobs = int(sys.argv[1])
gifvet = os.environ["GIFVET"]
preload = os.environ["HOST_PRELOAD"]
saboteur = os.environ["HOST_SABOTEUR"]
state = os.environ["GIFLAB_VALIDATION_STATE_DIR"]
log = os.path.join(state, "validation.jsonl")
SOURCES = ("in.gif", "small.gif")
DAMAGED, KILLED = 20, 50  # one job in so many


def same(name, told, counted):
    if told == counted:
        print(f"ok {name}: {told}")
    else:
        print(f"not ok {name}: {told}, counted {counted}")


def near(name, told, counted, share):
    if abs(told - counted) <= share * max(abs(counted), 1):
        print(f"ok {name}: {told}, counted {counted:.6g}")
    else:
        print(f"not ok {name}: {told}, counted {counted}")


def start(number, damaged, out, source=None):
    objects = f"{preload} {saboteur}" if damaged else preload
    return subprocess.Popen(["gifsicle", "-O2", source or SOURCES[number % 2], "-o", out],
                            env=dict(os.environ, LD_PRELOAD=objects, SABOTAGE="cut"),
                            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def job(number):
    """Runs one job to its end, or kills it while it waits for its source."""
    out = f"o/{number}.gif"
    if number % KILLED == KILLED - 1:
        os.mkfifo(f"o/{number}.fifo")
        p = start(number, False, out, f"o/{number}.fifo")
        # Opens once the job has opened it too: then it runs, and its source never comes.
        with open(f"o/{number}.fifo", "wb"):
            p.kill()
            p.wait()
        return None
    damaged = number % DAMAGED == 3
    status = start(number, damaged, out).wait()
    return damaged, status, os.path.getsize(SOURCES[number % 2]), os.path.getsize(out)


def ask(*arguments):
    p = subprocess.run([gifvet, *arguments], stdout=subprocess.PIPE, text=True)
    return p.returncode, p.stdout


def percentile(times, share):
    times = sorted(times)
    return times[max(0, -(-int(share * 1000) * len(times) // 1000) - 1)]


def metrics():
    values = {}
    for line in ask("metrics")[1].splitlines():
        if line and line[0] != "#":
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    return values


os.mkdir("o")
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    done = [r for r in pool.map(job, range(jobs)) if r is not None]
total, failed = len(done), sum(d for d, _, _, _ in done)
passed = total - failed
same("every job ended with 0", sum(s != 0 for _, s, _, _ in done), 0)

# One after the other: the failures in a row are known.
ROW = 3
for i in range(ROW + 1):
    out = f"o/row{i}.gif"
    status = start(i, i > 0, out).wait()
    done.append((i > 0, status, os.path.getsize(SOURCES[i % 2]), os.path.getsize(out)))
total, failed, passed = total + ROW + 1, failed + ROW, passed + 1

with open(log) as lines:
    logged = list(map(json.loads, filter(str.strip, lines)))
records = [r for r in logged if r["type"] == "validation"]
changes = collections.Counter(r["to"] for r in logged if r["type"] == "performance_mode")
times = [r["validation_us"] for r in records]
failures = collections.Counter(v["validation_type"] for r in records for v in r["validations"]
                               if v["is_valid"] is False)
same("records", len(records), total)
notes = subprocess.run(["readelf", "-n", os.path.realpath(shutil.which("gifsicle"))],
                       stdout=subprocess.PIPE, text=True).stdout
same("the program's version", {r["version"] for r in records},
     {line.split()[-1] for line in notes.splitlines() if "Build ID" in line})
same("the program's file", {r["executable"] for r in records}, {os.path.realpath(shutil.which("gifsicle"))})
same("recorded failures", sum(r["validation_passed"] is False for r in records), failed)
same("failures of integrity", failures["file_integrity"], failed)

told = json.loads(ask("summary", "--json")[1])
of = told["total"]
same("summary, outputs", of["outputs"], total)
same("summary, passed", of["passed"], passed)
same("summary, failed", of["failed"], failed)
same("summary, others", of["skipped"] + of["timed_out"] + of["fault"] + of["control"], 0)
near("summary, success rate", of["success_rate"], passed / total, 1e-6)
same("summary, bytes in", of["bytes_in"], sum(i for _, _, i, _ in done))
same("summary, bytes out", of["bytes_out"], sum(o for _, _, _, o in done))
same("summary, failures by check", {k: v for k, v in of["failures"].items() if v}, dict(failures))
slow = sum(t > 2000 for t in times)
same("summary, slow", of["slow"], slow)
near("summary, slow rate", of["slow_rate"], slow / total, 1e-6)
same("records that say slow", sum(r["slow"] for r in records), slow)
same("summary, maximum", of["time_us"]["max"], max(times))
near("summary, mean", of["time_us"]["mean"], sum(times) / total, 1e-3)
for share, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99")):
    near(f"summary, {name}", of["time_us"][name], percentile(times, share), 0.05)
hours = collections.Counter(r["time"][:13] for r in records)
same("summary, hours add up", sum(h["outputs"] for h in told["hours"]), total)
same("summary, hours", {h["hour"][:13]: h["outputs"] for h in told["hours"]}, dict(hours))
same("summary, programs",
     [(p["program"], p["outputs"], p["passed"], p["failed"], p["slow"]) for p in told["programs"]],
     [("gifsicle", total, passed, failed, slow)])

m = metrics()
same("metrics, outputs", m["gifvet_outputs_total"], total)
same("metrics, passed", m['gifvet_validations_total{result="passed"}'], passed)
same("metrics, failed", m['gifvet_validations_total{result="failed"}'], failed)
for check, n in failures.items():
    same(f"metrics, {check}", m[f'gifvet_checks_total{{check="{check}",outcome="fail"}}'], n)
same("metrics, source bytes", m["gifvet_source_bytes_total"], of["bytes_in"])
same("metrics, output bytes", m["gifvet_output_bytes_total"], of["bytes_out"])
counts = [n for n in m if n.endswith("_seconds_count")]
same("metrics, histogram", [m[n] for n in counts], [total])
near("metrics, seconds", m[counts[0].replace("_count", "_sum")] * 1e6, sum(times), 1e-3)
same("metrics, slow", m["gifvet_slow_validations_total"], slow)
same("metrics, program", m['gifvet_program_outputs_total{program="gifsicle"}'], total)
same("metrics, consecutive failures", m["gifvet_consecutive_failures"], ROW)
same("metrics, changes of the mode",
     {mode: m[f'gifvet_performance_mode_changes_total{{mode="{mode}"}}']
      for mode in ("normal", "degraded", "emergency")},
     {mode: changes[mode] for mode in ("normal", "degraded", "emergency")})

code, text = ask("health", "--json")
health = json.loads(text)
same("health, exit status", code, health["exit_status"])
same("health, outputs", health["figures"]["outputs"], total)
same("health, failed", health["figures"]["failed"], failed)
same("health, issues", [i for i in health["issues"] if "performance" not in json.dumps(i)], [])
same("health, passed", health["figures"]["passed"], passed)
same("health, consecutive failures", health["figures"]["consecutive_failures"], ROW)

found = json.loads(ask("investigate", "--json")[1])
same("investigate, verdicts", found["verdicts"], total)
same("investigate, passed", found["passed"], passed)
same("investigate, failed", found["failed"], failed)
same("investigate, checks", {c["check"]: c["failed"] for c in found["checks"]}, dict(failures))

# Killed at any moment: the state stays usable, and at most what was in flight is missing.
draw = random.Random(20)
late = [start(i, False, f"o/late{i}.gif") for i in range(8)]
for round_ in range(12):
    for i, p in enumerate(late):
        try:
            p.wait(timeout=draw.uniform(0, 0.004))
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
        late[i] = start(i, False, f"o/late{i}.gif")
for p in late:
    p.wait()
with open(log, errors="replace") as lines:
    recorded = sum('"type":"validation"' in line for line in lines)
of = json.loads(ask("summary", "--json")[1])["total"]
near("after kills, outputs", of["outputs"], recorded, 12 * 8 / recorded)
before = of["outputs"]
start(0, False, "o/last.gif").wait()
same("after kills, one more", json.loads(ask("summary", "--json")[1])["total"]["outputs"], before + 1)
print(f"# {jobs} jobs: {total} judged, {failed} damaged, {jobs + ROW + 1 - total} killed before they wrote")
