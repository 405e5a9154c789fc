"""Makes a log of verdicts whose truth is known: make_log.py SCENARIO RECORDS SEED [TIMES] >LOG.
$CHECKSUMS: those of checkpoints 1 to 8. TIMES: so many of each record, at times and with ids of their
own, for a long log in a short time.

Records are as long as real ones (2.4 KB). What fails and why is the scenario's:

  nothing     each check fails at random, whatever the record is
  many        the same, with thousands of traits that few records share; one of them has three
              records which all fail, as one of thousands will
  lossy       frame_count fails for gifsicle with --lossy over 100 since checkpoint 7, and seldom
              elsewhere by chance
  host        quality_degradation fails on host web3, half of the time; color_count with
              --colors up to 8 on sources of over 100 frames
  source      file_integrity fails for one source, /data/in/bad.gif
  frames      frame_count fails by known distances of the ratio asked for
  colors      color_count fails by known numbers of colours
  traits      each check fails for one trait of its own: version, environment, performance mode,
              operation, hour of the day, canvas, and a configuration amid others
  callers     what geometry fails for was closed by flush_blocks, loop_count by a function without a
              name, all else by either; other checks fail for width, height and executable
  ab          two arms: control records, test records slower by 1.3 and of equal size
"""
import json
import os
import random
import sys

CHECKS = ["file_integrity", "frame_count", "color_count", "timing_preservation", "loop_count",
          "geometry", "quality_degradation"]
NOTES = {
    "file_integrity": ('"whole"', '"whole"', '{"trailing_bytes":0,"superfluous_pixels":0,"bytes":7749}',
                       '{"bytes":100}'),
    "frame_count": ("20", "20", '{"source_frames":20,"source_pictures":20}', "{}"),
    "color_count": ("64", "60", '{"colors":60,"source_colors":255,"counted_over":"all frames"}',
                    '{"colors":66}'),
    "timing_preservation": ("2000", "2000", '{"duration_diff_ms":0,"drift_ms":0,"hold_diff_ms":0,'
                            '"alignment_accuracy":1.000,"fps":10.00,"source_fps":10.00}',
                            '{"duration_diff_ms":50,"drift_ms":100,"hold_diff_ms":50,'
                            '"alignment_accuracy":0.900,"fps":60.00}'),
    "loop_count": ('"for ever"', '"for ever"', "{}", "{}"),
    "geometry": ('"160x120"', '"160x120"', "{}", "{}"),
    "quality_degradation": ('"the same pictures"', '"other pictures"',
                            '{"pictures_compared":20,"pictures_differing":20,"mse_mean":987.64,'
                            '"psnr_mean":18.18,"ssim_mean":0.8371,"temporal_consistency":0.9994,'
                            '"composite_quality":0.7350,"worst_frame":0,"worst_source_frame":0,'
                            '"worst_ms":0,"tile_mse_worst":1314,"mse_of_worst_frame":997.8}',
                            '{"mse_of_worst_frame":6319.7,"strong_of_worst_frame":0.5414,'
                            '"misplaced_colors":0.100,"mse_median":4000,"bias_median":30}'),
}
CHECKSUMS = os.environ.get("CHECKSUMS", "1 2 3 4 5 6 7 8").split()
BEGIN = 1763985600  # 2025-11-24T12:00:00Z


def iso(seconds):
    import datetime
    t = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond:06d}Z"


def check(name, failed, values):
    expected, actual, details, limits = values.get(name, NOTES[name])
    text = '"error_message":"it is not as it was"' if failed else '"note":null'
    return (f'{{"validation_type":"{name}","is_valid":{"false" if failed else "true"},'
            f'"outcome":"{"fail" if failed else "pass"}","expected":{expected},"actual":{actual},'
            f'{text},"details":{details},"limits":{limits},"time_us":2}}')


