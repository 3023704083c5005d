#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where users are kept, and in which realms they are."""

import hashlib

import relay as system
import tap
from accounts import File, ephemeral, ha1, named, user_line
from client import Peer

place = system.Place()


def status(relay, user, password, **more):
    with Peer(relay, user) as peer:
        return peer.try_auth(password, **more).status


def users_of_a_file():
    file = File(place)
    file.write("# ours", user_line("alice", "a"), user_line("alice", "n", "example.net"),
               user_line("bob", "b") + ":" + ha1("bob", "b", algorithm=hashlib.sha256))
    with system.Relay(place, file.changes(**{"auth.algorithms": ["SHA-256", "MD5"]})) as relay:
        assert status(relay, "alice", "a") == 200
        assert status(relay, "alice", "n") == 401
        assert status(relay, "alice", "n", to="msrps://Example.Net;tcp") == 200
        assert status(relay, "bob", "b", algorithm="SHA-256") == 200
        assert status(relay, "bob", "x", algorithm="SHA-256") == 401
        assert status(relay, "alice", "a", algorithm="SHA-256") == 401
        assert status(relay, "mallory", "a") == 401


def file_is_read_again():
    file = File(place)
    file.write(user_line("alice", "old"))
    with system.Relay(place, file.changes()) as relay, Peer(relay, "alice") as alice:
        assert alice.try_auth("old").status == 200
        file.write(user_line("alice", "new"), user_line("bob", "b"))
        relay.wait_log(r"users reloaded: 2$")
        assert status(relay, "alice", "old") == 401
        assert status(relay, "alice", "new") == 200
        assert status(relay, "bob", "b") == 200
        # Whoever has a session keeps it.
        assert alice.try_auth("new").status == 200


def bad_file_changes_nothing():
    file = File(place)
    file.write(user_line("alice", "a"))
    with system.Relay(place, file.changes()) as relay:
        file.write(user_line("alice", "b"), "bob:secret")
        relay.wait_log(r"users not reloaded: \S*users:2: HA1 is not")
        assert status(relay, "alice", "a") == 200
        file.path.unlink()
        relay.wait_log(r"users not reloaded: \S*users: No such file")
        assert status(relay, "alice", "a") == 200
        file.write(user_line("alice", "c"))
        relay.wait_log(r"users reloaded: 1$")
        assert status(relay, "alice", "c") == 200


def secrets():
    file = place.fresh("secret")
    file.write_text("newer secret\nnothing else of it\n")
    changes = {"auth.users": None, "auth.backend": "secret", "auth.realms": [system.DOMAIN],
               "auth.secret.secrets": ["older"], "auth.secret.files": [str(file)],
               "auth.algorithms": ["SHA-256", "MD5"], "limits.sessions_per_user": 2}
    with system.Relay(place, changes) as relay:
        kept = []
        for secret, algorithm in (("older", "MD5"), ("newer secret", "SHA-256")):
            peer, response = named(relay, *ephemeral(secret), algorithm=algorithm)
            assert response.status == 200 and response.get("Expires") == "600", response
            kept.append(peer)
        relay.wait_log("session opened: .* user=alice ")
        # The third of the same user, whatever the time in the name.
        peer, response = named(relay, *ephemeral("older", seconds=2000))
        assert response.status == 403, response
        peer.sock.close()
        for name, password in (ephemeral("wrong", "bob"), ephemeral("older", "bob", -1),
                               ("bob", ephemeral("older", "bob")[1])):
            peer, response = named(relay, name, password)
            assert response.status == 401, (name, response)
            peer.sock.close()
        peer, response = named(relay, *ephemeral("older", "bob", 100))
        assert response.status == 200 and 90 < int(response.get("Expires")) <= 100, response
        peer.sock.close()
        for peer in kept:
            peer.sock.close()


def loaded_by_systemd():
    """A file, or a secret, that only systemd can read."""
    changes = {"auth.users": None, "auth.backend": "file", "auth.file.path": "credential:users",
               "auth.secret.files": ["credential:secret"], "auth.realms": [system.DOMAIN]}
    loaded = place.credentials(users=user_line("alice", "a") + "\n", secret="s\n")
    with system.Relay(place, changes, variables=loaded) as relay:
        assert status(relay, "alice", "a") == 200
        relay.reload({**changes, "auth.backend": "secret"})
        relay.wait_reloaded()
        peer, response = named(relay, *ephemeral("s"))
        assert response.status == 200, response
        peer.sock.close()


tap.run([
    ("users are found in a file, in their realms", users_of_a_file),
    ("a file that has changed is read again", file_is_read_again),
    ("credentials are made with a secret, for a time", secrets),
    ("a file and a secret are loaded by systemd", loaded_by_systemd),
    ("a file with a mistake, or none, changes nothing", bad_file_changes_nothing),
])
