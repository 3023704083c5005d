#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reload changes, and what it must not touch."""

import contextlib
import http.client
import os
import re
import select
import signal
import socket
import ssl
import time
import types

import relay as system
import tap
from accounts import File
from client import Peer
from control import Controlled

place = system.Place()

TRANSFERS = 50 if system.SANITIZED else 200
SIZE = 100_000

MANY_USERS = 100_000
SERVED = 10

MANY = {"limits.sessions_per_user": 1000, "limits.connections_per_address": 10000}


class Transfers:
    """Chunks whose first halves are at their receivers."""

    def __init__(self, relay, stack):
        self._pairs = [self._start(relay, stack) for _ in range(TRANSFERS)]

    @staticmethod
    def _start(relay, stack):
        alice = stack.enter_context(Peer(relay, "alice")).auth()
        bob = stack.enter_context(Peer(relay, "bob"))
        body = os.urandom(SIZE)
        request = bob.send_request([alice.use_path[-1], alice.uri], body)
        bob.write(request[:SIZE // 2])
        alice.fill(SIZE // 4)
        return alice, bob, body, request[SIZE // 2:]

    def finish(self):
        for alice, bob, body, rest in self._pairs:
            bob.write(rest)
            _, received = alice.receive()
            assert received == body
            bob.expect_status(200)


def transfers(workers, bad):
    def case():
        changes = {**MANY, "workers": workers}
        with system.Relay(place, changes) as relay, contextlib.ExitStack() as stack:
            started = Transfers(relay, stack)
            if bad:
                relay.reload({**changes, "auth.max_failures": 0})
                relay.wait_not_reloaded(r"bad configuration: \S+msrpd.conf:\d+: "
                                        r"auth.max_failures: 0 is not within")
            else:
                relay.reload({**changes, "auth.realm": "else.example"})
                relay.wait_reloaded()
            started.finish()
    return case


def bad_file_is_in_the_status():
    with system.Relay(place) as relay:
        relay.reload({"session.sessmatch": "yes"})
        relay.wait_not_reloaded("session.sessmatch: must be true or false")
        relay.wait_notified(r"STATUS=\d+ connections, \d+ sessions; not reloaded: "
                            r"\S+msrpd.conf:\d+: session.sessmatch: must be true or false")
        relay.reload()
        relay.wait_reloaded()
        relay.wait_notified(r"STATUS=\d+ connections, \d+ sessions")


def quotation_marks_stay():
    """Of what is wrong with a configuration, wherever somebody reads it."""
    words = r'\S+msrpd.conf:\d+: log.level: must be one of "error", "warning"'
    with Controlled(place) as relay:
        place.write_config(relay.changes | {"log.level": "loud"}).replace(relay.config)
        code, _, err = relay.ctl("reload")
        assert code == 1 and re.match(f"msrpctl: {words}", err), err
        relay.wait_log(f"error: bad configuration: {words}")
        relay.wait_notified(rf"STATUS=\d+ connections, \d+ sessions; not reloaded: {words}.*")


def manager_is_told():
    """systemd.service(5), "notify-reload": in this order, and on failure as well."""
    with system.Relay(place) as relay:
        relay.reload({"workers": 1000})
        relay.wait_not_reloaded("workers: 1000 is not within")
        relay.reload()
        relay.wait_reloaded()
    words = [re.sub(r"\d{2,}", "N", word) for word in relay.notified
             if not word.startswith(("STATUS=", "EXTEND"))]
    reload = ["RELOADING=1", "MONOTONIC_USEC=N", "READY=1"]
    assert words == ["READY=1", *reload, *reload, "STOPPING=1"], words


def certificate_of(relay):
    """What a new connection is shown."""
    context = ssl.create_default_context(cafile=place.path / "ca.pem")
    with socket.create_connection(("127.0.0.1", relay.port), system.PATIENCE) as sock, \
            context.wrap_socket(sock, server_hostname="localhost") as tls:
        return tls.getpeercert(True)


def certificate():
    """A renewed one is shown to the next who connects, under load; the others notice nothing."""
    with system.Relay(place, MANY) as relay, contextlib.ExitStack() as stack:
        started = Transfers(relay, stack)
        old = certificate_of(relay)
        system.make_certificate(place.path, "localhost")
        assert certificate_of(relay) == old
        relay.reload(MANY)
        relay.wait_reloaded()
        new = certificate_of(relay)
        assert new != old and ssl.PEM_cert_to_DER_cert(
            (place.path / "cert.pem").read_text()) == new
        started.finish()


def certificate_without_its_key():
    """As in the middle of a renewal: nothing changes."""
    with system.Relay(place) as relay:
        old = certificate_of(relay)
        system.make_certificate(place.path, "localhost", prefix="other-")
        relay.reload({"tls.key": str(place.path / "other-key.pem")})
        relay.wait_not_reloaded("bad configuration: .*tls.key: .*the key does not belong")
        assert certificate_of(relay) == old


def users():
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "dora") as dora:
        alice.auth()
        assert dora.try_auth("d").status == 401
        relay.reload({"auth.users": [{"name": "dora", "realm": system.DOMAIN, "password": "d"}]})
        relay.wait_reloaded()
        assert dora.try_auth("d").status == 200
        # Her session stays, but she cannot renew it.
        dora.send([alice.use_path[-1], alice.uri], b"hello")
        dora.expect_status(200)
        assert alice.receive()[1] == b"hello"
        assert alice.try_auth().status == 401


def limits():
    with system.Relay(place) as relay, Peer(relay, "alice") as one, Peer(relay, "alice") as two:
        one.auth()
        relay.reload({"limits.sessions_per_user": 1, "log.level": "error"})
        relay.wait_reloaded()
        assert two.try_auth().status == 403
        relay.reload({"log.level": "error"})
        # What a reload says is said before the level counts again.
        relay.wait_notified("READY=1", 3)
        two.auth()
        assert not any("reloaded" in line for line in relay.log[relay.log_seen:])


def names():
    """Old session URIs bear the old name, and go on; new ones bear the new one."""
    system.make_certificate(place.path, "relay.example.net", prefix="net-")
    changes = {"hostname": "relay.example.net", "tls.certificate": str(place.path / "net-cert.pem"),
               "tls.key": str(place.path / "net-key.pem"),
               "tls.domains": [{"name": "localhost", "certificate": str(place.path / "cert.pem"),
                                "key": str(place.path / "key.pem")}]}
    with system.Relay(place) as relay, Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        relay.reload(changes)
        relay.wait_reloaded()
        bob.auth()
        assert alice.use_path[-1].startswith("msrps://localhost:")
        assert bob.use_path[-1].startswith("msrps://relay.example.net:")
        for one, other in ((alice, bob), (bob, alice)):
            one.send(one.to(other), b"hello")
            assert other.receive()[1] == b"hello"
            one.expect_status(200)


def listening(relay, pattern, since=0):
    return int(relay.wait_log(rf"{pattern} 127\.0\.0\.\d:(\d+) \(\w+\)", since).group(1))


def listeners(workers):
    """One more comes, and goes again; those who came by it stay, and so do the others' sockets."""
    def case():
        both = place.configuration()["listen"]
        third = {"address": "127.0.0.2", "port": 0, "transport": "tls"}
        changes = {"workers": workers}
        with system.Relay(place, changes) as relay, Peer(relay, "alice") as alice:
            alice.auth()
            relay.reload({**changes, "listen": [third, *both]})
            relay.wait_reloaded()
            port = listening(relay, "listening on", relay.log_seen)
            there = types.SimpleNamespace(place=place, port=port)
            sock = socket.create_connection(("127.0.0.2", port), system.PATIENCE)
            context = ssl.create_default_context(cafile=place.path / "ca.pem")
            with Peer(there, "bob", sock=context.wrap_socket(sock, server_hostname="localhost")) \
                    as bob:
                bob.auth()
                assert f":{port}/" in bob.use_path[-1], bob.use_path
                relay.reload(changes)
                relay.wait_reloaded()
                assert listening(relay, "no longer listening on", relay.log_seen) == port
                try:
                    socket.create_connection(("127.0.0.2", port)).close()
                    assert False, "somebody listens there"
                except ConnectionRefusedError:
                    pass
                alice.send(alice.to(bob), b"hello")
                assert bob.receive()[1] == b"hello"
                alice.expect_status(200)
                with Peer(relay, "carol") as carol:
                    carol.auth()
    return case


def port_in_use():
    """All or nothing: what comes before the listener that cannot be had does not change either."""
    with system.Relay(place) as relay, socket.create_server(("127.0.0.1", 0)) as other:
        used = other.getsockname()[1]
        free = {"address": "127.0.0.3", "port": 0, "transport": "tls"}
        taken = {"address": "127.0.0.1", "port": used, "transport": "tls"}
        n = relay.n_descriptors()
        relay.reload({"listen": [free, *place.configuration()["listen"], taken],
                      "auth.users": [{"name": "dora", "realm": system.DOMAIN, "password": "d"}]})
        relay.wait_not_reloaded(f"error: not reloaded: 127.0.0.1:{used}: address already in use")
        with Peer(relay, "alice") as alice:
            alice.auth()
        assert not any("listening" in line for line in relay.log[relay.log_seen:])
        relay.wait_notified("READY=1", 2)
        assert relay.n_descriptors() <= n + 1  # hers may not be closed yet


def transports():
    """A listener keeps its socket when it speaks TLS from now on."""
    both = place.configuration()["listen"]
    tcp, tls = ([{**one, "transport": name} for one in both] for name in ("tcp", "tls"))
    tcp[0]["transport"] = "tls"
    with system.Relay(place, {"listen": tcp}) as relay:
        relay.reload({"listen": tls})
        relay.wait_reloaded()
        assert listening(relay, "no longer listening on", relay.log_seen) == relay.plain_port
        assert listening(relay, "tening on", relay.log_seen) == relay.plain_port
        relay.port = relay.plain_port
        with Peer(relay, "alice") as alice:
            alice.auth()


def restart():
    with system.Relay(place) as relay:
        relay.reload({"workers": system.WORKERS + 1, "admin.mode": "0660"})
        relay.wait_reloaded()
        for key in ("workers", "admin.mode"):
            relay.wait_log(f"warning: changed, but used only after a restart: {key}$", relay.log_seen)


def many():
    """Signals that come one upon the other lose nothing."""
    with system.Relay(place, {"workers": 2}) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        for _ in range(100):
            relay.reload({"workers": 2})
        relay.reload({"auth.users": [{"name": "dora", "realm": system.DOMAIN, "password": "d"}]})
        relay.wait_log("changed, but used only after a restart: workers" if system.WORKERS != 2
                       else "reloaded")
        with Peer(relay, "dora") as dora:
            while dora.try_auth("d").status == 401:
                dora.sock.close()
                dora.__init__(relay, "dora")
        alice.send([alice.use_path[-1], alice.uri], b"hello")


def count_healthy(host, port, sock):
    """How often it says that it is well, before there is something to read at SOCK."""
    n = 0
    while not select.select([sock], [], [], 0)[0]:
        connection = http.client.HTTPConnection(host, port, timeout=system.PATIENCE)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
        connection.close()
        n += 1
    return n


def served_meanwhile():
    """
    The relay answers others while it reads the file of many users: not one or two, as between the
    steps of a reload, but as many as take as long. Now and then a machine has no time for that.
    """
    file = File(place)
    file.write(*(f"user{i}:{system.DOMAIN}:{i:032x}" for i in range(MANY_USERS)))
    changes = file.changes(**{"health.listen": "127.0.0.1:0"})
    with Controlled(place, changes) as relay:
        health = relay.wait_log(r"listening on (\S*):(\d+) \(health\)").groups()
        n, end = 0, time.monotonic() + system.PATIENCE
        while n < SERVED:
            assert time.monotonic() < end, f"{n} are answered while a file is read"
            with relay.connect() as sock:
                sock.sendall(b"reload\n")
                n = count_healthy(*health, sock)
                assert b'"end":"ok"' in sock.recv(1000)


def stopped_while_it_reads():
    """SIGTERM in the middle of it: all is given back, which sanitizers look at."""
    file = File(place)
    file.write(*(f"user{i}:{system.DOMAIN}:{i:032x}" for i in range(MANY_USERS)))
    with system.Relay(place, file.changes()) as relay:
        relay.reload(file.changes())
        relay.wait_notified("RELOADING=1")
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_end()


tap.run([
    *((f"a {'bad' if bad else 'good'} file under {TRANSFERS} transfers, {workers} worker(s)",
       transfers(workers, bad)) for bad in (True, False) for workers in (1, 2)),
    ("a bad file is in the status until it is good", bad_file_is_in_the_status),
    ("what is wrong is told with its quotation marks", quotation_marks_stay),
    ("the service manager is told in order", manager_is_told),
    (f"a new certificate under {TRANSFERS} transfers", certificate),
    ("a certificate without its key changes nothing", certificate_without_its_key),
    ("users", users),
    ("limits and the log's level", limits),
    ("the relay's name", names),
    *((f"a listener comes and goes, {workers} worker(s)", listeners(workers))
      for workers in (1, 2)),
    ("a port in use changes nothing", port_in_use),
    ("a listener turns to TLS", transports),
    ("what only a restart changes is said", restart),
    ("a hundred reloads at once", many),
    ("others are served while many users are read", served_meanwhile),
    ("a stop while many users are read", stopped_while_it_reads),
])
