# SPDX-License-Identifier: GPL-3.0-or-later
"""Handshakes with a relay by "openssl s_client", which has a switch for everything."""

import os
import re
import subprocess
import threading

import relay as system


def request(port):
    return (f"MSRP q1w2e3 AUTH\r\nTo-Path: msrps://localhost:{port};tcp\r\n"
            "From-Path: msrps://127.0.0.1:9/a;tcp\r\n-------q1w2e3$\r\n").encode()


class Handshake:
    """What has come of one: whether a request was answered, and all that s_client has said."""

    def __init__(self, relay, *options, port=None, name="localhost"):
        port = port or relay.port
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name,
                   "-CAfile", str(relay.place.path / "ca.pem"), *map(str, options)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT,
                                   env={**os.environ, "OPENSSL_CONF": "/dev/null"})
        timer = threading.Timer(system.PATIENCE, process.kill)
        timer.start()
        self.answered = False
        try:
            process.stdin.write(request(port))
            process.stdin.flush()
            said = b""
            while not self.answered and (piece := process.stdout.read1(65536)):
                said += piece
                self.answered = b"MSRP q1w2e3 401" in said
            process.stdin.close()
            said += process.stdout.read()
        except BrokenPipeError:
            said = process.stdout.read()
        process.wait()
        timer.cancel()
        self.said = said.decode("utf-8", "backslashreplace")

    @property
    def resumed(self):
        return "\nReused, " in self.said

    def find(self, pattern):
        found = re.search(pattern, self.said)
        return found and found.group(1)

    @property
    def version(self):
        return self.find(r"\n(?:New|Reused), (\S+),")

    @property
    def cipher(self):
        return self.find(r"Cipher is (\S+)")

    @property
    def key(self):
        """That of the certificate: ECDSA or RSA."""
        kind = self.find(r"Peer signature type: (\S+)") or ""
        return "RSA" if "rsa" in kind.lower() else "ECDSA" if "ecdsa" in kind.lower() else kind
