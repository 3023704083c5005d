#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that systemd has loaded for the service (LoadCredential=)."""

import subprocess

import relay as system
import tap
from client import Peer

place = system.Place()

NET = "relay.example.net"


def read(name):
    return (place.path / name).read_text()


def keys():
    """Of the relay itself and of a domain."""
    system.make_certificate(place.path, NET, prefix="net-")
    variables = place.credentials(key=read("key.pem"), net_key=read("net-key.pem"))
    domain = {"name": NET, "certificate": str(place.path / "net-cert.pem"),
              "key": "credential:net_key"}
    changes = {"tls.key": "credential:key", "tls.domains": [domain]}
    with system.Relay(place, changes, variables=variables) as relay:
        for _ in range(2):
            with Peer(relay, "alice") as alice:
                alice.auth()
            relay.reload(changes)
            relay.wait_reloaded()


def refused(variables, key, why):
    def case():
        config = place.write_config({"tls.key": key})
        done = subprocess.run([system.MSRPD, "-t", "-c", config], text=True, capture_output=True,
                              env=system.environment(**variables))
        assert done.returncode == 1 and why in done.stderr, done
    return case


tap.run([
    ("keys of TLS", keys),
    ("one that was not loaded", refused(
        place.credentials(other="x"), "credential:key", "/key: No such file or directory")),
    ("without systemd", refused(
        {}, "credential:key", 'tls.key: "credential:key" must be loaded by systemd')),
    ("a name that leads elsewhere", refused(
        place.credentials(key="x"), "credential:../key", "is not the name of a credential")),
])
