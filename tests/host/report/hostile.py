"""Makes a log whose every text is hostile: hostile.py >LOG. One failed verdict with its evidence, and
one of each other record that the page tells of."""
import json

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</style></title>"
EVIL = MARKUP + "\u202egnp.exe\u2066\u200f\x1b[31m\x07\u0085`$(id)`"
HEAD = {"schema": 1, "id": "5f" + EVIL, "host": EVIL, "pid": 1, "tid": 1, "program": EVIL[:60],
        "executable": EVIL, "version": EVIL, "argv": ["gifsicle", EVIL, "it's", "", "a b"], "environment": EVIL,
        "mode": EVIL, "performance_mode": EVIL, "config_checksum": EVIL}


def record(kind, minute, more):
    print(json.dumps({**HEAD, "type": kind, "time": f"2025-11-24T12:{minute:02}:00.000000Z", **more}))


FILE = {"path": "/data/" + EVIL, "bytes": 5, "width": 1, "height": 1, "frames": 1, "duration_ms": 10}
CHECK = {"validation_type": MARKUP[:25], "is_valid": False, "outcome": "fail", "expected": EVIL,
         "actual": {EVIL: EVIL}, "error_message": EVIL, "details": {EVIL: EVIL}, "limits": {EVIL: EVIL}}
for i in range(14):
    record("validation", i, {
        "arm": "test", "operation": EVIL, "request": {"program": EVIL}, "output": FILE, "sources": [FILE] * 6,
        "match": EVIL, "validation_passed": False, "status": "failed", "validation_count": 1,
        "validations": [CHECK], "validation_us": 5, "elapsed_us": 9, "action": EVIL,
        "enforcement": {"quarantined": EVIL, "restored": EVIL, "problems": [EVIL]},
        "evidence": {"bundle": "/nowhere/" + EVIL, "problems": [EVIL]},
        "backtrace": [{"function": EVIL, "object": EVIL, "address": EVIL}]})
record("performance_mode", 20, {"from": EVIL, "to": EVIL, "mean_ms": 5})
record("config_change", 21, {"action": EVIL, "reason": EVIL, "user": EVIL})
record("emergency", 22, {"action": EVIL, "reason": EVIL, "user": EVIL})
record("control", 23, {"arm": "control", "output": FILE, "elapsed_us": 7})
