#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people at two terminals, who write to each other by `msrp chat`."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import relay as system
import tap

place = system.Place()

DELIVERED, SENT = "\u2713", "\u00b7"
ENTER, CTRL_D, CTRL_U, LEFT, BACKSPACE = "\r", "\x04", "\x15", "\x1b[D", "\x7f"


class Screen:
    """What of a terminal's output the chat needs, to see what its user would see."""

    def __init__(self, rows=10, columns=40):
        self.rows, self.columns = rows, columns
        self.lines, self.row, self.column = [""], 0, 0
        self.continued = set()  # rows that the one above goes on in

    def shown(self):
        """The lines, however many rows each takes."""
        lines = []
        for row, text in enumerate(self.lines):
            if row in self.continued:
                lines[-1] += text
            else:
                lines.append(text)
        return [line.rstrip() for line in lines]

    def feed_line(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def put(self, character):
        if self.column == self.columns:
            self.feed_line()
            self.continued.add(self.row)
            self.column = 0
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[:self.column] + character + line[self.column + 1:]
        self.column += 1

    def obey(self, number, letter):
        n = int(number or 1)
        if letter == "A":
            self.row = max(self.row - n, len(self.lines) - self.rows, 0)
        elif letter == "B":
            self.row = min(self.row + n, len(self.lines) - 1)
        elif letter == "D":
            self.column = max(self.column - n, 0)
        elif letter == "K":
            self.lines[self.row] = self.lines[self.row][:self.column]
        else:
            raise ValueError(letter)

    def feed(self, text):
        for number, letter, plain in re.findall(r"\x1b\[(\d*)([A-Z])|([^\x1b])", text, re.S):
            if letter:
                self.obey(number, letter)
            elif plain == "\r":
                self.column = 0
            elif plain == "\n":
                self.feed_line()
            else:
                assert plain >= " " and not "\x7f" <= plain < "\xa0", repr(text)
                self.put(plain)


class Person:
    """A user of msrp chat at a terminal of his own."""

    def __init__(self, relay, user, *args):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 40, 0, 0))
        command = [system.MSRP, "chat", *map(str, args)]
        if relay:
            command += ["--relay", f"localhost:{relay.port}", "--user", f"{user}@{system.DOMAIN}",
                        "--ca", str(place.path / "ca.pem")]
        env = system.environment(MSRP_PASSWORD=system.PASSWORDS[user], TERM="xterm")
        self.process = subprocess.Popen(command, env=env, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)
        os.close(slave)
        self.screen, self.rest = Screen(), b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, end):
        """Takes in what comes; False when nothing can come any more."""
        if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
            raise AssertionError(f"not on the screen in time: {self.screen.lines}")
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: the other end of the terminal is closed
            return False
        self.rest += data
        # A sequence or a character may have been cut.
        cut = re.search(rb"(\x1b\[?\d*|[\xc0-\xff][\x80-\xbf]*)$", self.rest)
        whole = self.rest
        if cut and not self.is_whole(cut.group()):
            whole = self.rest[:cut.start()]
        self.rest = self.rest[len(whole):]
        self.screen.feed(whole.decode())
        return True

    @staticmethod
    def is_whole(tail):
        try:
            tail.decode()
        except UnicodeDecodeError:
            return False
        return not tail.startswith(b"\x1b")

    def sees(self, line):
        """Waits until LINE is one of the screen."""
        end = time.monotonic() + system.PATIENCE
        while line not in self.screen.shown():
            assert self.read(end), f"{line} is not on the screen: {self.screen.lines}"

    def leaves(self, want=0):
        end = time.monotonic() + system.PATIENCE
        while self.read(end):
            pass
        assert self.process.wait(system.PATIENCE) == want, (want, self.screen.lines)


class Talk:
    """Alice and bob, connected through a relay, or without one."""

    def __init__(self, relay=None):
        path_file = place.fresh("path")
        waits = [] if relay else ["--listen", "127.0.0.1:0"]
        self.bob = Person(relay, "bob", "--path-file", path_file, "--nickname", "Bob", *waits)
        self.alice = Person(relay, "alice", "--call", "--path-file", path_file,
                            "--nickname", "Al\u00edce")

    def __enter__(self):
        for person in (self.alice, self.bob):
            person.sees("* connected; Ctrl-D ends")
        self.alice.sees("* the other side is called Bob")
        self.bob.sees("* the other side is called Al\u00edce")
        return self.alice, self.bob

    def __exit__(self, *_):
        self.alice.__exit__()
        self.bob.__exit__()


def talk():
    """Messages arrive under the nickname, and are marked when they have."""
    with system.Relay(place) as relay, Talk(relay) as (alice, bob):
        alice.type("hello, b\u00f6b" + ENTER)
        bob.sees("  Al\u00edce: hello, b\u00f6b")
        alice.sees(f"{DELIVERED} Al\u00edce: hello, b\u00f6b")
        bob.type("hi" + ENTER + "and bye" + ENTER)
        alice.sees("  Bob: hi")
        alice.sees("  Bob: and bye")
        bob.sees(f"{DELIVERED} Bob: hi")
        bob.sees(f"{DELIVERED} Bob: and bye")
        bob.type(CTRL_D)
        alice.sees("* the other side has left")
        bob.leaves()
        alice.leaves()


def typed_line():
    """What is being typed stays as it is when a message comes."""
    with Talk() as (alice, bob):
        alice.type("I am typ")
        alice.sees("> I am typ")
        bob.type("are you there?" + ENTER)
        alice.sees("  Bob: are you there?")
        alice.sees("> I am typ")
        alice.type("ing" + ENTER)
        bob.sees("  Al\u00edce: I am typing")


