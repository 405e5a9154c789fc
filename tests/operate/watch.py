"""gifvet watch, driven as a person would: what is shown, and how it ends."""
import os
import re
import signal
import subprocess

from terminal import DEADLINE, ENTER, Terminal

WORK, BUILD, STATE, GIFVET = (os.environ[n] for n in ("WORK", "BUILD", "STATE", "GIFVET"))


def tell(good, name, why=""):
    print(f"ok watch: {name}" if good else f"not ok watch: {name}: {why}", flush=True)


def updates(*arguments):
    subprocess.run([os.path.join(BUILD, "tests/updates"), STATE, *arguments], check=True)


def end(t, name):
    status = t.ends()
    tell(status == 0 and t.restored(), f"{name} ends it with 0, the terminal as it was",
         f"status {status}, {t.bytes[-80:]!r}")
    t.close()


def shown():
    t = Terminal()
    tell(t.shows(r"^in all +7 +7 +0 +0 +100.0 %"), "shows what is counted", t.screen())
    updates("failed", "3", "time_us=2000", "bytes_in=777", "check=frame_count")
    tell(t.shows(r"^in all +10 +7 +3 +0 +70.0 %"), "and what is counted meanwhile", t.screen())
    tell(t.shows(r"consecutive failures 3"), "and the failures in a row", t.screen())
    tell(t.shows(r"^last \d+\.\d s +\d+\.\d +3 +0 +3"), "and the rates of late", t.screen())
    tell(t.shows(r"^\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)  0 bytes from 777, 2.00 ms"), "and the last failures", t.screen())
    with open(os.path.join(STATE, "EMERGENCY_DISABLE"), "w"):
        pass
    tell(t.shows(r"^gifvet .* degraded(.*\n)+! validation is off"), "and what is wrong", t.screen())
    os.unlink(os.path.join(STATE, "EMERGENCY_DISABLE"))
    environment = dict(os.environ, SABOTAGE="cut",
                       LD_PRELOAD=os.environ["PRELOAD"] + " " + os.environ["SABOTEUR"])
    for name in ("first", "second", "lost"):
        subprocess.run(["gifsicle", "-O2", os.environ["FIXTURES"] + "/in.gif", "-o", f"{WORK}/{name}.gif"],
                       env=environment, check=True)
    tell(t.shows(r"FAILED +gifsicle.*lost.gif(.*\n)+ +file_integrity"), "failures of the log with their names", t.screen())
    tell("closed by" not in t.screen(), "without their call chains", t.screen())
    t.resize(40, 80)
    os.kill(t.process.pid, signal.SIGWINCH)
    widest = lambda: max((len(line) for line in t.screen().splitlines()), default=99)
    tell(t.until(lambda: widest() <= 80) and t.shows(r" p95 ms +slow$") and
         t.shows(r"lost.gif(.*\n)+ +timing_preservation(.*\n)* .*\(limit 50 ms\)$"), "at 80 columns nothing is wider, and nothing is lost", t.screen())
    # Room for the last record and a part of the one before.
    t.resize(22, 120)
    os.kill(t.process.pid, signal.SIGWINCH)
    tell(t.until(lambda: "first.gif" not in t.screen()) and
         t.shows(r"^last failures\n\d.* FAILED .*(second|lost).gif"), "from the head of a record on", t.screen())
    # Only now: in mode degraded failures are not logged.
    updates("passed", "20", "time_us=15000", "performance=1")
    tell(t.shows(r"^performance mode: (?s:.*)\snormal\s+to\s+degraded\s+at\s+1\d\s+ms"), "and changes of the mode", t.screen())
    t.resize(9, 60)
    os.kill(t.process.pid, signal.SIGWINCH)
    tell(t.until(lambda: 0 < len(t.screen().splitlines()) <= 9), "no more lines than the terminal has", t.screen())
    t.type(b"q")
    end(t, "q")


def endings():
    for name, how in (("Ctrl-C", b"\x03"), ("Ctrl-D", b"\x04"), ("Ctrl-\\", b"\x1c"),
                      ("SIGTERM", signal.SIGTERM), ("SIGHUP", signal.SIGHUP)):
        t = Terminal()
        t.shows("in all")
        if isinstance(how, bytes):
            t.type(how)
        else:
            os.kill(t.process.pid, how)
        end(t, name)


def stopped():
    t = Terminal()
    t.shows("in all")
    t.type(b"\x1a")
    state = lambda: open(f"/proc/{t.process.pid}/stat").read().rsplit(")", 1)[1].split()[0]
    good = t.until(lambda: state() == "T") and t.until(t.restored)
    tell(good, "Ctrl-Z stops it and gives the terminal back", t.bytes[-80:])
    os.kill(t.process.pid, signal.SIGCONT)
    tell(t.until(lambda: t.bytes.count(ENTER) == 2 and t.bytes.rfind(b"\x1b[H") > t.bytes.rfind(ENTER)),
         "and it goes on", t.bytes[-80:])
    t.type(b"q")
    end(t, "q after Ctrl-Z")


def lines():
    t = Terminal("--count", "2", term="dumb")
    status = t.ends()
    tell(status == 0 and b"\x1b" not in t.bytes and len(t.bytes.splitlines()) == 2,
         "a terminal that cannot be drawn on gets lines", t.bytes)
    t.close()
    with subprocess.Popen([GIFVET, "watch", "--interval", "0.1"], stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL) as p:
        first = p.stdout.readline().decode()
        updates("failed", "4", "time_us=1000")
        # They are told once, in one line or in two.
        failed = 0
        line = ""
        for _ in range(100):
            line = p.stdout.readline().decode()
            failed += int(re.search(r" failed (\d+) ", line).group(1))
            if failed >= 4:
                break
        tell("\x1b" not in first and failed == 4, "no terminal: a line a look, with what is new", line)
        p.send_signal(signal.SIGINT)
        p.wait(DEADLINE)
        tell(p.returncode == 0, "SIGINT ends the lines with 0", p.returncode)
    full = subprocess.run([GIFVET, "watch", "--count", "1"], stdout=open("/dev/full", "w"),
                          stderr=subprocess.PIPE)
    tell(full.returncode == 2 and full.stderr.count(b"\n") == 1, "a full disk is told", full)
    for wrong in (["--interval", "0"], ["--interval"], ["--count", "0"], ["--nonsense"], ["--interval", "nan"]):
        r = subprocess.run([GIFVET, "watch", *wrong], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        tell(r.returncode == 2 and r.stderr.count(b"\n") == 1 and r.stdout == b"", " ".join(wrong) + " is refused", r)


updates("passed", "7", "time_us=1000")
shown()
endings()
stopped()
lines()
