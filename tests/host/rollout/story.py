"""The story of one rollout; tests/host/rollout.sh sets the stage.

Rooms: telling · the host · the people who are told · the chapters
"""
import datetime
import email
import email.policy
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time

from alert_servers import Mail, Web, certificate

WORK, TOP, STATE, LOG = (os.environ[n] for n in ("WORK", "TOP", "STATE", "LOG"))
INI, GIFVET, FIXTURES = (os.environ[n] for n in ("GIFLAB_VALIDATION_CONFIG", "GIFVET", "FIXTURES"))
PRELOAD = os.environ["PRELOAD"]
DATA = os.path.join(WORK, "data")
PASSWORD = "pa55-" + os.urandom(8).hex()
SLACK, HOOK = "slack-" + os.urandom(8).hex(), "hook-" + os.urandom(8).hex()
BUSY = 8
printed = []  # everything that a command has printed


# ---- telling ----


def say(good, name, why=""):
    print(f"ok rollout: {name}" if good else f"not ok rollout: {name}: {why}", flush=True)
    return good


def same(name, got, wanted):
    return say(got == wanted, name, f"{got!r}, not {wanted!r}")


def holds(name, text, part):
    return say(part in text, f"{name}: says '{part}'", f"not in: {text[-600:]!r}")


def chapter(title):
    print(f"#\n# == {title}", flush=True)


def shown(text):
    """As on a host whose directories have the usual names."""
    for ours, usual in ((DATA, "/data"), (STATE, "/var/lib/gifvet"), (INI, "/etc/gifvet/gifvet.ini"),
                        (TOP + "/scripts/", ""), (WORK, "/tmp")):
        text = text.replace(ours, usual)
    return text


def run(name, status, *command):
    """What an operator types: printed with all that it says; its exit status is as it should be."""
    p = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DATA)
    out = p.stdout + p.stderr
    printed.append(out)
    words = ["gifvet" if w == GIFVET else f"'{w}'" if " " in w else w for w in command]
    print("\n".join("# " + line for line in shown("$ " + " ".join(words) + "\n" + out).splitlines()))
    say(p.returncode == status, f"{name}: exit status {status}", f"{p.returncode}: {out[-600:]!r}")
    return out


def rollout(name, status, *words):
    return run(name, status, TOP + "/scripts/rollout", *words)


def gifvet(name, status, *words):
    return run(name, status, GIFVET, *words)


# ---- the host ----


def configuration(text):
    with open(INI, "w") as f:
        f.write(text)


def compress(command, bad_disk=False):
    """A compressor at its work, with gifvet under it; a bad disk loses the half of what is written."""
    preload = PRELOAD + " " + os.environ["SABOTEUR"] if bad_disk else PRELOAD
    return subprocess.run(["sh", "-c", command], cwd=DATA, check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, env=dict(os.environ, LD_PRELOAD=preload, SABOTAGE="cut",
                                                              MAGICK_THREAD_LIMIT="1")).returncode


WORKDAY = ("gifsicle -O2 in.gif -o small.gif", "gifsicle --colors 64 in.gif -o few.gif",
           "gifsicle -O3 --lossy=20 in.gif -o lossy.gif", "gifsicle -O1 --interlace in.gif -o again.gif")
SLOW = ("ffmpeg -nostdin -v error -y -i in.gif -filter_complex 'split[a][b];[a]palettegen[p];[b][p]paletteuse' "
        "film.gif", "/usr/bin/convert in.gif -coalesce whole.gif")


def workday(rounds):
    """Every compressor so many times, the slow ones once; nothing goes wrong. Returns how many outputs."""
    commands = WORKDAY * rounds + SLOW
    same("a day's work: every compressor ends with 0", [c for c in commands if compress(c) != 0], [])
    return len(commands)


def records(kind="validation"):
    found = []
    for path in sorted(glob.glob(LOG + "*")):
        with open(path) as f:
            # The last line may just be written.
            found += [json.loads(line) for line in f if line.endswith("\n") and line.strip()]
    return [r for r in found if r["type"] == kind]


