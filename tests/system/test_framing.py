#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bytes of a message may be, and how they may arrive."""

import relay as system
import tap
from client import Peer

place = system.Place()

EVERY_BYTE = bytes(range(256))


def exchange(alice, bob, body, tid=None):
    """BODY goes from alice to bob and must arrive as it was."""
    alice.send(alice.to(bob), body, tid=tid)
    chunk, got = bob.receive()
    assert got == body, f"{len(body)} bytes sent, {len(got)} received"
    assert chunk.flag == "$", chunk
    alice.expect_status(200)
    return chunk


def with_pair(function):
    def case():
        with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            function(alice.auth(), bob.auth())
    return case


def every_byte(alice, bob):
    exchange(alice, bob, EVERY_BYTE)
    exchange(alice, bob, EVERY_BYTE * 1024)


def empty(alice, bob):
    exchange(alice, bob, b"")


def end_line_look_alikes(alice, bob):
    tid = "abcd1234"
    for line in ("-------", "-------other123$", f"-------{tid}", f"-------{tid}!",
                 f"-------{tid}$$", f"------{tid}$", f"-------{tid}5$", f"-------{tid.upper()}$",
                 f"--------{tid}$", "MSRP abcd1234 SEND"):
        exchange(alice, bob, f"before\r\n{line}\r\nafter".encode(), tid)
        exchange(alice, bob, f"before\r\n{line}".encode(), tid)
        exchange(alice, bob, f"\r\n{line}\r\n".encode(), tid)
    exchange(alice, bob, f"no carriage return\n-------{tid}$\r\n".encode(), tid)
    exchange(alice, bob, f"-------{tid}$ at the start".encode(), tid)


def fresh_transaction_id(alice, bob):
    chunk = exchange(alice, bob, b"x", "abcd1234")
    assert chunk.id != "abcd1234", chunk


def paths_moved(alice, bob):
    """RFC 4976 5.1: what leads on is taken from To-Path and put in front of From-Path."""
    chunk = exchange(alice, bob, b"x")
    assert chunk.get("To-Path") == bob.uri, chunk
    assert chunk.get("From-Path").split() == [*bob.use_path, *alice.use_path, alice.uri], chunk


def split_everywhere(alice, bob):
    body = b"a\r\n-------b\r\n" + EVERY_BYTE[:40]
    whole = alice.send_request(alice.to(bob), body)
    for cut in range(1, len(whole)):
        alice.write(whole[:cut])
        alice.write(whole[cut:])
        got = bob.receive()[1]
        assert got == body, f"cut at {cut}: {got!r}"
        alice.expect_status(200)


def byte_by_byte(alice, bob):
    whole = alice.send_request(alice.to(bob), EVERY_BYTE)
    for byte in whole:
        alice.write(bytes([byte]))
    assert bob.receive()[1] == EVERY_BYTE
    alice.expect_status(200)


def many_in_one_write(alice, bob):
    bodies = [f"message {n}".encode() for n in range(100)]
    alice.write(b"".join(alice.send_request(alice.to(bob), body) for body in bodies))
    for body in bodies:
        got = bob.receive()[1]
        assert got == body, f"{got!r} instead of {body!r}"
    for _ in bodies:
        alice.expect_status(200)


def unknown_headers(alice, bob):
    """RFC 4975 7: headers that we do not know are not ours to drop."""
    headers = [("X-One", "1"), ("Content-Disposition", 'attachment; filename="a b"'),
               ("X-Two", "ü")]
    alice.send(alice.to(bob), b"x", headers)
    chunk, _ = bob.receive()
    order = [name for name, _ in chunk.headers]
    assert [h for h in chunk.headers if h in headers] == headers, chunk
    assert order[:2] == ["To-Path", "From-Path"] and order[-1] == "Content-Type", chunk


tap.run((name, with_pair(function)) for name, function in [
    ("a body of every byte value arrives as it was", every_byte),
    ("an empty body arrives", empty),
    ("a line that only looks like the end-line is body (RFC 4975 7.1)", end_line_look_alikes),
    ("a forwarded chunk has another transaction id", fresh_transaction_id),
    ("the relay moves its URI from To-Path to From-Path (RFC 4976 5.1)", paths_moved),
    ("a message cut in two anywhere arrives", split_everywhere),
    ("a message sent byte by byte arrives", byte_by_byte),
    ("a hundred messages in one write all arrive in order", many_in_one_write),
    ("unknown headers are forwarded in order, Content-Type last", unknown_headers),
])
