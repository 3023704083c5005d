#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behind a load balancer: the PROXY protocol says who somebody is, to whom it is believed, and
what becomes of those who send what they must not.
"""

import ssl
import struct

import balanced
import relay as system
import tap
import websocket
from balanced import ELSEWHERE, FROM, binary, is_closed, line, peer, raw, summed
from client import Peer
from control import Controlled
from websocket import Browser

place = system.Place()
LISTEN = [{**listener, "proxy_from": ["127.0.0.0/16", "2001:db8::/32"]} for listener in websocket.LISTEN]
CHANGES = {"listen": LISTEN, "log.level": "debug"}


def guess(relay, header):
    with peer(relay, "bob", header) as client:
        return client.try_auth(password="wrong").status


def identity(relay):
    """In records and lists, of all versions and families; also where it is handed over."""
    with Peer(relay, "bob", sock=balanced.tls(relay, raw(relay.port, at=ELSEWHERE))) as bob:
        bob.auth()
        for n, (header, seen) in enumerate((
                (line("203.0.113.1", 1), "203.0.113.1:1"),
                (binary("203.0.113.2", 65535), "203.0.113.2:65535"),
                (line("2001:db8::7"), r"\[2001:db8::7\]:40000"),
                (binary("2001:db8::8"), r"\[2001:db8::8\]:40000"),
                (line("::ffff:203.0.113.3"), "203.0.113.3:40000"),
                (summed("203.0.113.4"), "203.0.113.4:40000"),
                (b"PROXY UNKNOWN who ever\r\n", f"{FROM}:"),
                (balanced.block(balanced.PROXY, balanced.UNIX, bytes(216)), f"{FROM}:"),
                (balanced.block(balanced.LOCAL, 0, b""), f"{FROM}:"))):
            since = len(relay.log)
            with peer(relay, "alice", header) as alice:
                alice.auth()
                relay.wait_log(f"session opened: .*peer={seen}", since)
                alice.send(alice.to(bob), b"hello")
                assert bob.receive()[1] == b"hello"
                # A stranger, who is handed over to the worker that has the session.
                with Peer(relay, "x", tls=False, sock=raw(
                        relay.plain_port, line(f"203.0.113.{20 + n}"))) as stranger:
                    stranger.send(alice.path, b"from outside")
                    assert alice.receive()[1] == b"from outside"
                    known = {one["peer"] for one in relay.ask("connections")}
                    assert f"203.0.113.{20 + n}:40000" in known, known


def pieces(relay):
    """It comes as TCP likes it, and TLS begins right behind it."""
    for header in (line("203.0.113.1"), summed("203.0.113.1")):
        with raw(relay.port) as sock:
            for at in range(len(header)):
                sock.sendall(header[at:at + 1])
            with Peer(relay, "alice", sock=balanced.tls(relay, sock)) as alice:
                alice.auth()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cafile=place.path / "ca.pem")
    secure = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        secure.do_handshake()
    except ssl.SSLWantReadError:
        pass
    with raw(relay.port, binary("203.0.113.1") + outgoing.read()) as sock:
        assert sock.recv(3) == b"\x16\x03\x03"


BAD = (
    (b"GET / HTTP/1.1\r\n\r\n", "no PROXY header"),
    (b"\x16\x03\x01\x02\x00\x01\x00", "no PROXY header"),
    (b"PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "a PROXY header that is malformed"),
    (b"PROXY TCP4 " + b"1" * 200, "a PROXY header that is malformed"),
    (balanced.SIGNATURE + b"\x31", "a PROXY header of another version"),
    (balanced.block(balanced.PROXY, 0x12, balanced.addresses("192.0.2.1")),
     "a PROXY header for what is no connection"),
    (balanced.block(balanced.PROXY, balanced.TCP4, bytes(11)), "a PROXY header that is too short"),
    (balanced.SIGNATURE + b"\x21\x11" + struct.pack(">H", 5000), "a PROXY header that is too long"),
    (binary("192.0.2.1", tlvs=b"\x04\0\x09"), "a PROXY header with a TLV that is wrong"),
    (summed("192.0.2.1")[:-1] + b"?", "a PROXY header with a TLV that is wrong"),
)


def refused(relay):
    """From a load balancer, at every transport, and nobody else is the worse for it."""
    for n, (header, why) in enumerate(BAD):
        # Of one address there are a few lines in a minute.
        at = f"127.0.1.{1 + n}"
        for transport in ("tls", "tcp", "ws", "wss", "tls+wss"):
            with raw(websocket.port(relay, transport), header, at) as sock:
                assert is_closed(sock), header
        relay.wait_log(f"warning: PROXY protocol violated: peer={at}:[0-9]+ reason=.{why}")
    with peer(relay, "alice", line("203.0.113.1")) as alice:
        alice.auth()


def elsewhere(relay):
    """Who is no load balancer is served without a header, and not with one."""
    for transport in ("tls", "tcp", "ws", "wss", "tls+wss"):
        port = websocket.port(relay, transport)
        for header in (line("203.0.113.1"), binary("203.0.113.1")):
            for pieces_of in (header,), (header[:3], header[3:]):
                with raw(port, at=ELSEWHERE) as sock:
                    try:
                        for piece in pieces_of:
                            sock.sendall(piece)
                    except ConnectionError:
                        pass
                    assert is_closed(sock), (transport, header)
    relay.wait_log(f"PROXY protocol violated: peer={ELSEWHERE}:[0-9]+ reason=.*not expected")
    with peer(relay, "alice", at=ELSEWHERE) as alice:
        alice.auth()
        relay.wait_log(f"session opened: .*peer={ELSEWHERE}:")
    # Not a second one either.
    with raw(relay.plain_port, line("203.0.113.1") + line("203.0.113.2")) as sock:
        assert is_closed(sock)
    relay.wait_log("PROXY protocol violated: peer=203.0.113.1:40000 reason=.*not expected")


def checks(relay):
    """A health check that says nothing is nothing to be logged."""
    since = len(relay.log)
    for header in (b"", balanced.block(balanced.LOCAL, 0, b""), b"PROXY UNKNOWN\r\n"):
        for port in (relay.port, relay.plain_port):
            with raw(port, header) as sock:
                sock.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER: it ends by a reset
            raw(port, header).close()
    with peer(relay, "alice", line("203.0.113.1")) as alice:
        alice.auth()
    said = [text for text in relay.log[since:] if "PROXY protocol" in text]
    assert not said, said


def browsers(relay):
    """A header of HTTP that the client may have written says nothing."""
    for transport in ("ws", "wss"):
        sock = raw(websocket.port(relay, transport), line("203.0.113.5", 7))
        if transport == "wss":
            sock = balanced.tls(relay, sock)
        with Browser(relay, "alice", sock=sock, X_Forwarded_For="198.51.100.66") as alice:
            since = len(relay.log)
            alice.auth()
            relay.wait_log("session opened: .*peer=203.0.113.5:7", since)
    # Of those without an address, and of those from elsewhere, it does.
    for header, at in ((b"PROXY UNKNOWN\r\n", FROM), (b"", ELSEWHERE)):
        sock = raw(websocket.port(relay, "ws"), header, at)
        with Browser(relay, "alice", sock=sock, X_Forwarded_For="198.51.100.66") as alice:
            since = len(relay.log)
            alice.auth()
            relay.wait_log("session opened: .*peer=198.51.100.66:", since)


def limits():
    """Of the client, and not of the load balancer."""
    changes = {**CHANGES, "limits.connections_per_address": 2, "auth.throttle.failures": 3}
    with Controlled(place, changes) as relay:
        several = [peer(relay, "alice", line(f"203.0.113.{1 + n // 2}")) for n in range(6)]
        for one in several:
            one.auth()
        with raw(relay.port, binary("203.0.113.2")) as sock:
            assert is_closed(sock)
        relay.wait_log("because of limits.connections_per_address, most recently 203.0.113.2:")
        for one in several:
            one.sock.close()
        assert [guess(relay, line("203.0.113.50", n)) for n in range(1, 6)] == [401] * 3 + [403] * 2
        relay.wait_log("authentication paused: peer=203.0.113.50 ")
        relay.wait_log("authentication failed: user=bob .*peer=203.0.113.50:1 ")
        assert guess(relay, line("203.0.113.51")) == 401
        assert guess(relay, b"PROXY UNKNOWN\r\n") == 401
        [pause] = [one for one in relay.ask("limits") if "paused" in one]
        assert pause["paused"] == "203.0.113.50", pause


def newcomers():
    """Those who say nothing count at their own address, and go before those who do."""
    changes = {**CHANGES, "limits.unauthenticated": 4}
    with system.Relay(place, changes) as relay:
        silent = [raw(relay.port, line("203.0.113.9", n)) for n in range(1, 20)]
        with peer(relay, "alice", line("203.0.113.10")) as alice:
            alice.auth()
        relay.wait_log("because of limits.unauthenticated, most recently 203.0.113.9:")
        for sock in silent:
            sock.close()


def waiting():
    """Connections whose header does not come are nobody's yet, and do not stay."""
    with system.Relay(place, {**CHANGES, "workers": 1, "limits.connections": 20}) as relay:
        relay.wait_idle()
        n = relay.n_descriptors()
        with raw(relay.port) as silent, raw(relay.plain_port, b"PROXY ") as slow:
            assert is_closed(silent) and is_closed(slow)
            relay.wait_logged("reason=.time-out before a PROXY header", 2)
        first = [raw(relay.port, b"PROXY TCP4") for _ in range(20)]
        more = [raw(relay.port) for _ in range(300)]
        with peer(relay, "alice", line("203.0.113.1")) as alice:
            alice.auth()
        # 256 may wait.
        for sock in first:
            assert is_closed(sock)
        relay.wait_log("reason=.too many connections without a PROXY header")
        for sock in more:
            sock.close()
        relay.wait_descriptors(n)