def standing():
    p = subprocess.run([GIFVET, "gate", "--json"], capture_output=True, text=True, check=False)
    j = json.loads(p.stdout)
    return f"{j['phase']} {j['percentage']:g}"


def gate(which, *words):
    p = subprocess.run([GIFVET, "gate", *words, "--json"], capture_output=True, text=True, check=False)
    return {g["gate"]: g for g in json.loads(p.stdout)["gates"]}[which]


# ---- the people who are told ----

received = {"mail": [], "Slack": [], "webhook": []}


def told(name, *wanted):
    """What came since the last time, by every channel the same: (condition, event, severity)."""
    messages = [json.loads(body) for _, _, body in web.take("/" + HOOK)]
    got = [(m["condition"], m["event"], m["severity"]) for m in messages]
    same(f"{name}: the webhook got {len(wanted)} messages, and what alert records say",
         sorted(m for m in got if m in wanted or not m[0].startswith("record:")), sorted(wanted))
    received["webhook"] += got
    cards = [json.loads(body)["attachments"][0] for _, _, body in web.take("/" + SLACK)]
    colors = {"CRITICAL": "#FF0000", "HIGH": "#FF0000", "MEDIUM": "#FFA500", "LOW": "#FFFF00"}
    same(f"{name}: Slack got as many", len(cards), len(got))
    say(all(colors[s] in [c["color"] for c in cards] for _, event, s in got if event == "begins"),
        f"{name}: in their colours", [c["color"] for c in cards])
    received["Slack"] += [c["title"] for c in cards]
    subjects = []
    for sender, to, content, encrypted in mail.take():
        m = email.message_from_bytes(content, policy=email.policy.default)
        subjects.append(str(m["Subject"]))
        same(f"{name}: a mail from and to whom it should be, encrypted", (sender, to, encrypted),
             ("gifvet@example.org", ["ops@example.org"], True))
        say({p.get_content_type() for p in m.iter_parts()} == {"text/plain", "text/html"},
            f"{name}: as text and as HTML")
    severities = sorted(re.match(r"\[(\w+)\] GifLab Validation Alert", s)[1] for s in subjects)
    same(f"{name}: and as many mails", severities, sorted(s for _, _, s in got))
    received["mail"] += subjects
    for s in subjects:
        print(f"# (a mail arrives: {s})")
    return messages


# ---- the chapters ----


def first_day():
    chapter("The first day: shadow, on half of the outputs")
    configuration(f"""# web7: ask Maria before changing anything here
[state]
dir = {STATE}

# the encoder team wants to see every run of theirs
[program:gifsicle]
log.passes = true

[alerts]
smtp_url = {mail.url}
smtp_from = gifvet@example.org
smtp_to = ops@example.org
smtp_user = gifvet
secrets = {WORK}/secrets
ca_file = {PEM}
consecutive_failures = 5
attempts = 1

[rollout]
# a story has no weeks, and no machine of its own
min_validations = 30
min_days = 0
min_step_days = 0
max_overhead = 10
""")
    out = rollout("too far", 1, "production")
    holds("too far", out, "shadow comes first")
    same("and nothing was changed", standing(), "none 100")
    out = rollout("shadow", 0, "shadow", "--percentage", "50")
    holds("what the operator wrote", out, "what else stands there stays: [state] dir")
    same("it is so", standing(), "shadow 50")
    outputs = workday(25)
    arms = [len(records()), len(records("control"))]
    say(sum(arms) == outputs and min(arms) >= 30, "half of the outputs were judged, the others are on record", arms)
    same("and nobody had anything to say", [r for r in records() if r["validation_passed"] is not True], [])
    gifvet("ab", 0, "ab")
    rollout("all of it", 0, "--percentage", "100")
    outputs = workday(10)
    same("all of the outputs are judged", len(records()), arms[0] + outputs)


