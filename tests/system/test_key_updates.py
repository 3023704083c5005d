#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stranger does to others by TLS records that bring no data."""

import relay as system
import tap
from client import Peer
from key_updates import Flood

place = system.Place()

MANY = 25000  # a third of a second of work for OpenSSL, each


def floods_are_closed_and_nobody_waits():
    """The watchdog would have something to say within half a second."""
    with system.Relay(place, {"workers": 1, "log.level": "debug"},
                      variables={"WATCHDOG_USEC": "1000000"}) as relay:
        floods = [Flood(relay.port) for _ in range(2)]
        data = [flood.bytes(MANY) for flood in floods]
        with Peer(relay, "alice") as alice:
            alice.auth()
            for flood, updates in zip(floods, data):
                flood.send(updates)
            for flood in floods:
                flood.wait_closed()
            alice.auth()
        relay.wait_logged("too many TLS records without data", len(floods))
        assert not any("a worker does not answer" in line for line in relay.log)
        for flood in floods:
            flood.close()


tap.run([
    ("floods of KeyUpdates are closed, nobody waits, and the watchdog is content",
     floods_are_closed_and_nobody_waits),
])
