#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A receiver that does not read stops its sender, through the relay, and nothing is lost."""

import hashlib
import secrets
import threading

import relay as system
import tap
from client import Peer

place = system.Place()

# All the buffers of two connections and of the relay together hold less.
SIZE = 64 * 1024 ** 2
BLOCK = secrets.token_bytes(256 * 1024)
BODY = BLOCK * (SIZE // len(BLOCK))
GROWTH_MAX = 2 * 1024 ** 2

# The sender has stopped when its socket took nothing for so many seconds.
STALL = 2


class Sender(threading.Thread):
    """Writes DATA to a peer; stalled is set as soon as that does not get on."""

    def __init__(self, peer, data):
        super().__init__(daemon=True)
        self.peer, self.data = peer, memoryview(data)
        self.taken = 0
        self.stalled = threading.Event()
        self.start()

    def run(self):
        self.peer.sock.settimeout(STALL)
        while self.taken < len(self.data):
            try:
                # TLS takes all of such a piece or nothing, and wants the same again then.
                self.taken += self.peer.sock.send(self.data[self.taken:self.taken + 16384])
            except TimeoutError:
                self.stalled.set()
        self.peer.sock.settimeout(system.PATIENCE)


def wait_for_stall(sender):
    while not sender.stalled.wait(STALL):
        assert sender.is_alive(), "the sender was never stopped"
    assert sender.taken < SIZE // 2, f"{sender.taken} bytes were taken for a dead receiver"


def check_body(bob):
    body = bob.receive()[1]
    assert hashlib.sha256(body).digest() == hashlib.sha256(BODY).digest(), len(body)


def chunks(alice, bob, size):
    """The message in chunks of SIZE bytes."""
    message_id = secrets.token_hex(8)
    for start in range(0, SIZE, size):
        piece = BODY[start:start + size]
        end = start + len(piece)
        yield alice.request("SEND", alice.to(bob), alice.uri,
                            [("Message-ID", message_id),
                             ("Byte-Range", f"{start + 1}-{end}/{SIZE}"),
                             ("Content-Type", "application/octet-stream")],
                            piece, "$" if end == SIZE else "+")


def stalled(chunk_size):
    """Bob reads nothing until alice is stopped, then everything."""
    def case():
        with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            alice.auth()
            bob.auth()
            before, _ = relay.memory()
            parts = list(chunks(alice, bob, chunk_size))
            sender = Sender(alice, b"".join(parts))
            wait_for_stall(sender)
            _, most = relay.memory()
            if not system.SANITIZED:
                assert most - before < GROWTH_MAX, f"from {before} to {most} bytes"
            check_body(bob)
            sender.join(system.PATIENCE)
            for _ in parts:
                alice.expect_status(200)
    return case


def others_go_on():
    """One slow receiver is not felt by the other sessions."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob, Peer(relay, "carol") as carol, \
            Peer(relay, "alice") as other:
        for peer in (alice, bob, carol, other):
            peer.auth()
        sender = Sender(alice, b"".join(chunks(alice, bob, SIZE)))
        wait_for_stall(sender)
        other.send(other.to(carol), BLOCK)
        assert carol.receive()[1] == BLOCK
        other.expect_status(200)
        check_body(bob)
        sender.join(system.PATIENCE)
        alice.expect_status(200)


tap.run([
    ("one endless chunk is stopped and goes on", stalled(SIZE)),
    ("chunks of 64 KiB are stopped and go on", stalled(65536)),
    ("a slow receiver does not slow the others", others_go_on),
])