def next_week():
    chapter("The next week: alert; then a disk goes bad")
    rollout("status", 0, "status")
    rollout("alert", 0, "alert")
    same("it is so", standing(), "alert 100")
    workday(10)
    gifvet("all is quiet", 0, "alert", "--once")
    told("all is quiet")
    ends = {compress("gifsicle -O2 in.gif -o lost.gif", bad_disk=True) for _ in range(6)}
    same("gifsicle says nothing of it", ends, {0})
    gifvet("an alert", 0, "alert", "--once")
    messages = told("an alert", *EXPECTED_FAILURES)
    say(all(m["host"] for m in messages), "an alert: names the host", messages)
    out = rollout("production", 1, "production")
    holds("production", out, "NO  failure_rate")
    same("production: refused", standing(), "alert 100")
    out = gifvet("what failed", 0, "investigate")
    holds("what failed", out, "file_integrity")
    workday(20)
    gifvet("it is over", 0, "alert", "--once")
    told("it is over", *[(c, "ends", s) for c, e, s in EXPECTED_FAILURES if c == "consecutive_failures"])


def production():
    chapter("Production, and a configuration with a mistake")
    workday(20)
    rollout("production", 0, "production")
    same("it is so", standing(), "production 100")
    gifvet("the rates are low again", 0, "alert", "--once")
    told("the rates are low again", ("validation_failure_rate", "ends", "HIGH"))
    workday(10)
    with open(INI) as f:
        good = f.read()
    configuration(good.replace("mode = shadow", "mode = enfroce"))
    out = gifvet("a mistake", 1, "config", "check", INI)
    holds("a mistake", out, "validation.mode: 'enfroce' is none of")
    same("the compressors do not mind", [compress(c) for c in WORKDAY], [0] * 4)
    out = rollout("from there", 2, "enforce")
    holds("from there", out, "gifvet config rollback")
    gifvet("what was changed", 1, "config", "diff")
    gifvet("back", 0, "config", "rollback")
    with open(INI) as f:
        same("back: byte by byte", f.read(), good)
    gifvet("and right", 0, "config", "check", INI)


def enforce():
    chapter("Enforce: a bad output no longer replaces anything")
    out = rollout("enforce", 0, "enforce")
    holds("enforce", out, "[validation] mode: shadow -> enforce")
    same("it is so", standing(), "enforce 100")
    shutil.copy(FIXTURES + "/in.gif", DATA + "/precious.gif")
    with open(DATA + "/precious.gif", "rb") as f:
        source = f.read()
    same("the bad disk again, in place: the program does not end with success",
         compress("gifsicle -b -O2 precious.gif", bad_disk=True), 86)
    with open(DATA + "/precious.gif", "rb") as f:
        say(f.read() == source, "the source is what it was")
    same("the rejected output is in the quarantine", len(glob.glob(STATE + "/quarantine/*.gif")), 1)
    out = gifvet("the log", 0, "log", "--failed")
    holds("the log", out, "precious.gif")
    gifvet("told", 0, "alert", "--once")
    told("told")


def emergency():
    chapter(f"An emergency, with {BUSY} compressors at work")
    workers = []
    for w in range(BUSY):
        directory = f"{WORK}/busy{w}"
        os.mkdir(directory)
        for i in range(100):
            shutil.copy(FIXTURES + "/in.gif", f"{directory}/{i}.gif")
        workers.append(subprocess.Popen(["sh", "-c", "exec gifsicle -b -O3 *.gif"], cwd=directory,
                                        env=dict(os.environ, LD_PRELOAD=PRELOAD)))
    mine = lambda: [r for r in records() if r["output"]["path"].startswith(WORK + "/busy")]  # noqa: E731
    deadline = time.monotonic() + 60
    while len(mine()) < BUSY * 2 and time.monotonic() < deadline:
        pass
    began = time.time()
    gifvet("disable", 0, "disable", "--reason", "the encoder team asks for it")
    returned = time.time()
    ends = [w.wait(120) for w in workers]
    same("every compressor ended as ever", ends, [0] * BUSY)
    verdicts = mine()
    last = max(datetime.datetime.fromisoformat(r["time"].replace("Z", "+00:00")).timestamp() for r in verdicts)
    later = {p for p in glob.glob(WORK + "/busy*/*.gif") if os.stat(p).st_mtime > returned}
    say(len(later) >= BUSY, "outputs were closed after the command had returned", len(later))
    same("none of them was judged", sorted(later & {r["output"]["path"] for r in verdicts}), [])
    print(f"# ({len(verdicts)} of {BUSY * 100} outputs had been judged; from the start of gifvet disable to the "
          f"last verdict {max(0, last - began) * 1000:.1f} ms, the command itself took "
          f"{(returned - began) * 1000:.1f} ms)")
    out = gifvet("status", 1, "status")
    holds("status", out.splitlines()[0], "the encoder team asks for it")
    gifvet("told", 0, "alert", "--once")
    told("told", ("record:alert", "begins", "CRITICAL"))
    say(any("validation is switched off on this host" in title for title in received["Slack"]),
        "and in the title, of what", received["Slack"])
    out = rollout("a gate", 0, "status")
    same("nothing is judged meanwhile", (compress(WORKDAY[0]), len(mine())), (0, len(verdicts)))
    gifvet("enable", 0, "enable")
    before = len(records())
    compress(WORKDAY[0] + "; gifsicle -O1 in.gif -o one.gif")
    same("judging goes on", len(records()), before + 2)


