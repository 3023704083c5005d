#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What msrpd sends, as tshark understands it: somebody else's opinion on our syntax."""

import collections
import secrets
import threading

import relay as system
import tap
from capture import Capture
from client import Peer

# Longer than a segment on loopback, so that messages and segments end in different places.
LONG = 200_000

place = system.Place()


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
    with system.Relay(place) as relay, Capture(place, relay.plain_port) as capture:
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
    with system.Relay(place) as relay, Capture(place, relay.plain_port) as capture:
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
            Capture(place, relay.plain_port) as capture:
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
