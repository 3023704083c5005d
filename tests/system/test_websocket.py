#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""MSRP in WebSockets (RFC 7977): how they are opened and refused, what frames may be, how they end."""

import os
import re
import signal
import socket
import subprocess
import threading
import urllib.request

import relay as system
import tap
import websocket
from client import Peer
from control import Controlled
from websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Browser, frame

place = system.Place()

CHUNK_MAX = 16384
TRANSPORTS = ("ws", "wss", "tls+wss")
relay = None


def exchange(sender, receiver, body):
    sender.send(sender.to(receiver), body)
    _, got = receiver.receive()
    assert got == body
    sender.expect_status(200)


def both_ways():
    for transport in TRANSPORTS:
        with Browser(relay, "alice", transport) as alice, Peer(relay, "bob") as bob:
            exchange(alice.auth(), bob.auth(), b"to a client of TLS")
            exchange(bob, alice, "und zurück".encode())
            assert alice.use_path[0].endswith(";tcp"), alice.use_path  # RFC 7977 8.1


def two_browsers():
    with Browser(relay, "alice", "wss") as alice, Browser(relay, "bob", "ws") as bob:
        exchange(alice.auth(), bob.auth(), os.urandom(300000))
        exchange(bob, alice, b"short")


def algorithms():
    with Browser(relay, "alice") as alice:
        assert alice.try_auth(algorithm="SHA-256").status == 200
        assert alice.try_auth(password="wrong").status == 401
        assert alice.try_auth(algorithm="MD5").status == 200


def messages_out():
    """RFC 7977 5.1: a chunk in each, and none longer than the operator has it."""
    body = os.urandom(200000)
    with Browser(relay, "alice", "wss") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        bob.send(bob.to(alice), body)
        end = 0
        while end < len(body):
            chunk = alice.read()
            start, _, rest = chunk.get("Byte-Range").partition("-")
            last, _, total = rest.partition("/")
            assert (int(start), int(total)) == (end + 1, len(body)), chunk
            end = int(last)
            assert end - int(start) + 1 == len(chunk.body), chunk
            assert (chunk.flag == "$") == (end == len(body)), chunk
            alice.answer(chunk)
        sizes = [length for _, length in alice.websocket.messages]
        assert max(sizes) <= CHUNK_MAX, sizes
        assert sum(size > CHUNK_MAX - 200 for size in sizes) == len(body) // CHUNK_MAX, sizes


