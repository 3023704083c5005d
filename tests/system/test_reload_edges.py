#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reloads that meet something else: an end, a drain, a lack of descriptors, other users."""

import pathlib
import resource
import signal

import databases
import relay as system
import tap
from accounts import File, ephemeral, ha1, named, user_line
from client import Peer
from control import Controlled
from stalled import stopped_workers

place = system.Place()

REALM = {"auth.realms": [system.DOMAIN]}


def exchange(one, other):
    one.send(one.to(other), b"hello")
    assert other.receive()[1] == b"hello"
    one.expect_status(200)


def stopped_in_the_middle(workers):
    """SIGTERM while workers have not turned to the new file yet: they do, and then it stops."""
    def case():
        changes = {"workers": workers, "drain.timeout": 600}
        with system.Relay(place, changes) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            alice.auth()
            bob.auth()
            with stopped_workers(relay):
                relay.reload({**changes, "drain.timeout": 500})
                relay.wait_notified("RELOADING=1")
                relay.process.send_signal(signal.SIGTERM)
                relay.wait_notified("STOPPING=1")
            relay.wait_reloaded()
            exchange(alice, bob)
            alice.sock.close()
            bob.sock.close()
            notified = relay.wait_end()
            assert notified.count("READY=1") == 1, "it is not ready when it stops"
            relay.wait_log("stopping: all sessions have ended")
    return case


def after_the_end():
    """SIGHUP when it stops already changes nothing, and says so."""
    changes = {"drain.timeout": 600}
    with system.Relay(place, changes) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_notified("STOPPING=1")
        relay.reload({**changes, "limits.connections": 7})
        relay.wait_log("error: not reloaded: the relay stops", relay.log_seen)
        exchange(alice, bob)
        alice.sock.close()
        bob.sock.close()
        assert "RELOADING=1" not in relay.wait_end()


def while_draining(workers):
    """The drain goes on, by whatever the new file says of sessions."""
    def case():
        with Controlled(place, {"workers": workers}) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            alice.auth()
            bob.auth()
            assert relay.ctl("drain", "on")[0] == 0
            changes = {"workers": workers, "admin.socket": relay.socket, "auth.max_failures": 9}
            for _ in range(2):
                relay.reload(changes)
                relay.wait_reloaded()
                for _ in range(2 * workers):
                    with Peer(relay, "carol") as carol:
                        assert carol.try_auth().status == 408
                exchange(alice, bob)
            assert relay.ctl("drain", "off")[0] == 0
            with Peer(relay, "carol") as carol:
                while carol.try_auth().status != 200:
                    pass
    return case


def lower_descriptors(relay, spare):
    """Leaves it so many that are free; says what the limits were."""
    relay.wait_idle()
    used = max(int(fd.name) for fd in pathlib.Path(f"/proc/{relay.process.pid}/fd").iterdir())
    before = resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, (used + 1 + spare, before[1]))
    return before


def no_descriptors(workers):
    """Some of the new listeners can be opened, and are closed again; nothing changes."""
    def case():
        changes = {"workers": workers}
        listen = place.configuration()["listen"]
        more = [{"address": f"127.0.1.{i}", "port": 0, "transport": "tls"} for i in range(1, 31)]
        with system.Relay(place, changes) as relay, Peer(relay, "alice") as alice:
            alice.auth()
            n = relay.n_descriptors()
            before = lower_descriptors(relay, 15)
            relay.reload({**changes, "listen": [*listen, *more]})
            relay.wait_not_reloaded(r"not reloaded: 127\.0\.1\.\d+:0: too many open files")
            relay.wait_descriptors(n)
            with Peer(relay, "bob") as bob:
                exchange(alice, bob.auth())
            resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, before)
            relay.reload({**changes, "listen": [*listen, *more]})
            relay.wait_reloaded()
            relay.wait_descriptors(n + len(more) * workers)
            with Peer(relay, "bob") as bob:
                exchange(alice, bob.auth())
    return case


def not_even_the_file():
    """Without a descriptor for the file it stays as it is, and the next reload is fine."""
    with system.Relay(place) as relay:
        before = lower_descriptors(relay, 0)
        relay.reload()
        relay.wait_not_reloaded(r"error: bad configuration: \S+msrpd.conf: Too many open files")
        resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, before)
        relay.reload()
        relay.wait_reloaded()


def status(relay, user, password):
    peer, response = named(relay, user, password)
    peer.sock.close()
    return response.status


def other_back_ends():
    """From one to the next, with a session that outlives all of them."""
    file = File(place)
    file.write(user_line("alice", "of the file"))
    # Most passwords are wrong here, and all from the same address.
    common = {**REALM, "workers": 2, "auth.throttle.failures": 0}
    with databases.Sqlite() as database, system.Relay(place, common) as relay, \
            Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        database.add(username="alice", domain=system.DOMAIN, ha1=ha1("alice", "of the table"))
        alice.auth()
        bob.auth()
        back_ends = [
            ({}, ("alice", system.PASSWORDS["alice"])),
            (file.changes(), ("alice", "of the file")),
            ({"auth.backend": "secret", "auth.secret.secrets": ["secret"]}, ephemeral("secret")),
            ({"auth.backend": "sqlite", "auth.sql": database.settings()},
             ("alice", "of the table")),
        ]
        if not databases.is_built_in(database):
            back_ends.pop()
        for changes, good in 2 * back_ends:
            relay.reload({**common, **changes})
            relay.wait_reloaded()
            for _, one in back_ends:
                assert status(relay, *one) == (200 if one == good else 401), (changes, one)
            exchange(alice, bob)


def slow_lookups():
    """Questions to the back end before are answered by it, though it does not count any more."""
    with databases.Sqlite() as database:
        changes = {**REALM, "auth.backend": "sqlite",
                   "auth.sql": database.settings() | {"timeout": 30}}
        database.add(username="alice", domain=system.DOMAIN, ha1=ha1("alice", "of the table"))
        if not databases.is_built_in(database):
            raise tap.Skip("sqlite is not built in")
        with system.Relay(place, changes) as relay, Peer(relay, "alice") as asks:
            assert status(relay, "alice", "of the table") == 200
            writer = databases.sqlite3.connect(database.file, isolation_level=None)
            writer.execute("BEGIN EXCLUSIVE")
            to = f"msrps://{system.DOMAIN};tcp"
            asks.write(asks.request("AUTH", to, asks.uri))
            value = asks.authorization(asks.read().get("WWW-Authenticate"), "alice", "of the table",
                                       to)
            asks.write(asks.request("AUTH", to, asks.uri, [("Authorization", value)]))
            relay.reload(REALM)
            relay.wait_reloaded()
            assert status(relay, "alice", system.PASSWORDS["alice"]) == 200
            assert status(relay, "alice", "of the table") == 401
            writer.execute("ROLLBACK")
            writer.close()
            asks.expect_status(200)


tap.run([
    *((f"SIGTERM in the middle of a reload, {workers} worker(s)",
       stopped_in_the_middle(workers)) for workers in (1, 2)),
    ("SIGHUP when it stops", after_the_end),
    *((f"a reload while it drains, {workers} worker(s)", while_draining(workers))
      for workers in (1, 2)),
    *((f"no descriptors for new listeners, {workers} worker(s)", no_descriptors(workers))
      for workers in (1, 2)),
    ("no descriptor for the file", not_even_the_file),
    ("one back end after the other", other_back_ends),
    ("a question to a back end that is gone", slow_lookups),
])
