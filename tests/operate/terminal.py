"""A terminal (a pty) with gifvet watch in front of it."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

DEADLINE = 20
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """The program, what it has drawn so far, and the keys."""

    def __init__(self, *options, term="xterm", rows=30, columns=120):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.bytes = b""
        self.process = subprocess.Popen(
            [os.environ["GIFVET"], "watch", "--interval", "0.1", *options], stdin=self.slave, stdout=self.slave,
            stderr=self.slave, env=dict(os.environ, TERM=term), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        if select.select([self.master], [], [], 0.05)[0]:
            self.bytes += os.read(self.master, 65536)

    def screen(self):
        """The last frame that is whole, as text."""
        frames = self.bytes.split(b"\x1b[H")
        whole = [f for f in frames if b"\x1b[J" in f]
        text = whole[-1].split(b"\x1b[J")[0].decode() if whole else ""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")

    def until(self, condition):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if condition():
                return True
            self.read()
        return False

    def shows(self, pattern):
        return self.until(lambda: re.search(pattern, self.screen(), re.M) is not None)

    def ends(self):
        """Exit status, with the terminal as it was; None when it does not end."""
        if not self.until(lambda: self.process.poll() is not None):
            self.process.kill()
            self.process.wait()
            return None
        while select.select([self.master], [], [], 0)[0]:
            self.bytes += os.read(self.master, 65536)
        return self.process.returncode

    def restored(self):
        left = self.bytes.count(ENTER) == self.bytes.count(LEAVE) and \
            self.bytes.rstrip().endswith(LEAVE) and b"\x1b[?25h" in self.bytes
        return left and termios.tcgetattr(self.slave) == self.before

    def type(self, keys):
        os.write(self.master, keys)

    def close(self):
        os.close(self.master)
        os.close(self.slave)
