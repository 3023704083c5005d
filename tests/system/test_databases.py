#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users in databases: real servers, asked, filled with odd names, killed and frozen."""

import hashlib
import os
import time

import databases
import relay as system
import tap
from accounts import ha1
from client import Peer

place = system.Place()

# For what takes no longer than the time-out of one question, on a busy machine.
TIMEOUT = 1
QUICKLY = 10
# Answers come at multiples of 5 ms on a clock that counts milliseconds.
BEAT = 0.004
# RFC 4976 has no better one for a relay that cannot say.
NOT_NOW = 408

ODD_NAMES = [
    "o'brien", 'say "alice"', "back\\slash", "semi;colon--", "per%cent_", "jörg", "用户",
    "\U0001f600", " leading", "a" * 255, "x' OR '1'='1", '" OR ""="', "`tick`", "$1", "?", "%s",
    "alice'; DROP TABLE subscriber; --",
]


def changes(database, **more):
    return {"auth.users": None, "auth.backend": database.backend,
            "auth.realms": [system.DOMAIN, "example.net"],
            "auth.throttle.failures": 0,  # here all are wrong from the same address
            "auth.sql": database.settings() | {"timeout": TIMEOUT}, **more}


def add(database, user, password, realm=system.DOMAIN):
    database.add(username=user, domain=realm, password=password, ha1=ha1(user, password, realm),
                 ha1_sha256=ha1(user, password, realm, hashlib.sha256))


def status(relay, user, password, to=f"msrps://{system.DOMAIN};tcp", **more):
    with Peer(relay, "client") as peer:
        peer.name = user
        return peer.try_auth(password, to=to, **more).status


def hashes(database):
    add(database, "alice", "a")
    add(database, "alice", "n", "example.net")
    add(database, "bob", "b")
    database.add(username="empty", domain=system.DOMAIN, password="e")
    both = {"auth.algorithms": ["SHA-256", "MD5"]}
    with system.Relay(place, changes(database, **both)) as relay:
        for algorithm in ("MD5", "SHA-256"):
            assert status(relay, "alice", "a", algorithm=algorithm) == 200
            assert status(relay, "alice", "b", algorithm=algorithm) == 401
            assert status(relay, "mallory", "a", algorithm=algorithm) == 401
            assert status(relay, "empty", "e", algorithm=algorithm) == 401
        assert status(relay, "alice", "n", to="msrps://EXAMPLE.net;tcp") == 200
        assert status(relay, "alice", "a", to="msrps://example.net;tcp") == 401
        # Case and spaces make another name, whatever the database thinks of it.
        assert status(relay, "ALICE", "a") == 401
        assert status(relay, "alice ", "a") == 401


def clear_text(database):
    add(database, "clear", "päss' word")
    with system.Relay(place, changes(database, **{"auth.sql.clear_text": True})) as relay:
        assert status(relay, "clear", "päss' word") == 200
        assert status(relay, "clear", ha1("clear", "päss' word")) == 401
        assert status(relay, "CLEAR", "päss' word") == 401


def no_realm_column(database):
    database.add(username="any", password="p")
    free = {"auth.sql.clear_text": True, "auth.sql.columns": {"realm": ""}}
    with system.Relay(place, changes(database, **free)) as relay:
        assert status(relay, "any", "p") == 200
        assert status(relay, "any", "p", to="msrps://example.net;tcp") == 200
        assert status(relay, "nobody", "p") == 401


def other_columns(database):
    """With names that have to be quoted, and CHAR, as OpenSIPS has it in PostgreSQL."""
    mark = '"' if database.backend == "postgresql" else "`"
    quoted = [mark + name.replace(mark, 2 * mark) + mark
              for name in ("My Users", "the `User`", 'the "Hash"', "select")]
    table, user, value, realm = quoted
    database.execute(f"CREATE TABLE {table} ({user} CHAR(64), {value} CHAR(64), {realm} CHAR(64))")
    database.execute(f"INSERT INTO {table} VALUES ('erin', '{ha1('erin', 'e').upper()}',"
                     f" '{system.DOMAIN}')")
    names = {"auth.sql.table": "My Users", "auth.sql.columns":
             {"user": "the `User`", "ha1": 'the "Hash"', "realm": "select"}}
    with system.Relay(place, changes(database, **names)) as relay:
        assert status(relay, "erin", "e") == 200
        assert status(relay, "erin ", "e") == 401