def back():
    chapter("The way back")
    run("what would be", 0, TOP + "/scripts/rollback", "--dry-run")
    same("nothing was done", standing(), "enforce 100")
    out = run("back", 0, TOP + "/scripts/rollback", "--reason", "false alarms on the new encoder")
    # A step that has several things to say has a line for each.
    same("back", sorted(set(re.findall(r"^(\w+) +([1-5]) ", out, re.M))), [("ok", str(n)) for n in range(1, 6)])
    same("in shadow", standing(), "shadow 100")
    with open(INI) as f:
        text = f.read()
    say("ask Maria" in text and f"dir = {STATE}" in text and "smtp_to = ops@example.org" in text,
        "and the operator's own settings are still there", text)
    gifvet("it is off", 1, "status")
    told("told of the way back", ("record:alert", "lasts", "CRITICAL"))
    run("undone", 0, TOP + "/scripts/rollback", "--undo")
    same("undone: in enforce again", standing(), "enforce 100")
    rollout("status", 0, "status")
    out = gifvet("every step is kept", 0, "config", "list")
    for step in ("from phase alert, 100 % to production", "from phase production, 100 % to enforce",
                 "rollback procedure: false alarms on the new encoder", "rollback to "):
        holds("every step is kept", out, step)
    reasons = [f"{r['action']} {r['reason']}" for r in records("config_change")]
    say(len(reasons) == 8 and any("to alert" in r for r in reasons), "and on record", reasons)


def secrets_are_kept():
    texts = printed + [open(p, errors="replace").read() for p in glob.glob(STATE + "/*") if os.path.isfile(p)]
    seen = [s for s in (PASSWORD, SLACK, HOOK) if any(s in t for t in texts)]
    same("no secret was printed or written", seen, [])
    logins = {(user, password) for user, password, _ in mail.logins}
    same("the mail server saw the right password", logins, {(b"gifvet", PASSWORD.encode())})


EXPECTED_FAILURES = [("consecutive_failures", "begins", "HIGH"), ("validation_failure_rate", "begins", "HIGH")]
os.mkdir(DATA)
shutil.copy(f"{FIXTURES}/in.gif", DATA)
PEM, tls = certificate(WORK)
web, mail = Web(tls), Mail(tls, b"gifvet", PASSWORD.encode())
with open(os.open(WORK + "/secrets", os.O_WRONLY | os.O_CREAT, 0o600), "w") as secrets:
    secrets.write(f"smtp_password = {PASSWORD}\nslack_webhook = {web.url}/{SLACK}\nwebhook = {web.url}/{HOOK}\n")
for part in (first_day, next_week, production, enforce, emergency, back, secrets_are_kept):
    try:
        part()
    except Exception as e:  # pylint: disable=broad-except
        import traceback
        say(False, part.__name__, traceback.format_exc(limit=-2).replace("\n", "; "))
for channel, what in received.items():
    print(f"# {channel} received {len(what)}: {what}")
mail.controller.stop()
sys.exit(0)