def opcodes_out():
    with Browser(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        for body, opcode in ((b"ASCII", TEXT), ("zurück €".encode(), TEXT), (b"\xff\x00", BINARY),
                             ("ü".encode()[:1], BINARY)):
            exchange(bob, alice, body)
            assert alice.websocket.messages[-1][0] == opcode, (body, alice.websocket.messages)


def frames_in():
    """Octet by octet, fragments anywhere, control frames in between; text and binary alike."""
    body = "Grüße ".encode() * 40
    with Browser(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        for fragment in (1, 7, 130):
            alice.websocket.fragment = fragment
            exchange(alice, bob, body)
        alice.websocket.fragment, alice.websocket.opcode = 0, TEXT
        exchange(alice, bob, body)
        data = alice.send_request(alice.to(bob), body)
        pieces = [frame(TEXT, data[:10], fin=False), frame(PING, b"first"), frame(PONG, b""),
                  frame(CONTINUATION, b"", fin=False), frame(CONTINUATION, data[10:50], fin=False),
                  frame(PING, b"x" * 125), frame(CONTINUATION, data[50:])]
        for octet in b"".join(pieces):
            alice.websocket.sock.sendall(bytes([octet]))
        assert bob.receive()[1] == body
        alice.expect_status(200)
        assert alice.websocket.pongs[-1] == b"x" * 125, alice.websocket.pongs


def pongs():
    """Of pings that come at once the last has to be answered (RFC 6455 5.5.3), and no queue grows."""
    with Browser(relay, "alice") as alice:
        alice.websocket.sock.sendall(b"".join(frame(PING, b"%d" % n) for n in range(5000)))
        alice.auth()
        last = alice.websocket.pongs[-1]
        while last != b"4999":
            opcode, last = alice.websocket.read_frame()
            assert opcode == PONG
        assert len(alice.websocket.pongs) < 500, len(alice.websocket.pongs)


BROKEN = (
    ("no mask", frame(BINARY, b"MSRP", masked=False), 1002),
    ("a reserved bit", frame(BINARY, b"MSRP", bits=0x40), 1002),
    ("an unknown opcode", frame(3, b""), 1002),
    ("an unknown control opcode", frame(11, b""), 1002),
    ("a fragment of nothing", frame(CONTINUATION, b"x"), 1002),
    ("a message within another", frame(TEXT, b"M", fin=False) + frame(TEXT, b"S"), 1002),
    ("a ping in fragments", frame(PING, b"", fin=False), 1002),
    ("a long ping", frame(PING, b"x" * 126), 1002),
    ("a length that is too long", b"\x82\xfe\x00\x05" + bytes(9), 1002),
    ("a length of 64 bits", b"\x82\xff" + b"\xff" * 8 + bytes(4), 1002),
    ("a frame beyond all measure", b"\x82\xff\x00\x20" + bytes(6) + bytes(4), 1009),
    ("text that is none", frame(TEXT, b"MSRP \xff"), 1007),
    ("text that ends too soon", frame(TEXT, b"MSRP \xc3"), 1007),
    ("a Close with half a code", frame(CLOSE, b"\x03"), 1002),
    ("a Close with a code that is none", frame(CLOSE, b"\x03\xed"), 1002),
    ("a Close whose reason is no text", frame(CLOSE, b"\x03\xe8\xff"), 1007),
    ("what is not MSRP", frame(TEXT, b"GET / HTTP/1.1\r\n\r\n"), 1003),
)


def broken():
    for what, data, code in BROKEN:
        with Browser(relay, "alice") as alice:
            # Less than the relay would wait for the rest of a head.
            alice.websocket.sock.settimeout(20)
            alice.websocket.sock.sendall(data)
            # There may be more behind it, which must not destroy the Close.
            if code != 1003:
                alice.websocket.sock.sendall(bytes(50000))
            try:
                alice.websocket.expect_close(code)
            except Exception as error:
                raise AssertionError(f"{what}: {error!r}") from error


def closes():
    """A Close is answered with its code; whoever closes first, the server ends the connection."""
    for payload, code in ((b"\x03\xe8bye", 1000), (b"", 0), (b"\x0b\xb8", 3000)):
        with Browser(relay, "alice", "wss") as alice:
            alice.auth()
            alice.websocket.send_frame(CLOSE, payload)
            alice.websocket.expect_close(code)
            assert alice.websocket.sock.recv(1) == b""


def answered():
    """What was sent before a Close is delivered."""
    with Peer(relay, "bob") as bob:
        bob.auth()
        with Browser(relay, "alice") as alice:
            alice.auth()
            body = os.urandom(100000)
            alice.send(alice.to(bob), body)
            alice.websocket.send_frame(CLOSE, b"\x03\xe8")
            assert bob.receive()[1] == body


REFUSED = (
    (400, {"Sec_WebSocket_Key": None}),
    (400, {"Sec_WebSocket_Key": "AAAA"}),
    (400, {"Sec_WebSocket_Key": ["dGhlIHNhbXBsZSBub25jZQ=="] * 2}),
    (400, {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZR=="}),
    (400, {"Sec_WebSocket_Protocol": None}),
    (400, {"Sec_WebSocket_Protocol": "msrp2"}),
    (400, {"Sec_WebSocket_Protocol": "MSRP, sip, xmsrp"}),
    (400, {"Host": None}),
    (400, {"Host": ["a", "b"]}),
    (400, {"Content_Length": "5"}),
    (400, {"Transfer_Encoding": "chunked"}),
    (400, {"Origin": ["https://a", "https://a"]}),
    (400, {"version": "HTTP/1.0"}),
    (400, {"path": "*"}),
    (405, {"method": "POST"}),
    (405, {"method": "HEAD"}),
    (426, {"Upgrade": None}),
    (426, {"Upgrade": "h2c"}),
    (426, {"Connection": "keep-alive"}),
    (426, {"Sec_WebSocket_Version": None}),
    (426, {"Sec_WebSocket_Version": "8"}),
    (426, {"Sec_WebSocket_Version": ["13", "8"]}),
    (431, {"X": "x" * 9000}),
    (505, {"version": "HTTP/2.0"}),
)


def refused(**more):
    sock = websocket.connect(relay, "ws")
    sock.sendall(websocket.request(**more)[0])
    status, fields, rest = websocket.read_head(sock)
    while len(rest) < int(fields["content-length"]):
        rest += sock.recv(4096)
    assert sock.recv(1) == b"", rest
    sock.close()
    return status, fields


def refusals():
    for status, more in REFUSED:
        got, fields = refused(**more)
        assert got == status, (more, got)
        if status == 405:
            assert fields["allow"] == "GET", fields
        if status == 426:
            assert fields["sec-websocket-version"] == "13", fields
            assert fields["upgrade"] == "websocket", fields
    relay.wait_log("connection closed.*answered 426")


ACCEPTED = (
    {"path": "/any/where?with=query"},
    {"path": "http://localhost/x"},
    {"Sec_WebSocket_Protocol": "sip, msrp ,xmpp"},
    {"Sec_WebSocket_Protocol": ["sip", "msrp"]},
    {"Connection": "keep-alive, Upgrade"},
    {"Upgrade": "WebSocket"},
    {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"},
)


def accepted():
    for more in ACCEPTED:
        with Browser(relay, "alice", **more) as alice:
            assert "sec-websocket-extensions" not in alice.websocket.fields
            alice.auth()
    with Browser(relay, "alice", Origin="https://www.example.com") as alice:  # RFC 7977 7
        assert alice.websocket.fields["access-control-allow-origin"] == "https://www.example.com"


def slow_head():
    """In single bytes, with frames behind it that did not wait for the answer."""
    data, _ = websocket.request()
    with websocket.connect(relay, "ws") as sock:
        for octet in data[:-1]:
            sock.sendall(bytes([octet]))
        sock.sendall(data[-1:] + frame(PING, b"early"))
        status, _, rest = websocket.read_head(sock)
        assert status == 101
        while len(rest) < 7:
            rest += sock.recv(100)
        assert rest == bytes([0x80 | PONG, 5]) + b"early", rest


def one_port():
    """tls+wss takes MSRP as well, told by its first bytes, whatever ALPN says."""
    at = websocket.port(relay, "tls+wss")
    for alpn in (None, ("h2",), ("http/1.1",)):
        with Peer(relay, "bob", sock=websocket.connect(relay, "tls+wss", alpn)) as bob, \
                Browser(relay, "alice", sock=websocket.connect(relay, "tls+wss", alpn)) as alice:
            bob.relay_uri = f"msrps://localhost:{at};tcp"
            exchange(bob.auth(), alice.auth(), b"x" * 5000)
            exchange(alice, bob, b"y")
    sock = websocket.connect(relay, "tls+wss", None)
    for octet in b"MSRP":
        sock.sendall(bytes([octet]))
    sock.sendall(b" abcd AUTH\r\nTo-Path: msrps://localhost;tcp\r\nFrom-Path: msrps://a.invalid:9/x;tcp\r\n"
                 b"-------abcd$\r\n")
    with Peer(relay, "bob", sock=sock) as bob:
        bob.expect_status(401)


def asked(transport, *options):
    """Does the server ask for a certificate? And what it says by ALPN."""
    at = f"127.0.0.1:{websocket.port(relay, transport)}"
    done = subprocess.run(["openssl", "s_client", "-connect", at, *options], input=b"",
                          capture_output=True, timeout=system.PATIENCE)
    return b"Requested Signature Algorithms" in done.stdout, b"ALPN protocol: http/1.1" in done.stdout


def certificates():
    """Chromium drops a WebSocket whose server asks for one; relays have to be asked."""
    for version in ("-tls1_2", "-tls1_3"):
        http = ("-alpn", "h2,http/1.1", version)
        assert asked("tls+wss", *http) == (False, True)
        assert asked("wss", *http) == (False, True)
        assert asked("wss", version) == (False, False)
        assert asked("tls+wss", version) == (True, False)
        assert asked("tls+wss", "-alpn", "h2", version) == (True, False)
        assert asked("tls", *http) == (True, False)


def slow_reader():
    """Nothing is lost, and little is held, when a browser takes its time."""
    body = os.urandom(8 << 20)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", websocket.port(relay, "ws")))
    with Browser(relay, "alice", sock=sock) as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        before, _ = relay.memory()
        sending = threading.Thread(target=bob.send, args=(bob.to(alice), body))
        sending.start()
        first = alice.read()  # and no more, while the sender goes on
        sending.join(1)
        assert sending.is_alive(), "all of it was taken, though nobody reads"
        now, _ = relay.memory()
        assert now - before < 4 << 20 or system.SANITIZED, now - before
        got = bytearray(first.body)
        alice.answer(first)
        while len(got) < len(body):
            chunk = alice.read()
            got += chunk.body
            alice.answer(chunk)
        assert got == body
        sending.join()
        bob.expect_status(200)


def error_of_next_hop():
    """What the next hop refuses becomes a REPORT, to a browser as to anybody."""
    with Browser(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        alice.send(alice.to(bob), b"x" * 3000, message_id="m1")
        bob.answer(bob.read(), "415 no such type")
        messages = {m.method or m.status: m for m in (alice.read(), alice.read())}
        assert set(messages) == {200, "REPORT"}, messages
        report = messages["REPORT"]
        assert report.get("Message-ID") == "m1" and "415" in report.get("Status"), report


def unreachable():
    """Only its own connection leads to a browser; its host is never looked up."""
    with Browser(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        for uri in (alice.uri, alice.uri.replace(";ws", ";tcp"),
                    "msrps://127.0.0.1:2855/x;ws"):
            bob.send([*bob.use_path, uri], b"x")
            bob.expect_status(481)


def settings():
    changes = {"listen": websocket.LISTEN, "websocket": {
        "path": "/msrp", "origins": ["https://www.example.com", "https://*.example.net:8443"]}}
    with system.Relay(place, changes) as running:
        def status(**more):
            with websocket.connect(running, "ws") as sock:
                sock.sendall(websocket.request(**more)[0])
                return websocket.read_head(sock)[0]

        assert status(path="/msrp?x") == 101
        assert status(path="/") == 404
        for origin, want in (("https://www.example.com", 101), ("https://a.example.net:8443", 101),
                             ("https://a.example.net", 403), ("http://www.example.com", 403),
                             ("https://a.b.example.net:8443", 403), ("null", 403),
                             ("https://evil.test", 403), (None, 101)):
            assert status(path="/msrp", Origin=origin) == want, origin
        running.reload({"listen": websocket.LISTEN})
        running.wait_reloaded()
        assert status(path="/", Origin="https://evil.test") == 101


def pings():
    """Whoever does not answer is gone; a browser answers by itself."""
    with system.Relay(place, {"listen": websocket.LISTEN, "websocket.ping": 1}) as running, \
            Browser(running, "alice") as alice, Browser(running, "bob") as bob:
        alice.auth()
        bob.auth()
        while alice.websocket.n_pings < 3:
            opcode, payload = alice.websocket.read_frame()
            assert opcode == PING
            alice.websocket.take_control(opcode, payload)
        bob.websocket.answers_pings = False
        assert bob.expect_closed() == b""
        assert bob.websocket.n_pings == 1
        running.wait_log("session ended: .*user=bob.*a ping was not answered")
        alice.auth()


def goes_down():
    with system.Relay(place, {"listen": websocket.LISTEN}) as running:
        with Browser(running, "alice", "wss") as alice:
            alice.auth()
            running.process.send_signal(signal.SIGTERM)
            alice.websocket.expect_close(1001)
        running.wait_end()


def operators():
    """What an operator sees: by what a connection has come."""
    with Controlled(place, {"listen": websocket.LISTEN, "metrics.listen": "127.0.0.1:0"}) as running:
        several = [Browser(running, "alice", transport) for transport in TRANSPORTS]
        for one in several:
            one.auth()
        seen = sorted(line["transport"] for line in running.ask("connections"))
        assert seen == ["ws", "wss", "wss"], seen
        at = running.wait_log(r"listening on (\S+:\d+) \(metrics\)").group(1)
        with urllib.request.urlopen(f"http://{at}/metrics", timeout=system.PATIENCE) as answer:
            text = answer.read().decode()
        for kind, n in (("in_ws", 1), ("in_wss", 2), ("in_tls", 0)):
            lines = re.findall(rf'msrpd_connections_opened_total{{.*kind="{kind}".*}} (\d+)', text)
            assert sum(map(int, lines)) == n, (kind, lines)
        for one in several:
            one.sock.close()


def wrong_places():
    """A plain WebSocket does not leave the machine, unless the operator says what protects it."""
    listen = [{"address": "127.0.0.1", "port": 0, "transport": t} for t in ("tls", "tcp")]
    listen += [{"address": "0.0.0.0", "port": 0, "transport": "ws"}]
    done = subprocess.run([system.MSRPD, "-t", "-c", place.write_config({"listen": listen})],
                          capture_output=True, text=True, timeout=system.PATIENCE)
    assert done.returncode != 0
    assert 'listen[2].transport: "ws" is for loopback addresses' in done.stderr, done.stderr
    with system.Relay(place, {"listen": listen, "websocket.behind_proxy": True}) as running, \
            Browser(running, "alice") as alice:
        alice.auth()


def main():
    global relay
    with system.Relay(place, {"listen": websocket.LISTEN, "log.level": "debug",
                              "auth.algorithms": ["SHA-256", "MD5"],
                              "limits.unauthenticated": 1000}) as relay:
        tap.run([
            ("by each transport a browser talks to a client of TLS", both_ways),
            ("two browsers talk to each other", two_browsers),
            ("AUTH is as everywhere, with MD5 and SHA-256", algorithms),
            ("each message to a browser is one chunk of bounded length", messages_out),
            ("what is UTF-8 is sent as text, all else as binary", opcodes_out),
            ("frames may be cut anywhere, with control frames between them", frames_in),
            ("of many pings the last is answered", pongs),
            ("what breaks a rule gets a Close that says which", broken),
            ("a Close is answered", closes),
            ("what came before a Close is delivered", answered),
            ("what cannot be upgraded gets the right answer of HTTP", refusals),
            ("what can be upgraded is", accepted),
            ("a head may come in single bytes, with frames behind it", slow_head),
            ("one port takes MSRP and WebSockets", one_port),
            ("browsers are not asked for a certificate", certificates),
            ("a browser that reads slowly slows its sender down and loses nothing", slow_reader),
            ("an error of the next hop becomes a REPORT", error_of_next_hop),
            ("no browser is looked up or connected to", unreachable),
            ("path and origins are what the configuration says, also after a reload", settings),
            ("who does not answer a ping is gone", pings),
            ("a relay that goes down says so", goes_down),
            ("operators see who has come by a WebSocket", operators),
            ("a plain WebSocket is refused where it would leave the machine", wrong_places),
        ])


if __name__ == "__main__":
    main()
