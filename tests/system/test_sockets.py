#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Socket activation: listeners that are open before msrpd is, and have names."""

import contextlib
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import types

import relay as system
import tap
from client import Peer

place = system.Place()

HERE = pathlib.Path(__file__).parent
TLS = {"name": "msrps", "transport": "tls"}
TCP = {"name": "msrp", "transport": "tcp"}
BOTH = "msrps=127.0.0.1,msrp=127.0.0.1"


def wrapper(sockets):
    return ["python3", str(HERE / "activate.py"), sockets]


def activated(sockets=BOTH, listen=(TLS, TCP), **changes):
    return system.Relay(place, {"listen": list(listen), **changes}, wrapper=wrapper(sockets))


def exchange(one, other):
    one.send(one.to(other), b"hello")
    assert other.receive()[1] == b"hello"
    one.expect_status(200)


def sessions(workers):
    """What clients are given has the port of the socket; all workers take connections from it."""
    def case():
        with activated(workers=workers) as relay, contextlib.ExitStack() as stack:
            peers = [stack.enter_context(Peer(relay, "alice")).auth() for _ in range(8 * workers)]
            for one, other in zip(peers, peers[1:]):
                assert f"localhost:{relay.port}/" in one.use_path[-1], one.use_path
                exchange(one, other)
            stranger = stack.enter_context(Peer(relay, "bob", tls=False))
            stranger.send([peers[0].use_path[-1], peers[0].uri], b"hello")
            assert peers[0].receive()[1] == b"hello"
    return case


def same_name():
    """A socket unit has one name for all of its sockets."""
    with activated("msrps=127.0.0.1,msrps=::1,msrp=127.0.0.1", (TLS, TLS, TCP)) as relay:
        second = int(relay.wait_log(r"listening on \[::1\]:(\d+) \(tls\)").group(1))
        assert second != relay.port
        there = types.SimpleNamespace(place=place, port=second)
        sock = socket.create_connection(("::1", second), system.PATIENCE)
        context = ssl.create_default_context(cafile=place.path / "ca.pem")
        with Peer(there, "bob", sock=context.wrap_socket(sock, server_hostname="localhost")) \
                as bob, Peer(relay, "alice") as alice:
            exchange(alice.auth(), bob.auth())


def beside_its_own():
    own = {"address": "127.0.0.1", "port": 0, "transport": "tcp"}
    with activated("msrps=127.0.0.1", (own, TLS)) as relay, Peer(relay, "alice") as alice, \
            Peer(relay, "bob", tls=False) as bob:
        alice.auth()
        bob.send([alice.use_path[-1], alice.uri], b"hello")
        assert alice.receive()[1] == b"hello"


def goes_and_comes(workers):
    """A listener that a reload leaves out closes; one that it names again is the same socket."""
    def case():
        both = {"listen": [TLS, TCP], "workers": workers}
        with activated(**both) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob", tls=False) as bob:
            alice.auth()
            bob.send([alice.use_path[-1], alice.uri], b"hello")
            assert alice.receive()[1] == b"hello"
            n = relay.n_descriptors()
            relay.reload({**both, "listen": [TLS]})
            relay.wait_reloaded()
            relay.wait_log(rf"no longer listening on 127.0.0.1:{relay.plain_port} \(tcp\)",
                           relay.log_seen)
            relay.wait_descriptors(n - workers)
            # Who comes meanwhile waits, as systemd has the socket as well.
            with Peer(relay, "carol", tls=False) as carol:
                bob.send([alice.use_path[-1], alice.uri], b"still here")
                assert alice.receive()[1] == b"still here"
                relay.reload(both)
                relay.wait_reloaded()
                relay.wait_log(rf"listening on 127.0.0.1:{relay.plain_port} \(tcp\)",
                               relay.log_seen)
                carol.send([alice.use_path[-1], alice.uri], b"at last")
                assert alice.receive()[1] == b"at last"
    return case


def restart():
    """Who connects while there is no relay waits for the next one."""
    with socket.create_server(("127.0.0.1", 0)) as tls, \
            socket.create_server(("127.0.0.1", 0)) as tcp:
        fds = tls.fileno(), tcp.fileno()
        sockets = {"wrapper": wrapper(f"msrps=fd{fds[0]},msrp=fd{fds[1]}"), "pass_fds": fds}
        changes = {"listen": [TLS, TCP]}
        with system.Relay(place, changes, **sockets) as relay, Peer(relay, "alice") as alice:
            alice.auth()
        with socket.create_connection(tls.getsockname(), system.PATIENCE) as sock, \
                system.Relay(place, changes, **sockets) as relay:
            assert relay.port == tls.getsockname()[1]
            context = ssl.create_default_context(cafile=place.path / "ca.pem")
            with Peer(relay, "bob", sock=context.wrap_socket(sock, server_hostname="localhost")) \
                    as bob, Peer(relay, "alice") as alice:
                exchange(alice.auth(), bob.auth())


