#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP connections of other protocols through `msrp forward`, with a relay and without one."""

import contextlib
import functools
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import threading

import relay as system
import tap

place = system.Place()

SIZE = 50 * 1024 ** 2
# What a slow reader may cost: queues of the program, not what is sent.
GROWTH_MAX = 8 * 1024 ** 2


def listener():
    """A socket that waits at a free port."""
    sock = socket.create_server(("127.0.0.1", 0))
    sock.settimeout(system.PATIENCE)
    return sock


def receive(sock, size):
    """SIZE bytes, or fewer if they end before that."""
    data = bytearray()
    while len(data) < size and (more := sock.recv(min(1024 ** 2, size - len(data)))):
        data += more
    return bytes(data)


def receive_all(sock):
    return receive(sock, 2 ** 40)


class Forward:
    """One end: `msrp forward` as a process."""

    def __init__(self, relay, user, *args):
        command = [system.MSRP, "forward", *map(str, args)]
        if relay:
            command += ["--relay", f"localhost:{relay.port}", "--user", f"{user}@{system.DOMAIN}",
                        "--ca", str(place.path / "ca.pem")]
        self.process = subprocess.Popen(
            command, env=system.environment(MSRP_PASSWORD=system.PASSWORDS[user]), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def line(self):
        return self.process.stdout.readline()

    def finish(self):
        """(exit code, what it complained of)"""
        err = self.process.communicate(timeout=system.PATIENCE)[1]
        return self.process.returncode, err

    def peak(self):
        """The most memory it ever had, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1)) * 1024


class Tunnel:
    """Both ends, the service behind it, and a client that has connected through it."""

    def __init__(self, relay=None, port=None):
        path_file = place.fresh("path")
        self.relay = relay
        waits = [] if relay else ["--listen", "127.0.0.1:0"]
        self.service = None if port else listener()
        port = port or self.service.getsockname()[1]
        self.far = Forward(relay, "bob", "--connect", f"127.0.0.1:{port}", "--path-file", path_file,
                           *waits)
        self.near = Forward(relay, "alice", "--listen", "0", "--path-file", path_file)

    def __enter__(self):
        line = self.near.line()
        near_port = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", line)
        assert near_port, (line, self.near.finish())
        self.client = socket.create_connection(("127.0.0.1", int(near_port.group(1))))
        self.client.settimeout(system.PATIENCE)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.service:
            self.server, _ = self.service.accept()
            self.server.settimeout(system.PATIENCE)
            self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(self, *_):
        for end in (self.near, self.far):
            end.process.kill()
            end.process.communicate()
        self.client.close()
        if self.service:
            self.server.close()
            self.service.close()

    def end_well(self):
        for end in (self.near, self.far):
            assert end.finish() == (0, ""), "it has not ended well"


def with_and_without_relay(case):
    """The case with both; it is called with a function that makes its tunnel."""
    def through_relay():
        with system.Relay(place) as relay:
            case(functools.partial(Tunnel, relay))
    return [(f"{case.__doc__}, directly", lambda: case(Tunnel)),
            (f"{case.__doc__}, through a relay", through_relay)]


def conversation(tunnel):
    """what is typed comes at once, and so does its echo"""
    with tunnel() as t:
        # Were a keystroke held back for others, or for an answer, this would take minutes.
        for i in range(2000):
            key = bytes([i % 256])
            t.client.sendall(key)
            assert receive(t.server, 1) == key
            t.server.sendall(key + key)
            assert receive(t.client, 2) == key + key
        t.client.close()
        assert receive_all(t.server) == b""
        t.server.close()
        t.end_well()


def bulk(tunnel):
    """50 MB go both ways at the same time"""
    data = [secrets.token_bytes(SIZE), secrets.token_bytes(SIZE)]
    with tunnel() as t:
        def send(sock, what):
            sock.sendall(what)
            sock.shutdown(socket.SHUT_WR)

        senders = [threading.Thread(target=send, args=pair)
                   for pair in zip((t.client, t.server), data)]
        got = {}

        def take(sock):
            got[sock] = receive_all(sock)

        takers = [threading.Thread(target=take, args=[sock]) for sock in (t.client, t.server)]
        for thread in senders + takers:
            thread.start()
        for thread in senders + takers:
            thread.join()
        assert got[t.server] == data[0] and got[t.client] == data[1]
        t.end_well()


def slow_reader(tunnel):
    """who does not read slows the sender down, and costs no memory"""
    data = secrets.token_bytes(SIZE)
    with tunnel() as t:
        before = [end.peak() for end in (t.near, t.far)]
        t.client.setblocking(False)
        sent = 0
        try:
            while sent < SIZE:
                t.client.settimeout(1)  # with nothing moving for so long, all are full
                sent += t.client.send(data[sent:sent + 1024 ** 2])
        except TimeoutError:
            pass
        assert sent < SIZE, "it has all gone somewhere"
        t.client.settimeout(system.PATIENCE)
        rest = threading.Thread(target=t.client.sendall, args=[data[sent:]])
        rest.start()
        assert receive(t.server, SIZE) == data
        rest.join()
        growth = [end.peak() - was for end, was in zip((t.near, t.far), before)]
        assert system.SANITIZED or max(growth) < GROWTH_MAX, growth
        # And the other direction was never in the way.
        t.server.sendall(b"done")
        assert receive(t.client, 4) == b"done"


def half_close(tunnel):
    """a direction ends, and the other goes on"""
    with tunnel() as t:
        t.client.sendall(b"question")
        t.client.shutdown(socket.SHUT_WR)
        assert receive_all(t.server) == b"question"
        for _ in range(3):
            t.server.sendall(b"answer")
            assert receive(t.client, 6) == b"answer"
        t.server.close()
        assert receive_all(t.client) == b""
        t.end_well()


def server_speaks_first(tunnel):
    """who speaks first is all the same"""
    with tunnel() as t:
        t.server.sendall(b"RFB 003.008\n")
        assert receive(t.client, 12) == b"RFB 003.008\n"
        t.server.close()
        assert receive_all(t.client) == b""
        t.client.close()
        t.end_well()


def expect_reset(sock):
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        return
    raise AssertionError("it looks like an orderly end")


def refused_port():
    """Where nobody listens any more."""
    with listener() as sock:
        return sock.getsockname()[1]


def refused(tunnel):
    """a service that is not there resets the connection"""
    with tunnel(port=refused_port()) as t:
        expect_reset(t.client)
        code, err = t.far.finish()
        assert code == 4 and "cannot connect to 127.0.0.1, port" in err, (code, err)
        code, err = t.near.finish()
        assert code == 4 and "the other side has given up" in err, (code, err)


def reset(tunnel):
    """a reset at one end is one at the other"""
    with tunnel() as t:
        t.client.sendall(b"x")
        assert receive(t.server, 1) == b"x"
        # RST instead of FIN.
        t.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        t.client.close()
        expect_reset(t.server)
        assert t.near.finish()[0] == 4 and t.far.finish()[0] == 4


def killed(tunnel):
    """when one end is killed, the other resets its connection as soon as it has something to say"""
    with tunnel() as t:
        t.client.sendall(b"x")
        assert receive(t.server, 1) == b"x"
        t.near.process.kill()
        if t.relay:  # or what is said next may still be sent to nobody
            t.relay.wait_log(r"session ended: .* user=alice ")
        with contextlib.suppress(ConnectionError):  # it may have noticed already
            t.server.sendall(b"are you there?")
            expect_reset(t.server)
        code, err = t.far.finish()
        assert code == 4 and "forwarding failed" in err, (code, err)


def interrupted(tunnel):
    """Ctrl-C at one end ends both"""
    with tunnel() as t:
        t.client.sendall(b"x")
        assert receive(t.server, 1) == b"x"
        t.far.process.send_signal(signal.SIGINT)
        expect_reset(t.client)
        expect_reset(t.server)
        code, err = t.far.finish()
        assert code == 4 and "interrupted" in err, (code, err)
        assert t.near.finish()[0] == 4


def with_tls():
    with listener() as service:
        path_file = place.fresh("path")
        far = Forward(None, "bob", "--connect", f"127.0.0.1:{service.getsockname()[1]}",
                      "--path-file", path_file, "--listen", "127.0.0.1:0", "--certificate",
                      place.path / "cert.pem", "--key", place.path / "key.pem",
                      "--type", "application/x-rfb")
        near = Forward(None, "alice", "--listen", "localhost:0", "--path-file", path_file,
                       "--insecure", "--type", "application/x-rfb")
        port = int(near.line().rsplit(":", 1)[1])
        with socket.create_connection(("localhost", port)) as client:
            server, _ = service.accept()
            client.sendall(b"hello")
            assert receive(server, 5) == b"hello"
            server.close()
        assert path_file.read_text().startswith("msrps://")
        for end in (near, far):
            assert end.finish() == (0, ""), "it has not ended well"


def nobody_home():
    near = Forward(None, "alice", "--listen", "0", "--to",
                   f"msrp://127.0.0.1:{refused_port()}/nobody;tcp")
    port = int(near.line().rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as client:
        expect_reset(client)
    code, err = near.finish()
    assert code == 2 and "cannot connect" in err, (code, err)


def port_in_use():
    with listener() as taken:
        near = Forward(None, "alice", "--listen", taken.getsockname()[1], "--to", "msrp://x:1/y;tcp")
        code, err = near.finish()
        assert code == 2 and "address already in use" in err, (code, err)


def usage():
    for args in ([], ["--listen", "1"], ["--connect", "host:1"], ["--connect", "host"],
                 ["--connect", "host:1", "--to", "x", "--listen", "1"],
                 ["--listen", "1", "--to", "x", "--path-file", "y"],
                 ["--listen", "1", "--to", "x", "word"]):
        done = subprocess.run([system.MSRP, "forward", *args], env=system.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode == 1 and b"usage:" in done.stderr, (args, done)


CASES = (conversation, bulk, slow_reader, half_close, server_speaks_first, refused, reset,
         killed, interrupted)

tap.run([
    *[case for function in CASES for case in with_and_without_relay(function)],
    ("TLS without a relay, and the type of a desktop", with_tls),
    ("a path that leads nowhere resets whoever connects", nobody_home),
    ("a port that is in use is told", port_in_use),
    ("options that make no sense are refused", usage),
])
