#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that show nothing keep nobody out: those go that have shown least for longest."""

import contextlib
import resource
import select
import socket
import threading
import time

import relay as system
import tap
from client import Closed, Peer

place = system.Place()

ROOM = 40

# Of the attack: as many silent connections as the default of limits.unauthenticated.
FLOOD = 5000
FLOOD_ADDRESSES = 25
FLOOD_PER_SECOND = 500
FLOOD_S = 10


def connect(port, address, n=1):
    """N silent connections that come from ADDRESS of this machine."""
    return [socket.create_connection(("127.0.0.1", port), system.PATIENCE, (address, 0))
            for _ in range(n)]


def gone(socks):
    """The indices of those that the relay has closed."""
    ready, _, _ = select.select(socks, [], [], 0)
    return [i for i, sock in enumerate(socks) if sock in ready]


def wait_gone(socks, n):
    """The indices of those that are closed, once there are N."""
    end = time.monotonic() + system.PATIENCE
    while len(now := gone(socks)) < n:
        assert time.monotonic() < end, f"{len(now)} of {n} are gone"
        select.select([sock for i, sock in enumerate(socks) if i not in now], [], [], 1)
    return now


def crowd(relay, port):
    """The newcomers' places are taken, most of them by one address: its connections come first."""
    before = relay.n_descriptors()
    greedy = connect(port, "127.0.0.2", ROOM - 10)
    others = connect(port, "127.0.0.3", 10)
    relay.wait_descriptors(before + ROOM)
    return greedy, others


def get_in(port_of):
    def case():
        """Whoever authenticates gets in, and the address with the most loses its oldest."""
        with system.Relay(place, {"limits.unauthenticated": ROOM}) as relay:
            relay.wait_idle()
            greedy, others = crowd(relay, port_of(relay))
            for n, name in enumerate(("alice", "bob", "carol"), 1):
                with Peer(relay, name) as peer:
                    peer.auth()
                    lost = wait_gone(greedy, 1)
                    if system.WORKERS == 1:
                        assert lost == [0], lost
                    greedy.pop(lost[0]).close()
                    # Its place is free, and the next one takes it.
                    assert not gone(greedy + others), n
                    others += connect(port_of(relay), "127.0.0.4")
            relay.wait_log(r"connections refused: 1 because of limits\.unauthenticated, most recently")
            for sock in greedy + others:
                sock.close()
    return case


def keep_out():
    """Those with a session go for nobody: when all have one, the next is refused."""
    with system.Relay(place, {"limits.connections": 2}) as relay, contextlib.ExitStack() as stack:
        silent = connect(relay.port, "127.0.0.2")
        alice = stack.enter_context(Peer(relay, "alice")).auth()
        bob = stack.enter_context(Peer(relay, "bob"))
        wait_gone(silent, 1)
        bob.auth()
        refused = connect(relay.port, "127.0.0.2")
        wait_gone(refused, 1)
        alice.send(alice.to(bob), b"hello")
        assert bob.receive()[1] == b"hello"
        for sock in silent + refused:
            sock.close()


def attack(relay, over, socks):
    """Connects at its rate until it is OVER; those that were closed make way for new ones."""
    begin = time.monotonic()
    while not over.is_set():
        for address in range(FLOOD_ADDRESSES):
            with contextlib.suppress(OSError):
                socks.extend(connect(relay.port, f"127.0.1.{address + 1}"))
        if len(socks) > 2 * FLOOD:
            for sock in socks[:FLOOD]:
                sock.close()
            del socks[:FLOOD]
        begin += FLOOD_ADDRESSES / FLOOD_PER_SECOND
        time.sleep(max(0, begin - time.monotonic()))


def under_attack():
    """A client gets in within a second, again and again, while the attack goes on."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with system.Relay(place) as relay:
        over, socks, took = threading.Event(), [], []
        for address in range(FLOOD_ADDRESSES):
            socks += connect(relay.port, f"127.0.1.{address + 1}", FLOOD // FLOOD_ADDRESSES)
        attacker = threading.Thread(target=attack, args=(relay, over, socks))
        attacker.start()
        end = time.monotonic() + FLOOD_S
        refused = 0
        while time.monotonic() < end:
            begin = time.monotonic()
            try:
                with Peer(relay, "alice") as alice:
                    alice.auth()
                took.append(time.monotonic() - begin)
            except (Closed, OSError):
                refused += 1
            time.sleep(0.05)
        over.set()
        attacker.join()
        for sock in socks:
            sock.close()
        print(f"# {len(took)} got in, {refused} did not; it took {max(took, default=0):.3f} s at"
              " most")
        assert not refused and max(took) < 1


tap.run([
    ("silent ones go for those that authenticate", get_in(lambda relay: relay.port)),
    ("and so do silent ones without TLS", get_in(lambda relay: relay.plain_port)),
    ("those with a session go for nobody", keep_out),
] + ([("a client gets in during an attack", under_attack)] if system.LONG else []))
