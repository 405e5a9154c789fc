"""The whole way of a failure from a compressor to whoever is on duty, with the real servers.

Servers listen on loopback, on ports asked from the kernel, and end with this program. Only waits are
changed in the rules that are shipped (`for:`), so that a test need not take half an hour; nothing
here waits by the clock but until a condition holds, or a deadline has passed.

Rooms: asking · servers · jobs · the story
"""
import ctypes
import datetime
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

WORK, TOP, BUILD = os.environ["WORK"], os.environ["TOP"], os.environ["BUILD"]
LOG, STATE = os.environ["LOG"], os.environ["STATE"]
GIFVET = os.environ["GIFVET"]
TEXTFILES = os.path.join(WORK, "textfiles")
DEADLINE = float(os.environ.get("DEADLINE", 60))

# ---- asking ----

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url):
    with opener.open(url, timeout=10) as answer:
        return answer.read().decode()


def ask(prometheus, expression):
    query = urllib.parse.urlencode({"query": expression})
    return json.loads(get(f"{prometheus}/api/v1/query?{query}"))["data"]["result"]


def value(prometheus, expression):
    found = ask(prometheus, expression)
    return float(found[0]["value"][1]) if len(found) == 1 else None


def until(condition, what):
    """Waits until condition() is true; what it last said otherwise is shown."""
    end = time.monotonic() + DEADLINE
    said = None
    while time.monotonic() < end:
        try:
            said = condition()
        except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError) as e:
            said = e
        if said is True:
            print(f"ok chain: {what}", flush=True)
            return True
        time.sleep(0.1)
    print(f"not ok chain: {what}: after {DEADLINE:.0f} s: {said}", flush=True)
    return False


# ---- servers ----

