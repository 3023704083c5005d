#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two workers are as one: whoever is on which, messages arrive, and all of it ends well."""

import hashlib
import pathlib
import re
import secrets
import signal
import socket
import ssl
import subprocess
import threading
import time

import relay as system
import tap
from client import Closed, Peer, on_worker, worker_of

place = system.Place()

TWO = {"workers": 2, "limits.connections_per_address": 10000, "limits.sessions_per_user": 10000}

# With a sanitizer everything takes several times as long.
SHARE = 5 if system.SANITIZED else 1
BULK = secrets.token_bytes(1024 ** 2) * (100 // SHARE)
PAIRS = 6
LOAD_S = 3


def relay():
    return system.Relay(place, TWO)


class Both:
    """Alice on the first worker, bob on the second."""

    def __enter__(self):
        self.relay = relay().__enter__()
        try:
            self.alice = on_worker(self.relay, "alice", "A")
            self.bob = on_worker(self.relay, "bob", "B")
        except BaseException:
            self.relay.kill()
            raise
        return self.relay, self.alice, self.bob

    def __exit__(self, *how):
        self.alice.sock.close()
        self.bob.sock.close()
        self.relay.__exit__(*how)


def digest(body):
    return hashlib.sha256(body).hexdigest()


def try_to_write(peer, data):
    """On a thread of its own: that the connection has ended is seen where its peer reads."""
    try:
        peer.write(data)
    except (Closed, OSError):
        pass


def exchange(sender, receiver, body, to=None):
    writer = threading.Thread(target=try_to_write, daemon=True,
                              args=[sender, sender.send_request(to or sender.to(receiver), body)])
    writer.start()
    chunk, got = receiver.receive()
    writer.join()
    assert digest(got) == digest(body), f"{len(got)} bytes of {len(body)}"
    sender.expect_status(200)
    return chunk


def across():
    with Both() as (_, alice, bob):
        chunk = exchange(alice, bob, b"hello")
        assert chunk.get("To-Path") == bob.uri, chunk
        assert chunk.get("From-Path").split() == [*bob.use_path, *alice.path], chunk
        exchange(bob, alice, b"hello yourself")


def bulk():
    with Both() as (running, alice, bob):
        exchange(alice, bob, BULK)
        exchange(bob, alice, BULK)
        now, most = running.memory()
        assert system.SANITIZED or most < 64 * 1024 ** 2, (now, most)


def everybody_at_once():
    """Several sessions between the workers, both ways at a time."""
    body = secrets.token_bytes(2_000_000)
    with relay() as running:
        pairs = [(on_worker(running, "alice", "AB"[i % 2]), on_worker(running, "bob", "BA"[i % 2]))
                 for i in range(PAIRS)]
        problems = []

        def talk(alice, bob):
            try:
                for _ in range(3):
                    exchange(alice, bob, body)
                    exchange(bob, alice, b"thanks")
            except Exception as error:
                problems.append(error)

        threads = [threading.Thread(target=talk, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for alice, bob in pairs:
            alice.sock.close()
            bob.sock.close()
        return problems


def slow_receiver():
    """Who reads nothing stops whoever sends to him, and nobody else."""
    with Both() as (running, alice, bob), Peer(running, "carol") as carol:
        carol.auth()
        data = memoryview(alice.send_request(alice.to(bob), BULK))
        alice.sock.settimeout(2)
        sent = 0
        try:
            while sent < len(data):
                # TLS takes all of such a piece or nothing, and wants the same again then.
                sent += alice.sock.send(data[sent:sent + 16384])
            raise AssertionError("all of it was taken, though nobody reads it")
        except TimeoutError:
            pass
        with on_worker(running, "bob", "B") as other:
            exchange(carol, other, b"hello")
        alice.sock.settimeout(system.PATIENCE)
        writer = threading.Thread(target=try_to_write, args=[alice, data[sent:]], daemon=True)
        writer.start()
        assert digest(bob.receive()[1]) == digest(BULK)
        writer.join()
        alice.expect_status(200)


def receiver_dies():
    """What was answered 200 and then lost is reported (RFC 4976 6.4.1)."""
    with Both() as (running, alice, bob):
        since = len(running.log)
        alice.send(alice.to(bob), b"hello")
        alice.expect_status(200)
        bob.read()
        bob.sock.close()
        running.wait_log("session ended.*user=bob", since)
        report = alice.read()
        assert report.method == "REPORT" and report.get("Status").split()[1] == "408", report
        alice.send(alice.to(bob), b"are you there?")
        alice.expect_status(200, 481)
        report = alice.read()
        assert report.method == "REPORT" and report.get("Status").split()[1] in ("481", "408")


def sender_dies():
    """A sender that goes in the middle of a chunk: the receiver sees the end of it, marked #."""
    with Both() as (running, alice, bob):
        whole = alice.send_request(alice.to(bob), bytes(100_000))
        alice.write(whole[:50_000])
        alice.sock.close()
        flag = "+"
        while flag == "+":
            flag = bob.read().flag
        assert flag == "#", flag
        with on_worker(running, "alice", "A") as again:
            exchange(again, bob, b"back")


def context(version):
    made = ssl.create_default_context(cafile=place.path / "ca.pem")
    made.minimum_version = made.maximum_version = version
    return made


def stranger(running, version):
    if version is None:
        return Peer(running, "stranger", tls=False)
    plain = socket.create_connection(("127.0.0.1", running.port), timeout=system.PATIENCE)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Peer(running, "stranger",
                sock=context(version).wrap_socket(plain, server_hostname="localhost"))


def strangers(version, pieces):
    """Of many strangers about half have to be moved; PIECES cuts what they send."""
    def case():
        with Both() as (running, alice, bob):
            for i in range(8):
                owner = (alice, bob)[i % 2]
                body = secrets.token_bytes(40_000)
                with stranger(running, version) as someone:
                    data = someone.send_request(owner.path, body)
                    for piece in pieces(data):
                        someone.write(piece)
                    assert owner.receive()[1] == body
                    someone.expect_status(200)
                    # The way back is the same connection.
                    exchange(owner, someone, b"hello", [*owner.use_path, someone.uri])
    return case


def at_once(data):
    return [data]


def byte_by_byte(data):
    """The head and a little more; one segment each, since TCP_NODELAY is set."""
    return [data[i:i + 1] for i in range(400)] + [data[400:]]


def bound_elsewhere():
    """Who has a session on one worker may be a stranger on the other."""
    with Both() as (_, alice, bob):
        for _ in range(3):
            exchange(alice, bob, b"without my relay", bob.path)
            exchange(bob, alice, b"and back", [*bob.use_path, alice.uri])
        # That it does not exist is only known there, and told as if it were another relay.
        alice.send([re.sub("/B[^;]*", "/B" + "x" * 22, bob.use_path[0]), bob.uri], b"hello")
        alice.expect_status(200)
        report = alice.read()
        assert report.method == "REPORT" and report.get("Status").split()[1] == "481", report


def quota_of_both():
    """limits.sessions_per_user is for all workers together."""
    with system.Relay(place, {"workers": 2, "limits.sessions_per_user": 3}) as running:
        peers = [Peer(running, "alice") for _ in range(8)]
        statuses = sorted(peer.try_auth().status for peer in peers)
        assert statuses == [200] * 3 + [403] * 5, statuses
        for peer in peers:
            peer.sock.close()


def the_port_is_ours():
    """Workers share their port with each other, and with no other process."""
    with relay() as running:
        for workers in (1, 2):
            file = place.write_config({"workers": workers, "listen": [
                {"address": "127.0.0.1", "port": running.port, "transport": "tls"}]})
            done = subprocess.run([system.MSRPD, "-c", file], env=system.environment(), text=True,
                                  stderr=subprocess.PIPE, timeout=system.PATIENCE, check=False)
            assert done.returncode != 0 and "address already in use" in done.stderr, done.stderr


def threads_of(running):
    return len(list(pathlib.Path(f"/proc/{running.process.pid}/task").iterdir()))


def as_many_as_asked_for():
    with system.Relay(place, {"workers": 1}) as one, system.Relay(place, {"workers": 3}) as three:
        assert threads_of(three) == threads_of(one) + 2


class Crowd:
    """Everybody at work until told to end: pairs across the workers, and strangers who are moved."""

    def __init__(self, running):
        self.running = running
        self.over = threading.Event()
        self.n_messages = 0
        self.threads = [threading.Thread(target=self._keep, args=[what], daemon=True)
                        for what in (self._talk, self._talk, self._visit, self._visit)]
        for thread in self.threads:
            thread.start()

    def _keep(self, what):
        """What is in the middle of something when the relay goes fails, which is as it should be."""
        while not self.over.is_set():
            try:
                what()
            except (Closed, OSError, ValueError, AssertionError):
                if not self.over.is_set() and self.running.process.poll() is None:
                    time.sleep(0.01)

    def _talk(self):
        with Peer(self.running, "alice") as alice, Peer(self.running, "bob") as bob:
            alice.auth()
            bob.auth()
            for n in range(50):
                if self.over.is_set():
                    return
                exchange(alice, bob, bytes(n * 5000))
                self.n_messages += 1

    def _visit(self):
        with Peer(self.running, "carol") as carol:
            carol.auth()
            for _ in range(10):
                with Peer(self.running, "stranger") as someone:
                    exchange(someone, carol, b"hello", carol.path)
                    self.n_messages += 1

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(system.PATIENCE)


def stopped(seconds, *signals):
    """The relay ends well in the middle of everything."""
    def case():
        with relay() as running:
            crowd = Crowd(running)
            time.sleep(seconds)
            for number in signals:
                running.process.send_signal(number)
            code = running.process.wait(system.PATIENCE)
            crowd.end()
            running.stop = running._finish_readers
            assert code == 0, "".join(running.log)
            assert crowd.n_messages > 0
    return case


tap.run([
    ("two clients of different workers reach each other", across),
    ("files of 100 MB go both ways between workers", bulk),
    ("several sessions at a time", everybody_at_once),
    ("a receiver that does not read stops his sender and nobody else", slow_receiver),
    ("a receiver that dies is reported across workers", receiver_dies),
    ("a sender that dies is seen across workers", sender_dies),
    ("strangers are moved (TLS 1.3)", strangers(ssl.TLSVersion.TLSv1_3, at_once)),
    ("strangers are moved (TLS 1.2)", strangers(ssl.TLSVersion.TLSv1_2, at_once)),
    ("strangers are moved (TCP)", strangers(None, at_once)),
    ("strangers are moved whose first request comes in bytes (TLS 1.3)",
     strangers(ssl.TLSVersion.TLSv1_3, byte_by_byte)),
    ("strangers are moved whose first request comes in bytes (TLS 1.2)",
     strangers(ssl.TLSVersion.TLSv1_2, byte_by_byte)),
    ("a client of one worker is a stranger to the other", bound_elsewhere),
    ("the sessions of a user are counted for all workers", quota_of_both),
    ("no other process gets at the port", the_port_is_ours),
    ("there are as many threads as workers", as_many_as_asked_for),
    ("it stops under load", stopped(LOAD_S, signal.SIGTERM)),
    ("it is cut off under load", stopped(1, signal.SIGTERM, signal.SIGTERM)),
])
