# SPDX-License-Identifier: GPL-3.0-or-later
"""Several relays that serve the same users, in a network of the test's own with a name server, and
the clients that find them there.
"""

import contextlib
import functools
import os
import shutil
import socket
import ssl
import subprocess
import time

import network
import relay as system
import tap
from client import Peer
from control import Controlled

# Not in the path of ordinary users.
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"

PORT = 2855
HEALTH_PORT = 8080

# What all of a farm is called, beside which each has a name of its own.
DOMAIN, SHARED = system.DOMAIN, f"relay.{system.DOMAIN}"
NODES = {f"r{n}.{DOMAIN}": f"10.9.9.{n}" for n in (1, 2, 3)}
FRONT = "10.9.9.9"

# Where clients come from.
CLIENT = "10.9.7.1"

# Of another provider.
OTHER_DOMAIN = "example.net"
OTHERS = {f"r{n}.{OTHER_DOMAIN}": f"10.9.8.{n}" for n in (1, 2)}


def need(program):
    found = shutil.which(program, path=PATH)
    if not found:
        raise tap.Skip(f"{program} is not installed")
    return found


def names(place):
    """The name server's: relays by their names, and by SRV those of a domain; of the other domain
    one before the other."""
    lines = ["no-resolv", "no-hosts", "listen-address=127.0.0.1", "bind-interfaces", "pid-file=",
             "user=root", "group=root", f"host-record={SHARED},{FRONT}"]
    lines += [f"host-record={name},{address}" for name, address in (NODES | OTHERS).items()]
    lines += [f"srv-host=_msrps._tcp.{DOMAIN},{name},{PORT},0,1" for name in NODES]
    lines += [f"srv-host=_msrps._tcp.{OTHER_DOMAIN},{name},{PORT},{n}"
              for n, name in enumerate(OTHERS)]
    file = place.fresh("names.conf")
    file.write_text("\n".join(lines) + "\n")
    return file


def shared_names(name):
    """What the relay NAME is called besides, as others are."""
    domain = name.partition(".")[2]
    return [domain, f"relay.{domain}"]


class Farm(contextlib.ExitStack):
    """The network, its name server, and the certificates; nodes are started one by one."""

    def __init__(self):
        super().__init__()
        self.place = system.Place()
        for name in NODES | OTHERS:
            system.make_certificate(self.place.path, name, f"{name}-", others=shared_names(name))

    def enter(self):
        """This process stays in there."""
        need("dnsmasq")
        network.enter()
        for n, address in enumerate((*NODES.values(), *OTHERS.values(), FRONT, CLIENT), 1):
            network.add_address(n, address)
        network.use_name_server(self.place, "127.0.0.1")
        server = subprocess.Popen([need("dnsmasq"), "--keep-in-foreground",
                                   f"--conf-file={names(self.place)}"])
        self.callback(server.wait)
        self.callback(server.kill)
        end = time.monotonic() + system.PATIENCE
        while server.poll() is None and time.monotonic() < end:
            with contextlib.suppress(socket.gaierror):
                socket.getaddrinfo(SHARED, PORT)
                return
            time.sleep(0.02)
        raise AssertionError("no name server")

    def run(self, cases):
        """As tap.run(), in there."""
        entered = False

        def inside(case):
            nonlocal entered
            if not entered:
                self.enter()
                entered = True
            case()

        with self:
            tap.run([(name, functools.partial(inside, case)) for name, case in cases])

    @contextlib.contextmanager
    def three(self, changes=None):
        """The relays, and a stack for what comes to them."""
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(Node(self, name, changes)) for name in NODES], stack

    @contextlib.contextmanager
    def one_at_each(self):
        """The three relays and a client of each, of whom the first two have spoken with the last."""
        with self.three() as (nodes, stack):
            peers = [stack.enter_context(node.peer(user))
                     for node, user in zip(nodes, sorted(system.PASSWORDS))]
            for peer in peers[:2]:
                say(peer, peers[2])
                say(peers[2], peer)
            yield nodes, peers, stack


class Node(Controlled):
    """A relay of a farm: each is itself, and its domain, and what all are called."""

    def __init__(self, farm, name, changes=None):
        path = farm.place.path
        self.name, self.host = name, (NODES | OTHERS)[name]
        files = {"certificate": str(path / f"{name}-cert.pem"),
                 "key": str(path / f"{name}-key.pem")}
        super().__init__(farm.place, {
            "hostname": name,
            "listen": [{"address": self.host, "port": PORT, "transport": "tls",
                        "proxy_from": [FRONT]},
                       {"address": self.host, "port": 0, "transport": "tcp"}],
            "health.listen": f"{self.host}:{HEALTH_PORT}",
            "tls": files | {"ca": str(path / "ca.pem"), "domains": [
                {"name": shared} | files for shared in shared_names(name)]},
            "auth.realm": DOMAIN,
            "outbound.allow": ["10.9.0.0/16"]} | (changes or {}))

    def peer(self, user, at=None, name=None, before=None):
        """A client with a session here, or at AT, where a certificate for NAME is shown. BEFORE is
        one whose TLS session it may go on with."""
        context = before.sock.context if before else ssl.create_default_context(
            cafile=self.place.path / "ca.pem")
        plain = socket.create_connection((at or self.host, PORT), system.PATIENCE, (CLIENT, 0))
        sock = context.wrap_socket(plain, server_hostname=name or self.name,
                                   session=before.sock.session if before else None)
        return Peer(self, user, sock=sock).auth()


class Client:
    """An `msrp receive` of USER's; it looks for a relay by SRV unless it is told of one."""

    def __init__(self, farm, user="alice", relay=None):
        self._path = farm.place.fresh("path")
        where = ["--relay", relay] if relay else []
        self._process = subprocess.Popen(
            [system.MSRP, "receive", "--user", f"{user}@{DOMAIN}", *where, "--path-file",
             str(self._path), "--ca", str(farm.place.path / "ca.pem")], text=True,
            env=system.environment(MSRP_PASSWORD=system.PASSWORDS[user]),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def node(self):
        """The name of the relay where it has come in."""
        end = time.monotonic() + system.PATIENCE
        while not self._path.exists() or not self._path.read_text():
            if self._process.poll() is not None:
                raise AssertionError(f"{self._process.stderr.read()}")
            assert time.monotonic() < end, "it does not come in"
            time.sleep(0.02)
        return self._path.read_text().split("://")[1].partition(":")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()


def clients(stack, farm, n, **more):
    """Where N of them that come at the same time have come in."""
    users = sorted(system.PASSWORDS)
    started = [stack.enter_context(Client(farm, users[i % len(users)], **more)) for i in range(n)]
    return [client.node() for client in started]


def say(one, other, text=b"hello"):
    """OTHER hears it, and ONE knows that."""
    one.send(one.to(other), text)
    assert other.receive()[1] == text
    one.expect_status(200)
