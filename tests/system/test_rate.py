#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many bytes per second a user may send and receive, on all connections and threads."""

import threading
import time

import databases
import relay as system
import tap
from client import Peer, on_worker
from control import Controlled
from users_service import Service

place = system.Place()

RATE = 256 * 1024
# What may be read at once, and what TLS may have in store, of each connection.
SLICE = 2 * 64 * 1024


def changes(**more):
    return {"workers": 2, "limits.rate_per_user": RATE, **more}


def usage(relay, user):
    return next(found for found in relay.ask("users") if found["user"] == user)


def receive_all(peer, n):
    bodies = [peer.receive() for _ in range(n)]
    assert all(body == b"x" * (2 * RATE) for _, body in bodies)


def one_budget_for_all():
    """Two connections, on two threads, share it: they take as long as one would."""
    with Controlled(place, changes()) as relay, on_worker(relay, "alice", "A") as one, \
            on_worker(relay, "alice", "B") as two, Peer(relay, "bob") as bob, \
            Peer(relay, "carol") as carol:
        for peer in (bob, carol):
            peer.auth()
        start = time.monotonic()
        for peer, other in ((one, bob), (two, carol)):
            threading.Thread(target=peer.send, args=(peer.to(other), b"x" * (2 * RATE))).start()
        for peer in (bob, carol):
            receive_all(peer, 1)
        took = time.monotonic() - start
        least = (4 * RATE - RATE - 2 * SLICE) / RATE
        assert took >= least, (took, least)
        for peer in (one, two):
            peer.expect_status(200)
        alice = usage(relay, "alice")
        assert (alice["sessions"], alice["user_sessions_most"]) == (2, 50), alice
        assert alice["user_rate_most"] == RATE and alice["bytes_in"] == 4 * RATE, alice


def changed_by_a_reload():
    with Controlled(place, changes()) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        assert usage(relay, "alice")["user_rate_most"] == RATE
        relay.reload(changes(**{"limits.rate_per_user": 2 * RATE}))
        relay.wait_reloaded()
        assert usage(relay, "alice")["user_rate_most"] == 2 * RATE
        relay.reload(changes(**{"limits.rate_per_user": 0}))
        relay.wait_reloaded()
        assert usage(relay, "alice")["user_rate_most"] == 0


def of_ones_own():
    """From the configuration, and from a web service."""
    users = [{"name": "alice", "realm": system.DOMAIN, "password": "a", "rate": 3 * RATE},
             {"name": "bob", "realm": system.DOMAIN, "password": "b"}]
    with Controlled(place, changes(**{"auth.users": users})) as relay, \
            Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        assert alice.try_auth("a").status == 200 and bob.try_auth("b").status == 200
        assert usage(relay, "alice")["user_rate_most"] == 3 * RATE
        assert usage(relay, "bob")["user_rate_most"] == RATE
    if ", http" not in databases.run([system.MSRPD, "-V"]):
        raise tap.Skip("http is not built in")
    with Service() as service:
        service.add("alice", password="a", rate=5 * RATE)
        service.add("bob", password="b", rate=0)
        service.add("carol", password="c")
        service.add("dave", password="d", rate=1)
        http = {"auth.users": None, "auth.backend": "http", "auth.realms": [system.DOMAIN],
                "auth.http": {"url": service.url}}
        with Controlled(place, changes(**http)) as relay:
            for user, rate in (("alice", 5 * RATE), ("bob", 0), ("carol", RATE)):
                for _ in range(2):  # the second time from memory
                    with Peer(relay, user) as peer:
                        assert peer.try_auth(user[0]).status == 200
                        assert usage(relay, user)["user_rate_most"] == rate, user
            with Peer(relay, "dave") as dave:
                assert dave.try_auth("d").status == 408
            relay.wait_log("users cannot be looked up: .*rate")


tap.run([
    ("all connections of a user share one budget", one_budget_for_all),
    ("a reload changes the rate of those who are in", changed_by_a_reload),
    ("users may have a rate of their own", of_ones_own),
])
