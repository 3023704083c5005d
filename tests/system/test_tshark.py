#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What msrpd sends, as tshark understands it: somebody else's opinion on our syntax."""

import collections
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import relay as system
import tap
from client import Peer

TSHARK = shutil.which("tshark")

# Longer than a segment on loopback, so that messages and segments end in different places.
LONG = 200_000

place = system.Place()


class Capture:
    """All that goes over RELAY's plain port."""

    def __init__(self, relay):
        if not TSHARK:
            raise tap.Skip("tshark is not installed")
        self._relay = relay
        self._file = place.fresh("capture.pcapng")
        self._complaints = place.fresh("complaints")

    def __enter__(self):
        self._process = subprocess.Popen(
            [TSHARK, "-i", "lo", "-f", f"tcp port {self._relay.plain_port}", "-w", self._file],
            stdout=subprocess.DEVNULL, stderr=self._complaints.open("w"))
        end = time.monotonic() + system.PATIENCE
        while not self._has_packets():
            if self._process.poll() is not None:
                said = self._complaints.read_text().strip().splitlines()
                raise tap.Skip(f"capturing is not possible: {said[-1]}")
            assert time.monotonic() < end, self._complaints.read_text()
            # Not all versions tell when they have begun.
            socket.create_connection(("127.0.0.1", self._relay.plain_port)).close()
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
        command = [TSHARK, "-r", self._file, "-d", f"tcp.port=={self._relay.plain_port},msrp",
                   "-2", "-Y", filter_, "-T", "fields", "-E", "separator=/t", "-E",
                   "aggregator=\x1f"]
        for field in fields:
            command += ["-e", field]
        out = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, timeout=system.PATIENCE).stdout
        return [[[v for v in value.split("\x1f") if v] for value in line.split("\t")]
                for line in out.splitlines()]


class Counted(Peer):
    """Counts what it sends and receives, by method or status."""

    counts = collections.Counter()

    def write(self, data):
        self.counts[data.split(b"\r\n", 1)[0].split()[2].decode()] += 1
        super().write(data)

    def read(self):
        message = super().read()
        self.counts[message.method or str(message.status)] += 1
        return message


def check(capture, counts):
    """tshark has seen what the client has, and nothing that it does not like."""
    bad = capture.read("_ws.malformed || _ws.unreassembled || _ws.expert && !tcp.analysis.flags"
                       " && msrp || msrp.status.code.invalid", "frame.number", "_ws.expert.message")
    assert not bad, bad
    seen = collections.Counter()
    for methods, statuses in capture.read("msrp", "msrp.method", "msrp.status.code"):
        seen.update(methods + statuses)
    assert seen == counts, f"tshark saw {seen}, the client {counts}"


def send(sender, to, body, message_id):
    # As text, because tshark looks for ASN.1 in other types, and complains when it finds none.
    fields = [("Message-ID", message_id), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
              ("Success-Report", "yes"), ("Content-Type", "text/plain")]
    sender.write(sender.request("SEND", to, sender.uri, fields, body))


def report(receiver, chunk, length):
    fields = [("Message-ID", chunk.get("Message-ID")), ("Byte-Range", f"1-{length}/{length}"),
              ("Status", "000 200 OK")]
    receiver.write(receiver.request("REPORT", chunk.get("From-Path"), receiver.uri, fields))


def exchange(sender, receiver, to, body):
    message_id = secrets.token_hex(8)
    writer = threading.Thread(target=send, args=[sender, to, body, message_id],
                              daemon=True)
    writer.start()
    chunk, got = receiver.receive()
    writer.join()
    assert got == body
    sender.expect_status(200)
    report(receiver, chunk, len(body))
    assert sender.read().method == "REPORT"


def messages():
    with system.Relay(place) as relay, Capture(relay) as capture:
        Counted.counts = collections.Counter()
        with Peer(relay, "alice") as alice, Counted(relay, "stranger", tls=False) as stranger:
            alice.auth()
            for body in (b"hello", b"", secrets.token_hex(LONG // 2).encode()):
                exchange(stranger, alice, alice.path, body)
                exchange(alice, stranger, [*alice.use_path, stranger.uri], body)
            exchange(stranger, alice, alice.path, b"the last of all")
            capture.wait_for("the last of all")
            counts = Counted.counts
        check(capture, counts)


def errors():
    with system.Relay(place) as relay, Capture(relay) as capture:
        Counted.counts = collections.Counter()
        with Counted(relay, "stranger", tls=False) as stranger:
            stranger.send([f"{stranger.relay_uri.split(';')[0]}/none;tcp", stranger.uri], b"x")
            stranger.expect_status(481)
            assert stranger.try_auth("x").status == 403
            capture.wait_for("AUTH needs TLS")
        check(capture, Counted.counts)


def auth():
    with system.Relay(place, {"auth.allow_without_tls": True,
                              "auth.algorithms": ["SHA-256", "MD5"]}) as relay, \
            Capture(relay) as capture:
        Counted.counts = collections.Counter()
        with Counted(relay, "alice", tls=False) as alice:
            alice.auth()
            assert alice.try_auth("wrong").status == 401
            assert alice.try_auth(to=alice.use_path).status == 200
            # One that is only there to be waited for.
            assert alice.try_auth("wrong", to=f"msrps://last@{system.DOMAIN};tcp").status == 401
            capture.wait_for("msrps://last@")
        check(capture, Counted.counts)
        paths = capture.read("msrp.use.path", "msrp.use.path")
        assert [path for [path] in paths] == [alice.use_path] * 2, paths


tap.run([
    ("tshark sees SENDs, REPORTs and responses as the client does", messages),
    ("tshark sees errors as the client does", errors),
    ("tshark sees AUTH as the client does", auth),
])