def turned_away(port):
    """Is who connects closed at once?"""
    with socket.create_connection(("127.0.0.1", port), system.PATIENCE) as sock:
        try:
            return sock.recv(1) == b""
        except ConnectionError:
            return True


def drains(workers):
    """Who connects while sessions finish is closed, and need not wait for what comes after."""
    def case():
        changes = {"drain.timeout": 600, "workers": workers}
        with activated(**changes) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            exchange(alice.auth(), bob.auth())
            relay.process.send_signal(signal.SIGTERM)
            relay.wait_log("stopping: SIGTERM")
            # Connections are the workers' turn in turns, and these hear of it a little later.
            for _ in range(4 * workers):
                assert turned_away(relay.port)
                assert turned_away(relay.plain_port)
            exchange(alice, bob)
            alice.sock.close()
            bob.sock.close()
            relay.wait_end()
    return case


def stays():
    """The others are not touched by a reload that changes something else, or the order."""
    with activated() as relay, Peer(relay, "alice") as alice:
        alice.auth()
        n = relay.n_descriptors()
        relay.reload({"listen": [TCP, TLS], "session.sessmatch": True})
        relay.wait_reloaded()
        assert not any("listening" in line for line in relay.log[relay.log_seen:])
        relay.wait_descriptors(n)
        with Peer(relay, "bob") as bob:
            exchange(alice, bob.auth())


def cannot_start(sockets, why, listen=(TLS,), command=()):
    def case():
        config = place.write_config({"listen": list(listen)})
        done = subprocess.run([*command, *(wrapper(sockets) if sockets else ()), system.MSRPD, "-c",
                               config], env=system.environment(), text=True, capture_output=True,
                              timeout=system.PATIENCE)
        assert done.returncode == 1, done
        assert f"cannot start: {why}\n" in done.stderr, done.stderr
    return case


def missing_when_reloaded():
    with activated() as relay, Peer(relay, "alice") as alice:
        alice.auth()
        relay.reload({"listen": [{**TLS, "name": "other"}, TCP]})
        relay.wait_not_reloaded("error: not reloaded: other: systemd has passed no socket of this")
        relay.reload({"listen": [TLS, TCP, TCP]})
        relay.wait_not_reloaded("error: not reloaded: msrp: systemd has passed fewer sockets")
        with Peer(relay, "bob") as bob:
            exchange(alice, bob.auth())


def unused():
    with activated(f"{BOTH},metrics=127.0.0.1") as relay:
        relay.wait_log("warning: no listener uses a socket passed by systemd: metrics$")
        assert sum("no listener uses" in line for line in relay.log) == 1


def start_by_systemd(program):
    """(process, host, port): it listens for msrpd, and does not let the system choose a port."""
    config = place.write_config({"listen": [TLS]})
    address = system.free_place()
    process = subprocess.Popen([program, f"--listen={address}", "--fdname=msrps", system.MSRPD,
                                "-c", config], text=True, stderr=subprocess.PIPE,
                               env=system.environment())
    assert (line := process.stderr.readline()).startswith("Listening on"), line
    host, port = address.split(":")
    return process, host, int(port)


def by_systemd():
    """The program of systemd that does with sockets what its service manager does."""
    program = shutil.which("systemd-socket-activate")
    if not program:
        raise tap.Skip("systemd-socket-activate is not here")
    process, host, port = start_by_systemd(program)
    try:
        # The first connection starts the relay, and is served by it.
        with Peer(types.SimpleNamespace(place=place, host=host, port=port), "alice") as alice:
            alice.auth()
        process.terminate()
        assert process.wait(system.PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


tap.run([
    *((f"sessions by sockets of systemd, {workers} worker(s)", sessions(workers))
      for workers in (1, 4)),
    ("several sockets of one name", same_name),
    ("beside a listener that msrpd opens", beside_its_own),
    *((f"one goes and comes by reloads, {workers} worker(s)", goes_and_comes(workers))
      for workers in (1, 2)),
    *((f"a socket of systemd turns away while sessions finish, {workers} worker(s)",
       drains(workers)) for workers in (1, 2)),
    ("a restart refuses nobody", restart),
    ("a reload keeps them", stays),
    ("a name that is not there", cannot_start(
        "other=127.0.0.1", "msrps: systemd has passed no socket of this name")),
    ("more listeners than sockets of a name", cannot_start(
        "msrps=127.0.0.1", "msrps: systemd has passed fewer sockets of this name",
        (TLS, TLS))),
    ("no sockets at all", cannot_start(
        None, "msrps: systemd has passed no socket of this name")),
    ("sockets for another process", cannot_start(
        None, "msrps: systemd has passed no socket of this name",
        command=["env", "LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=msrps"])),
    *((f"a socket of the wrong kind: {kind}", cannot_start(
        f"msrps={kind}", "msrps: is not a listening TCP socket"))
      for kind in ("udp", "unix", "idle")),
    ("a name that is not there, when reloaded", missing_when_reloaded),
    ("a socket that nobody uses is told", unused),
    ("systemd-socket-activate starts it", by_systemd),
])
