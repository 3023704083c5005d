#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that uses two relays, one through the other (RFC 4976 5.1)."""

import secrets
import threading

import relay as system
import tap
from chain import (IMPOSTOR, OTHER, OWN, REALM, ChainPlace, FakeIntra, Listener, auth_uri,
                   both_relays, chained, connections_to)
from client import Closed, Peer

place = ChainPlace()

# More than the buffers of both relays and of the kernel between them.
BULK = 64 * 1024 * 1024


def with_both(function, changes=None):
    def case():
        with both_relays(place, changes) as (intra, extra):
            function(intra, extra)
    return case


def with_intra(function, certificate=OWN, changes=None):
    """FUNCTION is given the first relay, a client with a session there, and a second we play."""
    def case():
        with system.Relay(place, changes) as intra, Listener(place, certificate) as extra, \
                Peer(intra, "alice") as alice:
            function(intra, extra, alice.auth())
    return case


# What the second relay says

def use_path(intra, extra):
    with Peer(intra, "alice") as alice:
        chained(alice, extra)
        first, second = alice.use_path
        assert [first] == alice.inner, alice.use_path
        assert second.startswith(f"msrps://localhost:{extra.port}/"), alice.use_path
        assert alice.name not in second, second


def renewed(intra, extra):
    """An AUTH to the URI that the second relay gave is a renewal, and gives the same URI."""
    with Peer(intra, "alice") as alice:
        before = chained(alice, extra).use_path
        response = alice.try_auth(to=before)
        assert response.status == 200 and response.get("Use-Path").split() == before, response


def wrong_password(intra, extra):
    with Peer(intra, "alice") as alice:
        alice.auth()
        response = alice.try_auth("wrong", to=[*alice.use_path, auth_uri(extra)])
        assert response.status == 401, response


def guesser(intra, extra):
    """RFC 4976 6.3: the guesser's connection is closed, others go on through both relays."""
    with Peer(intra, "alice") as alice, Peer(intra, "bob") as bob:
        chained(bob, extra)
        alice.auth()
        tries = 0
        try:
            for tries in range(10):
                to = [*alice.use_path, auth_uri(extra)]
                assert alice.try_auth("wrong", to=to).status == 401
        except Closed:
            assert tries == 3, tries
            with Peer(extra, "stranger") as stranger:
                stranger.send(bob.path, b"hello")
                assert bob.receive()[1] == b"hello"
            assert 1 <= connections_to(extra) <= system.WORKERS
            return
        raise AssertionError("ten wrong passwords, and still welcome")


# What the first relay forwards

def read_auth(hop, alice):
    """The first AUTH that arrives at our relay; its paths are those of the RFC's example."""
    request = hop.read()
    assert request.method == "AUTH", request
    assert request.get("From-Path").split() == [*alice.use_path, alice.uri], request
    return request


def respond(hop, request, status, headers=()):
    hop.write(hop.request(status, request.get("From-Path"), request.get("To-Path"), headers,
                          tid=request.id))


def example_of_the_rfc(intra, extra, alice):
    to = auth_uri(extra)
    alice.write(alice.request("AUTH", [*alice.use_path, to], alice.uri, tid="mnbvw"))
    with extra.accept(intra) as hop:
        request = read_auth(hop, alice)
        assert request.get("To-Path") == to and request.id != "mnbvw", request
        challenge = 'Digest realm="extra", qop="auth", nonce="Uumu8cAV38FGsEF31VLevIbNXj9HWO"'
        respond(hop, request, "401 Unauthorized", [("WWW-Authenticate", challenge)])
        response = alice.expect_status(401)
        assert response.id == "mnbvw", response
        assert response.get("To-Path") == alice.uri, response
        assert response.get("From-Path").split() == [*alice.use_path, to], response
        assert response.get("WWW-Authenticate") == challenge, response

        alice.write(alice.request("AUTH", [*alice.use_path, to], alice.uri,
                                  [("Authorization", 'Digest username="alice"')], tid="m3nbvx"))
        request = read_auth(hop, alice)
        assert request.get("Authorization") == 'Digest username="alice"', request
        path = f"{alice.use_path[0]} msrps://localhost:{extra.port}/mywdEe1233;tcp"
        respond(hop, request, "200 OK", [("Use-Path", path), ("Expires", "1800")])
        response = alice.expect_status(200)
        assert response.get("Use-Path") == path and response.get("Expires") == "1800", response
        assert hop.sock.getpeercert()["subjectAltName"] == (("DNS", "localhost"),)


