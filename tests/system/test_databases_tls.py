#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases on another machine: by TCP, and by TLS in as far as it is asked for."""

import databases
import relay as system
import tap
from accounts import ha1, named

place = system.Place()

GRANTED, WRONG, NOT_NOW = 200, 401, 408


def status(relay, password):
    peer, response = named(relay, "alice", password)
    peer.sock.close()
    return response.status


def relay_of(database, **sql):
    return system.Relay(place, {"auth.users": None, "auth.backend": database.backend,
                                "auth.realms": [system.DOMAIN],
                                "auth.sql": database.settings() | {"timeout": 5} | sql})


def granted(**sql):
    def case(database):
        with relay_of(database, **sql) as relay:
            assert status(relay, "a") == GRANTED
            assert status(relay, "b") == WRONG
            assert not any("looked up" in line for line in relay.log), relay.log
    return case


def refused(**sql):
    def case(database):
        with relay_of(database, **sql) as relay:
            relay.wait_log("error: users cannot be looked up: .*(?i:ssl|tls|certificate)")
            assert status(relay, "a") == NOT_NOW
    return case


def other_ca():
    system.make_ca(place.path, "other")
    return str(place.path / "other.pem")


def system_ca(database):
    """Without "ca" those of the system count, which did not sign this one."""
    with relay_of(database, tls="verify", ca="") as relay:
        relay.wait_log("error: users cannot be looked up: .*certificate")
        assert not any("root.crt" in line for line in relay.log), relay.log


def server_without(database):
    """What asked for TLS does not do without."""
    database.begin_again(with_tls=False)
    granted(tls="off")(database)
    for tls in ("require", "verify"):
        refused(tls=tls)(database)


def fill(database):
    database.add(username="alice", domain=system.DOMAIN, ha1=ha1("alice", "a"))


CASES = [
    ("it is filled", fill),
    ("TLS is not asked for", granted(tls="off")),
    ("TLS is required", granted(tls="require", ca="")),
    ("the certificate is verified", granted(tls="verify")),
    ("a certificate of somebody else", refused(tls="verify", ca=other_ca())),
    ("a certificate with another name", refused(tls="verify", host="127.0.0.2")),
    ("nobody is trusted but whom the system trusts", system_ca),
    ("a server without TLS", server_without),
]


tap.run(case for kind in (databases.Postgresql, databases.Mariadb)
        for case in databases.cases(kind, CASES, over_tcp=True))
