#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger who knows every URI of a conversation, and writes the peer's into From-Path,
gets nothing of what the owner sends, however many workers there are and whoever is on which.
"""

import queue
import socket
import threading

import relay as system
import tap
from client import Closed, Peer, on_worker, peer_from

place = system.Place()

# That of everybody else, who may well be behind the same NAT, and one of its own.
ADDRESSES = ("127.0.0.1", "127.0.0.2")

ROUNDS = 3

# How many workers, and on which the owner and the peer are.
PAIRS = {1: ("AA",), 2: ("AA", "AB"), 4: ("AB", "DC")}


def relay(workers):
    return system.Relay(place, {"workers": workers, "limits.connections_per_address": 10000,
                                "limits.sessions_per_user": 10000})


class Ears:
    """What several peers hear, in the order in which it comes; after it they are of no use."""

    def __init__(self, *peers):
        self._heard = queue.Queue()
        self._peers = peers
        self._threads = [threading.Thread(target=self._listen, args=[peer], daemon=True)
                         for peer in peers]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        """No thread may read from a descriptor that is somebody else's by then."""
        for peer in self._peers:
            peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _listen(self, peer):
        try:
            while True:
                self._heard.put((peer, peer.read()))
        except (Closed, OSError):
            pass

    def next(self):
        return self._heard.get(timeout=system.PATIENCE)


class Hop:
    """An endpoint elsewhere, to which the relay connects."""

    name = "hop"

    def __init__(self, running):
        self._relay = running
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(system.PATIENCE)
        # By address: our certificate does not name it, so this is an endpoint and no relay.
        self.uri = f"msrps://127.0.0.1:{self._listener.getsockname()[1]}/hop;tcp"

    def accept(self):
        with self._listener:
            plain, _ = self._listener.accept()
        plain.settimeout(system.PATIENCE)
        return Peer(self._relay, "hop", sock=place.server_tls().wrap_socket(plain, server_side=True))


def ask(stranger, owner, from_path, body=b"mine"):
    """A message to the OWNER that says it comes from there; it is not answered yet."""
    stranger.write(stranger.request("SEND", owner.path, from_path, [
        ("Message-ID", "claim"), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
        ("Content-Type", "text/plain")], body))


def is_the_peers_alone(owner, to, peer, strangers):
    """What the OWNER sends is heard by the PEER, and by it alone."""
    with Ears(peer, *strangers) as ears:
        for i in range(ROUNDS):
            body = b"for the peer alone, %d" % i
            owner.send(to, body)
            hearer, message = ears.next()
            assert hearer is peer and message.body == body, f"{hearer.name} was sent {message}"
            peer.answer(message)
            owner.expect_status(200)
        # Had one of them got something as well, it would come before the answer to this.
        for stranger in strangers:
            ask(stranger, owner, stranger.uri)
        for _ in strangers:
            assert owner.receive()[1] == b"mine"
            hearer, message = ears.next()
            assert hearer in strangers and message.status == 200, f"{hearer.name} was sent {message}"


def claim_a_client(running, letters):
    """The peer has a session with this relay as well: its URI is nobody else's, and that is said."""
    alice, bob = (on_worker(running, name, letter) for name, letter in zip(("alice", "bob"),
                                                                          letters))
    with alice, bob:
        strangers = [peer_from(running, address, "stranger") for address in ADDRESSES]
        alice.send(alice.to(bob), b"hello")
        assert bob.receive()[1] == b"hello"
        alice.expect_status(200)
        for stranger in strangers:
            ask(stranger, alice, bob.path)
            stranger.expect_status(403)
        is_the_peers_alone(alice, alice.to(bob), bob, strangers)


def claim_a_hop(running, letters):
    """The relay connected to it. Whoever claims it is forwarded, as a stranger."""
    with on_worker(running, "alice", letters[0]) as alice:
        elsewhere = Hop(running)
        to = [*alice.use_path, elsewhere.uri]
        alice.send(to, b"hello")
        with elsewhere.accept() as hop:
            assert hop.receive()[1] == b"hello"
            alice.expect_status(200)
            strangers = [peer_from(running, address, "stranger") for address in ADDRESSES]
            for stranger in strangers:
                ask(stranger, alice, elsewhere.uri)
                assert alice.receive()[1] == b"mine"
                stranger.expect_status(200)
            is_the_peers_alone(alice, to, hop, strangers)


def with_workers(workers, function):
    def case():
        with relay(workers) as running:
            for letters in PAIRS[workers]:
                function(running, letters)
    return case


tap.run([(f"with {workers} worker{'s' if workers > 1 else ''}, {what}",
          with_workers(workers, function))
         for workers in PAIRS
         for what, function in (("nobody else takes the place of a client", claim_a_client),
                                ("nobody else takes the place of a next hop", claim_a_hop))])
