#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where msrpd listens: what a kernel cannot do, and what a restart would find."""

import ctypes.util
import pathlib
import socket

import relay as system
import tap
from client import Peer
from control import Controlled

place = system.Place()

HERE = pathlib.Path(__file__).parent
EVERYWHERE = {"listen": [{"address": "::", "port": 0, "transport": "tls"},
                         {"address": "::", "port": 0, "transport": "tcp"}]}


def no_ipv6():
    """\"::\" is where msrpd listens by default."""
    if not ctypes.util.find_library("seccomp"):
        raise tap.Skip("libseccomp is not here")
    changes = {**EVERYWHERE, "metrics.listen": "[::]:0"}
    with system.Relay(place, changes, wrapper=["python3", str(HERE / "no_ipv6.py")]) as relay, \
            Peer(relay, "alice") as alice:
        alice.auth()
        relay.wait_log(f"warning: this machine has no IPv6, .*: 0.0.0.0:{relay.port} instead of ::")
        relay.wait_log(r"listening on 0\.0\.0\.0:\d+ \(metrics\)")


def with_ipv6():
    with system.Relay(place, EVERYWHERE) as relay:
        assert not any("has no IPv6" in line for line in relay.log)


def taken_for_the_restart():
    """What would keep the next start from succeeding is told by the reload."""
    with Controlled(place) as relay, socket.create_server(("127.0.0.1", 0)) as other, \
            socket.socket(socket.AF_UNIX) as path:
        port = other.getsockname()[1]
        file = place.fresh("socket")
        path.bind(str(file))
        path.listen()
        for changes, why in (
                ({"metrics.listen": f"127.0.0.1:{port}"},
                 f"metrics.listen: 127.0.0.1:{port}: address already in use"),
                ({"health.listen": f"127.0.0.1:{port}"},
                 f"health.listen: 127.0.0.1:{port}: address already in use"),
                ({"metrics.listen": "192.0.2.254:9"},
                 "metrics.listen: 192.0.2.254:9: cannot assign requested address"
                 "|metrics.listen: 192.0.2.254:9: address not available"),
                ({"health.listen": f"unix:{file}"},
                 f"health.listen: unix:{file}: address already in use"),
                ({"health.listen": "unix:/nowhere/x"},
                 "health.listen: unix:/nowhere/x: no such file or directory"),
                ({"admin.socket": str(file)},
                 f"admin.socket: unix:{file}: address already in use"),
                ({"metrics.listen": (free := system.free_place()), "health.listen": free},
                 f"health.listen: {free}: address already in use")):
            relay.reload({"admin.socket": relay.socket, **changes})
            relay.wait_not_reloaded(f"error: not reloaded: ({why})")
        relay.reload({"admin.socket": relay.socket, "limits.connections": 7})
        relay.wait_reloaded()


def free_for_the_restart():
    """Nothing is left of what was tried, and what moves among ours is not in the way."""
    before = {"metrics.listen": system.free_place(), "health.listen": system.free_place()}
    with Controlled(place, before) as relay:
        relay.wait_idle()
        n = relay.n_descriptors()
        file = place.fresh("socket")
        for changes in (
                {"metrics.listen": before["health.listen"], "health.listen": ""},
                {"metrics.listen": before["health.listen"],
                 "health.listen": before["metrics.listen"]},
                {**before, "metrics.listen": f"unix:{file}"},
                {**before, "admin.socket": str(file)},
                {**before, "metrics.listen": system.free_place()}):
            relay.reload({"admin.socket": relay.socket, **changes})
            relay.wait_reloaded()
            assert not file.exists()
            relay.wait_descriptors(n)


tap.run([
    ("without IPv6 in the kernel it listens at IPv4", no_ipv6),
    ("with it nothing is said", with_ipv6),
    ("a reload tells what the next start would fail for", taken_for_the_restart),
    ("and takes what it would not fail for", free_for_the_restart),
])
