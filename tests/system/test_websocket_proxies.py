#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""WebSockets through the programs that operators put in front, configured as in
msrpd-operation(7), and with a client of Node, whose frames somebody else has made.
"""

import json
import os
import pathlib
import shutil
import subprocess

import relay as system
import tap
import websocket
from client import Peer
from proxies import HAPROXY, NGINX, Proxy, both, example
from websocket import Browser

HERE = pathlib.Path(__file__).parent
place = system.Place()
relay = None


def in_front(program, text, *args):
    certificate = str(both(place))
    plain = f"127.0.0.1:{websocket.port(relay, 'ws')}"
    for old, new in ((":443", "127.0.0.1:PORT"), (" 443 ", " 127.0.0.1:PORT "),
                     ("127.0.0.1:8080", plain), ("/etc/ssl/www.example.com.pem", certificate),
                     ("/etc/ssl/www.example.com.key", certificate)):
        text = text.replace(old, new)
    return Proxy(place, program, text, *args)


def exchange(proxy):
    body = os.urandom(100000)
    sock = websocket.connect(relay, "wss", at=proxy.port)
    with Browser(relay, "alice", sock=sock, path="/msrp") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        for sender, receiver in ((alice, bob), (bob, alice)):
            sender.send(sender.to(receiver), body)
            assert receiver.receive()[1] == body
            sender.expect_status(200)
        alice.websocket.send_frame(websocket.CLOSE, b"\x03\xe8")
        alice.websocket.expect_close(1000)


def addresses():
    """Limits count the clients of a proxy, not the proxy."""
    changes = {"listen": websocket.LISTEN, "websocket.behind_proxy": True,
               "limits.connections_per_address": 2, "log.level": "debug"}
    with system.Relay(place, changes) as running:
        several = [Browser(running, "alice", X_Forwarded_For=f"203.0.113.{1 + n // 2}")
                   for n in range(6)]
        for one in several:
            one.auth()
        running.wait_log("session opened: .*user=alice.*peer=203.0.113.3:[1-9]")
        with Browser(running, "bob", X_Forwarded_For="198.51.100.9, 203.0.113.3") as bob:
            assert bob.expect_closed() == b""
        running.wait_log("because of limits.connections_per_address, most recently 203.0.113.3")
        for one in several:
            one.sock.close()


HTTP = """
http {
    access_log off;
    client_body_temp_path DIRECTORY;
    proxy_temp_path DIRECTORY;
    fastcgi_temp_path DIRECTORY;
    uwsgi_temp_path DIRECTORY;
    scgi_temp_path DIRECTORY;
"""


def nginx():
    with in_front("nginx", NGINX + HTTP + example("server {\n    listen 443") + "}\n",
                  "-c") as proxy:
        exchange(proxy)


def haproxy():
    with in_front("haproxy", HAPROXY + "    mode http\n" + example("frontend web"),
                  "-db", "-f") as proxy:
        exchange(proxy)


def node():
    if not shutil.which("node"):
        raise tap.Skip("node is not here")
    environment = {**os.environ, "NODE_PATH": "/usr/share/nodejs:/usr/lib/nodejs"}
    done = subprocess.run(
        ["node", str(HERE / "websocket.js"), f"wss://localhost:{websocket.port(relay, 'wss')}/x",
         str(place.path / "ca.pem"), f"msrps://{system.DOMAIN};ws"],
        env=environment, capture_output=True, text=True, timeout=system.PATIENCE)
    if "Cannot find module 'ws'" in done.stderr:
        raise tap.Skip("node-ws is not here")
    assert done.returncode == 0, done
    heard = json.loads(done.stdout)
    assert heard["protocol"] == "msrp" and heard["extensions"] == "", heard
    assert heard["answers"] == [f"MSRP {tid} 401 Unauthorized" for tid in
                                ("text1", "binary1", "parts1")], heard
    assert (heard["texts"], heard["pongs"], heard["code"]) == (3, 1, 4001), heard


def main():
    global relay
    with system.Relay(place, {"listen": websocket.LISTEN, "websocket.behind_proxy": True}) as relay:
        tap.run([
            ("a browser comes through nginx", nginx),
            ("a browser comes through haproxy", haproxy),
            ("who comes through a proxy is counted for himself", addresses),
            ("the package ws of Node agrees on frames", node),
        ])


main()