class Job:
    """One compression: what the record says of it."""

    def __init__(self, rng, i, n):
        self.i = i
        self.seconds = BEGIN + i * 7 * 86400 / n
        self.program = rng.choice(["gifsicle", "gifsicle", "gifsicle", "convert", "ffmpeg"])
        self.lossy = rng.randrange(1, 201) if self.program == "gifsicle" and rng.random() < 0.5 else 0
        self.colors = rng.choice([0, 0, 4, 8, 16, 64, 256]) if self.program == "gifsicle" else 0
        self.host = f"web{rng.randrange(1, 7)}"
        self.width = rng.choice([160, 320, 480, 640])
        self.height = rng.choice([120, 240, 360])
        self.frames = rng.randrange(1, 200)
        self.bytes = int(rng.lognormvariate(12, 1.5))
        self.source = f"/data/{rng.choice(['in', 'up', 'old'])}/{rng.randrange(5000)}.gif"
        self.checkpoint = 5 + i * 4 // n
        self.mode = rng.choice(["normal"] * 9 + ["degraded"])
        self.us = int(rng.lognormvariate(7, 0.8))
        self.elapsed = int(rng.lognormvariate(11, 0.7))
        self.output = int(self.bytes * rng.uniform(0.4, 0.9))
        self.words = []
        self.executable = self.version = self.environment = None
        self.caller = ("null", "0x20101")
        self.values = {}
        self.failed = set()

    def arguments(self):
        if self.program == "convert":
            return ["convert", self.source, "-layers", "optimize", "/data/out/o.gif"]
        if self.program == "ffmpeg":
            return ["ffmpeg", "-y", "-i", self.source, "-loop", "0", "/data/out/o.gif"]
        a = ["gifsicle", "-O2"]
        if self.lossy:
            a.append(f"--lossy={self.lossy}")
        if self.colors:
            a += ["--colors", str(self.colors)]
        return a + self.words + [self.source, "-o", "/data/out/o.gif"]

    def begin(self, kind, seconds):
        return (f'{{"schema":1,"type":"{kind}","time":"{iso(seconds)}",'
                f'"id":"{int(seconds * 1e6):012x}-{self.i + 100:x}-1",')

    def head(self, kind):
        return (f'{self.begin(kind, self.seconds)}"host":"{self.host}",'
                f'"pid":{self.i + 100},"tid":{self.i + 100},"program":"{self.program}",'
                f'"executable":{json.dumps(self.executable)},"version":{json.dumps(self.version)},'
                f'"argv":{json.dumps(self.arguments(), separators=(",", ":"))},'
                f'"environment":{json.dumps(self.environment)},'
                f'"mode":"shadow","performance_mode":"{self.mode}",'
                f'"config_checksum":"{CHECKSUMS[self.checkpoint - 1]}","elapsed_us":{self.elapsed},')

    def control(self):
        return (self.head("control") + f'"arm":"control","output":{{"path":"/data/out/o.gif",'
                f'"bytes":{self.output},"dev":65024,"ino":10985579}}}}')

    def verdict(self):
        ok = not self.failed
        operation = ("color_reduction" if self.colors else
                     "lossy_compression" if self.lossy else "optimization")
        colors = f',"colors":{self.colors}' if self.colors else ""
        facts = (f'"width":{self.width},"height":{self.height},"frames":{self.frames},'
                 f'"duration_ms":{self.frames * 100},"loops":0,"colors":255')
        judged = [c for c in CHECKS if c != "color_count" or self.colors]
        checks = ",".join(check(c, c in self.failed, self.values) for c in judged)
        trace = "" if ok else (',"backtrace":[{"function":%s,"object":"%s","address":"%s"},'
                               '{"function":"__libc_start_main+0x84",'
                               '"object":"/lib/x86_64-linux-gnu/libc.so.6","address":"0x27304"}]' %
                               (self.caller[0], self.program, self.caller[1]))
        return (self.head("validation") + f'"arm":"test","operation":"{operation}","request":{{'
                f'"program":"{self.program}","understood":true,"lossless":false{colors}}},'
                f'"output":{{"path":"/data/out/o.gif","bytes":{self.output},"dev":65024,'
                f'"ino":10985579,{facts}}},"sources":[{{"path":"{self.source}",'
                f'"bytes":{self.bytes},"dev":65024,"ino":10985574,{facts}}}],"match":"only",'
                f'"validation_passed":{"true" if ok else "false"},'
                f'"status":"{"passed" if ok else "failed"}","validation_count":{len(judged)},'
                f'"validations":[{checks}],"validation_us":{self.us},"action":"none"{trace}}}')