servers = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def end_with_us():
    """Whatever ends this program, SIGKILL too."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def start(name, command, ready):
    """Starts a server; somebody else may have taken its port meanwhile: then with another one."""
    for _ in range(5):
        port = free_port()
        log = open(os.path.join(WORK, name + ".log"), "w")
        server = subprocess.Popen([a.replace("PORT", str(port)) for a in command], cwd=WORK,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ, TZ="UTC"),
                                  preexec_fn=end_with_us)
        servers.append(server)
        url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + DEADLINE
        while server.poll() is None and time.monotonic() < end:
            try:
                get(url + ready)
                return url
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        stop(server)
    print(f"not ok chain: {name} does not start: {open(log.name).read()[-500:]}")
    sys.exit(1)


def with_templates(command):
    """Debian's alertmanager reads templates from /usr/share, wherever it was unpacked itself (install-servers):
    where they are not installed, its own share is laid over that, for it alone."""
    share = os.path.join(os.path.dirname(shutil.which(command[0])), "../share")
    if os.path.exists("/usr/share/prometheus/alertmanager/default.tmpl"):
        return command
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *user, "sh", "-c",
            'mount -t overlay -o "lowerdir=$0:/usr/share" overlay /usr/share && exec "$@"', share, *command]


def stop(server):
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def write(name, text):
    path = os.path.join(WORK, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def start_all():
    os.mkdir(TEXTFILES)
    node = start("prometheus-node-exporter", [
        "prometheus-node-exporter", "--web.listen-address=127.0.0.1:PORT",
        "--collector.disable-defaults", "--collector.textfile",
        "--collector.textfile.directory=" + TEXTFILES], "/metrics")
    write("alertmanager.yml", "route: {receiver: nobody, group_wait: 0s}\nreceivers: [{name: nobody}]\n")
    alerts = start("prometheus-alertmanager", with_templates([
        "prometheus-alertmanager", "--web.listen-address=127.0.0.1:PORT",
        "--cluster.listen-address=", "--config.file=alertmanager.yml",
        "--storage.path=alertmanager"]), "/-/ready")
    with open(os.path.join(TOP, "conf/prometheus/gifvet.rules.yml")) as f:
        write("gifvet.rules.yml", re.sub(r"for: \w+", "for: 1s", f.read()))
    write("prometheus.yml", json.dumps({
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"},
        "rule_files": ["gifvet.rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alerts[7:]]}]}]},
        "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [node[7:]]}]}]}))
    prometheus = start("prometheus", [
        "prometheus", "--web.listen-address=127.0.0.1:PORT", "--config.file=prometheus.yml",
        "--storage.tsdb.path=prometheus", "--rules.alert.resend-delay=1s"], "/-/ready")
    return node, alerts, prometheus


# ---- jobs ----


def records():
    if not os.path.exists(LOG):
        return []
    with open(LOG) as f:
        return [r for r in map(json.loads, f) if r["type"] == "validation"]


def compress(jobs, sabotage):
    """Real runs of gifsicle under gifvet; sabotaged ones lose half of what they wrote."""
    environment = dict(os.environ, LD_PRELOAD=os.environ["PRELOAD"])
    if sabotage:
        environment["LD_PRELOAD"] += " " + os.environ["SABOTEUR"]
        environment["SABOTAGE"] = "cut"
    before = len(records())
    for job in range(jobs):
        subprocess.run(["gifsicle", "-O2", os.path.join(os.environ["FIXTURES"], "in.gif"), "-o",
                        os.path.join(WORK, f"out{job}.gif")], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = records()[before:]
    return made


def textfile():
    """What gifvet-metrics.timer does."""
    subprocess.run([GIFVET, "metrics", "--textfile", TEXTFILES], check=True)


def tally():
    passed = sum(r["validation_passed"] is True for r in records())
    failed = sum(r["validation_passed"] is False for r in records())
    return passed, failed


# ---- the story ----


def figures_arrive(prometheus):
    passed, failed = tally()

    def same():
        textfile()
        seen = [value(prometheus, f'gifvet_validations_total{{result="{r}"}}')
                for r in ("passed", "failed")]
        return seen == [passed, failed] or f"{seen}, not {[passed, failed]}"

    return until(same, f"Prometheus has {passed} passed and {failed} failed, as the log")


def firing(alerts):
    active = json.loads(get(alerts + "/api/v2/alerts?active=true"))
    return {a["labels"]["alertname"]: a for a in active}


def fires(alerts, *names):
    def there():
        textfile()
        now = firing(alerts)
        return all(n in now for n in names) or f"Alertmanager has {sorted(now)}"

    return until(there, "Alertmanager shows " + ", ".join(names))


def quiet(prometheus, since):
    """No rule that was looked at after that time so much as thinks of an alert."""
    def evaluated():
        groups = json.loads(get(prometheus + "/api/v1/rules"))["data"]["groups"]
        times = [datetime.datetime.fromisoformat(g["lastEvaluation"][:19] + "+00:00").timestamp()
                 for g in groups]
        return min(times) > since or f"looked at {times}, not after {since}"

    def silent():
        late = evaluated()
        now = json.loads(get(prometheus + "/api/v1/alerts"))["data"]["alerts"]
        return late if late is not True else not now or f"alerts: {now}"

    return until(silent, "nothing is wrong, no alert, not even a pending one")


def ends(alerts, *names):
    def gone():
        textfile()
        now = firing(alerts)
        return not any(n in now for n in names) or f"Alertmanager has {sorted(now)}"

    return until(gone, "it is over: " + ", ".join(names))


def dashboard(prometheus):
    """Every question of the dashboard is one that Prometheus has an answer to."""
    with open(os.path.join(TOP, "conf/grafana/gifvet.json")) as f:
        panels = json.load(f)["panels"]
    bad = []
    for panel in panels:
        for target in panel["targets"]:
            expression = target["expr"].replace("$job", "node").replace("$instance", ".*")
            expression = expression.replace("$__rate_interval", "1m")
            if not ask(prometheus, expression):
                bad.append(panel["title"])
    print(f"not ok chain: nothing in panels: {bad}" if bad else
          f"ok chain: all {len(panels)} panels of the dashboard show something")


def story():
    node, alerts, prometheus = start_all()
    compress(1, False)
    figures_arrive(prometheus)
    compress(14, False)
    figures_arrive(prometheus)
    quiet(prometheus, time.time())
    failed = compress(12, True)
    if all(r["validation_passed"] is False for r in failed) and len(failed) == 12:
        print("ok chain: 12 sabotaged runs are 12 failures")
    else:
        print(f"not ok chain: {failed}")
    figures_arrive(prometheus)
    if fires(alerts, "GifvetConsecutiveFailures", "GifvetFailureRateHigh", "GifvetFailureRateCritical",
             "GifvetIntegrityFailures", "GifvetUnhealthy"):
        alert = firing(alerts)["GifvetConsecutiveFailures"]
        told = alert["annotations"]["summary"]
        wanted = f"The last 12 verdicts on {node[7:]} failed"
        print(f"ok chain: it says '{told}'" if told == wanted else f"not ok chain: '{told}', not '{wanted}'")
    dashboard(prometheus)
    compress(1, False)
    figures_arrive(prometheus)
    ends(alerts, "GifvetConsecutiveFailures", "GifvetUnhealthy")
    with open(os.path.join(STATE, "EMERGENCY_DISABLE"), "w"):
        pass
    fires(alerts, "GifvetDisabled")
    os.unlink(os.path.join(STATE, "EMERGENCY_DISABLE"))
    ends(alerts, "GifvetDisabled")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        story()
    finally:
        for server in reversed(servers):
            stop(server)
    left = [s.args[0] for s in servers if s.poll() is None]
    print(f"not ok chain: still run: {left}" if left else "ok chain: all servers have ended")


main()
