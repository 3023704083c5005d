#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong is answered, logged on one line, and hurts nobody else."""

import secrets
import socket

import relay as system
import tap
from client import Closed, Peer, nobody_waits

place = system.Place()

# More than any head may have, and than a socket buffer holds.
LARGE = 8 * 1024 * 1024


def still_serves(relay):
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        alice.send(alice.to(bob), b"still there?")
        assert bob.receive()[1] == b"still there?"
        alice.expect_status(200)


def with_relay(function, pattern, changes=None):
    """FUNCTION does harm, which must give a line with PATTERN in the log."""
    def case():
        with system.Relay(place, changes) as relay:
            function(relay)
            line = relay.wait_log(pattern).string
            assert line.rstrip("\n").isprintable(), f"control characters in {line!r}"
            still_serves(relay)
    return case


def garbage(relay):
    for data in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\0\x1b[31m\xff\r\n\r\n"):
        with Peer(relay, "mallory") as peer:
            peer.write(data)
            peer.expect_closed()


def no_tls(relay):
    with socket.create_connection(("127.0.0.1", relay.port), timeout=system.PATIENCE) as sock:
        sock.sendall(b"MSRP abcd SEND\r\nTo-Path: x\r\n\r\n" * 100)
        try:
            while sock.recv(4096):
                pass
        except ConnectionError:
            pass


def long_line(relay):
    with Peer(relay, "alice") as alice:
        alice.write(b"MSRP abcd1234 SEND\r\nTo-Path: ")
        for _ in range(LARGE // 65536):
            alice.write(b"a" * 65536)
        alice.write(b"\r\n-------abcd1234$\r\n")
        alice.auth()


def long_head(relay):
    with Peer(relay, "alice") as alice:
        head, _, end = Peer.request("SEND", alice.relay_uri, alice.uri).rpartition(b"-------")
        alice.write(head)
        for n in range(LARGE // 65536):
            alice.write(f"X-{n}: y\r\n".encode() * 4096)
        alice.write(b"-------" + end)
        assert alice.read().what == "400 more than 64 header lines"
        alice.auth()


def missing_to_path(relay):
    with Peer(relay, "alice") as alice:
        whole = alice.send_request(alice.relay_uri, b"x").split(b"\r\n")
        alice.write(b"\r\n".join(line for line in whole if not line.startswith(b"To-Path")))
        alice.auth()


def wrong_answer(relay):
    """A response to nothing that was asked is nothing to die of, nor is one without paths."""
    with Peer(relay, "alice") as alice:
        alice.auth().write(Peer.request("200 OK", alice.use_path, alice.uri))
        alice.write(b"MSRP abcd1234 999\r\n-------abcd1234$\r\n")
        alice.send(alice.to(alice), b"still there?")
        assert alice.receive()[1] == b"still there?"


def dead_next_hop(relay):
    with Peer(relay, "alice") as alice, socket.socket() as reserved:
        # Bound but not listening: whoever connects there is refused.
        reserved.bind(("127.0.0.1", 0))
        dead = f"msrps://127.0.0.1:{reserved.getsockname()[1]}/dead;tcp"
        message_id = secrets.token_hex(8)
        alice.auth().send([*alice.use_path, dead], b"x", message_id=message_id)
        answer = alice.read()
        if answer.status == 200:
            answer = alice.read()
            assert answer.method == "REPORT", answer
            assert answer.get("Message-ID") == message_id, answer
            assert answer.get("Byte-Range") == "1-1/1", answer
            status = answer.get("Status").split()[1]
        else:
            status = str(answer.status)
        assert status[0] in "45", answer


def denied_next_hop(relay):
    """Loopback is denied unless the configuration allows it; not even a connection is tried."""
    with Peer(relay, "alice") as alice, socket.create_server(("127.0.0.1", 0)) as listener:
        denied = f"msrps://127.0.0.1:{listener.getsockname()[1]}/x;tcp"
        alice.auth().send([*alice.use_path, denied], b"x")
        answer = alice.read()
        if answer.status == 200:
            answer = alice.read()
            assert answer.method == "REPORT" and " 200" not in answer.get("Status"), answer
        else:
            assert answer.status >= 400, answer
        assert nobody_waits(listener), "it connected to where it must not"


def killed_in_a_chunk(relay):
    """RFC 4975 7.1: who cannot finish a chunk ends it with '#'."""
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        body = secrets.token_bytes(100_000)
        alice.write(alice.send_request(alice.to(bob), body)[:50_000])
        alice.sock.close()
        got = b""
        while True:
            chunk = bob.read()
            got += chunk.body
            if chunk.flag != "+":
                break
        assert chunk.flag == "#", chunk
        assert body.startswith(got), f"{len(got)} bytes, and not those sent"


def receiver_killed(relay):
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        body = secrets.token_bytes(2_000_000)
        alice.write(alice.send_request(alice.to(bob), body)[:1_000_000])
        bob.sock.recv(100)
        bob.sock.close()
        alice.write(alice.send_request(alice.to(bob), b"second"))
        # Two messages, and neither has reached anybody.
        failed = 0
        while failed == 0:
            message = alice.read()
            failed += message.method == "REPORT" or message.status >= 400


def guessed_passwords(relay):
    """Bad passwords in a row: the connection is closed, its address is in the log."""
    with Peer(relay, "alice") as alice:
        try:
            for _ in range(10):
                assert alice.try_auth("wrong").status in (401, 403)
        except Closed:
            return
        raise AssertionError("ten wrong passwords, and still welcome")


tap.run((name, with_relay(*how)) for name, *how in [
    ("garbage closes the connection", garbage, r"127\.0\.0\.1"),
    ("plain text on the TLS port closes the connection", no_tls, r"127\.0\.0\.1"),
    ("a line that is too long costs its message alone", long_line, r"127\.0\.0\.1"),
    ("a head that is too long costs its message alone", long_head, r"127\.0\.0\.1"),
    ("a request without To-Path is dropped alone", missing_to_path, r"127\.0\.0\.1"),
    ("a malformed response is dropped alone (RFC 4976 6.4.3)", wrong_answer, r"127\.0\.0\.1"),
    ("a dead next hop is reported (RFC 4976 5.1)", dead_next_hop, r"127\.0\.0\.1:\d+"),
    ("a denied next hop is reported", denied_next_hop, r"127\.0\.0\.1:\d+",
     {"outbound.allow": []}),
    ("the chunk of a sender that dies ends with '#' (RFC 4975 7.1)", killed_in_a_chunk,
     r"127\.0\.0\.1"),
    ("a receiver that dies is reported to the sender", receiver_killed, r"127\.0\.0\.1"),
    ("a guesser of passwords is cut off", guessed_passwords, r"127\.0\.0\.1"),
])