def nothing(job, rng):
    job.failed = {c for c in CHECKS if rng.random() < 0.02 and (c != "color_count" or job.colors)}


def many(job, rng):
    nothing(job, rng)
    job.host = f"web{rng.randrange(800)}"
    job.source = f"/data/{rng.randrange(1000)}/a.gif"
    job.words = [f"--tag=t{rng.randrange(1, 800)}", f"--queue=q{rng.randrange(800)}"]
    if job.i in (10, 20, 30):
        job.program, job.words = "gifsicle", ["--tag=t0"]
        job.failed.add("geometry")


def lossy(job, rng):
    if job.lossy > 100 and job.checkpoint >= 7:
        job.failed.add("frame_count")
    if rng.random() < 0.002:
        job.failed.add("loop_count")


def host(job, rng):
    if job.host == "web3" and rng.random() < 0.5:
        job.failed.add("quality_degradation")
    if job.colors and job.colors <= 8 and job.frames > 100:
        job.failed.add("color_count")


def source(job, rng):
    if rng.random() < 0.01:
        job.source = "/data/in/bad.gif"
        job.failed.add("file_integrity")
    elif rng.random() < 0.001:
        job.failed.add("file_integrity")


def frames(job, rng):
    if rng.random() < 0.05:
        off = rng.randrange(60, 200)
        job.failed.add("frame_count")
        job.values["frame_count"] = (
            "50", "30", f'{{"source_frames":100,"ratio":0.5,"asked_ratio":0.5,'
            f'"ratio_diff":{off / 1000:.3f}}}', '{"ratio_diff":0.050}')


def colors(job, rng):
    if job.colors and rng.random() < 0.1:
        off = rng.randrange(3, 40)
        job.failed.add("color_count")
        job.values["color_count"] = (str(job.colors), str(job.colors + off), "{}", "{}")


def traits(job, rng):
    job.version = rng.choice(["8d0a6f3c", "8d0a6f3c", "1b94e275"])
    job.environment = rng.choice(["blue", "blue", "green", None])
    fails = {"file_integrity": job.version == "1b94e275", "frame_count": job.environment == "green",
             "timing_preservation": job.mode == "degraded",
             "loop_count": not job.lossy and not job.colors,  # its operation is optimization
             "geometry": int(job.seconds) // 3600 % 24 == 3,
             "quality_degradation": job.width * job.height > 80000,
             "color_count": job.colors and job.checkpoint == 6}
    job.failed = {c for c in CHECKS if fails[c] and rng.random() < 0.5}


def callers(job, rng):
    flush, unnamed = ('"flush_blocks"', "0x3a0f"), ("null", "0x51c4")
    job.executable = rng.choice(["/usr/bin/g", "/usr/bin/g", "/opt/g"])
    fails = {"frame_count": job.width > 320, "timing_preservation": job.height <= 120,
             "file_integrity": job.executable == "/opt/g", "color_count": False}
    check = rng.choice(CHECKS)
    if fails.get(check, rng.random() < 0.2):
        job.failed.add(check)
    job.caller = {"geometry": flush, "loop_count": unnamed}.get(check, rng.choice([flush, unnamed]))


def ab(job, rng):
    job.arm = "control" if rng.random() < 0.3 else "test"
    if job.arm == "test":
        job.elapsed = int(job.elapsed * 1.3)


def main():
    scenario, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    times = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    rng = random.Random(seed)
    change = {"nothing": nothing, "many": many, "lossy": lossy, "host": host, "source": source, "frames": frames,
              "colors": colors, "traits": traits, "callers": callers, "ab": ab}[scenario]
    for i in range(n):
        job = Job(rng, i, n)
        change(job, rng)
        control = getattr(job, "arm", "test") == "control"
        line = job.control() if control else job.verdict()
        print(line)
        kind = "control" if control else "validation"
        rest = line[len(job.begin(kind, job.seconds)):]
        for k in range(1, times):
            print(job.begin(kind, job.seconds + k * 7 * 86400 / n / times) + rest)


main()
