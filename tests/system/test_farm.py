#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three relays that serve the same users, found by DNS: one of them dies, or drains, or hangs. And
two providers whose relays find each other.
"""

import contextlib
import secrets
import signal

import relay as system
from client import Closed
from farm import DOMAIN, NODES, OTHER_DOMAIN, OTHERS, PORT, Farm, Node, clients, say

# So many that each of three relays has some: that one has none happens once in ten million times.
MANY = 42

farm = Farm()


def spread():
    with farm.three() as (nodes, stack):
        where = clients(stack, farm, MANY)
        assert set(where) == set(NODES), where
        for node in nodes:
            sessions = node.ask("sessions", "list")
            assert len(sessions) == where.count(node.name), (sessions, where)


def one_dies():
    """Its clients see their connections end, and others that what is for these is not delivered.
    Nobody else notices."""
    with farm.one_at_each() as (nodes, (alice, bob, carol), stack):
        nodes[2].kill()
        try:
            carol.read()
            raise AssertionError("carol's connection goes on")
        except Closed:
            pass
        say(alice, bob)
        say(bob, alice)
        alice.send(alice.to(carol), b"to nobody")
        alice.expect_status(200)
        report = alice.read()
        assert report.get("Status") == "000 408 the next hop cannot be reached", report
        where = clients(stack, farm, 6)
        assert set(where) <= set(list(NODES)[:2]), where
        # With a new session carol is there again.
        with nodes[0].peer("carol") as again:
            say(alice, again)
            say(bob, again)


def one_drains():
    """Who is there stays, who comes goes elsewhere."""
    with farm.one_at_each() as (nodes, (alice, bob, carol), stack):
        nodes[2].ctl("drain", "on")
        where = clients(stack, farm, 6)
        assert set(where) <= set(list(NODES)[:2]), where
        say(alice, carol)
        say(carol, bob)


def one_hangs():
    """Who comes goes elsewhere. Messages for its clients wait, and are there when it goes on."""
    with farm.one_at_each() as (nodes, (alice, bob, carol), stack):
        nodes[2].process.send_signal(signal.SIGSTOP)
        alice.send(alice.to(carol), b"later")
        alice.expect_status(200)
        say(alice, bob)
        say(bob, alice)
        where = clients(stack, farm, 6)
        assert set(where) <= set(list(NODES)[:2]), where
        nodes[2].process.send_signal(signal.SIGCONT)
        assert carol.receive()[1] == b"later"
        say(carol, alice)


def chained(node):
    """A client with a session there, and by it one at the other provider, and who that is."""
    alice = node.peer("alice")
    alice.inner = alice.use_path
    alice.auth([*alice.use_path, f"msrps://{OTHER_DOMAIN};tcp"])
    return alice, alice.use_path[-1].split("://")[1].partition(":")[0]


def two_providers():
    """Each has proved by its certificate who it is. When one relay of the other provider is gone,
    the next one takes its place."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(Node(farm, f"r1.{DOMAIN}"))
        first, second = (stack.enter_context(Node(farm, name)) for name in OTHERS)
        for node in (first, second):
            alice, where = chained(ours)
            with alice, node.peer("bob") as bob:
                assert where == node.name, where
                say(alice, bob)
                say(bob, alice)
                proven = {(c["relay"], c["verified"]) for c in node.ask("connections")
                          if "relay" in c}
                assert proven == {(f"{ours.name}:{PORT}", True)}, proven
            if node is first:
                node.kill()
        disputes = [line for line in ours.log if "two strangers claim" in line]
        assert not disputes, disputes


def tls_goes_on():
    """With another relay, if they share the keys of tickets."""
    keys = farm.place.fresh("tickets")
    keys.write_bytes(secrets.token_bytes(80))
    for changes, resumed in (({"tls.ticket_keys": [str(keys)]}, True), (None, False)):
        with farm.three(changes) as (nodes, _):
            with nodes[0].peer("alice", name=DOMAIN) as first:
                for node in nodes[1:]:
                    with node.peer("alice", name=DOMAIN, before=first) as again:
                        assert again.sock.session_reused == resumed, (node.name, changes)


farm.run([
    ("clients that find relays by SRV spread over them", spread),
    ("a TLS session goes on with another relay", tls_goes_on),
    ("one relay dies", one_dies),
    ("one relay drains", one_drains),
    ("one relay hangs", one_hangs),
    ("relays of two providers find each other by SRV and prove who they are", two_providers),
])