def odd_names(database):
    for name in ODD_NAMES:
        # Backslashes mean something in a string of MariaDB, but not of the others.
        double = database.backend == "mariadb"
        database.add(username=name.replace("\\", "\\\\") if double else name,
                     domain=system.DOMAIN, ha1=ha1(name, "p"))
    with system.Relay(place, changes(database)) as relay:
        for name in ODD_NAMES:
            with Peer(relay, "client") as peer:
                assert odd_status(peer, name, "p") == 200, name
            with Peer(relay, "client") as peer:
                assert odd_status(peer, name, "q") == 401, name
        for name in ("a" * 256, "a" * 5000, "' OR ''='", "x%", "_"):
            with Peer(relay, "client") as peer:
                assert odd_status(peer, name, "p") == 401, name
        # The table is still there, and so is the database.
        assert status(relay, "alice", "a") == 200
        assert not any("looked up" in line for line in relay.log), relay.log


def odd_status(peer, name, password):
    """AUTH with a name in which quotation marks and backslashes are escaped (RFC 7616 3.4)."""
    to = f"msrps://{system.DOMAIN};tcp"
    peer.write(peer.request("AUTH", to, peer.uri))
    challenge = peer.read().get("WWW-Authenticate")
    value = peer.authorization(challenge, name, password, to)
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    value = value.replace(f'username="{name}"', f'username="{escaped}"')
    peer.write(peer.request("AUTH", to, peer.uri, [("Authorization", value)]))
    return peer.read().status


def invalid_text(database):
    """What is no UTF-8 is an error to some databases; it must be nobody's name, no more."""
    with system.Relay(place, changes(database)) as relay:
        for raw in (b"\xff\xfe", b"alice\xc0\x80", b"\xed\xa0\x80"):
            with Peer(relay, "client") as peer:
                to = f"msrps://{system.DOMAIN};tcp"
                peer.write(peer.request("AUTH", to, peer.uri))
                challenge = peer.read().get("WWW-Authenticate")
                value = peer.authorization(challenge, "RAWNAME", "p", to)
                request = peer.request("AUTH", to, peer.uri, [("Authorization", value)])
                peer.write(request.replace(b"RAWNAME", raw))
                assert peer.read().status == 401, raw
        assert status(relay, "alice", "a") == 200
        assert not any("looked up" in line for line in relay.log), relay.log


def steady(database):
    """A user who is there takes the database longer, by microseconds that nobody is to see."""
    with system.Relay(place, changes(database)) as relay, Peer(relay, "alice") as peer:
        to = f"msrps://{system.DOMAIN};tcp"
        peer.write(peer.request("AUTH", to, peer.uri))
        challenge = peer.read().get("WWW-Authenticate")
        for name, password, code in (("mallory", "a", 401), ("alice", "b", 401), ("alice", "a", 200)):
            value = peer.authorization(challenge, name, password, to)
            asked = time.monotonic()
            peer.write(peer.request("AUTH", to, peer.uri, [("Authorization", value)]))
            answer = peer.read()
            took = time.monotonic() - asked
            assert answer.status == code and took >= BEAT, (answer, took)
            challenge = answer.get("WWW-Authenticate")


def wrong_table(database):
    with system.Relay(place, changes(database, **{"auth.sql.table": "nosuch"})) as relay:
        # Told at the start, before anybody asks, and once.
        relay.wait_log("error: users cannot be looked up: .*nosuch")
        assert status(relay, "alice", "a") == NOT_NOW
        assert status(relay, "alice", "a") == NOT_NOW
        assert len([line for line in relay.log if "cannot be looked up:" in line]) == 1, relay.log


class Transfer:
    """A message from alice to bob that is only half sent when the database goes."""

    def __init__(self, relay):
        self.alice = Peer(relay, "alice")
        self.bob = Peer(relay, "bob")
        for peer, password in ((self.alice, "a"), (self.bob, "b")):
            response = peer.try_auth(password)
            assert response.status == 200, response
            peer.use_path = response.get("Use-Path").split()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.alice.sock.close()
        self.bob.sock.close()

    def check(self, body):
        self.alice.send(self.alice.to(self.bob), body)
        assert self.bob.receive()[1] == body
        self.alice.expect_status(200)


def refused_quickly(relay, times=5):
    start = time.monotonic()
    for _ in range(times):
        assert status(relay, "alice", "a") == NOT_NOW
    took = time.monotonic() - start
    assert took < QUICKLY, f"{took} s"


def until_granted(relay):
    end = time.monotonic() + system.PATIENCE
    while (code := status(relay, "alice", "a")) != 200:
        assert code == NOT_NOW and time.monotonic() < end, code


def killed(database):
    with system.Relay(place, changes(database)) as relay, Transfer(relay) as transfer:
        peers = [Peer(relay, "alice") for _ in range(20)]
        for peer in peers:  # these are in the middle of an AUTH
            peer.write(peer.request("AUTH", f"msrps://alice@{system.DOMAIN};tcp", peer.uri))
        database.kill()
        for peer in peers:
            peer.expect_status(401)
            peer.sock.close()
        refused_quickly(relay)
        relay.wait_log("error: users cannot be looked up:")
        transfer.check(b"x" * 100000)
        database.start()
        until_granted(relay)
        relay.wait_log("users can be looked up again")
        transfer.check(b"y" * 100000)