def shared(intra, extra, alice):
    """A second client's AUTH takes the connection that there is."""
    with Peer(intra, "bob") as bob:
        bob.auth()
        alice.write(alice.request("AUTH", [*alice.use_path, auth_uri(extra)], alice.uri))
        with extra.accept(intra) as hop:
            respond(hop, read_auth(hop, alice), "403 Forbidden")
            alice.expect_status(403)
            bob.write(bob.request("AUTH", [*bob.use_path, auth_uri(extra)], bob.uri))
            respond(hop, read_auth(hop, bob), "403 Forbidden")
            bob.expect_status(403)
        assert extra.nobody_waits()


def refused(intra, extra, alice, scheme="msrps", host="localhost"):
    """The AUTH does not arrive, and the client is told so."""
    uri = f"{scheme}://{host}:{extra.port};tcp"
    alice.write(alice.request("AUTH", [*alice.use_path, uri], alice.uri,
                              [("Authorization", 'Digest username="alice"')]))
    if scheme == "msrps":
        with extra.accept(intra) as hop:
            said = hop.expect_closed()
            assert not said, said
    response = alice.expect_status(403, 408)
    if response.status == 408:
        assert response.what == "408 the next hop cannot be reached", response
        intra.wait_log("next hop failed: .*certificate does not verify")
    else:
        assert "not an authenticated relay" in response.what, response


def no_tls(intra, extra, alice):
    refused(intra, extra, alice, scheme="msrp")


def by_address(intra, extra, alice):
    refused(intra, extra, alice, host="127.0.0.1")


def after_send(intra, extra, alice):
    """A connection on which messages flow already is no better when its certificate is bad."""
    uri = f"msrps://127.0.0.1:{extra.port}/x;tcp"
    alice.send([*alice.use_path, uri], b"to whoever it is")
    with extra.accept(intra) as hop:
        assert hop.receive()[1] == b"to whoever it is"
        alice.expect_status(200)
        alice.write(alice.request("AUTH", [*alice.use_path, uri], alice.uri))
        response = alice.expect_status(403)
        assert "not an authenticated relay" in response.what, response


def expect_distrust(sender, listener, relay):
    """RELAY tells the one that LISTENER accepts nothing, and SENDER that it is not there."""
    with listener.accept(relay) as hop:
        said = hop.expect_closed()
        assert not said, said
    sender.expect_status(200)
    report = sender.read()
    assert report.method == "REPORT", report
    assert report.get("Status") == "000 408 the next hop cannot be reached", report
    relay.wait_log("next hop failed: .*certificate does not verify")


def by_name(intra, extra, alice):
    """A next hop that the URI names has to prove to be it (RFC 4975 5.4)."""
    alice.send([*alice.use_path, f"msrps://localhost:{extra.port}/x;tcp"], b"to localhost")
    expect_distrust(alice, extra, intra)


def by_number(intra, extra, alice):
    """With tls.verify_peers = "always" one that the URI has the address of has to, too."""
    alice.send([*alice.use_path, f"msrps://127.0.0.1:{extra.port}/x;tcp"], b"to 127.0.0.1")
    expect_distrust(alice, extra, intra)


# What the second relay thinks of the first

def with_extra(function):
    """FUNCTION is given the second relay, where the first one listens, which we play, and a
    connection from there with a session."""
    def case():
        with system.Relay(place, REALM | {"log.level": "debug"}) as extra, \
                Listener(place) as listener, FakeIntra(extra, listener.port) as intra:
            intra.auth(auth_uri(extra))
            assert intra.use_path[0] == intra.uri.split()[0], intra.use_path
            function(extra, listener, intra)
    return case


def say_hello(extra, path, find_connection):
    """A stranger says hello, which arrives by the connection that is found then."""
    with Peer(extra, "stranger") as stranger:
        stranger.send(path, b"hello")
        chunk, body = find_connection().receive()
        assert body == b"hello" and chunk.get("To-Path").split() == path[1:], chunk
        assert chunk.get("From-Path").split() == [path[0], stranger.uri], chunk
        stranger.expect_status(200)


def to_client(intra):
    return [intra.use_path[-1], *intra.uri.split()]


