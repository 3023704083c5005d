#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strangers who ask for users without end: they wait for each other, and nobody else for them."""

import socket

import databases
import relay as system
import tap
from accounts import ha1
from client import Peer

place = system.Place()

# More than one address may have in the queue.
CROWD = 150


def changes(database):
    return {"auth.users": None, "auth.backend": database.backend, "auth.realms": [system.DOMAIN],
            "auth.throttle.failures": 0, "auth.allow_without_tls": True,
            "limits.connections_per_address": 2 * CROWD,
            "auth.sql": database.settings() | {"timeout": 1, "connections": 1, "table": "slow"}}


def peer_from(relay, name, address):
    sock = socket.create_connection(("127.0.0.1", relay.plain_port), timeout=system.PATIENCE,
                                    source_address=(address, 0))
    return Peer(relay, name, tls=False, sock=sock)


def ask(peer, name, password):
    """Its AUTH with credentials is under way."""
    to = f"msrps://{system.DOMAIN};tcp"
    peer.write(peer.request("AUTH", to, peer.uri))
    challenge = peer.read().get("WWW-Authenticate")
    value = peer.authorization(challenge, name, password, to)
    peer.write(peer.request("AUTH", to, peer.uri, [("Authorization", value)]))


def crowd(database):
    """Healthy, but slow: together they ask more than it can answer in the time that they wait."""
    for name in ("alice", "stranger"):
        database.add(username=name, domain=system.DOMAIN, ha1=ha1(name, "p"))
    database.execute("CREATE VIEW slow AS SELECT username, domain, CASE WHEN pg_sleep(0.05)::text"
                     " = 'x' THEN '' ELSE ha1 END AS ha1, ha1_sha256, password FROM subscriber")
    with system.Relay(place, changes(database)) as relay:
        member = peer_from(relay, "alice", "127.0.0.1")
        ask(member, "alice", "p")
        member.expect_status(200)
        strangers = [peer_from(relay, "stranger", "127.0.0.1") for _ in range(CROWD)]
        for stranger in strangers:
            ask(stranger, "stranger", "wrong")
        honest = peer_from(relay, "honest", "127.0.0.2")
        ask(honest, "alice", "p")
        honest.expect_status(200)
        ask(member, "alice", "p")
        member.expect_status(200)
        answers = {stranger.read().status for stranger in strangers}
        assert answers == {401, 408}, answers
        for peer in (member, honest, *strangers):
            peer.sock.close()
        # That it was too much is not the database's fault.
        assert not any("looked up" in line for line in relay.log), relay.log


tap.run(databases.cases(databases.Postgresql, [("a crowd waits for itself alone", crowd)]))
