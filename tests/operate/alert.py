"""gifvet alert against real servers: what is said and when, how it looks, what becomes of what cannot
be delivered, and that no secret is seen anywhere.

Time is moved by changing the times in alerts.json, never waited for; what has to be waited for is an
event, with a deadline.

Rooms: running it · conditions · what arrives · failures · at once and after a death · secrets ·
configurations · the log · the story
"""
import email
import email.policy
import glob
import gzip
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

from alert_servers import Mail, Midway, Syslog, Web, certificate

WORK, BUILD, GIFVET = os.environ["WORK"], os.environ["BUILD"], os.environ["GIFVET"]
STATE, LOG, INI = os.environ["STATE"], os.environ["LOG"], os.environ["GIFLAB_VALIDATION_CONFIG"]
MEMORY = os.path.join(STATE, "alerts.json")
SECRETS = os.path.join(WORK, "secrets")
MINUTE = 60 * 1000000
PASSWORD = "pa55-" + os.urandom(8).hex()
TOKENS = {name: name + "-" + os.urandom(8).hex() for name in ("slack", "teams", "hook")}

everything = []  # that any run has printed


def say(good, name, why=""):
    print(f"ok alert: {name}" if good else f"not ok alert: {name}: {why}", flush=True)
    return good


def same(name, got, wanted):
    return say(got == wanted, name, f"{got!r}, not {wanted!r}")


# ---- running it ----


def updates(*arguments):
    subprocess.run([os.path.join(BUILD, "tests/updates"), STATE, *map(str, arguments)], check=True)


def fresh():
    shutil.rmtree(STATE, ignore_errors=True)


def settings(**more):
    """The configuration, and the secrets that go with it; a value of None leaves the setting out."""
    values = dict(attempts=1, timeout_seconds=20, ca_file=PEM, secrets=SECRETS)
    values.update(more)
    with open(INI, "w") as f:
        f.write("[alerts]\n" + "".join(f"{k} = {v}\n" for k, v in values.items() if v is not None))


