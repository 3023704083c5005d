#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`msrp` as a user meets it: options, exit codes, terminals of all widths, prompts and signals."""

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time

import relay as system
import tap
from client import Peer
from sender import Receive

place = system.Place()

COMMANDS = ("auth", "chat", "forward", "receive", "send")


def msrp(*args, **more):
    """(exit code, stdout, stderr) of a command that ends by itself."""
    done = subprocess.run([system.MSRP, *map(str, args)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, env=system.environment(),
                          timeout=system.PATIENCE, check=False, **more)
    return done.returncode, done.stdout, done.stderr


# ---- the command line ----

def offered(*command):
    code, out, _ = msrp(*command, "--help")
    assert code == 0, command
    return set(re.findall(r"^  (?:-v, )?--([a-z-]+)", out, re.M))


def options_of_commands():
    """Each command tells of the options that it takes, and refuses all others."""
    every = offered()
    assert {"chunk-size", "dir", "repeat", "nickname", "type"} <= every, every
    for command in COMMANDS:
        fitting = offered(command)
        assert {"user", "ca", "help"} <= fitting < every, (command, fitting)
        for name in every - fitting:
            code, out, err = msrp(command, f"--{name}=1")
            assert (code, out) == (1, "") and f"msrp: --{name} does not apply" in err, (command, err)
    assert "force" in offered("receive") and "chunk-size" not in offered("receive")


def messages_of_options():
    """Whoever is wrong about an option hears it from msrp."""
    for args, why in ((("send", "--nothing"), "there is no option --nothing"),
                      (("send", "-x"), "there is no option -x"),
                      (("receive", "--output"), "--output needs a value"),
                      (("receive", "--force=yes"), "--force takes no value"),
                      (("receive", "--user", "nobody"), "--user: 'nobody' is invalid"),
                      (("receive", "--listen", "127.0.0.1"), "--listen: '127.0.0.1'"),
                      (("receive", "--listen", "1", "--password", "x"), "for --user"),
                      (("receive", "--listen", "1", "--key", "x"), "need each other"),
                      (("receive", "--user", "a@b", "--password", "x", "--key", "x",
                        "--certificate", "x"), "for --listen"),
                      (("auth", "--user", "a@b", "--password", "x", "--warning", "1"),
                       "for --repeat"),
                      (("chat", "--listen", "1", "--to", "msrp://a:1/b;tcp"), "usage:"),
                      (("chat", "--listen", "1", "--nickname", "x" * 65), "64 bytes"),
                      ((), "which command?"), (("shout",), "'shout' is not a command")):
        code, out, err = msrp(*args)
        assert (code, out) == (1, "") and why in err, (args, code, err)
        assert all(line.startswith("msrp: ") for line in err.splitlines()), err


def exit_codes():
    """As msrp(1) says."""
    file, nonsense = place.fresh("file"), place.fresh("nonsense")
    file.write_bytes(b"content")
    nonsense.write_text("no path\n")
    busy = socket.create_server(("127.0.0.1", 0))
    port = busy.getsockname()[1]
    there = "msrp://127.0.0.1:9/x;tcp"
    for args, want, why in (
            (("send", file, "--to", there, "--ca", "/nonexistent"), 1, "/nonexistent"),
            (("send", file, "--to", "nonsense"), 1, "--to: 'nonsense' is not a path"),
            (("chat", "--to", "msrp://"), 1, "is not a path"),
            (("send", file, "--path-file", nonsense), 1, f"{nonsense}: that is not a path"),
            (("send", "/nonexistent", "--to", there), 1, "/nonexistent"),
            (("receive", "--listen", "0", "--output", "/nonexistent/file"), 1, "/nonexistent/file"),
            (("receive", "--listen", "0", "--dir", "/nonexistent"), 1, "/nonexistent"),
            (("receive", "--listen", "127.0.0.1:0", "--certificate", "/nonexistent", "--key",
              "/nonexistent"), 1, "/nonexistent"),
            (("forward", "--connect", "a:1", "--listen", "0", "--type", "no"), 1, "content type"),
            (("receive", "--listen", f"127.0.0.1:{port}"), 2,
             f"cannot listen at 127.0.0.1, port {port}: address already in use"),
            (("chat", "--listen", f"127.0.0.1:{port}"), 2, "cannot listen at 127.0.0.1"),
            (("send", file, "--to", there), 2, "cannot connect to the other side")):
        code, out, err = msrp(*args)
        assert code == want and not out and why in err, (args, code, out, err)
    busy.close()


def every_address():
    """What is told of 0.0.0.0 and :: can be called."""
    file = place.fresh("file")
    file.write_bytes(b"content")
    for at in ("0.0.0.0:0", "[::]:0"):
        path_file, output = place.fresh("path"), place.fresh("output")
        with subprocess.Popen([system.MSRP, "receive", "--listen", at, "--path-file", path_file,
                               "--output", output], stdout=subprocess.PIPE, text=True) as receive:
            code, _, err = msrp("send", file, "--path-file", path_file)
            receive.kill()
            path = receive.stdout.readline()
        assert "//0.0.0.0:" not in path and "//[::]:" not in path, path
        assert code == 0 and output.read_bytes() == b"content", (path, code, err)


# ---- terminals ----

class Terminal:
    """A command with a terminal of so many columns for its errors, or for all."""

    def __init__(self, columns, *args, everything=False, **more):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        streams = {"stderr": slave} | ({"stdin": slave, "stdout": slave} if everything else
                                       {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL})
        self.process = subprocess.Popen([system.MSRP, *map(str, args)], env=system.environment(),
                                        start_new_session=True, **streams, **more)
        os.close(slave)
        self.text = ""

    def sees(self, pattern):
        end = time.monotonic() + system.PATIENCE
        while not re.search(pattern, self.text):
            left = max(0, end - time.monotonic())
            assert select.select([self.master], [], [], left)[0], (pattern, self.text)
            self.text += os.read(self.master, 65536).decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def progress():
    """It fits into the terminal, and has a name and the time that is left where there is room."""
    # More than the relay and the kernel take for a receiver that does not read.
    file = place.fresh("some file")
    with file.open("wb") as sparse:
        sparse.truncate(64 * 1024 ** 2)
    with system.Relay(place) as relay:
        for columns in (20, 40, 80, 200):
            with Peer(relay, "bob").auth() as bob, Terminal(
                    columns, "send", file, "--to", " ".join(bob.path), "--relay",
                    f"localhost:{relay.port}", "--user", "alice@example.com", "--password",
                    system.PASSWORDS["alice"], "--ca", place.path / "ca.pem") as terminal:
                terminal.sees("reading")
                while (message := bob.read()).get("Content-Type") is None:
                    bob.answer(message)
                bob.answer(message, "415 Unsupported Media Type")
                terminal.sees(r"\d+ % of .*MB" if columns >= 40 else r"\d+ % of")
                shown = re.split(r"\r\x1b\[K|\r\n", terminal.text)
                assert all(len(line) < columns for line in shown), (columns, shown)
                if columns == 200:
                    terminal.sees(rf"{re.escape(str(file))}: \[[# ]{{30}}\] .*, \d+:\d\d left")


def line_to_type():
    """Who waits at a terminal is told what to type on the other side, quoted."""
    for command, typed in ((("receive",), "send FILE"), (("chat",), "chat"),
                           (("forward", "--connect", "localhost:1"), "forward --listen PORT")):
        with Terminal(200, *command, "--listen", "127.0.0.1:0", everything=True) as terminal:
            terminal.sees(rf"on the other side: msrp {typed} --to 'msrp://127.0.0.1:\d+/\S+;tcp'\r")
            assert re.match(r"msrp://127.0.0.1:\d+/\S+;tcp\r\n", terminal.text), terminal.text


# ---- the password ----

class Prompt:
    """`msrp auth` in the foreground of a terminal, under a shell that has but this one job."""

    def __init__(self, *args):
        self.ours, theirs = os.pipe(), os.pipe()
        self.shell, self.master = pty.fork()
        if self.shell == 0:
            self.be_shell([system.MSRP, "auth", *args], theirs[0], self.ours[1])
        self.order = theirs[1]
        self.text = ""

    @staticmethod
    def be_shell(command, orders, news):
        """Tells of each stop and of the end; an order continues the job."""
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            for number in (signal.SIGTTOU, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.execve(command[0], command, system.environment())
        while True:
            _, status = os.waitpid(job, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                os.write(news, b"%d" % os.waitstatus_to_exitcode(status))
                os._exit(0)
            os.write(news, b"stopped")
            os.read(orders, 1)
            os.kill(job, signal.SIGCONT)

    def sees(self, n):
        """Until it has asked so often, with the echo off."""
        end = time.monotonic() + system.PATIENCE
        while self.text.count("Password of") < n or self.has_echo():
            assert time.monotonic() < end, self.text
            if select.select([self.master], [], [], 0.01)[0]:
                self.text += os.read(self.master, 4096).decode()

    def has_echo(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def news(self):
        assert select.select([self.ours[0]], [], [], system.PATIENCE)[0], self.text
        return os.read(self.ours[0], 100).decode()

    def rest(self):
        try:
            while True:
                self.text += os.read(self.master, 4096).decode()
        except OSError:
            os.waitpid(self.shell, 0)
            return self.text


def prompt_stopped():
    """Ctrl-Z gives the terminal back, and what is typed after it is not seen either."""
    prompt = Prompt("--user", "alice@example.com", "--relay", system.free_place())
    prompt.sees(1)
    os.write(prompt.master, b"sec\x1a")
    assert prompt.news() == "stopped"
    assert prompt.has_echo()
    os.write(prompt.order, b"x")
    prompt.sees(2)
    os.write(prompt.master, b"secret\n")
    assert prompt.news() == "2" and "secret" not in prompt.rest(), prompt.text


def prompt_ended():
    """Ctrl-D says why it ends, and Ctrl-C leaves the echo on."""
    prompt = Prompt("--user", "alice@example.com")
    prompt.sees(1)
    os.write(prompt.master, b"\x04")
    assert prompt.news() == "1" and "no password: nothing was typed" in prompt.rest(), prompt.text
    prompt = Prompt("--user", "alice@example.com")
    prompt.sees(1)
    os.write(prompt.master, b"\x03")
    assert prompt.news() == str(-signal.SIGINT) and prompt.has_echo()
    prompt.rest()


# ---- signals ----

def hang_up():
    """When the terminal goes, nothing is left of half a file."""
    directory = place.fresh("hang-up")
    directory.mkdir()
    for number in (signal.SIGHUP, signal.SIGTERM):
        with Receive(place, "--output", directory / "file") as receive:
            status = receive.sender.push_chunks(
                "m0001", (1, b"half", 8, "+"),
                headers=[("Content-Disposition", 'attachment; filename="x"')])
            assert status == 200 and len(os.listdir(directory)) == 1
            receive.process.send_signal(number)
            receive.process.wait(system.PATIENCE)  # before the sender goes, too
            code, _, err = receive.finish()
        assert code == 4 and "interrupted" in err, (number, code, err)
        assert os.listdir(directory) == [], os.listdir(directory)


# ---- lines of a chat ----

def long_lines():
    """A line in a pipe arrives whole; one that is too long for a message is told of."""
    path_file = place.fresh("path")
    common = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
              "text": True, "env": system.environment()}
    lines = ["x" * 4097, "\u00fc" * 50_000, "y" * (1024 * 1024 + 1), "end"]
    with subprocess.Popen([system.MSRP, "chat", "--listen", "127.0.0.1:0", "--path-file",
                           path_file], **common) as bob, \
            subprocess.Popen([system.MSRP, "chat", "--call", "--path-file", path_file,
                              "--nickname", "Alice"], **common) as alice:
        writer = threading.Thread(target=alice.communicate, args=("\r\n".join(lines),))
        writer.start()
        bob.stdout.readline()
        heard = [bob.stdout.readline() for _ in range(3)]
        writer.join()
        assert heard == [f"Alice: {lines[n]}\n" for n in (0, 1, 3)], [len(line) for line in heard]
        assert alice.returncode == 4, alice.returncode
        bob.communicate()


tap.run([
    ("each command takes its options, and no other", options_of_commands),
    ("msrp says itself what is wrong with options", messages_of_options),
    ("exit codes are those of the manual", exit_codes),
    ("who listens everywhere tells where to call", every_address),
    ("the progress fits into the terminal", progress),
    ("who waits is told what to type on the other side", line_to_type),
    ("Ctrl-Z at the password", prompt_stopped),
    ("Ctrl-D and Ctrl-C at the password", prompt_ended),
    ("SIGHUP leaves no half file", hang_up),
    ("long lines of a chat", long_lines),
])
