#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel is told of sockets: marks that tshark sees, and when peers are given up."""

import pathlib
import socket
import ssl
import time

import network
import relay as system
import tap
from capture import Capture
from client import Peer

place = system.Place()
EVERYWHERE = [{"address": "::", "port": 0, "transport": "tls", "dscp": "AF41"},
              {"address": "::", "port": 0, "transport": "tcp"}]


def peer_at(relay, name, host, source=None):
    sock = socket.create_connection((host, relay.port), system.PATIENCE, source)
    context = ssl.create_default_context(cafile=place.path / "ca.pem")
    return Peer(relay, name, sock=context.wrap_socket(sock, server_hostname="localhost"))


def hop(alice, listener, host, text):
    """A message that has the relay connect to LISTENER; the connection."""
    port = listener.getsockname()[1]
    alice.send([*alice.use_path, f"msrp://{host}:{port}/hop;tcp"], text)
    alice.expect_status(200)
    sock, _ = listener.accept()
    with Peer(alice.relay, "hop", tls=False, sock=sock) as there:
        assert there.receive()[1] == text


def marks(capture, filter_):
    """The values of all packets, of both families."""
    rows = capture.read(filter_, "ip.dsfield.dscp", "ipv6.tclass.dscp")
    return {int(value) for row in rows for values in row for value in values}


def marked():
    """Of all that listeners send, the answer to a SYN included, and of what is sent to next hops."""
    changes = {"listen": EVERYWHERE, "outbound.dscp": 46,
               "outbound.allow": ["127.0.0.0/8", "::1"]}
    with socket.create_server(("127.0.0.1", 0)) as v4, \
            socket.create_server(("::1", 0), family=socket.AF_INET6) as v6, \
            system.Relay(place, changes) as relay:
        hops = [listener.getsockname()[1] for listener in (v4, v6)]
        with Capture(place, relay.port, relay.plain_port, *hops) as capture:
            for host in ("127.0.0.1", "::1"):
                with peer_at(relay, "alice", host) as alice:
                    alice.auth()
                    hop(alice, v4, "127.0.0.1", b"to IPv4")
                    hop(alice, v6, "[::1]", b"to IPv6")
                with socket.create_connection((host, relay.plain_port)):
                    pass
            relay.reload({**changes, "listen": [{**EVERYWHERE[0], "dscp": 0}, EVERYWHERE[1]]})
            relay.wait_reloaded()
            with peer_at(relay, "alice", "127.0.0.1") as alice:
                later = alice.sock.getsockname()[1]
                hop(alice.auth(), v4, "127.0.0.1", b"the last of all")
            capture.wait_for("the last of all")
        for family in ("ip", "ipv6"):
            listens = f"{family} && tcp.srcport == {relay.port}"
            assert marks(capture, f"{listens} && tcp.dstport != {later}") == {34}, family
            assert marks(capture, f"{family} && tcp.srcport == {relay.plain_port}") == {0}, family
            sent = " || ".join(f"tcp.dstport == {port}" for port in hops)
            assert marks(capture, f"{family} && ({sent})") == {46}, family
        assert marks(capture, f"tcp.srcport == {relay.port} && tcp.dstport == {later}") == {0}


def wrong():
    with system.Relay(place) as relay:
        for value, why in (("AF14", '"AF14" is no name'), (64, "64 is not within 0 and 63"),
                           ("46", '"46" is no name'), (True, "must be a whole number")):
            relay.reload({"outbound.dscp": value})
            relay.wait_not_reloaded(f"outbound.dscp: {why}")
        relay.reload({"tcp.user_timeout": 100000})
        relay.wait_not_reloaded("tcp.user_timeout: 100000 is not within 0 and 86400")


def timer(local, remote):
    """(kind, seconds) of the timer of the connection between these ports; proc(5), net/tcp."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ports = [int(field.split(":")[1], 16) for field in fields[1:3]]
        if ports == [local, remote]:
            kind, when = fields[5].split(":")
            return int(kind), int(when, 16) / 100
    raise AssertionError("there is no such connection")


def wait_kept_alive(local, remote, seconds):
    """Until nothing is on its way, and the next thing to be sent is a keep-alive."""
    end = time.monotonic() + system.PATIENCE
    while (now := timer(local, remote))[0] != 2:
        assert time.monotonic() < end, now
        time.sleep(0.02)
    assert seconds - system.PATIENCE < now[1] <= seconds, now


def kept_alive():
    with socket.create_server(("127.0.0.1", 0)) as v4, \
            system.Relay(place, {"tcp.keep_alive": 777}) as relay, \
            Peer(relay, "alice") as alice:
        alice.auth()
        wait_kept_alive(relay.port, alice.sock.getsockname()[1], 777)
        alice.send([*alice.use_path, f"msrp://127.0.0.1:{v4.getsockname()[1]}/x;tcp"], b"x")
        with v4.accept()[0] as sock:
            wait_kept_alive(sock.getpeername()[1], sock.getsockname()[1], 777)
        relay.reload({"tcp.keep_alive": 0})
        relay.wait_reloaded()
        with Peer(relay, "bob") as bob:
            bob.auth()
            end = time.monotonic() + system.PATIENCE
            while timer(relay.port, bob.sock.getsockname()[1])[0] == 1:
                assert time.monotonic() < end
            assert timer(relay.port, bob.sock.getsockname()[1])[0] == 0


def given_up():
    """Who is gone without a word, and is sent something."""
    network.enter()
    network.add_address(1, "10.9.9.1")
    network.add_address(2, "10.9.9.2")
    changes = {"listen": [{"address": "0.0.0.0", "port": 0, "transport": transport}
                          for transport in ("tls", "tcp")], "tcp.user_timeout": 2}
    with system.Relay(place, changes) as relay, Peer(relay, "bob") as bob, \
            peer_at(relay, "alice", "10.9.9.2", ("10.9.9.1", 0)) as alice:
        alice.auth()
        bob.auth()
        network.remove_address(1)
        bob.send(bob.to(alice), b"are you there?")
        bob.expect_status(200)
        relay.wait_log("session ended: .*user=alice .*reason=.(connection timed out|"
                       "no route to host|network is unreachable|host is unreachable)")
        assert bob.read().method == "REPORT"


tap.run([
    ("packets are marked, of both families", marked),
    ("what is no mark is refused", wrong),
    ("silent peers are asked whether they are there", kept_alive),
    ("who acknowledges nothing is given up", given_up),
])
