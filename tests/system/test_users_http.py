#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a web service: a good one, and those that are slow, fail, lie, or go on for ever."""

import hashlib
import json
import re
import subprocess
import time

import databases
import relay as system
import tap
from accounts import ha1
from client import Peer
from users_service import (Service, answers, credentials, hangs, never_ends, trickles, waits, writes)

place = system.Place()

# RFC 4976 has no better one for a relay that cannot say.
NOT_NOW = 408
# For what takes no longer than the time-out of one question, on a busy machine.
TIMEOUT, QUICKLY = 1, 10
OK = b"HTTP/1.1 200 OK\r\n"


def changes(service, http=None, **more):
    return {"auth.users": None, "auth.backend": "http",
            "auth.realms": [system.DOMAIN, "example.net"],
            "auth.throttle.failures": 0,  # here all are wrong from the same address
            "auth.http": {"url": service.url, "ca": str(place.path / "ca.pem"), "cache": 0,
                          "timeout": TIMEOUT} | (http or {}), **more}


def status(relay, user, password, to=f"msrps://{system.DOMAIN};tcp", **more):
    with Peer(relay, "client") as peer:
        peer.name = user
        return peer.try_auth(password, to=to, **more).status


def until_granted(relay, user, password):
    end = time.monotonic() + system.PATIENCE
    while (code := status(relay, user, password)) != 200:
        assert code == NOT_NOW and time.monotonic() < end, code


def users_are_found():
    with Service() as service:
        service.add("alice", ha1=ha1("alice", "a").upper())
        service.add("alice", "example.net", password="n")
        service.add("bob", also={"user": "bob", "realm": system.DOMAIN},
                    ha1_sha256=ha1("bob", "b", algorithm=hashlib.sha256))
        service.add('jörg "x"', password="päss wörd")
        both = {"auth.algorithms": ["SHA-256", "MD5"]}
        with system.Relay(place, changes(service, {"token": "t0ken"}, **both)) as relay:
            assert status(relay, "alice", "a") == 200
            assert status(relay, "alice", "b") == 401
            assert status(relay, "alice", "a", algorithm="SHA-256") == 401
            for algorithm in ("MD5", "SHA-256"):
                assert status(relay, "alice", "n", to="msrps://EXAMPLE.net;tcp",
                              algorithm=algorithm) == 200
            assert status(relay, "bob", "b", algorithm="SHA-256") == 200
            assert status(relay, "bob", "b") == 401
            assert status(relay, "mallory", "a") == 401
            assert not any("looked up" in line for line in relay.log), relay.log
        assert {"user": "alice", "realm": "example.net", "algorithm": "SHA-256"} in service.asked
        head = service.heads[0]
        assert head["path"] == "/users?of=msrp" and head["Authorization"] == "Bearer t0ken", head
        assert head["Content-Type"] == head["Accept"] == "application/json", head


def what_is_remembered():
    with Service() as service:
        service.add("alice", password="a")
        with system.Relay(place, changes(service, {"cache": 3600})) as relay:
            for _ in range(3):
                assert status(relay, "alice", "a") == 200
            assert service.questions("alice") == 1, service.asked
            # A wrong password is asked for again, as a name that nobody has is.
            assert status(relay, "alice", "x") == 401
            assert service.questions("alice") == 2
            for n in (1, 2):
                assert status(relay, "bob", "b") == 401
                assert service.questions("bob") == n
            # What is new counts at once.
            service.add("bob", password="b")
            service.add("alice", password="new")
            assert status(relay, "bob", "b") == 200
            assert status(relay, "alice", "new") == 200
            assert status(relay, "alice", "a") == 401
            # Who is remembered does without the service; and a reload forgets.
            service.behave = answers(500, "")
            assert status(relay, "alice", "new") == 200
            assert status(relay, "alice", "a") == NOT_NOW
            service.behave = None
            asked = service.questions("alice")
            relay.reload(changes(service, {"cache": 3600, "timeout": 2}))
            relay.wait_reloaded()
            until_granted(relay, "alice", "new")
            assert service.questions("alice") > asked


def tls_is_verified():
    with Service(place.server_tls()) as service:
        service.add("alice", password="a")
        with system.Relay(place, changes(service)) as relay:
            assert status(relay, "alice", "a") == 200
            # By name, and by who has signed.
            for change in ({"url": service.url.replace("localhost", "127.0.0.1")},
                           {"ca": str(place.path / "other-ca.pem")}, {"ca": ""}):
                asked = len(service.asked)
                relay.reload(changes(service, change))
                relay.wait_reloaded()
                assert status(relay, "alice", "a") == NOT_NOW, change
                assert len(service.asked) == asked, service.asked[asked:]