def any_connection(extra, listener, intra):
    """A session belongs to the relay, not to the connection that its AUTH came on."""
    with Peer(extra, "bob") as bob, FakeIntra(extra, listener.port) as second:
        bob.auth()
        second.send([intra.use_path[-1], *bob.path], b"by the second")
        assert bob.receive()[1] == b"by the second"
        second.expect_status(200)
        since = len(extra.log)
        intra.sock.close()
        extra.wait_log("connection closed", since)
        say_hello(extra, to_client(intra), lambda: second)


def reconnects(extra, listener, intra):
    """Without any connection the second relay makes one to the first."""
    intra.sock.close()
    extra.wait_log("connection closed")
    say_hello(extra, to_client(intra), lambda: listener.accept(extra))


def reconnects_to_nobody_else(extra, listener, intra):
    """Who listens where the first relay was must prove to be it, or does not get the message."""
    listener.certificate(IMPOSTOR)
    intra.sock.close()
    extra.wait_log("connection closed")
    with Peer(extra, "stranger") as stranger:
        stranger.send(to_client(intra), b"hello")
        expect_distrust(stranger, listener, extra)


def other_relay(extra, listener, intra):
    """Another relay's connection is a stranger to the session, whatever its From-Path says."""
    with Peer(extra, "bob") as bob, \
            FakeIntra(extra, listener.port, certificate=OTHER) as other:
        bob.auth()
        # The From-Path says what the certificate does not.
        other.uri = intra.uri
        other.write(other.send_request([intra.use_path[-1], *bob.path], b"stolen"))
        other.expect_status(403)


def guesses_of_many(extra, listener, intra):
    """RFC 4976 6.3: wrong passwords through a relay do not cut off the relay."""
    for _ in range(10):
        assert intra.try_auth("wrong", to=auth_uri(extra)).status == 401
    say_hello(extra, to_client(intra), lambda: intra)


# Messages

def exchange(sender, receiver, body, to=None):
    """BODY, whole, with a REPORT at the end."""
    message_id = secrets.token_hex(8)
    data = sender.send_request(to or [*sender.use_path, *receiver.path], body,
                               [("Success-Report", "yes")], message_id)
    writer = threading.Thread(target=sender.write, args=[data], daemon=True)
    writer.start()
    chunk, got = receiver.receive()
    writer.join()
    assert got == body, f"{len(got)} bytes of {len(body)}"
    sender.expect_status(200)
    report = [("Message-ID", message_id), ("Byte-Range", f"1-{len(body)}/{len(body)}"),
              ("Status", "000 200 OK")]
    receiver.write(receiver.request("REPORT", chunk.get("From-Path"), receiver.uri, report))
    report = sender.read()
    assert report.method == "REPORT" and report.get("Message-ID") == message_id, report
    return chunk, report


def with_stranger(intra, extra):
    with Peer(intra, "alice") as alice, Peer(extra, "stranger") as stranger:
        chained(alice, extra)
        first, second = alice.use_path
        for body in (b"hello", secrets.token_bytes(1_000_000)):
            chunk, report = exchange(stranger, alice, body, alice.path)
            # The example of RFC 4976 section 3: each relay puts itself before the others.
            assert chunk.get("To-Path") == alice.uri, chunk
            assert chunk.get("From-Path").split() == [first, second, stranger.uri], chunk
            assert report.get("To-Path") == stranger.uri, report
            assert report.get("From-Path").split() == [second, first, alice.uri], report
            chunk, _ = exchange(alice, stranger, body, [*alice.use_path, stranger.uri])
            assert chunk.get("From-Path").split() == [second, first, alice.uri], chunk


def two_chains(intra, extra):
    with Peer(intra, "alice") as alice, Peer(intra, "bob") as bob:
        chained(alice, extra)
        chained(bob, extra)
        for body in (b"hello", secrets.token_bytes(1_000_000)):
            chunk, _ = exchange(alice, bob, body)
            assert chunk.get("From-Path").split() == [*bob.use_path, *alice.path], chunk
            exchange(bob, alice, body)
        assert 1 <= connections_to(extra) <= system.WORKERS