def secrets(mode=0o600, **values):
    if os.path.exists(SECRETS):
        os.remove(SECRETS)
    with open(os.open(SECRETS, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write("# for gifvet alert\n" + "".join(f"{k} = {v}\n" for k, v in values.items()))
    os.chmod(SECRETS, mode)


def start(*arguments, **environment):
    return subprocess.Popen([GIFVET, "alert", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, text=True, env=dict(os.environ, **environment))


def finish(process):
    out, err = process.communicate(timeout=120)
    everything.extend((out, err))
    return process.returncode, out, err


def alert(*arguments, **environment):
    return finish(start(*arguments, **environment))


def hook():
    """The generic webhook's messages of the last runs."""
    return [json.loads(body) for _, _, body in web.take("/" + TOKENS["hook"])]


def events(messages):
    return [(m["condition"], m["event"], m["severity"]) for m in messages]


def said(name, status, *wanted):
    """Runs it once: this exit status, and exactly these messages."""
    code, out, err = alert("--once")
    got = events(hook())
    say(code == status, f"{name}: exit status {status}", f"{code}: {out} {err}")
    same(f"{name}: {len(wanted)} messages", got, list(wanted))


def remembered():
    with open(MEMORY) as f:
        return json.load(f)


def shift(minutes, conditions=True):
    """As if all that is remembered (without conditions: of the queue) had been that much earlier."""
    memory = remembered()
    us = minutes * MINUTE
    memory["mode_us"] -= us if memory["mode_us"] else 0
    for c in memory["conditions"] if conditions else []:
        for key in ("since_us", "said_us", "seen_us"):
            c[key] -= us
    for look in memory["looks"]:
        look["time_us"] -= us
    for q in memory["queue"]:
        q["time_us"] -= us
        for w in q["waiting"].values():
            w["not_before_us"] -= us
    with open(MEMORY, "w") as f:
        json.dump(memory, f)


# ---- conditions ----

RATE = "validation_failure_rate"


def conditions():
    fresh()
    secrets(webhook=web.url + "/" + TOKENS["hook"])
    settings()
    said("no state yet", 0)
    updates("failed", 19)
    said("19 verdicts make no rate", 0, ("unhealthy", "begins", "HIGH"))
    updates("failed", 1)
    said("20 do", 0, (RATE, "begins", "HIGH"))
    said("said once", 0)
    updates("failed", 1)
    said("one failure after the other", 0, ("consecutive_failures", "begins", "HIGH"))
    shift(59)
    said("not again before an hour", 0)
    shift(1)
    said("again after an hour", 0, (RATE, "lasts", "HIGH"), ("consecutive_failures", "lasts", "HIGH"),
         ("unhealthy", "lasts", "HIGH"))
    updates("passed", 1)
    said("each ends by itself", 0, ("consecutive_failures", "ends", "HIGH"), ("unhealthy", "ends", "HIGH"))
    updates("passed", 500)
    said("and the rate", 0, (RATE, "ends", "HIGH"))
    updates("passed", 100, "time_us=150000", "slow=1")
    said("slow", 0, ("slow_validation_rate", "begins", "MEDIUM"))
    updates("passed", 1000)
    said("no longer slow", 0, ("slow_validation_rate", "ends", "MEDIUM"))
    updates("passed", 1, f"arena={201 << 20}")
    said("much memory", 0, ("memory_usage", "begins", "MEDIUM"))
    updates("passed", 10, "time_us=15000", "performance=1")
    said("the performance mode", 0, ("performance_mode", "happened", "LOW"))
    said("is said once", 0)
    updates("passed", 10, "time_us=50000", "performance=1")
    updates("passed", 10, "time_us=10", "performance=1")
    alert()
    (m,) = hook()
    same("changes between two looks are one message", [line[10:] for line in m["text"].split("\n")],
         ["degraded to emergency, mean 22.0 ms", "emergency to degraded, mean 15.0 ms",
          "degraded to normal, mean 5.0 ms"])
    updates("passed", 10, "time_us=15000", "performance=1")
    subprocess.run([GIFVET, "reset", "performance"], check=True, stdout=subprocess.DEVNULL)
    alert()
    (m,) = hook()
    same("an operator's change has no mean", [line[10:] for line in m["text"].split("\n")],
         ["normal to degraded, mean 10.5 ms", "degraded to normal, by gifvet reset"])


def rate_text():
    """What is said of the rate, as long as it lasts: with repeat_minutes = 1."""
    shift(1)
    alert()
    return next((m["text"].split(":")[0] for m in hook() if m["condition"] == RATE), None)


def windows():
    """Rates are about the window and nothing else."""
    fresh()
    settings(repeat_minutes=1)
    updates("failed", 60, "ago_s=1200")
    updates("passed", 30)
    said("what failed before the window does not count", 0)
    updates("passed", 200)
    updates("failed", 9)
    said("more than are remembered one by one: since the last look", 0)
    updates("failed", 100)
    alert()
    over = {m["condition"]: m for m in hook()}
    same("and that counts", re.sub(r" since.*", "", over[RATE]["text"]), "109 of 309 verdicts failed")
    shift(9)
    rate_text()
    shift(9)
    updates("passed", 1000)
    say((rate_text() or "").startswith("109 of 1309 verdicts failed since "),
        "since the newest look that is a window old")
    shift(16)
    updates("passed", 300)
    updates("failed", 200)
    say((rate_text() or "").startswith("200 of 500 verdicts failed since "), "and not one that is two windows old")
    memory = remembered()
    memory["looks"] = []
    with open(MEMORY, "w") as f:
        json.dump(memory, f)
    say((rate_text() or "").startswith("100 of 100 verdicts failed in the last 100 validations, since "),
        "without a look: those that are remembered one by one")


# ---- what arrives ----


class Text(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


STRANGE = '<b>&"x" *y* \x1b[31m\u202e'


def all_channels(**more):
    secrets(smtp_password=PASSWORD, slack_webhook=web.url + "/" + TOKENS["slack"],
            teams_webhook=web.url + "/" + TOKENS["teams"], webhook=web.url + "/" + TOKENS["hook"])
    settings(smtp_url=mail.url, smtp_from="gifvet@example.org", smtp_to="a@example.org, b@example.org",
             smtp_user="gifvet", syslog=syslog_path, command=f"cp /dev/stdin {WORK}/command.out", **more)


def record(check, severity="HIGH", time="2126-01-01T00:00:00.000000Z"):
    return json.dumps({"schema": 1, "type": "alert", "time": time, "program": "gifsicle",
                       "severity": severity, "check": check, "validation": None, "count": 7,
                       "judged": 100, "threshold": 0.05}, separators=(",", ":")) + "\n"


def write_log(text, mode="a"):
    os.makedirs(STATE, mode=0o700, exist_ok=True)
    with open(LOG, mode) as f:
        f.write(text)


def arrives(name, mark):
    """What each server got of the one message about the strange check."""
    ((sender, to, content, tls),) = mail.take()
    m = email.message_from_bytes(content, policy=email.policy.default)
    same(f"{name}: mail: sender and recipients", (sender, to),
         ("gifvet@example.org", ["a@example.org", "b@example.org"]))
    say(tls and mail.logins[-1] == (b"gifvet", PASSWORD.encode(), True), f"{name}: mail: logged in, under TLS",
        (tls, len(mail.logins)))
    same(f"{name}: mail: subject", m["Subject"], "[HIGH] GifLab Validation Alert")
    same(f"{name}: mail: parts", (m.get_content_type(), [p.get_content_type() for p in m.iter_parts()]),
         ("multipart/alternative", ["text/plain", "text/html"]))
    plain, rich = (p.get_content() for p in m.iter_parts())
    shown = Text(rich)
    say(mark in plain and mark in shown.text and "b" not in shown.tags and "\x1b" not in plain + rich,
        f"{name}: mail: both parts say it, escaped", (plain, rich))
    say(all(len(line) <= 78 for line in content.split(b"\r\n")) and content.isascii() and not m.defects,
        f"{name}: mail: short lines of ASCII, nothing wrong with it", m.defects)

    ((_, headers, body),) = web.take("/" + TOKENS["slack"])
    (attachment,) = json.loads(body)["attachments"]
    text = attachment["title"] + attachment["text"]
    say(attachment["color"] == "#FF0000" and "&lt;b&gt;&amp;" in text and not re.search("[<>]", text),
        f"{name}: slack: colour, and its marks escaped", attachment)
    same(f"{name}: slack: fields", [f["title"] for f in attachment["fields"]],
         ["Timestamp", "Success rate", "Average time"])
    same(f"{name}: slack: values", [re.sub(r"\d+-\d+-\d+T\d+:\d+:\d+Z", "now", f["value"]) for f in attachment["fields"]],
         ["now", "90.00 % in the last 15 min", "2.00 ms in the last 15 min"])
    say(headers["Content-Type"].startswith("application/json"), f"{name}: JSON says that it is", headers)

    ((_, _, body),) = web.take("/" + TOKENS["teams"])
    (attachment,) = json.loads(body)["attachments"]
    card = attachment["content"]
    runs = [r["text"] for b in card["body"] if b["type"] == "RichTextBlock" for r in b["inlines"]]
    say((attachment["contentType"], card["type"]) == ("application/vnd.microsoft.card.adaptive", "AdaptiveCard")
        and mark in runs[0] and [f["title"] for f in card["body"][-1]["facts"]] ==
        ["Timestamp", "Success rate", "Average time"], f"{name}: teams: an Adaptive Card", card)

    (m,) = hook()
    say((m["type"], m["schema"], m["success_rate"], m["mean_ms"]) == ("gifvet_alert", 1, 0.9, 2.0),
        f"{name}: webhook: the figures", m)
    with open(WORK + "/command.out") as f:
        same(f"{name}: the command gets what the webhook gets", json.load(f), m)
    ((line),) = syslog.take()
    found = re.fullmatch(r"<(\d+)>1 \S+Z \S+ gifvet \d+ alert - (\[HIGH\].*)", line)
    say(found and int(found[1]) == 3 * 8 + 3 and mark in found[2], f"{name}: syslog: daemon.err", line)


def bodies():
    fresh()
    all_channels()
    updates("passed", 18, "time_us=2000")
    updates("failed", 2, "time_us=2000")
    settings_text = open(INI).read()
    with open(INI, "w") as f:
        f.write(settings_text + "validation_failure_rate = 1\n")
    write_log(record(STRANGE))
    code, out, err = alert()
    same("all channels: exit status", (code, err), (0, ""))
    say("\x1b" not in out, "nothing steers the terminal", repr(out))
    arrives("all channels", '<b>&"x" *y* ?[31m?')


def severities():
    """Each has its colour and its subject."""
    for severity, colour in (("MEDIUM", "#FFA500"), ("LOW", "#FFFF00"), ("CRITICAL", "#FF0000")):
        write_log(record("check of " + severity, severity))
        alert()
        ((_, _, content, _),) = mail.take()
        same(f"{severity}: subject", email.message_from_bytes(content)["Subject"],
             f"[{severity}] GifLab Validation Alert")
        ((_, _, body),) = web.take("/" + TOKENS["slack"])
        same(f"{severity}: colour", json.loads(body)["attachments"][0]["color"], colour)
    web.take()
    syslog.take()


def tests():
    fresh()
    all_channels()
    code, out, err = alert("--test")
    lines = [line.split()[:2] for line in out.splitlines()]
    same("--test: each channel", (code, lines), (0, [[c, "delivered"] for c in
         ("smtp", "slack", "teams", "webhook", "syslog", "command")]))
    ((_, _, content, _),) = mail.take()
    say("(test)" in email.message_from_bytes(content)["Subject"], "--test: marked as one")
    (m,) = hook()
    same("--test: in JSON too", (m["event"], m["title"]), ("test", "TEST"))
    ((_, _, slack),), ((_, _, teams),) = web.take("/" + TOKENS["slack"]), web.take("/" + TOKENS["teams"])
    shown = json.loads(teams)["attachments"][0]["content"]["body"][0]["inlines"][0]["text"]
    say("TEST" in json.loads(slack)["attachments"][0]["title"] and "TEST" in shown, "--test: marked in Slack and Teams",
        (slack, teams))
    ((line),) = syslog.take()
    with open(WORK + "/command.out") as f:
        say("TEST" in line and json.load(f)["event"] == "test", "--test: marked in the syslog and for the command", line)
    say(not os.path.exists(MEMORY), "--test: nothing is remembered")
    web.script["/" + TOKENS["slack"]] = [404]
    secrets(slack_webhook=web.url + "/" + TOKENS["slack"])
    settings()
    code, out, err = alert("--test")
    same("--test: a failure is told", (code, [line.split()[:2] for line in out.splitlines()][:2]),
         (1, [["smtp", "not"], ["slack", "FAILED:"]]))
    secrets()
    code, out, err = alert("--test")
    say(code == 2 and "no channel is configured" in err, "--test: nothing configured", (code, err))
    web.take()


# ---- failures ----


def one_alert():
    """A state in which exactly one message is due."""
    fresh()
    write_log(record("frame_count"))
    web.take()


def kept(name, script, requests, why, attempts=1, **more):
    """The webhook does as the script says: the message is kept, and delivered by the next run."""
    one_alert()
    secrets(webhook=web.url + "/" + TOKENS["hook"])
    settings(attempts=attempts, **more)
    path = "/" + TOKENS["hook"]
    web.script[path] = list(script)
    code, out, err = alert()
    say(code == 1 and why in err and "kept" in err, f"{name}: exit status 1, says '{why}'", (code, out, err))
    same(f"{name}: {requests} requests", len(web.take(path)), requests)
    same(f"{name}: kept", [list(q["waiting"]) for q in remembered()["queue"]], [["webhook"]])
    web.released.set()
    web.script[path] = []
    settings()
    code, out, err = alert()
    (m,) = hook()
    say(code == 0 and why in m["late"], f"{name}: delivered by the next run, which says that it is late",
        (code, err, m["late"]))
    same(f"{name}: nothing is left", (remembered()["queue"], alert()[0], hook()), ([], 0, []))
    web.released.clear()


def web_failures():
    path = "/" + TOKENS["hook"]
    kept("500", [500], 1, "HTTP 500")
    kept("404", [404], 1, "HTTP 404", attempts=3)
    kept("dropped connections", ["drop"], 1, "")
    kept("no answer", ["hold"], 1, "Timeout", timeout_seconds=1)
    kept("a redirect", [("redirect", web.url + "/elsewhere")], 1, "redirect", attempts=3)
    same("a redirect is not followed", web.take("/elsewhere"), [])
    kept("a certificate of nobody", [], 0, "certificate", ca_file=None)

    one_alert()
    settings(attempts=4)
    web.script[path] = [500, "drop", 500]
    code, out, err = alert()
    same("the fourth attempt succeeds", (code, len(web.take(path))), (0, 4))
    times = web.clocks[-4:]
    waits = [b - a for a, b in zip(times, times[1:])]
    say(all(w >= least for w, least in zip(waits, (0.5, 1, 2))), "waits, and longer each time", waits)

    one_alert()
    settings(attempts=3)
    web.script[path] = [("retry", 2)]
    code, out, err = alert()
    times = web.clocks[-2:]
    say(code == 0 and len(web.take(path)) == 2 and times[1] - times[0] >= 2, "429: waits as long as asked for",
        (code, times))

    one_alert()
    web.script[path] = [("retry", 3600)]
    same("429 with an hour: not waited for", (alert()[0], len(web.take(path))), (1, 1))
    same("nor asked again before it is over", (alert()[0], web.take(path)), (1, []))
    shift(61, conditions=False)
    same("but then", (alert()[0], len(hook())), (0, 1))

    one_alert()
    web.script[path] = [500]
    settings()
    alert()
    shift(73 * 60, conditions=False)
    web.take()
    code, out, err = alert()
    say("given up" in err and remembered()["queue"] == [], "too old: given up, and said", err)
    write_log(record("geometry"))
    alert()
    say(any("1 earlier alerts" in (m["late"] or "") for m in hook()), "and the next message says so")

    plain = Web()
    one_alert()
    secrets(webhook=plain.url + "/x")
    same("http will do for one's own webhook", (alert()[0], len(plain.take())), (0, 1))
    plain.server.server_close()
    plain.server.shutdown()


def mail_failures():
    def broken(name, why, clear=None, code=1, **more):
        one_alert()
        secrets(smtp_password=PASSWORD)
        values = dict(smtp_url=mail.url, smtp_from="g@example.org", smtp_to="a@example.org b@example.org",
                      smtp_user="gifvet")
        values.update(more)
        settings(**values)
        got, out, err = alert()
        say(got == code and why in err, f"mail: {name}: exit status {code}, says '{why}'", (got, out, err))
        mail.answers.clear()
        values.update(clear or {})
        settings(**values)
        if code == 1:
            got, out, err = alert()
            same(f"mail: {name}: delivered by the next run", (got, len(mail.take())), (0, 1))

    good = dict(smtp_url=mail.url, smtp_user="gifvet", smtp_tls="required")
    mail.answers["DATA"] = "451 later"
    broken("451", "451")
    mail.answers["DATA"] = "554 no"
    broken("554", "554")
    midway = Midway()
    broken("a server that goes away midway", "not delivered", good, smtp_url=midway.url, smtp_tls="never",
           smtp_user="")
    same("mail: it was midway", midway.met, 1)
    bare = Mail()
    broken("STARTTLS is not offered", "SSL", good, smtp_url=bare.url, smtp_user="")
    same("mail: not sent without it", bare.take(), [])
    broken("no certificate", "certificate", dict(ca_file=PEM), ca_file="")
    broken("a server that wants a name", "not delivered", good, smtp_user="")
    mail.answers["a@example.org"] = "550 nobody"
    broken("one recipient of two refused", "1 of the recipients", code=0)
    ((_, to, _, _),) = mail.take()
    same("mail: the other gets it", to, ["b@example.org"])
    mail.answers["a@example.org"] = mail.answers["b@example.org"] = "550 nobody"
    broken("all recipients refused", "550")
    one_alert()
    secrets(smtp_password="wrong-" + PASSWORD)
    settings(smtp_url=mail.url, smtp_from="g@example.org", smtp_to="a@example.org", smtp_user="gifvet")
    code, out, err = alert()
    say(code == 1 and "Login denied" in err, "mail: a wrong password", (code, err))
    bare.controller.stop()


def others():
    one_alert()
    secrets()
    settings(syslog=WORK + "/nobody.sock")
    say("syslog: not delivered, kept" in alert()[2], "syslog: nobody there: kept")
    settings(syslog=syslog_path)
    same("syslog: delivered later", (alert()[0], len(syslog.take())), (0, 1))
    one_alert()
    settings(command=f"/bin/false ; touch {WORK}/shell-was-here")
    code, out, err = alert()
    say(code == 1 and "exit status 1" in err and not os.path.exists(WORK + "/shell-was-here"),
        "command: no shell, exit status told", (code, err))
    settings(command=f"cat >{WORK}/by-shell; env >{WORK}/environment", command_shell="true")
    code, out, err = alert(GIFVET_ALERT_SLACK_WEBHOOK="")
    say(code == 0 and json.load(open(WORK + "/by-shell"))["late"], "command: a shell where it is asked for", err)
    one_alert()
    settings(command="/nonexistent/program")
    say("cannot be run" in alert()[2], "command: not there")
    one_alert()
    settings(command="tail -f /dev/null & tail -f /dev/null", command_shell="true", timeout_seconds=1)
    code, out, err = alert()
    say(code == 1 and "did not end within 1 s" in err, "command: ended with all that it started", (code, err))


# ---- at once and after a death ----


def at_once():
    path = "/" + TOKENS["hook"]
    one_alert()
    secrets(webhook=web.url + path)
    settings()
    web.script[path] = ["hold"]
    first = start()
    web.wait_for(1)
    code, out, err = alert()
    say(code == 0 and "another gifvet alert" in out, "two at once: the second leaves it to the first", (code, out, err))
    web.released.set()
    same("two at once: sent once", (finish(first)[0], len(hook())), (0, 1))
    web.released.clear()
    one_alert()
    runs = [start() for _ in range(8)]
    codes = {finish(r)[0] for r in runs}
    same("eight at once: sent once", (codes, len(hook())), ({0}, 1))

    one_alert()
    web.script[path] = ["hold"]
    victim = start()
    web.wait_for(1)
    victim.kill()
    finish(victim)
    web.released.set()
    (m,) = hook()
    code, out, err = alert()
    (again,) = hook()
    same("killed before it knew: sent again, under the same id", (code, again["id"]), (0, m["id"]))
    web.released.clear()
    said("a new process remembers", 0)

    one_alert()
    write_log(record("geometry"))
    web.script[path] = [200, "hold"]
    victim = start()
    web.wait_for(2)
    victim.kill()
    finish(victim)
    web.released.set()
    first, second = (m["id"] for m in hook())
    same("killed at the second message: the first is not sent again", (alert()[0], [m["id"] for m in hook()]),
         (0, [second]))
    web.released.clear()

    with open(MEMORY, "w") as f:
        f.write('{"version": 1, "conditions": 7, "queue": [{}]}')
    code, out, err = alert()
    say(code == 2 and "damaged" in err and os.path.exists(MEMORY + ".damaged"), "a damaged memory is set aside", (code, err))
    same("and a new one begun", alert()[0], 0)
    hostile_memories()
    os.symlink("/etc/passwd", MEMORY)
    code, out, err = alert()
    say(code == 2 and MEMORY in err, "a link in its place is refused", (code, err))
    os.remove(MEMORY)
    web.take()

    with open(os.path.join(STATE, "state.v1"), "w") as f:
        f.write("garbage")
    code, out, err = alert()
    say(code == 2 and "state.v1" in err, "a state that cannot be read is told", (code, err))
    fresh()
    updates("failed", 30)
    alert()
    hook()
    with open(os.path.join(STATE, "state.v1"), "w") as f:
        f.write("garbage")
    said("and ends nothing", 2)
    one_alert()
    if os.geteuid() == 0 and shutil.which("prlimit"):
        write_log(record("x" * 2000))
        code = subprocess.run(["prlimit", "--fsize=100", GIFVET, "alert"], capture_output=True, text=True)
        say(code.returncode == 2 and "alerts.json" in code.stderr and hook() == [],
            "a memory that cannot be written: nothing is sent", (code.returncode, code.stderr))
        same("and nothing lost", (alert()[0], len(hook())), (0, 2))


def places(value):
    """Every member and element in it, as (container, key)."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for k, v in items for place in [(value, k), *places(v)]]


def hostile_memories():
    """Whatever stands in the file, it ends with a status that it has."""
    with open(MEMORY) as f:
        good = f.read()
    bad = []
    for number in range(len(places(json.loads(good)))):
        memory = json.loads(good)
        container, key = places(memory)[number]
        container[key] = [-2 ** 63, 2 ** 63 - 1, None, "x" * 9000, [], {}, 1e308][number % 7]
        with open(MEMORY, "w") as f:
            json.dump(memory, f)
        code, out, err = alert()
        if code not in (0, 1, 2):
            bad.append((memory, code, err))
    say(not bad, f"{number + 1} memories with a wrong value in them", bad[:1])
    web.take()
    for name in (MEMORY, MEMORY + ".damaged"):
        if os.path.lexists(name):
            os.remove(name)


def watches():
    one_alert()
    settings()
    code, out, err = alert("--watch", "--interval", "1", "--count", "2")
    same("--watch: looks and says it once", (code, len(hook())), (0, 1))
    one_alert()
    watching = start("--watch", "--interval", "3600")
    web.wait_for(1)
    watching.send_signal(signal.SIGTERM)
    same("--watch: SIGTERM ends it", (finish(watching)[0], len(hook())), (0, 1))


# ---- secrets ----


def guarded():
    path = "/" + TOKENS["hook"]
    one_alert()
    secrets(webhook=web.url + path)
    os.chmod(SECRETS, 0o640)
    settings()
    code, out, err = alert()
    say(code == 2 and SECRETS in err and "chmod 600" in err and hook() == [], "a file that others may read is refused", err)
    with open(SECRETS, "a") as f:
        f.write("slack_webhok = " + TOKENS["slack"] + "\n")
    os.chmod(SECRETS, 0o600)
    code, out, err = alert()
    say(code == 2 and SECRETS + ":3:" in err, "a wrong line is told by its number", err)
    hook()
    os.remove(SECRETS)
    code, out, err = alert()
    say(code == 2 and SECRETS in err, "a file that is not there", err)
    secrets(webhook="https://192.0.2.1/nobody")
    one_alert()
    settings(command=f"cp /proc/self/environ {WORK}/environment")
    web.script[path] = ["hold"]
    running = start(GIFVET_ALERT_WEBHOOK=web.url + path)
    web.wait_for(1)
    seen = "".join(open(f"/proc/{running.pid}/{f}", errors="replace").read() for f in ("cmdline", "environ"))
    say(TOKENS["hook"] not in seen and "GIFVET_ALERT_WEBHOOK" in seen,
        "the environment goes before the file, and is wiped", len(seen))
    web.released.set()
    same("delivered there", (finish(running)[0], len(hook())), (0, 1))
    web.released.clear()
    say("GIFVET_ALERT" not in open(WORK + "/environment", errors="replace").read(), "the command does not inherit it")


def nowhere():
    """In all that was printed or written by any of the runs above."""
    seen = "".join(everything)
    for name in glob.glob(STATE + "/**", recursive=True) + glob.glob(WORK + "/*.out") + [WORK + "/environment"]:
        if os.path.isfile(name):
            seen += open(name, errors="replace").read()
    for secret in [PASSWORD, *TOKENS.values()]:
        say(secret not in seen, f"no trace of {secret.split('-')[0]}'s secret", "there is")


# ---- configurations ----


def configurations():
    one_alert()
    secrets(smtp_password="x", webhook=web.url + "/" + TOKENS["hook"])
    mailing = "smtp_url = smtp://localhost:1\nsmtp_from = a@b\nsmtp_to = c@d\n"
    for line, key in (("smtp_url = http://x\n", "smtp_url"), ("smtp_url = smtp://u:p@h\n", "smtp_url"),
                      (mailing + "smtp_from = a b\n", "smtp_from"), (mailing + "smtp_to = ,\n", "smtp_to"),
                      (mailing + "smtp_to = a@b <c@d>\n", "smtp_to"),
                      (mailing + "smtp_user = u\nsmtp_tls = if_offered\n", "smtp_tls"),
                      ("syslog = log\n", "syslog"), ("window_minutes = 0\n", "window_minutes"),
                      ("smtp_tls = maybe\n", "smtp_tls"), ("colour = red\n", "colour")):
        one_alert()
        with open(INI, "w") as f:
            f.write(f"[alerts]\nsecrets = {SECRETS}\nca_file = {PEM}\nattempts = 1\n" + line)
        code, out, err = alert()
        number = 4 + len(line.splitlines())
        say(code == 2 and f"{INI}:{number}: alerts.{key}: " in err, f"'{line.splitlines()[-1]}': exit status 2, its line",
            (code, err))
        same(f"'{line.splitlines()[-1]}': the others are served", len(hook()), 1)
        checked = subprocess.run([GIFVET, "config", "check", INI], capture_output=True, text=True)
        say(checked.returncode == 1 and checked.stdout.startswith(f"{INI}:{number}: alerts.{key}: "),
            f"'{line.splitlines()[-1]}': config check says it too", checked.stdout)
    for name, value in (("webhook", "ftp://x"), ("slack_webhook", "http://x/y"), ("teams_webhook", "https:///z")):
        one_alert()
        secrets(**{name: value})
        settings()
        code, out, err = alert()
        say(code == 2 and f"secrets: {name}: " in err and value not in err, f"{name}: not an address", (code, err))
    settings()
    secrets()
    for arguments in (["--what"], ["--once", "--test"], ["--interval", "5"], ["--watch", "--count", "0"]):
        code, out, err = alert(*arguments)
        say(code == 2 and len(err.splitlines()) == 1, f"usage: {' '.join(arguments)}", (code, err))


# ---- the log ----


def counted(name, n, *checks):
    alert()
    texts = {m["condition"]: m["text"] for m in hook() if m["event"] == "begins"}
    same(name, sorted(texts), sorted("record:" + c for c in checks))
    say(all(t.startswith(f"{n} new alert") and "(gifvet log --failed)" in t for t in texts.values()),
        f"{name}: {n} each, and what to look at", texts)


def logs():
    fresh()
    secrets(webhook=web.url + "/" + TOKENS["hook"])
    settings()
    write_log(record("old", time="2020-01-01T00:00:00Z") + record("a") + record("a"))
    counted("the first time those of the window", 2, "a")
    write_log(record("b")[:50])
    counted("half a line is no record", 0)
    write_log(record("b")[50:])
    counted("until it is whole", 1, "b")
    write_log(record("c"))
    os.rename(LOG, LOG + ".1")
    write_log(record("d"))
    counted("renamed: both", 1, "c", "d")
    write_log(record("e"))
    with open(LOG, "rb") as f, gzip.open(LOG + ".2.gz", "wb") as g:
        g.write(f.read().replace(b'"d"', b'"old"').replace(b"2126", b"2020"))
    os.remove(LOG)
    write_log(record("f"))
    with gzip.open(LOG + ".2.gz", "ab") as g:
        g.write(record("e").encode())
    counted("packed: by their times", 1, "e", "f")
    with open(LOG + ".3", "w") as f:
        f.write(record("f", time="2020-01-01T00:00:00Z"))
    os.truncate(LOG, 0)
    counted("copied and cut short: nothing twice that is older", 0)
    write_log(record("i"))
    counted("and on from there", 1, "i")
    shift(16)
    alert()
    same("quiet for a window: over", {m["event"] for m in hook()}, {"ends"})
    write_log(record("i") * 3)
    counted("and begun again", 3, "i")
    write_log(record("i", "CRITICAL"))
    said("worse is said at once", 0, ("record:i", "lasts", "CRITICAL"))
    write_log(json.dumps({"schema": 1, "type": "alert", "time": "2126-01-01T00:00:00.000000Z", "program": "gifvet",
                          "severity": "CRITICAL", "check": None,
                          "message": "validation is switched off on this host: an: odd <reason>"}) + "\n")
    alert()
    (m,) = hook()
    same("of no check: its own title", (m["condition"], m["title"]),
         ("record:alert", "validation is switched off on this host"))
    say("an: odd <reason>" in m["text"] and "(gifvet status)" in m["text"], "of no check: why, and what to look at", m)
    write_log("".join(record(f"check{n}") for n in range(40)))
    alert()
    same("forty kinds at once are fifteen and others", len(hook()), 16)
    os.remove(LOG)
    said("a log that is gone has nothing new", 0)


# ---- the story ----

PEM, context = certificate(WORK)
web, mail = Web(context), Mail(context, b"gifvet", PASSWORD.encode())
syslog_path = WORK + "/syslog.sock"
syslog = Syslog(syslog_path)
for part in (conditions, windows, bodies, severities, tests, web_failures, mail_failures, others, at_once, watches,
             guarded, nowhere, configurations, logs):
    try:
        part()
    except Exception as e:  # pylint: disable=broad-except
        import traceback
        say(False, part.__name__, traceback.format_exc(limit=-2).replace("\n", "; "))
mail.controller.stop()
sys.exit(0)
