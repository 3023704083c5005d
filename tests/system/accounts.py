# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of all back ends: how their passwords are kept, and how they say who they are."""

import base64
import hashlib
import hmac
import time

import relay as system
from client import Peer


def ha1(user, password, realm=system.DOMAIN, algorithm=hashlib.md5):
    return algorithm(f"{user}:{realm}:{password}".encode()).hexdigest()


def user_line(user, password, realm=system.DOMAIN):
    return f"{user}:{realm}:{ha1(user, password, realm)}"


class File:
    """The users of the back end "file"."""

    def __init__(self, place):
        self._place = place
        self.path = place.fresh("users")

    def write(self, *lines):
        new = self._place.fresh("new-users")
        new.write_text("".join(f"{line}\n" for line in lines))
        new.rename(self.path)

    def changes(self, **more):
        return {"auth.users": None, "auth.backend": "file", "auth.file.path": str(self.path),
                "auth.realms": [system.DOMAIN, "example.net"], **more}


def ephemeral(secret, user="alice", seconds=1000):
    name = f"{int(time.time()) + seconds}:{user}"
    return name, base64.b64encode(hmac.digest(secret.encode(), name.encode(), "sha1")).decode()


def named(relay, name, password, **more):
    """A peer that gives NAME as its user, and the answer to its AUTH."""
    peer = Peer(relay, "client")
    peer.name = name
    return peer, peer.try_auth(password, to=f"msrps://{system.DOMAIN};tcp", **more)
