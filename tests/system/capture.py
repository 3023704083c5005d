# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over a port, as tshark has seen it."""

import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import relay as system
import tap

TSHARK = shutil.which("tshark")


class Capture:
    """All that goes over PORT, which somebody listens at, and MORE of them."""

    def __init__(self, place, port, *more):
        if not TSHARK:
            raise tap.Skip("tshark is not installed")
        self._port = port
        self._filter = " or ".join(f"tcp port {one}" for one in (port, *more))
        self._file = place.fresh("capture.pcapng")
        self._complaints = place.fresh("complaints")

    def __enter__(self):
        self._process = subprocess.Popen(
            [TSHARK, "-i", "lo", "-f", self._filter, "-w", self._file],
            stdout=subprocess.DEVNULL, stderr=self._complaints.open("w"))
        end = time.monotonic() + system.PATIENCE
        while not self._has_packets():
            if self._process.poll() is not None:
                said = self._complaints.read_text().strip().splitlines()
                raise tap.Skip(f"capturing is not possible: {said[-1]}")
            assert time.monotonic() < end, self._complaints.read_text()
            # Not all versions tell when they have begun.
            socket.create_connection(("127.0.0.1", self._port)).close()
            time.sleep(0.05)
        return self

    def _has_packets(self):
        """In blocks of a type and a length, of which those of type 6 are packets."""
        data = self._file.read_bytes() if self._file.exists() else b""
        at = 0
        while at + 8 <= len(data):
            kind, length = struct.unpack_from("=II", data, at)
            if kind == 6:
                return True
            at += length
        return False

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(system.PATIENCE)

    def wait_for(self, text):
        """Until TEXT has been written to the file; what was sent before it is there, too."""
        give_up = threading.Event()
        timer = threading.Timer(system.PATIENCE, give_up.set)
        timer.start()
        while text.encode() not in self._file.read_bytes():
            assert not give_up.wait(0.1), f"not captured: {text}"
        timer.cancel()

    def read(self, filter_, *fields):
        """The values of FIELDS in each packet that passes the filter, each a list."""
        command = [TSHARK, "-r", self._file, "-d", f"tcp.port=={self._port},msrp",
                   "-2", "-Y", filter_, "-T", "fields", "-E", "separator=/t", "-E",
                   "aggregator=\x1f"]
        for field in fields:
            command += ["-e", field]
        out = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, timeout=system.PATIENCE).stdout
        return [[[v for v in value.split("\x1f") if v] for value in line.split("\t")]
                for line in out.splitlines()]
