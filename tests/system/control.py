# SPDX-License-Identifier: GPL-3.0-or-later
"""msrpctl and the admin socket of a relay, for tests."""

import json
import os
import socket
import subprocess

import relay as system

MSRPCTL = os.environ.get("MSRPCTL", "msrpctl")


class Controlled(system.Relay):
    """A relay with an admin socket."""

    def __init__(self, place, changes=None, **more):
        self.socket = str(place.fresh("control"))
        super().__init__(place, {"admin.socket": self.socket} | (changes or {}), **more)

    def ctl(self, *words, command=()):
        """(exit code, stdout, stderr) of msrpctl; COMMAND stands before it."""
        done = subprocess.run([*command, MSRPCTL, "-s", self.socket, *words], text=True,
                              capture_output=True, timeout=system.PATIENCE,
                              env=system.environment())
        return done.returncode, done.stdout, done.stderr

    def ask(self, *words):
        """The objects of the answer."""
        code, out, err = self.ctl("--json", *words)
        assert code == 0, f"{words}: exit code {code}: {err}"
        return [json.loads(line) for line in out.splitlines()]

    def connect(self):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(system.PATIENCE)
        sock.connect(self.socket)
        return sock
