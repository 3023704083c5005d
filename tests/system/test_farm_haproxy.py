#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three relays behind haproxy, configured as in msrpd-operation(7): clients know one name, and get
URIs that lead to each relay itself, which knows their addresses. One dies, or drains, or hangs.
"""

import contextlib
import re
import signal
import socket
import subprocess
import threading
import time

import relay as system
from farm import CLIENT, FRONT, NODES, PORT, SHARED, Farm, clients, need, say
from proxies import example

# What the example leaves to the file of the package.
GLOBAL = "global\n    log stderr local0\n\ndefaults\n    log global\n\n"

# By each of three in turn.
TURNS = 3

farm = Farm()


class Haproxy:
    """It in the foreground, and what it says of its servers."""

    def __init__(self):
        text = example("frontend relays").replace("bind :", f"bind {FRONT}:")
        text = text.replace("balance leastconn", "balance roundrobin")
        for n, address in enumerate(NODES.values(), 1):
            text = text.replace(f"192.0.2.{n}:", f"{address}:")
        # A test is no place to wait; and all are at one machine, whose addresses are anybody's.
        text = text.replace("inter 2s", "inter 100ms").replace("check 2s", "check 1s")
        text += f"    source {FRONT}\n"
        self._config = farm.place.fresh("haproxy.cfg")
        self._config.write_text(GLOBAL + text)
        self._said, self._news = [], threading.Condition()

    def __enter__(self):
        self._process = subprocess.Popen([need("haproxy"), "-db", "-f", str(self._config)],
                                         stderr=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        end = time.monotonic() + system.PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection((FRONT, PORT), system.PATIENCE).close()
                return self
            time.sleep(0.02)
        raise AssertionError(f"haproxy does not listen: {self._said}")

    def __exit__(self, kind, *_):
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        if kind:
            print("".join(f"# haproxy: {line}" for line in self._said), end="")

    def _read(self):
        for line in self._process.stderr:
            with self._news:
                self._said.append(line)
                self._news.notify_all()

    def wait_said(self, pattern):
        def find():
            return any(re.search(pattern, line) for line in self._said)

        with self._news:
            assert self._news.wait_for(find, system.PATIENCE), f"it does not say {pattern}"


def come_to_all(stack, nodes):
    """A client of each, that has come by haproxy: it takes them in turn, more or less."""
    users, come = sorted(system.PASSWORDS), {}
    while set(come) != set(NODES):
        user = users[len(come)]
        peer = stack.enter_context(nodes[0].peer(user, FRONT, SHARED))
        come.setdefault(peer.use_path[0].split("://")[1].partition(":")[0], peer)
    return [come[name] for name in NODES]


@contextlib.contextmanager
def one_at_each():
    """haproxy, the relays, and the clients."""
    with farm.three() as (nodes, stack):
        haproxy = stack.enter_context(Haproxy())
        peers = come_to_all(stack, nodes)
        for peer in peers[:2]:
            say(peer, peers[2])
            say(peers[2], peer)
        yield haproxy, nodes, peers, stack


def others_only(stack):
    """Whoever comes now comes to one of the first two."""
    where = clients(stack, farm, 2 * TURNS, relay=SHARED)
    assert set(where) == set(list(NODES)[:2]), where


def spread():
    with one_at_each() as (_, nodes, _, stack):
        where = clients(stack, farm, 2 * TURNS, relay=SHARED)
        assert set(where) == set(NODES), where
        for node in nodes:
            node.wait_log(f"session opened: .*peer={CLIENT}:")


def one_dies():
    """Whose client that is comes in again by the same name."""
    with one_at_each() as (haproxy, nodes, (alice, bob, carol), stack):
        nodes[2].kill()
        carol.expect_closed()
        say(alice, bob)
        haproxy.wait_said("Server relays/r3 is DOWN")
        others_only(stack)
        with nodes[0].peer("carol", FRONT, SHARED) as again:
            say(alice, again)
            say(bob, again)


def one_drains():
    with one_at_each() as (haproxy, nodes, (alice, bob, carol), stack):
        nodes[2].ctl("drain", "on")
        haproxy.wait_said("Server relays/r3 is DOWN")
        others_only(stack)
        say(alice, carol)
        say(carol, bob)
        nodes[2].ctl("drain", "off")
        haproxy.wait_said("Server relays/r3 is UP")


def one_hangs():
    with one_at_each() as (haproxy, nodes, (alice, bob, carol), stack):
        nodes[2].process.send_signal(signal.SIGSTOP)
        alice.send(alice.to(carol), b"later")
        alice.expect_status(200)
        haproxy.wait_said("Server relays/r3 is DOWN")
        others_only(stack)
        say(alice, bob)
        nodes[2].process.send_signal(signal.SIGCONT)
        assert carol.receive()[1] == b"later"
        say(carol, alice)


farm.run([
    ("clients of haproxy spread over three relays", spread),
    ("one relay dies behind haproxy", one_dies),
    ("one relay drains behind haproxy", one_drains),
    ("one relay hangs behind haproxy", one_hangs),
])
