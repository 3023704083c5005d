#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""msrp.js in Node, in one file as it is installed, over the WebSocket of node-ws: with and without
TLS, and at the port that is for all."""

import os
import pathlib
import shutil
import subprocess

import relay as system
import tap

NODE = shutil.which("node")
NODE_WS = pathlib.Path("/usr/share/nodejs/ws")
CLIENT = tap.ROOT / "tests/system/node_client.mjs"
SCHEMES = {"ws": "ws", "wss": "wss", "tls+wss": "wss"}

LISTEN = [{"address": "127.0.0.1", "port": 0, "transport": transport}
          for transport in ("tls", "tcp", *SCHEMES)]

place = system.Place()


def over(transport):
    def case():
        if not NODE or not NODE_WS.exists():
            raise tap.Skip("nodejs and node-ws are not installed")
        words = transport.replace("+", r"\+")
        with system.Relay(place, {"listen": LISTEN}) as relay:
            port = relay.wait_log(rf"listening on \S*:(\d+) \({words}\)").group(1)
            done = subprocess.run(
                [NODE, CLIENT, os.environ["MSRP_JS"], f"{SCHEMES[transport]}://localhost:{port}/",
                 place.path / "ca.pem", system.PASSWORDS["alice"], system.PASSWORDS["bob"]],
                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                timeout=system.PATIENCE * 4)
        assert done.returncode == 0, done.stdout
    return case


tap.run((f"two clients over {transport}", over(transport)) for transport in SCHEMES)