def bad_services():
    """Each one must be told from one that does not know the user, who is right otherwise."""
    right = credentials("alice", "a")
    elsewhere = Service()
    bad = {
        "another user": answers(200, json.dumps({"user": "bob", **json.loads(right)})),
        "another realm": answers(200, json.dumps({"realm": "x", **json.loads(right)})),
        "a wrong type": answers(200, '{"ha1": 7}'),
        "control characters": answers(200, json.dumps({"password": "a\r\n"})),
        "no JSON": answers(200, "<html>alice</html>"),
        "half of it": answers(200, right[:-1]),
        "more than one": answers(200, right + right),
        "an error": answers(500, right),
        "not now": answers(503, right),
        "who are you?": answers(401, right),
        "no such page": answers(404, "<html>"),
        "a redirect": answers(302, right, Location=elsewhere.url),
        "a permanent redirect": answers(308, right, Location=elsewhere.url),
        "a redirect to a file": answers(301, right, Location="file:///etc/passwd"),
        "nothing": writes(),
        "garbage": writes(b"\0\xff" * 1000),
        "HTTP/0.9": writes(right.encode()),
        "cut off": writes(OK + b"Content-Length: 1000\r\n\r\n" + right.encode()),
        "a long answer": answers(200, right + " " * 17000),
        "an endless answer": never_ends(OK + b"\r\n", b" " * 10000),
        "an endless chunked one": never_ends(OK + b"Transfer-Encoding: chunked\r\n\r\n",
                                             b"400\r\n" + b" " * 0x400 + b"\r\n"),
        "endless headers": never_ends(OK, b"X: y\r\n" * 1000),
        "an endless header": never_ends(OK + b"X: ", b"y" * 10000),
        "an endless beginning": never_ends(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    }
    with elsewhere, Service() as service:
        service.add("alice", password="a")
        with system.Relay(place, changes(service)) as relay:
            for name, behave in bad.items():
                # A reload begins with a service of which nothing is known.
                service.behave, before = behave, len(relay.log)
                relay.reload(changes(service))
                relay.wait_reloaded()
                assert status(relay, "alice", "a") == NOT_NOW, name
                relay.wait_log("error: users cannot be looked up: ", since=before)
            service.behave = None
            until_granted(relay, "alice", "a")
            relay.wait_log("users can be looked up again", since=before)
            # It is not, it only says so.
            service.behave = answers(200, right, **{"Content-Encoding": "gzip"})
            assert status(relay, "alice", "a") == 200
        assert not elsewhere.asked and not elsewhere.heads
        said = "\n".join(relay.log)
        assert ha1("alice", "a") not in said and "/etc/passwd" not in said


def nobody_else_notices():
    """Sessions go on while the service hangs or trickles, and others are told quickly."""
    with Service() as service:
        service.add("alice", password="a")
        service.add("bob", password="b")
        with system.Relay(place, changes(service)) as relay, Peer(relay, "alice") as alice, \
                Peer(relay, "bob") as bob:
            for peer, password in ((alice, "a"), (bob, "b")):
                response = peer.try_auth(password)
                assert response.status == 200, response
                peer.use_path = response.get("Use-Path").split()
            for behave in (hangs, trickles):
                service.behave = behave
                start = time.monotonic()
                for _ in range(5):
                    assert status(relay, "alice", "a") == NOT_NOW
                took = time.monotonic() - start
                assert took < QUICKLY, took
                # A renewal fails; the session stays, and so does all that it does.
                assert alice.try_auth("a").status == NOT_NOW
                alice.send(alice.to(bob), b"x" * 100000)
                assert bob.receive()[1] == b"x" * 100000
                alice.expect_status(200)
                service.behave = None
                until_granted(relay, "alice", "a")


def ask(peer, password):
    """An AUTH with credentials, whose answer nobody awaits."""
    to = f"msrps://{system.DOMAIN};tcp"
    peer.write(peer.request("AUTH", to, peer.uri))
    challenge = peer.read().get("WWW-Authenticate")
    value = peer.authorization(challenge, peer.name, password, to)
    peer.write(peer.request("AUTH", to, peer.uri, [("Authorization", value)]))


def few_at_a_time():
    """As many as there are connections; the rest wait for their turn, and get it."""
    n = 2
    with Service() as service:
        service.add("alice", password="a")
        with system.Relay(place, changes(service, {"connections": n, "timeout": 30})) as relay:
            until_granted(relay, "alice", "a")
            asked = service.questions("alice")
            service.behave = waits(service)
            peers = [Peer(relay, "alice") for _ in range(8)]
            for peer in peers:
                ask(peer, "a")
            service.wait_for(n)
            assert service.questions("alice") == asked + n
            service.over.set()
            for peer in peers:
                peer.expect_status(200)
                peer.sock.close()
            assert service.most == n, service.most


def settings_are_checked():
    with Service() as service:
        for why, http in (
                (r'auth.http.url: ".*" would send credentials without TLS', {"url": "http://192.0.2.1/"}),
                (r"auth.http.url: is required", {"url": ""}),
                (r"auth.http.url: .* is not a URL", {"url": "file:///etc/passwd"}),
                (r"auth.http.token: .*visible", {"token": "a\r\nX: y"}),
                (r"auth.http.token_file: and token", {"token": "t", "token_file": "/dev/null"}),
                (r"auth.http.ca: ", {"ca": "/nowhere"})):
            path = place.write_config(changes(service, http))
            done = subprocess.run([system.MSRPD, "-t", "-c", path], text=True,
                                            capture_output=True, check=False)
            assert done.returncode and re.search(why, done.stderr), (why, done)


def no_proxy():
    """What the environment says is not for this."""
    with Service() as proxy, Service() as service:
        service.add("alice", password="a")
        variables = {name: f"http://127.0.0.1:{proxy.port}" for name in
                     ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY")}
        with system.Relay(place, changes(service), variables=variables) as relay:
            assert status(relay, "alice", "a") == 200
        assert not proxy.asked


system.make_ca(place.path, "other-ca")
cases = [
    ("users are found, in their realms", users_are_found),
    ("users are remembered, and what is new counts at once", what_is_remembered),
    ("TLS is verified", tls_is_verified),
    ("a bad answer is no answer", bad_services),
    ("sessions and others do not notice a service that hangs", nobody_else_notices),
    ("few questions at a time", few_at_a_time),
    ("no proxy", no_proxy),
    ("settings are checked", settings_are_checked),
]
if ", http" not in databases.run([system.MSRPD, "-V"]):
    cases = [(name, lambda: (_ for _ in ()).throw(tap.Skip("http is not built in")))
             for name, _ in cases]
tap.run(cases)
