#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets a session, and who may send where (RFC 4976 6.4)."""

import socket

import relay as system
import tap
from client import Closed, Peer

place = system.Place()


class Elsewhere:
    """A host that is not on this relay, waiting for a connection from it."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(system.PATIENCE)
        port = self._listener.getsockname()[1]
        # By address: our certificate does not name it, so this is an endpoint and no relay.
        self.uri = f"msrps://127.0.0.1:{port}/elsewhere;tcp"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def accept(self, relay):
        plain, _ = self._listener.accept()
        plain.settimeout(system.PATIENCE)
        return Peer(relay, "elsewhere", sock=place.server_tls().wrap_socket(plain, server_side=True))


def with_relay(function, changes=None):
    def case():
        with system.Relay(place, changes) as relay:
            function(relay)
    return case


def refused(relay, name, password, **more):
    with Peer(relay, name, **more) as peer:
        response = peer.try_auth(password)
        assert response.get("Use-Path") is None, response
        return response


def right_password(relay):
    for name in system.PASSWORDS:
        with Peer(relay, name) as peer:
            path = peer.auth().use_path
            assert len(path) == 1 and path[0].startswith(f"msrps://localhost:{relay.port}/"), path
            assert name not in path[0], path


def either_algorithm(relay):
    """RFC 7616 beside RFC 2617: the client takes the challenge that it knows."""
    for algorithm in ("MD5", "SHA-256"):
        with Peer(relay, "alice") as peer:
            response = peer.try_auth(algorithm=algorithm)
            assert response.status == 200, f"{algorithm}: {response}"


def wrong_password(relay):
    assert refused(relay, "alice", "wrong").status in (401, 403)


def unknown_user(relay):
    unknown, wrong = refused(relay, "mallory", "x"), refused(relay, "alice", "x")
    assert unknown.what == wrong.what, f"{unknown} {wrong}"


def auth_without_tls(relay):
    response = refused(relay, "alice", system.PASSWORDS["alice"], tls=False)
    assert response.status == 403, response


def owner_sends_out(relay):
    with Peer(relay, "alice") as alice, Elsewhere() as elsewhere:
        alice.auth().send([*alice.use_path, elsewhere.uri], b"from alice")
        with elsewhere.accept(relay) as hop:
            assert hop.receive()[1] == b"from alice"
        alice.expect_status(200)


def stranger_reaches_owner(relay):
    with Peer(relay, "alice") as alice, Peer(relay, "stranger") as stranger:
        alice.auth()
        stranger.send(alice.path, b"hello")
        chunk, body = alice.receive()
        assert body == b"hello" and chunk.get("To-Path") == alice.uri, chunk
        stranger.expect_status(200)


def owner_answers_stranger(relay):
    """The way back is the connection that the stranger's request came on."""
    with Peer(relay, "alice") as alice, Peer(relay, "stranger") as stranger:
        alice.auth()
        stranger.send(alice.path, b"hello")
        chunk, _ = alice.receive()
        stranger.expect_status(200)
        alice.send(chunk.get("From-Path"), b"hello yourself")
        assert stranger.receive()[1] == b"hello yourself"
        alice.expect_status(200)


def stranger_reaches_nobody_else(relay):
    """An open relay would connect to the host that the stranger names."""
    with Peer(relay, "alice") as alice, Peer(relay, "stranger") as stranger, \
            Elsewhere() as elsewhere:
        alice.auth()
        stranger.send([*alice.use_path, elsewhere.uri], b"from the stranger")
        # Whether alice gets it or it is refused, it has been dealt with then.
        stranger.read()
        alice.send([*alice.use_path, elsewhere.uri], b"from alice")
        with elsewhere.accept(relay) as hop:
            body = hop.receive()[1]
        assert body == b"from alice", body


def stranger_uses_no_other_session(relay):
    """A session that is not the stranger's own is no way to another session either."""
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob, \
            Peer(relay, "stranger") as stranger:
        alice.auth()
        bob.auth()
        stranger.send(alice.to(bob), b"from the stranger")
        stranger.read()
        alice.send(alice.to(bob), b"from alice")
        assert bob.receive()[1] == b"from alice"


def plain_stranger_reaches_owner(relay):
    with Peer(relay, "alice") as alice, Peer(relay, "stranger", tls=False) as stranger:
        alice.auth()
        stranger.send(alice.path, b"hello")
        assert alice.receive()[1] == b"hello"
        stranger.expect_status(200)


def unknown_session(relay):
    """RFC 4976 6.4.1 knows it for one of ours, because of the host; it may answer 481 or close."""
    with Peer(relay, "alice") as alice:
        alice.auth().send([f"msrps://localhost:{relay.port}/nosuchsession;tcp", alice.uri], b"x")
        try:
            alice.expect_status(481)
        except Closed:
            pass


def not_addressed_to_us(relay):
    with Peer(relay, "alice") as alice, Elsewhere() as elsewhere:
        alice.auth().send([elsewhere.uri], b"x")
        alice.expect_closed()


def auth_elsewhere(relay):
    """Who has the name of his relay wrong is told so, and the operator sees which it was."""
    with Peer(relay, "alice") as alice:
        answer = alice.try_auth(to="msrps://other.example.net;tcp")
        assert answer.what == "403 AUTH for a host that is not this relay", answer
        alice.auth()
    relay.wait_log(r"bad request: peer=\S+ next_hop=other.example.net status=403 ")


def session_dies_with_owner(relay):
    with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
        alice.auth()
        bob.auth()
        path = bob.to(alice)
        alice.sock.close()
        # The relay may hear of the end after our request: then it has a 200 and a REPORT.
        bob.send(path, b"x")
        seen = bob.read()
        if seen.status == 200:
            seen = bob.read()
            assert seen.method == "REPORT" and not seen.get("Status").startswith("000 200"), seen
        else:
            assert seen.status >= 400, seen


tap.run((name, with_relay(*how)) for name, *how in [
    ("the right password gets a Use-Path that does not tell the user", right_password),
    ("MD5 and SHA-256 both do", either_algorithm, {"auth.algorithms": ["MD5", "SHA-256"]}),
    ("a wrong password gets no Use-Path", wrong_password),
    ("an unknown user is answered like a wrong password", unknown_user),
    ("AUTH without TLS gets 403", auth_without_tls),
    ("the owner of a session reaches another host", owner_sends_out),
    ("a stranger with a session URI reaches its owner", stranger_reaches_owner),
    ("a stranger without TLS reaches the owner, too", plain_stranger_reaches_owner),
    ("the owner can answer the stranger", owner_answers_stranger),
    ("a stranger reaches no other host (RFC 4976 6.4)", stranger_reaches_nobody_else),
    ("a stranger reaches no other session (RFC 4976 6.4)", stranger_uses_no_other_session),
    ("a request that is not addressed to the relay closes the connection", not_addressed_to_us),
    ("an AUTH for another host is refused, and its client may try again", auth_elsewhere),
    ("a session that does not exist leads nowhere", unknown_session),
    ("a session dies with its owner's connection", session_dies_with_owner),
])
