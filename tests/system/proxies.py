# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that operators put in front of a relay, with the examples of msrpd-operation(7)."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

import relay as system
import tap
from starting import NotStarted, Starting

PAGE = pathlib.Path(__file__).parent.parent.parent / "man/msrpd-operation.7"

HAPROXY = """
defaults
    timeout connect 10s
    timeout client 30s
    timeout server 30s
"""

NGINX = """
daemon off;
error_log stderr;
pid DIRECTORY/pid;
events { }
"""


def example(start):
    """The lines of the example of the manual that begins with START."""
    text = PAGE.read_text()
    begin = text.index(start)
    end = text.index(".RE", begin)
    return text[begin:end].replace("\\-", "-").replace("\\e", "\\").replace("\\(dq", '"')


def both(place):
    """A file with certificate and key."""
    file = place.path / "both.pem"
    file.write_text((place.path / "cert.pem").read_text() + (place.path / "key.pem").read_text())
    return file


class Proxy(Starting):
    """A running program, until the context is left; it listens at port.

    In TEXT, its configuration, PORT and DIRECTORY are replaced.
    """

    def __init__(self, place, program, text, *args):
        self.program = shutil.which(program) or f"/usr/sbin/{program}"
        if not os.access(self.program, os.X_OK):
            raise tap.Skip(f"{program} is not here")
        self.directory = place.fresh(program)
        self.directory.mkdir()
        self.text = text.replace("DIRECTORY", str(self.directory))
        self.args = args

    def _start(self):
        self.port = system.free_port()
        config = self.directory / "config"
        config.write_text(self.text.replace("PORT", str(self.port)))
        self.output = open(self.directory / "output", "w+", encoding="utf-8")
        self.process = subprocess.Popen([self.program, *self.args, str(config)],
                                        stdout=self.output, stderr=subprocess.STDOUT)
        try:
            self._wait()
        except NotStarted:
            self.__exit__()
            raise
        return self

    def _wait(self):
        end = time.monotonic() + system.PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise NotStarted(f"it does not listen: {self.process.poll()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(system.PATIENCE)
        self.output.seek(0)
        print("".join(f"# {line}" for line in self.output), end="")
        self.output.close()
