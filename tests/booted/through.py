#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AUTH at one relay for the next: through.py CA ADDRESS HOST NEXT"""

import os
import pathlib
import socket
import ssl
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests/support"), str(TOP / "tests/system")]
os.environ |= {"MSRPD": "", "MSRP": "", "MSRPCTL": ""}

from client import Peer


class There:
    """As much of a relay as a peer wants to know."""

    port = plain_port = 2855
    place = None


def main(ca, address, host, following):
    sock = socket.create_connection((address, There.port), timeout=60)
    sock = ssl.create_default_context(cafile=ca).wrap_socket(sock, server_hostname=host)
    with Peer(There, "alice", sock=sock) as peer:
        # RFC 4976 5.1: at the first relay, then through it at the second one.
        own = peer.try_auth("wonderland", to=f"msrps://{host}:2855;tcp")
        assert own.status == 200, own
        first = own.get("Use-Path").split()
        answer = peer.try_auth("wonderland", to=[*first, f"msrps://{following};tcp"])
        assert answer.status == 200 and following in answer.get("Use-Path"), answer


main(*sys.argv[1:])
