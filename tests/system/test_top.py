#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""msrpctl top, at a terminal and without one."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time

import relay as system
import tap
from client import Peer
from control import MSRPCTL, Controlled

place = system.Place()

ENTER, LEAVE, CLEAR = "\033[?1049h", "\033[?1049l", "\033[H\033[2J"


class Terminal:
    """msrpctl top with a terminal of its own; .picture is the latest one."""

    def __init__(self, relay, rows=24):
        self.master, self.slave = pty.openpty()
        self.resize(rows)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen([MSRPCTL, "-s", relay.socket, "top"], stdin=self.slave,
                                        stdout=self.slave, stderr=self.slave,
                                        env=system.environment(), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.said = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))

    def key(self, text):
        os.write(self.master, text.encode())

    @property
    def picture(self):
        return self.said.rpartition(CLEAR)[2]

    def read(self):
        if select.select([self.master], [], [], 0.1)[0]:
            with contextlib.suppress(OSError):
                self.said += os.read(self.master, 65536).decode()

    def wait_for(self, pattern):
        end = time.monotonic() + system.PATIENCE
        while not re.search(pattern, self.picture, re.S):
            assert time.monotonic() < end and self.process.poll() is None, self.said[-2000:]
            self.read()

    def wait_end(self):
        """Its exit status, and what stands on the terminal when it is over."""
        end = time.monotonic() + system.PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read()
        while select.select([self.master], [], [], 0)[0]:
            self.read()
        assert termios.tcgetattr(self.slave) == self.before, "the terminal is not what it was"
        assert ENTER in self.said and LEAVE in self.said, self.said[-500:]
        return self.process.wait(), self.said.rpartition(LEAVE)[2]


@contextlib.contextmanager
def traffic(relay):
    """Alice sends to bob as long as this lasts; carol has a session, and is quiet."""
    over = threading.Event()
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob, Peer(relay, "carol") as carol:
        for peer in (alice, bob, carol):
            peer.auth()

        def send():
            while not over.is_set():
                alice.send(alice.to(bob), b"x" * 20000)
                bob.receive()
                alice.expect_status(200)
                over.wait(0.05)

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def at_a_terminal():
    with Controlled(place) as relay, traffic(relay), Terminal(relay) as top:
        # The busy ones first: what alice sends is what bob gets.
        top.wait_for(r"sessions 3  users 3  in [\d.]+k/s  out [\d.]+k/s.*SESSION +USER.*"
                     r" (alice|bob) .* (alice|bob) .* carol ")
        top.key("i")
        top.wait_for(r"by rate in .*SESSION.* alice +\S+ +[\d.]+k +0 .* (bob|carol) ")
        top.key("o")
        top.wait_for(r"by rate out .*SESSION.* bob +\S+ +0 +[\d.]+k .* (alice|carol) ")
        top.key("u")
        top.wait_for(r"\r\nUSER +REALM +SESSIONS +MOST +IN/S +OUT/S +MOST/S .*\r\nbob +\S+ +1 +50 ")
        top.key("n")
        top.wait_for(r"by user .*\r\nalice .*\r\nbob .*\r\ncarol ")
        top.key("xyz\033[A")  # which means nothing
        # Only what fits is shown, from the next picture on.
        top.resize(6)
        os.killpg(top.process.pid, signal.SIGWINCH)
        top.wait_for(r"\r\nUSER .*\r\nalice [^\n]*\r\nbob [^\n]*\r\n$")
        top.key("q")
        assert top.wait_end() == (0, "")


def ended_from_outside():
    with Controlled(place) as relay:
        for end in (lambda top: top.process.terminate(), lambda top: top.key("\x03"),
                    lambda top: os.kill(top.process.pid, signal.SIGINT)):
            with Terminal(relay) as top:
                top.wait_for("sessions 0")
                end(top)
                assert top.wait_end() == (0, ""), top.said
        with Terminal(relay) as top:
            top.wait_for("sessions 0")
            relay.kill()
            code, rest = top.wait_end()
            assert code != 0 and "msrpctl: " in rest, (code, rest)


def without_a_terminal():
    with Controlled(place) as relay, traffic(relay):
        code, out, err = relay.ctl("top")
        assert code == 0 and not err and "\033" not in out, (code, out, err)
        assert re.match(r"sessions 3  users 3  in [\d.]+k/s  out [\d.]+k/s\n\nSESSION ", out), out
        rows = {row["user"]: row for row in relay.ask("top")}
        assert rows["alice"]["rate_in"] > 0 and rows["bob"]["rate_out"] > 0, rows
        assert (rows["carol"]["rate_in"], rows["carol"]["rate_out"]) == (0, 0), rows


def nobody_there():
    done = subprocess.run([MSRPCTL, "-s", "/nowhere", "top"], text=True, capture_output=True,
                          env=system.environment(), check=False, timeout=system.PATIENCE)
    assert done.returncode != 0 and done.stderr == "msrpctl: /nowhere: No such file or directory\n"


tap.run([
    ("it shows, sorts and adds up while it runs", at_a_terminal),
    ("however it ends, the terminal is what it was", ended_from_outside),
    ("without a terminal it prints once", without_a_terminal),
    ("it says that nobody is there", nobody_there),
])
