"""A mail server and a web server for a scene: their addresses go to the named pipe argv[1], and they
serve until they are ended. Slack answers with the statuses argv[2:] first."""
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.environ["TOP"], "tests/operate"))
from alert_servers import Mail, Web, certificate  # noqa: E402  pylint: disable=wrong-import-position

_, tls = certificate(os.path.dirname(sys.argv[1]))
web, mail = Web(tls), Mail(tls, b"gifvet", b"a secret")
web.script["/services/secret"] = [int(status) for status in sys.argv[2:]]
with open(sys.argv[1], "w") as f:
    f.write(f"{mail.url} {web.url}\n")
threading.Event().wait()