def frozen(database):
    with system.Relay(place, changes(database)) as relay, Transfer(relay) as transfer:
        database.freeze()
        try:
            refused_quickly(relay)
            relay.wait_log("error: users cannot be looked up:")
            transfer.check(b"x" * 100000)
        finally:
            database.thaw()
        until_granted(relay)
        relay.wait_log("users can be looked up again")


def started_again(database):
    """The connection that it had is dead, which nobody must notice."""
    with system.Relay(place, changes(database, **{"auth.sql.connections": 1})) as relay:
        assert status(relay, "alice", "a") == 200
        database.kill()
        database.start()
        assert status(relay, "alice", "a") == 200
        assert not any("looked up" in line for line in relay.log), relay.log


def not_there_at_start(database):
    database.kill()
    with system.Relay(place, changes(database)) as relay:
        relay.wait_log("error: users cannot be looked up:")
        database.start()
        until_granted(relay)


def many_at_once(database):
    """More than there are connections: all of them get an answer."""
    settings = {"auth.sql.connections": 1, "limits.connections_per_address": 1000,
                "limits.sessions_per_user": 1000}
    with system.Relay(place, changes(database, **settings)) as relay:
        peers = [Peer(relay, "alice") for _ in range(100)]
        to = f"msrps://alice@{system.DOMAIN};tcp"
        for peer in peers:
            peer.write(peer.request("AUTH", to, peer.uri))
            challenge = peer.read().get("WWW-Authenticate")
            value = peer.authorization(challenge, "alice", "a", to)
            peer.last = peer.request("AUTH", to, peer.uri, [("Authorization", value)])
        for peer in peers:
            peer.write(peer.last)
        for peer in peers:
            peer.expect_status(200)
            peer.sock.close()


def locked_file(database):
    """SQLite's way of being frozen: somebody writes, and does not come to an end."""
    writer = databases.sqlite3.connect(database.file, isolation_level=None)
    with system.Relay(place, changes(database)) as relay:
        assert status(relay, "alice", "a") == 200
        writer.execute("BEGIN EXCLUSIVE")
        refused_quickly(relay)
        writer.execute("ROLLBACK")
        until_granted(relay)
    writer.close()


def wal_mode(database):
    """Whoever reads such a file writes beside it, which a service may not do everywhere."""
    database.execute("PRAGMA journal_mode=WAL")
    place.open_to_all()
    database.path.chmod(0o555)
    nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    try:
        with system.Relay(place, changes(database), wrapper=nobody if os.getuid() == 0 else ()) \
                as relay:
            relay.wait_log(f"error: users cannot be looked up: {database.file}: .*WAL mode")
    finally:
        database.path.chmod(0o755)
        database.execute("PRAGMA journal_mode=DELETE")


def missing_file(database):
    wrong = changes(database, **{"auth.sql": {"database": "/nowhere/users.db"}})
    with system.Relay(place, wrong) as relay:
        relay.wait_log("error: users cannot be looked up: /nowhere/users.db: .*: No such file")


def replaced_file(database):
    with system.Relay(place, changes(database)) as relay:
        assert status(relay, "alice", "a") == 200
        database.file.rename(database.path / "old.db")
        assert status(relay, "alice", "a") == NOT_NOW
        database.fill()
        add(database, "alice", "new")
        end = time.monotonic() + system.PATIENCE
        while (code := status(relay, "alice", "new")) != 200:
            assert code == NOT_NOW and time.monotonic() < end, code
        assert status(relay, "alice", "a") == 401


EVERYWHERE = [
    ("hashes are found", hashes),
    ("a clear-text password will do", clear_text),
    ("users may be in all realms", no_realm_column),
    ("table and columns can have any name", other_columns),
    ("odd names are names, and do nothing else", odd_names),
    ("a name that is no text is nobody's", invalid_text),
    ("an answer does not tell by its time who is there", steady),
    ("an error is told once, and AUTH is refused", wrong_table),
    ("more questions than connections are all answered", many_at_once),
]
SERVERS = [
    ("a restart is not noticed", started_again),
    ("kill -9 refuses AUTH quickly and disturbs nobody else", killed),
    ("a frozen server refuses AUTH quickly and disturbs nobody else", frozen),
    ("a server that is not there yet is found later", not_there_at_start),
]
FILES = [
    ("a locked file refuses AUTH quickly", locked_file),
    ("another file is taken up", replaced_file),
    ("a file that cannot be opened is named, and the reason", missing_file),
    ("a file in WAL mode, and nowhere to write", wal_mode),
]


tap.run([
    *databases.cases(databases.Sqlite, EVERYWHERE + FILES),
    *databases.cases(databases.Postgresql, EVERYWHERE + SERVERS),
    *databases.cases(databases.Mariadb, EVERYWHERE + SERVERS),
])