def descriptors():
    """Where there are none left, those who wait go first."""
    with system.Relay(place, {**CHANGES, "workers": 1}, descriptors=100) as relay:
        with peer(relay, "alice", line("203.0.113.1")) as alice:
            alice.auth()
            waiting_ones = [raw(relay.port) for _ in range(120)]
            with peer(relay, "bob", line("203.0.113.2")) as bob:
                bob.auth()
                bob.send(bob.to(alice), b"hello")
                assert alice.receive()[1] == b"hello"
            for sock in waiting_ones:
                sock.close()


def reloaded():
    """Who is a load balancer may change while connections are open."""
    with system.Relay(place, {"listen": websocket.LISTEN}) as relay:
        with raw(relay.port, line("203.0.113.1")) as sock:
            assert is_closed(sock)
        relay.wait_log(f"PROXY protocol violated: peer={FROM}:[0-9]+ reason=.*not expected")
        with peer(relay, "bob") as bob:
            bob.auth()
            relay.reload(CHANGES)
            relay.wait_reloaded()
            with peer(relay, "alice", line("203.0.113.1")) as alice:
                alice.auth()
                bob.send(bob.to(alice), b"hello")
                assert alice.receive()[1] == b"hello"
                relay.reload({"listen": websocket.LISTEN})
                relay.wait_reloaded()
                alice.send(alice.to(bob), b"hello")
                assert bob.receive()[1] == b"hello"
            with peer(relay, "alice") as alice:
                alice.auth()
        relay.reload({"listen": [{**websocket.LISTEN[0], "proxy_from": ["10.0.0.1/8"]}]})
        relay.wait_not_reloaded(r"listen\[0\].proxy_from\[0\]: \"10.0.0.1/8\" is not an address "
                                "or a block")
        everybody = [{**one, "proxy_from": ["0.0.0.0/0"]} for one in websocket.LISTEN]
        relay.reload({"listen": everybody})
        relay.wait_log(r"check the configuration: listen\[0\].proxy_from: with \"0.0.0.0/0\" "
                       "everybody may claim any address")
        relay.wait_reloaded()


def main():
    with Controlled(place, {**CHANGES, "websocket.behind_proxy": True}) as relay:
        def of(case):
            return lambda: case(relay)

        tap.run([
            ("the address of the header is that of the client", of(identity)),
            ("a header may come in pieces, and with what is behind it", of(pieces)),
            ("a load balancer that sends no header, or a bad one, is refused", of(refused)),
            ("nobody else may send one", of(elsewhere)),
            ("health checks leave no trace", of(checks)),
            ("a PROXY header is believed before X-Forwarded-For", of(browsers)),
            ("limits and pauses are of the client", limits),
            ("newcomers are counted at their own address", newcomers),
            ("who waits for a header is in nobody's way", waiting),
            ("and goes when descriptors are short", descriptors),
            ("a reload says who is a load balancer", reloaded),
        ])


main()
