#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the relay connects to for its users, and what it tells them when it does not."""

import secrets
import socket

import network
import relay as system
import tap
from client import Peer, nobody_waits

place = system.Place()

MACHINE, LATER = "10.9.9.1", "10.9.9.2"
LOOKUPS = 32  # at a time, for one address
NEXT_HOPS = 16  # of one session, at a time
UNREACHABLE = "000 408 the next hop cannot be reached"


def told(alice, address, port, scheme="msrp"):
    """The Status of the REPORT of a message that does not get there."""
    hop = f"{scheme}://{address}:{port}/{secrets.token_hex(4)};tcp"
    alice.send([*alice.use_path, hop], b"x")
    alice.expect_status(200)
    report = alice.read()
    assert report.method == "REPORT", report
    return report.get("Status")


def gets_there(alice, listener, address):
    port = listener.getsockname()[1]
    alice.send([*alice.use_path, f"msrp://{address}:{port}/hop;tcp"], b"hello")
    alice.expect_status(200)
    sock, _ = listener.accept()
    with Peer(alice.relay, "hop", tls=False, sock=sock) as hop:
        assert hop.receive()[1] == b"hello"


def own_addresses():
    """Those that it had when it started, and those that come later."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
            socket.create_server(("0.0.0.0", 0)) as inner:
        port = inner.getsockname()[1]
        alice.auth()
        network.add_address(2, LATER)
        for address in (MACHINE, LATER, f"[::ffff:{MACHINE}]"):
            assert told(alice, address, port) == UNREACHABLE
            relay.wait_log(f"next hop failed.*{address}.*is not allowed".replace("[", r"\["))
        assert nobody_waits(inner), "it connected to where it must not"


def own_addresses_allowed():
    with system.Relay(place, {"outbound.allow": [f"{MACHINE}/32"]}) as relay, \
            Peer(relay, "alice") as alice, socket.create_server(("0.0.0.0", 0)) as inner:
        gets_there(alice.auth(), inner, MACHINE)


def one_text():
    """An open port of something else, a closed one, and one that is denied."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
            socket.socket() as closed, socket.create_server(("127.0.0.1", 0)) as ssh:
        alice.auth()
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert told(alice, "127.0.0.1", port) == UNREACHABLE
        relay.wait_log(f"next hop failed.*127.0.0.1:{port}.*connection refused")
        assert told(alice, MACHINE, port) == UNREACHABLE
        relay.wait_log(f"next hop failed.*{MACHINE}:{port}.*is not allowed")
        assert told(alice, "no-such-host.test", 2855) == UNREACHABLE
        relay.wait_log("next hop failed.*no-such-host.test")
        hop = f"msrp://127.0.0.1:{ssh.getsockname()[1]}/x;tcp"
        alice.send([*alice.use_path, hop], b"x")
        alice.expect_status(200)
        with ssh.accept()[0] as sock:
            sock.sendall(b"SSH-2.0-OpenSSH\r\n" * 100)
            assert alice.read().get("Status") == UNREACHABLE


def low_ports():
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
            socket.create_server(("127.0.0.1", 22)) as ssh, \
            socket.create_server(("127.0.0.1", 443)) as https:
        alice.auth()
        assert told(alice, "127.0.0.1", 22) == UNREACHABLE
        relay.wait_log("next hop failed.*127.0.0.1:22.*is not allowed")
        gets_there(alice, https, "127.0.0.1")
        assert nobody_waits(ssh), "it connected to where it must not"


def low_ports_allowed():
    """The change counts from a reload on."""
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, \
            socket.create_server(("127.0.0.1", 22)) as ssh:
        assert told(alice.auth(), "127.0.0.1", 22) == UNREACHABLE
        relay.reload({"outbound.ports": ["22", "1024-65535"]})
        relay.wait_reloaded()
        gets_there(alice, ssh, "127.0.0.1")


def slow_names():
    """Names whose server is silent: whoever asks for ever new ones gets answers, and no look-ups."""
    network.use_name_server(place, "127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 53))
        silent.settimeout(0.2)
        with system.Relay(place, {"workers": 1}) as relay:
            for _ in range(3 * LOOKUPS // NEXT_HOPS):
                with Peer(relay, "alice") as alice:
                    alice.auth()
                    for _ in range(NEXT_HOPS):
                        name = f"n{secrets.token_hex(8)}.example"
                        alice.send([*alice.use_path, f"msrp://{name}:2855/x;tcp"], b"x")
                        while alice.read().status != 200:
                            pass
            relay.wait_log("next hop failed.*too many look-ups of names at a time")
            with Peer(relay, "alice") as alice:
                hop = f"msrp://n{secrets.token_hex(8)}.example:2855/x;tcp"
                alice.auth().send([*alice.use_path, hop], b"x")
                alice.expect_status(200)
                assert alice.read().get("Status") == UNREACHABLE
                # It costs the connection nothing, and others neither.
                alice.send([*alice.use_path, alice.uri], b"x")
                alice.expect_status(200)
            assert len(names_asked(silent)) <= LOOKUPS


def names_asked(sock):
    names = set()
    try:
        while True:
            names.add(sock.recv(4096)[12:12 + 17])
    except TimeoutError:
        return names


def in_own_network(case):
    """All cases are in the same one."""
    def entered():
        if not in_own_network.entered:
            network.enter()
            network.add_address(1, MACHINE)
            in_own_network.entered = True
        case()
    return entered


in_own_network.entered = False

tap.run((name, in_own_network(case)) for name, case in [
    ("all addresses of this machine are denied", own_addresses),
    ("unless they are allowed", own_addresses_allowed),
    ("a sender is told the same of all ways to fail, the log is not", one_text),
    ("ports below 1024 are denied, but 443", low_ports),
    ("unless they are allowed", low_ports_allowed),
    ("look-ups of names at a time are limited", slow_names),
])