def line_editing():
    with Talk() as (alice, bob):
        alice.type("wrong" + CTRL_U + "hxlo" + LEFT * 2 + BACKSPACE + "el" + ENTER)
        bob.sees("  Al\u00edce: hello")
        alice.type("\u00e4\u00f6" + BACKSPACE + "\u00fc" + LEFT + LEFT + "x" + ENTER)
        bob.sees("  Al\u00edce: x\u00e4\u00fc")


def long_lines():
    """A mark finds its line above others that take several rows."""
    text = "a line that does not fit into forty columns"
    with Talk() as (alice, bob):
        bob.type(text + ENTER)
        bob.sees(f"{DELIVERED} Bob: {text}")
        bob.type("x" * 30 + ENTER)
        alice.sees("  Bob: " + "x" * 30)
        alice.type(text)
        alice.sees("> " + text[-37:])


def names():
    with Talk() as (alice, bob):
        alice.type("/nick Carol" + ENTER)
        bob.sees("* the other side is called Carol")
        alice.type("hi" + ENTER)
        bob.sees("  Carol: hi")
        bob.type("/nick Carol" + ENTER)
        bob.sees("* the other side does not accept the name: Nickname reserved or already in use")
        bob.type("/what" + ENTER)
        bob.sees("* there are /nick NAME and /quit; // begins a line with /")
        bob.type("//quit" + ENTER)
        alice.sees("  Bob: /quit")
        # They are asked for one after the other, and so is the good-bye.
        bob.type("/nick Dave" + ENTER + "/nick Erin" + ENTER)
        alice.sees("* the other side is called Erin")
        bob.type("/nick Fred" + ENTER + "/quit" + ENTER)
        alice.sees("* the other side has left")
        bob.leaves()
        alice.leaves()


def end_before_anybody_came():
    with Person(None, "bob", "--listen", "127.0.0.1:0") as bob:
        end = time.monotonic() + system.PATIENCE
        while not any("msrp://127.0.0.1:" in line for line in bob.screen.lines):
            assert bob.read(end)
        bob.type(CTRL_D)
        bob.leaves()


def lost():
    """The other side's machine is gone: that is told, and is no success."""
    with Talk() as (alice, bob):
        bob.process.kill()
        alice.sees("* the other side has left")
        alice.leaves()


def left_without_a_name():
    """The connection to the relay stays when the other side leaves: it is asked for."""
    path_file = place.fresh("path")
    with system.Relay(place) as relay, \
            Person(relay, "bob", "--path-file", path_file) as bob, \
            Person(relay, "alice", "--call", "--path-file", path_file) as alice:
        for person in (alice, bob):
            person.sees("* connected; Ctrl-D ends")
        bob.type(CTRL_D)
        bob.leaves()
        alice.sees("* the other side has left")
        alice.leaves()


def in_pipes():
    """What stands in a pipe is said; what is heard goes into another, and nothing else."""
    path_file = place.fresh("path")
    common = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
              "env": system.environment()}
    with subprocess.Popen([system.MSRP, "chat", "--listen", "127.0.0.1:0", "--path-file",
                           path_file, "--nickname", "Bob"], stdin=subprocess.PIPE,
                          **common) as bob, \
            subprocess.Popen([system.MSRP, "chat", "--call", "--path-file", path_file,
                              "--nickname", "Alice"], stdin=subprocess.PIPE, **common) as alice:
        # Both lines stand there before there is anybody to hear them.
        alice.stdin.write("one\ntwo\n")
        alice.stdin.close()
        lines = [bob.stdout.readline() for _ in range(3)]
        assert lines[1:] == ["Alice: one\n", "Alice: two\n"], lines
        assert alice.wait(system.PATIENCE) == 0, alice.stderr.read()
        assert bob.wait(system.PATIENCE) == 0, bob.stderr.read()
        assert (alice.stdout.read(), bob.stdout.read()) == ("", "")
        assert (alice.stderr.read(), bob.stderr.read()) == ("", "")
        bob.stdin.close()


def from_a_file():
    path_file, words = place.fresh("path"), place.fresh("words")
    words.write_text("from a file\nwithout an end")
    with Person(None, "bob", "--listen", "127.0.0.1:0", "--path-file", path_file) as bob:
        with words.open() as file:
            done = subprocess.run([system.MSRP, "chat", "--call", "--path-file", path_file,
                                   "--nickname", "File"], stdin=file, capture_output=True,
                                  env=system.environment(), timeout=system.PATIENCE, check=False)
        assert done.returncode == 0, done
        bob.sees("  File: from a file")
        bob.sees("  File: without an end")
        bob.leaves()


def usage():
    for args in (["chat"], ["chat", "--call"], ["chat", "word", "--listen", "1"],
                 ["chat", "--to", "x", "--call", "--path-file", "f"]):
        done = subprocess.run([system.MSRP, *args], env=system.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode == 1 and b"usage:" in done.stderr, (args, done)


tap.run([
    ("two people talk through a relay", talk),
    ("a message that comes leaves the typed line alone", typed_line),
    ("a line can be edited", line_editing),
    ("lines may be longer than the terminal is wide", long_lines),
    ("names can be changed, and are not taken twice", names),
    ("Ctrl-D ends the wait for somebody", end_before_anybody_came),
    ("who has gone is said to have left", lost),
    ("who leaves without a name is missed behind a relay", left_without_a_name),
    ("in pipes it works as well", in_pipes),
    ("a file can be said", from_a_file),
    ("options that make no sense are refused", usage),
])
