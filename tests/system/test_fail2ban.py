#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter for Fail2Ban: what it finds in a log and in a journal that msrpd wrote."""

import pathlib
import shutil
import subprocess

import relay as system
import tap
from client import Peer, guess, peer_from
from journaled import Journaled, check_here

place = system.Place()

FILTER = tap.ROOT / "conf/fail2ban.conf"
SETTINGS = pathlib.Path("/etc/fail2ban")

# Names, as they stand in quotes, that somebody might choose to have another one banned, or to get
# away.
NAMES = ["x peer=192.0.2.99:1 status=401 reason=wrong", r'x\" peer=192.0.2.99:1 status=401',
         "peer=192.0.2.99:1", "authentication failed: peer=192.0.2.99:1", "=", r"\\", "x\u2028y"]


def events(relay):
    """Things that go wrong, for which the filter has to find 127.0.0.1 to 127.0.0.4, and no other."""
    guess(relay, "127.0.0.1", "alice")
    for name in NAMES:
        with peer_from(relay, "127.0.0.2", "mallory") as peer:
            peer.name = name
            peer.try_auth(password="wrong", to="msrps://example.com;tcp")
    for _ in range(7):
        guess(relay, "127.0.0.3", "nobody")
    for _ in range(8):
        guess(relay, "127.0.0.4", "bob")  # the last ones in vain
    # These are no wrong passwords.
    with peer_from(relay, "127.0.0.5", "alice") as alice:
        alice.auth()
        alice.try_auth(to="msrps://other.example.net;tcp")
        alice.write(alice.request("AUTH", "msrps://example.com;tcp", alice.uri, [
            ("Authorization", alice.authorization('realm="example.com", nonce="x"', "alice", "x",
                                                  "msrps://example.com;tcp"))]))
        alice.expect_status(401)
        alice.send(["msrps://localhost:9/x;tcp"], b"x")
        alice.expect_closed()
    with Peer(relay, "carol", tls=False) as carol:
        carol.write(b"this is no MSRP\r\n")
        carol.expect_closed()


CHANGES = {"workers": 1, "auth.max_failures": 1, "auth.throttle.failures": 8}

# Of the second and third address five lines, and one of those left out; of the fourth also the pause.
FOUND = {"127.0.0.1": 1, "127.0.0.2": 6, "127.0.0.3": 6, "127.0.0.4": 7}


def settings():
    """A directory of settings like the system's, with our filter in it."""
    if not shutil.which("fail2ban-regex"):
        raise tap.Skip("fail2ban is not here")
    directory = place.fresh("fail2ban")
    shutil.copytree(SETTINGS, directory)
    shutil.copy(FILTER, directory / "filter.d/msrpd.conf")
    return directory


def found_in(log):
    """How many failures of each address there are."""
    done = subprocess.run(["fail2ban-regex", "-c", settings(), "-o", "ip", log, "msrpd"], text=True,
                          capture_output=True, check=False, timeout=system.PATIENCE)
    assert done.returncode == 0, done
    lines = done.stdout.split()
    return {address: lines.count(address) for address in lines}


def lines():
    settings()
    with system.Relay(place, CHANGES) as relay:
        events(relay)
        relay.stop()
        log = place.fresh("log")
        log.write_text("".join(relay.log))
    assert found_in(log) == FOUND, (found_in(log), relay.log)


def journal():
    settings()
    check_here()
    # Of the system's Python, by which Fail2Ban is run.
    if subprocess.run(["/usr/bin/python3", "-c", "import systemd.journal"], capture_output=True,
                      check=False).returncode != 0:
        raise tap.Skip("python3-systemd is not here")
    with Journaled(place, CHANGES) as relay:
        events(relay)
    found = found_in(f"systemd-journal[journalfiles={relay.write_file()}]")
    assert found == FOUND, (found, relay.entries)


tap.run([
    ("who tries passwords is found in the lines of a log", lines),
    ("who tries passwords is found in the journal", journal),
])
