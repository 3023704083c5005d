#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example programs, as somebody has them who has installed the library and nothing else.

usage: test_examples.py BUILD COMPILER...
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import relay as system
import tap

BUILD, *COMPILER = sys.argv[1:]
WARNINGS = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"]

place = system.Place()


class Installed:
    """The library below a directory of its own, and the examples, built there."""

    def __init__(self, directory):
        self.root = pathlib.Path(directory)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", directory],
                       stdout=subprocess.DEVNULL, check=True)
        self.pkgconfig = next(self.root.rglob("libmsrp.pc")).parent
        self.sources = next(self.root.rglob("examples"))
        library = next(self.root.rglob("libmsrp.so")).parent
        self.env = system.environment(LD_LIBRARY_PATH=str(library))

    def flags(self):
        env = os.environ | {"PKG_CONFIG_SYSROOT_DIR": str(self.root),
                            "PKG_CONFIG_PATH": str(self.pkgconfig)}
        return subprocess.run(["pkg-config", "--cflags", "--libs", "libmsrp"], env=env, text=True,
                              stdout=subprocess.PIPE, check=True).stdout.split()

    def compile(self, name):
        """As the comment in the example says."""
        done = subprocess.run([*COMPILER, *WARNINGS, "-o", name, f"{name}.c", *self.flags()],
                              cwd=self.sources, text=True, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr

    def compile_command(self):
        """The msrp command, of its own files and what is installed, and nothing else."""
        tree = self.root / "command"
        shutil.copytree(tap.ROOT / "src/cli", tree / "cli")
        sources = sorted(str(path) for path in tree.rglob("*.c"))
        done = subprocess.run([*COMPILER, *WARNINGS, "-D_GNU_SOURCE", '-DCLI_VERSION="outside"',
                               f"-I{tree}", "-o", self.sources / "msrp", *sources, *self.flags()],
                              text=True, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr

    def start(self, name, *args, **more):
        return Program([self.sources / name, *map(str, args)], self.env | more)


class Program:
    """One of them as a process; leaving the context ends it."""

    def __init__(self, command, env):
        self.process = subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def say(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def finish(self):
        """(exit code, what it has printed, its complaints), at the end of its input."""
        out, err = self.process.communicate(timeout=system.PATIENCE)
        return self.process.returncode, out, err


def talk(callee_env, caller_env):
    with installed.start("chat", **callee_env) as callee:
        path = callee.line()
        with installed.start("chat", path, **caller_env) as caller:
            caller.say("hello\nare you there?\n")
            assert [callee.line(), callee.line()] == ["hello", "are you there?"]
            callee.say("yes, hélas\n")
            assert caller.line() == "yes, hélas"
            caller.say("no end of line")
            ends = [caller.finish()]
            last = callee.line()
            ends.append(callee.finish())
    assert last == "no end of line", last
    assert ends == [(0, "", ""), (0, "", "")], ends
    return path


def command():
    installed.compile_command()
    with installed.start("msrp", "--version") as program:
        assert program.finish() == (0, "msrp outside\n", "")


def chat():
    path = talk({}, {})
    assert re.fullmatch(r"msrp://\S+/\S+;tcp", path), path


def chat_through_a_relay():
    with system.Relay(place) as relay:
        path = talk({"MSRP_DOMAIN": system.DOMAIN, "MSRP_USER": "alice",
                     "MSRP_PASSWORD": system.PASSWORDS["alice"], "MSRP_RELAY": "localhost",
                     "MSRP_PORT": str(relay.port), "MSRP_CA": str(place.path / "ca.pem")},
                    {"MSRP_CA": str(place.path / "ca.pem")})
    assert path.startswith(f"msrps://localhost:{relay.port}/"), path


def chat_with_nobody():
    with installed.start("chat", "msrp://127.0.0.1:1/nobody;tcp") as caller:
        code, out, err = caller.finish()
    assert (code, out) == (1, "") and err, err


def chat_whose_other_side_closes_before_the_start():
    """What was to be said is lost then, and that is no success."""
    with socket.create_server(("127.0.0.1", 0)) as server, \
            installed.start("chat", f"msrp://127.0.0.1:{server.getsockname()[1]}/x;tcp") as caller:
        caller.say("hello\n")
        server.settimeout(system.PATIENCE)
        connection = server.accept()[0]
        with connection, connection.makefile("rb") as requests:
            while not requests.readline().startswith(b"-------"):
                pass
        code, out, err = caller.finish()
    assert (code, out) == (1, "") and err, (code, out, err)


def file():
    data, got = place.fresh("data"), place.fresh("got")
    data.write_bytes(os.urandom(3000000))
    with installed.start("file", "receive", got) as receiver, \
            installed.start("file", "send", receiver.line(), data) as sender:
        ends = [sender.finish(), receiver.finish()]
    assert ends == [(0, "", ""), (0, "", "")], ends
    assert got.read_bytes() == data.read_bytes()


def file_that_is_there_already():
    data, got = place.fresh("data"), place.fresh("got")
    data.write_bytes(b"new")
    got.write_bytes(b"old")
    with installed.start("file", "receive", got) as receiver, \
            installed.start("file", "send", receiver.line(), data) as sender:
        ends = [sender.finish()[0], receiver.finish()[0]]
    assert ends == [1, 1], ends
    assert got.read_bytes() == b"old"


def file_whose_sender_dies():
    data, got = place.fresh("data"), place.fresh("got")
    with data.open("wb") as sparse:
        sparse.truncate(1 << 40)
    with installed.start("file", "receive", got) as receiver, \
            installed.start("file", "send", receiver.line(), data) as sender:
        while not got.exists() or got.stat().st_size == 0:
            assert sender.process.poll() is None
        sender.process.send_signal(signal.SIGKILL)
        code = receiver.finish()[0]
    assert code == 1 and not got.exists(), code


def questions():
    """Two callers of one server, at the same port."""
    with installed.start("echo", 2) as server:
        first = server.line()
        with installed.start("ask", first, "who is there?", "hélas") as caller:
            assert caller.finish() == (0, "who is there?\nhélas\n", "")
        second = server.line()
        assert first != second and first.rpartition("/")[0] == second.rpartition("/")[0]
        with installed.start("ask", first, "again") as late:
            assert late.finish()[0] == 1
        with installed.start("ask", second, "and now?") as caller:
            assert caller.finish() == (0, "and now?\n", "")
        assert server.finish() == (0, "", "")


def description(program):
    """What it prints, up to the empty line."""
    return "".join(iter(program.process.stdout.readline, "\n")) + "\n"


def transfer(have):
    data, got = place.fresh("data"), place.fresh("got")
    data.write_bytes(os.urandom(300000))
    got.write_bytes(data.read_bytes()[:have])
    with installed.start("transfer", "receive", got) as receiver, \
            installed.start("transfer", "send", data) as sender:
        offer = description(sender)
        receiver.say(offer)
        answer = description(receiver)
        sender.say(answer)
        ends = [sender.finish()[:2], receiver.finish()[:2]]
    assert "a=file-selector:" in offer and (f"a=file-range:{have + 1}-" in answer) == (have > 0)
    assert ends == [(0, ""), (0, "")], ends
    assert got.read_bytes() == data.read_bytes()


def many_files():
    directory = place.fresh("directory")
    directory.mkdir()
    sent = [place.fresh(name) for name in ("one", "two", "three")]
    for number, path in enumerate(sent):
        path.write_bytes(os.urandom(100000 * number))
    (directory / sent[1].name).write_bytes(b"mine")
    with installed.start("files", "receive", directory) as receiver, \
            installed.start("files", "send", receiver.line(), *sent) as sender:
        code, out, err = sender.finish()
        assert (code, out) == (1, "") and "File exists" in err, err
        code, out, _ = receiver.finish()
    assert code == 1 and out == f"{sent[0].name}, 0 octets\n{sent[2].name}, 200000 octets\n", out
    assert (directory / sent[2].name).read_bytes() == sent[2].read_bytes()
    assert (directory / sent[1].name).read_bytes() == b"mine"


EXAMPLES = ("ask", "chat", "echo", "file", "files", "transfer")


def compiled():
    assert sorted(path.stem for path in installed.sources.glob("*.c")) == sorted(EXAMPLES)
    for name in EXAMPLES:
        installed.compile(name)


with tempfile.TemporaryDirectory(prefix="msrpd-test-") as root:
    installed = Installed(root)
    tap.run([
        ("each example is compiled as it says", compiled),
        ("the msrp command is compiled outside of its tree", command),
        ("two people chat", chat),
        ("two people chat through a relay", chat_through_a_relay),
        ("who calls nobody is told", chat_with_nobody),
        ("when the other side closes before the start, that is told",
         chat_whose_other_side_closes_before_the_start),
        ("a file is sent and received", file),
        ("a file that is there already is not overwritten", file_that_is_there_already),
        ("a file whose sender dies is not kept", file_whose_sender_dies),
        ("two ask a server at one port", questions),
        ("a file is offered, answered and sent", lambda: transfer(0)),
        ("a file goes on where it was", lambda: transfer(1000)),
        ("many files go over one session", many_files),
    ])
