#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load balancers of others that speak the PROXY protocol, configured as in msrpd-operation(7)."""

import contextlib
import os
import pathlib
import socket
import time

import balanced
import relay as system
import tap
from balanced import FROM
from client import Peer
from proxies import HAPROXY, NGINX, Proxy, both, example

CLIENT = "127.7.7.7"
MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")

place = system.Place()
relay = None


def exchange(proxy, tls=True):
    """Two clients, of which one comes through PROXY, and is known by its own address and port."""
    since = len(relay.log)
    sock = balanced.raw(proxy.port, at=CLIENT)
    port = sock.getsockname()[1]
    body = os.urandom(100000)
    with Peer(relay, "alice", sock=balanced.tls(relay, sock)) as alice, \
            balanced.peer(relay, "bob", balanced.line("203.0.113.1")) as bob:
        alice.auth()
        bob.auth()
        for sender, receiver in ((alice, bob), (bob, alice)):
            sender.send(sender.to(receiver), body)
            assert receiver.receive()[1] == body
            sender.expect_status(200)
        relay.wait_log(f"session opened: .*user=alice .*peer={CLIENT}:{port} ", since)
    said = [text for text in relay.log[since:] if "PROXY protocol" in text]
    assert not said, said


def fitted(text, *more):
    """TEXT, an example, for here, and for what the test wants of it."""
    for old, new in more:
        assert old in text, f"nothing like {old} in {text}"
        text = text.replace(old, new)
    listens = f"127.0.0.1:{relay.port}"
    for old, new in (("bind :2855", "bind 127.0.0.1:PORT"), ("192.0.2.5:2855", listens),
                     ("listen 2855", "listen 127.0.0.1:PORT"), ("[*]:443", "[127.0.0.1]:PORT"),
                     ("[127.0.0.1]:2856", f"[127.0.0.1]:{relay.plain_port}"),
                     ("accept = :::443", "accept = 127.0.0.1:PORT"),
                     ("connect = 127.0.0.1:2856", f"connect = 127.0.0.1:{relay.plain_port}"),
                     ("/etc/ssl/relay.example.com.pem", str(both(place))),
                     ("port 8080", f"port {relay.changes['health.listen'].rpartition(':')[2]}")):
        text = text.replace(old, new)
    return text


def haproxy(*more):
    def case():
        text = HAPROXY + example("frontend msrp")
        with Proxy(place, "haproxy", fitted(text, *more), "-db", "-f") as proxy:
            exchange(proxy)
    return case


def wait_checked(proxy, status):
    """Until haproxy has found it there."""
    end = time.monotonic() + system.PATIENCE
    while True:
        # haproxy makes its socket only after it has listened.
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError), \
                socket.socket(socket.AF_UNIX) as stats:
            stats.connect(str(proxy.directory / "stats"))
            stats.sendall(b"show stat\n")
            if status in stats.makefile().read():
                return
        assert time.monotonic() < end, status
        time.sleep(0.02)


def checked():
    """haproxy asks the very port that clients use, each time with a header, or with none."""
    for option, status in (("send-proxy", "L4OK"), ("send-proxy-v2", "L4OK"), ("", "L4OK"),
                           ("send-proxy-v2 check-ssl verify none", "L6OK")):
        text = "global\n    stats socket DIRECTORY/stats\n" + HAPROXY + example("frontend msrp")
        # However slow the machine is.
        more = [("option httpchk GET /readyz", "timeout check 60s"),
                ("send-proxy-v2 check port 8080", f"{option} check inter 20ms fall 1000")]
        since = len(relay.log)
        with Proxy(place, "haproxy", fitted(text, *more), "-db", "-f") as proxy:
            if option:
                exchange(proxy)
            wait_checked(proxy, status)
        said = [line for line in relay.log[since:] if "PROXY protocol" in line]
        assert not said, (option, said)


def nginx():
    if not MODULE.exists():
        raise tap.Skip("nginx has no stream module here")
    text = f"load_module {MODULE};" + NGINX + example("stream {")
    with Proxy(place, "nginx", fitted(text), "-c") as proxy:
        exchange(proxy)


def hitch(version):
    def case():
        text = example("frontend = \"[*]:443\"") + "daemon = off\nworkers = 1\nquiet = on\n"
        if os.getuid() == 0:
            text += "user = \"nobody\"\n"
        more = [("write-proxy-v2", f"write-proxy-v{version}")]
        with Proxy(place, "hitch", fitted(text, *more), "--config") as proxy:
            exchange(proxy)
    return case


def stunnel():
    text = "foreground = yes\npid =\nsyslog = no\n" + example("[msrp]\n")
    with Proxy(place, "stunnel", fitted(text)) as proxy:
        exchange(proxy)


def main():
    global relay
    listen = [{"address": "127.0.0.1", "port": 0, "transport": transport, "proxy_from": [FROM]}
              for transport in ("tls", "tcp")]
    with system.Relay(place, {"listen": listen, "auth.allow_without_tls": True,
                              "health.listen": f"127.0.0.1:{system.free_port()}"}) as relay:
        tap.run([
            ("haproxy, version 2", haproxy()),
            ("haproxy, version 2 with all that it adds",
             haproxy(("send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,authority,ssl,cert-cn,"
                                       "ssl-cipher,cert-sig,cert-key,unique-id"))),
            ("haproxy, version 1", haproxy(("send-proxy-v2", "send-proxy"))),
            ("haproxy looks whether the relay is there", checked),
            ("nginx, without looking into the stream", nginx),
            ("hitch, version 1", hitch(1)),
            ("hitch, version 2", hitch(2)),
            ("stunnel", stunnel),
        ])


main()
