#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How msrpd comes to its end: what is on its way arrives, or its sender is told that it does not."""

import os
import re
import signal

import relay as system
import tap
from client import Peer

place = system.Place()

TRANSFERS = 20 if system.SANITIZED else 100
SIZE = 3_000_000
AT_A_TIME = 10  # log in, of these: each has 10 s for its handshake, however slow the machine


def transfers():
    """SIGTERM in the middle of them: all files arrive whole, and nobody waits for the time-out."""
    sent = place.fresh("sent")
    sent.write_bytes(os.urandom(SIZE))
    changes = {"drain.timeout": 600, "limits.sessions_per_user": 1000}
    with system.Relay(place, changes) as relay:
        pairs = []
        for n in range(TRANSFERS):
            relay.wait_logged(r"session opened", 2 * (n - n % AT_A_TIME))
            path, received = place.fresh("path"), place.fresh("received")
            pairs.append((system.Command(relay, "bob", "receive", "--path-file", path, "--output",
                                         received),
                          system.Command(relay, "alice", "send", sent, "--path-file", path),
                          received))
        relay.wait_logged(r"session opened", 2 * TRANSFERS)
        relay.process.send_signal(signal.SIGTERM)
        for receiver, sender, received in pairs:
            sender.succeed()
            receiver.succeed()
            assert received.read_bytes() == sent.read_bytes()
            received.unlink()
        notified = relay.wait_end()
    assert "STOPPING=1" in notified
    assert any(re.match(r"STATUS=stopping: \d+ sessions, \d+ s left", line) for line in notified)
    assert "EXTEND_TIMEOUT_USEC=15000000" in notified
    relay.wait_log("stopping: all sessions have ended")


def try_auth(relay, name):
    with Peer(relay, name) as peer:
        return peer.try_auth().status


def no_new_sessions():
    """SIGUSR1: who has a session keeps it, nobody gets another."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        relay.process.send_signal(signal.SIGUSR1)
        relay.wait_log("draining: SIGUSR1, new sessions are refused")
        # The workers hear of it a little later.
        while (status := try_auth(relay, "carol")) == 200:
            pass
        assert status == 408, status
        bob.send([alice.use_path[-1], alice.uri], b"hello")
        bob.expect_status(200)
        _, body = alice.receive()
        assert body == b"hello"
        alice.auth()
        relay.wait_notified(r"STATUS=draining: no new sessions, \d+ connections, \d+ sessions")


def unfinished():
    """When drain.timeout is over, the senders of what was not answered for get a REPORT."""
    with system.Relay(place, {"drain.timeout": 1}) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob:
        alice.auth()
        bob.send([alice.use_path[-1], alice.uri], b"hello", message_id="m1")
        bob.expect_status(200)
        assert alice.read().method == "SEND"
        relay.process.send_signal(signal.SIGTERM)
        report = bob.read()
        assert report.method == "REPORT" and report.get("Message-ID") == "m1", report
        assert report.get("Status").startswith("000 408"), report
        bob.expect_closed()
        alice.expect_closed()
        relay.wait_end()
        relay.wait_log("stopping: drain.timeout has passed, 2 connections to be closed")


def second_signal():
    """Whoever cannot wait for the sessions says so again."""
    with system.Relay(place, {"drain.timeout": 600}) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_log("stopping: SIGTERM, 1 connections have 600 s to finish")
        relay.process.send_signal(signal.SIGTERM)
        alice.expect_closed()
        relay.wait_end()


def nobody_there():
    """Without sessions it does not wait."""
    with system.Relay(place, {"drain.timeout": 600}) as relay:
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_end()


tap.run([
    (f"SIGTERM in the middle of {TRANSFERS} transfers loses no byte", transfers),
    ("SIGUSR1 refuses new sessions and keeps the old ones", no_new_sessions),
    ("what is not delivered in time is reported", unfinished),
    ("a second SIGTERM does not wait for the sessions", second_signal),
    ("without sessions it stops at once", nobody_there),
])