def killed_receiver(intra, extra):
    """The second hop fails after the 200: the REPORT finds its way back."""
    with Peer(intra, "alice") as alice, Peer(extra, "bob") as bob, Peer(intra, "carol") as carol:
        chained(alice, extra)
        chained(carol, extra)
        bob.auth()
        path = [*alice.use_path, *bob.path]
        bob.sock.close()
        alice.send(path, b"hello")
        alice.expect_status(200)
        report = alice.read()
        assert report.method == "REPORT", report
        assert report.get("Status").split()[1] in ("408", "481"), report
        assert report.get("To-Path") == alice.uri, report
        exchange(alice, carol, b"still there?")


def client_gone(intra, extra):
    """Who sends to a client that has left its first relay is told so, through both."""
    with Peer(intra, "alice") as alice, Peer(extra, "stranger") as stranger:
        chained(alice, extra)
        alice.sock.close()
        intra.wait_log("session ended")
        stranger.send(alice.path, b"hello")
        stranger.expect_status(200)
        report = stranger.read()
        assert report.method == "REPORT" and report.get("Status").split()[1] == "481", report


def first_restarts(intra, extra):
    """The connection between the relays dies: what was on it is reported, and a new one is made."""
    with Peer(intra, "alice") as alice, Peer(extra, "stranger") as stranger:
        chained(alice, extra)
        intra.kill()
        stranger.send(alice.path, b"hello")
        stranger.expect_status(200)
        report = stranger.read()
        assert report.method == "REPORT" and report.get("Status").split()[1] == "408", report


def slow_neighbour(intra, extra):
    """A receiver that does not read must not hold up others whose messages come the same way."""
    with Peer(intra, "alice") as alice, Peer(intra, "carol") as carol, \
            Peer(extra, "bob") as bob, Peer(extra, "stranger") as stranger:
        chained(alice, extra)
        chained(carol, extra)
        bob.auth()
        exchange(stranger, carol, b"hello", carol.path)
        bulk = alice.send_request([*alice.use_path, *bob.path], bytes(BULK))
        alice.sock.settimeout(1)
        try:
            alice.sock.sendall(bulk)
            raise AssertionError("all of it was taken, though nobody reads it")
        except TimeoutError:
            pass
        exchange(carol, stranger, b"hello", [*carol.use_path, stranger.uri])
        extra.wait_log("holds up another relay")
        assert connections_to(intra) == 2, "alice and carol are still there"


tap.run([
    ("the second relay's Use-Path lists the first, then itself", with_both(use_path)),
    ("a session at the second relay is renewed through the first", with_both(renewed)),
    ("a wrong password at the second relay gets 401", with_both(wrong_password)),
    ("guessing at the second relay ends the guesser's connection only (RFC 4976 6.3)",
     with_both(guesser)),
    ("the first relay forwards AUTH and its responses as in the RFC's example",
     with_intra(example_of_the_rfc)),
    ("two clients share the connection to the second relay", with_intra(shared, changes={"workers": 1})),  # each has one
    ("AUTH does not go to a relay of an unknown CA", with_intra(refused, IMPOSTOR)),
    ("AUTH does not go to a relay with another's name", with_intra(refused, OTHER)),
    ("AUTH does not go to a relay by an address that its certificate does not name",
     with_intra(by_address)),
    ("AUTH does not go to a relay without TLS", with_intra(no_tls)),
    ("AUTH does not go to an endpoint that has received messages", with_intra(after_send, OTHER)),
    ("no message goes to a host with another's certificate", with_intra(by_name, OTHER)),
    ("no message goes to a host of an unknown CA", with_intra(by_name, IMPOSTOR)),
    ("no message goes to an unverified address with tls.verify_peers = always",
     with_intra(by_number, changes={"tls.verify_peers": "always"})),
    ("a session is valid on any connection of the first relay", with_extra(any_connection)),
    ("the second relay connects to the first when it has to", with_extra(reconnects)),
    ("it does not connect to an impostor", with_extra(reconnects_to_nobody_else)),
    ("another relay's connection is a stranger", with_extra(other_relay)),
    ("wrong passwords of its clients do not cut off the first relay",
     with_extra(guesses_of_many)),
    ("messages and REPORTs go both ways through both relays", with_both(with_stranger)),
    ("messages go through two chains over one connection", with_both(two_chains)),
    ("a receiver that dies behind both relays is reported", with_both(killed_receiver)),
    ("a client that has left is reported to the stranger", with_both(client_gone)),
    ("a first relay that is gone is reported to the stranger", with_both(first_restarts)),
    ("a receiver that does not read holds up others for a short time only",
     with_both(slow_neighbour)),
])
