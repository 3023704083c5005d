#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""At the limit of descriptors msrpd serves whom it has, and closes the longest idle (RFC 4976 6.5)."""

import secrets
import socket
import time

import relay as system
import tap
from client import Closed, Peer

place = system.Place()

# Of so many descriptors connections get 136, the rest is spare.
DESCRIPTORS = 200
FLOOD = 500
BODY = secrets.token_bytes(1024 ** 2)

# Only the descriptors are to be short.
LIMITS = {f"limits.{key}": 10000 for key in
          ("connections", "connections_per_address", "unauthenticated", "sessions_per_user")}


def crowded(descriptors=DESCRIPTORS):
    return system.Relay(place, LIMITS, descriptors)


def connect(port, n, first=b""):
    """N connections to PORT that send FIRST and then nothing."""
    socks = []
    for _ in range(n):
        sock = socket.create_connection(("127.0.0.1", port), system.PATIENCE)
        socks.append(sock)
        try:
            sock.sendall(first)
        except ConnectionError:
            pass  # It has had to go already.
    return socks


def transfer(alice, bob):
    """ALICE sends to BOB, who gets all of it."""
    alice.send(alice.to(bob), BODY)
    assert bob.receive()[1] == BODY
    alice.expect_status(200)


def halves(alice, bob):
    """A chunk, in two parts."""
    whole = alice.send_request(alice.to(bob), BODY)
    return whole[:len(whole) // 2], whole[len(whole) // 2:]


def get_in(relay, name):
    """Who comes in the middle of a flood may have to make room as well, and comes again."""
    give_up = time.monotonic() + system.PATIENCE
    while True:
        try:
            with Peer(relay, name) as newcomer:
                newcomer.auth()
                return
        except (Closed, OSError):
            assert time.monotonic() < give_up, name


def wait_for_descriptors(relay, most):
    """Until the relay has no more than MOST of them open; what it sees when is its business."""
    while relay.n_descriptors() > most:
        get_in(relay, "carol")


def withstand(relay, alice, bob, port, first):
    """A chunk is on its way while the flood comes, others get in, and then all is as before."""
    before = relay.n_descriptors()
    begin, end = halves(alice, bob)
    alice.write(begin)
    socks = connect(port, FLOOD, first)
    for name in ("carol", "alice", "bob"):
        get_in(relay, name)
    assert relay.n_descriptors() < DESCRIPTORS
    alice.write(end)
    assert bob.receive()[1] == BODY
    alice.expect_status(200)
    relay.wait_log("warning: connection closed to make room: peer=127.0.0.1:")
    for sock in socks:
        sock.close()
    wait_for_descriptors(relay, before + 1)
    transfer(alice, bob)


def flood(port_of, first):
    """Connections that do nothing make room for each other, and for who means it."""
    def case():
        with crowded() as relay:
            with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
                withstand(relay, alice.auth(), bob.auth(), port_of(relay), first)
            relay.stop()
            told = [line for line in relay.log if "to make room" in line]
            assert len(told) <= 2 * system.WORKERS, told
            assert any("more=" in line for line in told), told
    return case


def next_hops_are_reached():
    """A flood keeps nobody from having messages sent to another host."""
    with crowded() as relay, Peer(relay, "alice") as alice, \
            socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(system.PATIENCE)
        alice.auth()
        socks = connect(relay.plain_port, FLOOD)
        for _ in range(20):
            port = elsewhere.getsockname()[1]
            hop = f"msrp://127.0.0.1:{port}/{secrets.token_hex(8)};tcp"
            alice.send([*alice.use_path, hop], b"hello")
            alice.expect_status(200)
            sock, _ = elsewhere.accept()
            socks.append(sock)
            with Peer(relay, "hop", tls=False, sock=sock) as peer:
                message = peer.read()
                assert message.body == b"hello"
                peer.answer(message)
        for sock in socks:
            sock.close()


def those_being_served_stay():
    """When nobody is idle, whoever comes is refused, until somebody leaves."""
    with crowded(100) as relay:
        peers = []
        while True:
            peer = None
            try:
                peer = Peer(relay, "alice")
                peers.append(peer.auth())
            except (Closed, OSError):
                if peer:
                    peer.sock.close()
                break
        assert len(peers) > 20, len(peers)
        relay.wait_log("connections refused: 1 because of LimitNOFILE, most recently 127")
        transfer(peers[0], peers[-1])
        peers.pop(1).sock.close()
        wait_for_descriptors(relay, relay.n_descriptors())
        while True:
            try:
                with Peer(relay, "bob") as bob:
                    bob.auth()
                    transfer(peers[0], bob)
                    break
            except (Closed, OSError):
                pass
        for peer in peers:
            peer.sock.close()


tap.run([
    ("a flood that says nothing makes room for others", flood(lambda relay: relay.plain_port, b"")),
    ("and so does one that begins a request", flood(lambda relay: relay.plain_port, b"MSRP a SE")),
    ("and one that does not shake hands", flood(lambda relay: relay.port, b"")),
    ("next hops are reached during a flood", next_hops_are_reached),
    ("those who are being served stay", those_being_served_stay),
])
