"""Servers that do as they are told: SMTP (Debian's aiosmtpd, with STARTTLS and AUTH), an SMTP server
that goes away in the middle of a mail, HTTP and HTTPS, the local syslog. All on loopback, on ports
asked from the kernel; what they were sent is kept as it came."""
import http.server
import logging
import os
import socket
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


def certificate(directory):
    """A certificate for localhost that is its own authority."""
    pem, key = os.path.join(directory, "ca.pem"), os.path.join(directory, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                    key, "-out", pem], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return pem, context


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Web:
    """HTTP(S). script[path] holds what the next requests to it meet with; afterwards 200.

    A number is a status, ("retry", N) a 429 with Retry-After: N, ("redirect", URL) a 307, "drop" ends
    the connection without an answer, "hold" waits for release() and then answers 200."""

    def __init__(self, context=None):
        self.requests, self.script, self.lock = [], {}, threading.Condition()
        self.released, self.clocks = threading.Event(), []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    outer.requests.append((self.path, dict(self.headers), body))
                    outer.clocks.append(outer.clock())
                    todo = outer.script.get(self.path, [])
                    act = todo.pop(0) if todo else 200
                    outer.lock.notify_all()
                outer.act(self, act)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = "%s://localhost:%d" % ("https" if context else "http", self.server.server_port)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def clock():
        import time
        return time.monotonic()

    def act(self, handler, act):
        if act == "drop":
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if act == "hold":
            self.released.wait(60)
            act = 200
        status, header = act, None
        if isinstance(act, tuple):
            status = 429 if act[0] == "retry" else 307
            header = ("Retry-After" if act[0] == "retry" else "Location", str(act[1]))
        handler.send_response(status)
        if header:
            handler.send_header(*header)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def wait_for(self, n):
        """Until n requests have come."""
        with self.lock:
            return self.lock.wait_for(lambda: len(self.requests) >= n, 60)

    def take(self, path=None):
        """What came since the last time, to that path."""
        with self.lock:
            found = [r for r in self.requests if path in (None, r[0])]
            self.requests = [r for r in self.requests if path not in (None, r[0])]
            return found


class Mail:
    """aiosmtpd. answers[command] holds what it says instead of its own answer."""

    def __init__(self, context=None, user=None, password=None):
        self.mails, self.logins, self.answers = [], [], {}
        outer = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                said = outer.answers.get(address)
                if said:
                    return said
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                said = outer.answers.get("DATA")
                if said:
                    return said
                outer.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content,
                                    session.ssl is not None))
                return "250 OK"

        def login(server, session, envelope, mechanism, data):
            outer.logins.append((data.login, data.password, session.ssl is not None))
            return AuthResult(success=(data.login, data.password) == (user, password), handled=False)

        class Server(Controller):
            def factory(self):
                extra = dict(authenticator=login, auth_required=True) if user else {}
                return SMTP(self.handler, tls_context=context, require_starttls=context is not None,
                            hostname="localhost", **extra)

        for _ in range(5):
            port = free_port()
            try:
                self.controller = Server(Handler(), hostname="127.0.0.1", port=port)
                self.controller.start()
                break
            except OSError:
                continue
        self.url = "smtp://localhost:%d" % port

    def take(self):
        mails, self.mails = self.mails, []
        return mails


class Midway:
    """Speaks SMTP up to the mail's first bytes, and ends the connection there."""

    def __init__(self):
        self.met = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "smtp://localhost:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rwb", buffering=0) as f:
                f.write(b"220 localhost\r\n")
                for line in f:
                    if line.upper().startswith(b"DATA"):
                        f.write(b"354 go on\r\n")
                        f.read(20)
                        self.met += 1
                        break
                    f.write(b"250 OK\r\n")


class Syslog:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.setblocking(False)

    def take(self):
        lines = []
        while True:
            try:
                lines.append(self.socket.recv(65536).decode())
            except BlockingIOError:
                return lines
