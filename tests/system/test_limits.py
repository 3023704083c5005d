#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many connections msrpd takes, from whom, and what signals do to those it has."""

import re
import signal
import socket

import relay as system
import tap
from client import Closed, Peer

place = system.Place()


def is_refused(relay):
    """Is a new connection closed without a word?"""
    with socket.create_connection(("127.0.0.1", relay.plain_port), system.PATIENCE) as sock:
        sock.settimeout(system.PATIENCE)
        try:
            return sock.recv(1) == b""
        except ConnectionError:
            return True


def limited(key, n):
    """N connections with a session are fine, the next is refused until one has left."""
    def case():
        with system.Relay(place, {f"limits.{key}": n}) as relay:
            peers = [Peer(relay, "alice").auth() for _ in range(n)]
            assert is_refused(relay)
            relay.wait_log(rf"connections refused: 1 because of limits\.{key}, most recently 127")
            peers.pop().sock.close()
            # When the relay sees that it has left is the relay's business.
            while True:
                try:
                    with Peer(relay, "alice") as alice:
                        alice.auth()
                        break
                except (Closed, OSError):
                    pass
            for peer in peers:
                peer.sock.close()
    return case


def proven_do_not_count():
    """Whoever has a session no longer is one of the unauthenticated, of whom the older goes."""
    with system.Relay(place, {"limits.unauthenticated": 1}) as relay:
        with Peer(relay, "alice") as alice:
            alice.auth()
            with Peer(relay, "bob") as bob, Peer(relay, "carol") as carol:
                bob.expect_closed()
                carol.auth()
            relay.wait_log(r"connections refused: 1 because of limits\.unauthenticated, most recently")


def refusals_are_logged_once():
    with system.Relay(place, {"limits.connections": 1}) as relay:
        with Peer(relay, "alice") as alice:
            alice.auth()
            assert all(is_refused(relay) for _ in range(5))
        relay.stop()
        told = [line for line in relay.log if "connections refused" in line]
        assert len(told) == 1, told


def repeats_are_counted():
    """Of many requests of one address that are refused, five are logged and the others counted."""
    with system.Relay(place, {"workers": 1}) as relay:
        with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
            for peer in (alice, bob):
                peer.auth()  # so many refusals are taken from the proven only
                for _ in range(20):
                    peer.send([f"msrps://localhost:{relay.port}/nobody;tcp", alice.uri], b"hello")
                    peer.expect_status(481)
        relay.stop()
        told = [line for line in relay.log if "request refused" in line]
        assert len(told) == 6 and "peer=127.0.0.1 more=35 " in told[5], told


def interrupt_stops():
    with system.Relay(place) as relay:
        relay.process.send_signal(signal.SIGINT)
        assert relay.process.wait(system.PATIENCE) == 0
        relay.wait_log("stopping: SIGINT, 0 connections")


def second_signal_cuts_off():
    """A client that reads nothing and says no goodbye does not keep the relay from ending."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_log("stopping: SIGTERM, 1 connections to be closed")
        relay.process.send_signal(signal.SIGTERM)
        assert relay.process.wait(system.PATIENCE) == 0


def session_is_logged():
    """One record at the end of a session, without the whole of its id."""
    with system.Relay(place) as relay:
        with Peer(relay, "alice") as alice:
            alice.auth()
            relay.wait_log(r"session opened: session=\S{6} user=alice realm=example.com peer=127")
            session_id = re.search("/([^/;]+);", alice.use_path[-1]).group(1)
        ended = relay.wait_log(r"session ended: .*bytes_in=0 .*duration=\d+\.\d{3} reason=")
        assert f"session={session_id[:6]} user=alice" in ended.string, ended.string
        assert not any(session_id in line for line in relay.log)


tap.run([
    ("there is a limit for all connections", limited("connections", 3)),
    ("there is a limit for an address", limited("connections_per_address", 3)),
    ("a connection with a session is not one of those", proven_do_not_count),
    ("refusals are logged once a minute", refusals_are_logged_once),
    ("repeats are counted", repeats_are_counted),
    ("SIGINT stops it", interrupt_stops),
    ("a second signal cuts connections off", second_signal_cuts_off),
    ("a session is logged without its id", session_is_logged),
])
