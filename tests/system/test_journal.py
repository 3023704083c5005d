#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journal gets: events with their fields, and what journalctl makes of them."""

import os
import re
import subprocess
import time

import relay as system
import tap
from client import Peer
from journaled import Journaled, check_here

place = system.Place()

def catalog():
    text = (tap.ROOT / "systemd/msrpd.catalog").read_text()
    return set(re.findall(r"^-- ([0-9a-f]{32})$", text, re.M))


def talk(relay, changes=()):
    """One session of alice to whom bob sends 1000 bytes; its end is waited for."""
    with Peer(relay, "alice") as alice, Peer(relay, "bob", tls=False) as bob:
        alice.auth()
        bob.uri = "msrp://bob.example.net:9/b;tcp"
        bob.send(alice.path, b"x" * 1000)
        bob.expect_status(200)
        alice.receive()
        name = "{}:{}".format(*alice.sock.getsockname())
    return alice.use_path[-1].rsplit("/", 1)[1][:6], name


def usage():
    check_here()
    before = int(time.time())
    with Journaled(place) as relay:
        handle, name = talk(relay)
        entry = relay.wait_entry("session ended")
        want = {"MSRP_SESSION": handle, "MSRP_USER": "alice", "MSRP_REALM": system.DOMAIN,
                "MSRP_PEER": name, "MSRP_BYTES_IN": "0", "MSRP_BYTES_OUT": "1000",
                "MSRP_MESSAGES_IN": "0", "MSRP_MESSAGES_OUT": "1", "PRIORITY": "6"}
        assert want.items() <= entry.items(), entry
        assert "MSRP_PEERS" not in entry, entry
        assert entry["MSRP_REASON"] and re.fullmatch(r"\d+\.\d{3}", entry["MSRP_DURATION"]), entry
        started = time.strptime(entry["MSRP_STARTED"] + "UTC", "%Y-%m-%dT%H:%M:%SZ%Z")
        started = int(time.mktime(started)) - time.timezone
        assert before - 1 <= started <= time.time() + 1, entry
    assert not relay.stderr, relay.stderr


def peers():
    check_here()
    with Journaled(place, {"log.peers": True}) as relay:
        talk(relay)
        entry = relay.wait_entry("session ended")
        assert entry["MSRP_PEERS"] == "bob.example.net", entry


def every_entry_has_an_id():
    check_here()
    with Journaled(place, {"log.level": "debug"}) as relay:
        talk(relay)
        with Peer(relay, "carol") as carol:
            carol.try_auth(password="wrong")
        with Peer(relay, "carol") as carol:
            carol.write(b"this is no MSRP\r\n")
            carol.expect_closed()
        relay.ctl("log", "level", "info")
        relay.wait_entry("bad request")
        entry = relay.wait_entry("authentication failed", MSRP_USER="carol", MSRP_STATUS="401")
        assert entry["PRIORITY"] == "5", entry
    known = catalog()
    assert len({entry["MESSAGE_ID"] for entry in relay.entries}) > 7
    for entry in relay.entries:
        assert entry["MESSAGE_ID"] in known, entry
        assert "\n" not in entry["MESSAGE"], entry


def repeats():
    """A flood is a few lines, and one that tells how many more there were."""
    check_here()
    with Journaled(place) as relay:
        for _ in range(20):
            with Peer(relay, "carol") as carol:
                carol.try_auth(password="wrong")
        relay.wait_entry("authentication failed")
    told = [e for e in relay.entries if e["MESSAGE"].startswith("authentication failed")]
    assert len(told) == 6, told
    assert told[-1]["MSRP_MORE"] == "15" and told[-1]["MSRP_PEER"] == "127.0.0.1", told[-1]


def no_secret():
    check_here()
    with Journaled(place, {"log.level": "debug"}) as relay:
        with Peer(relay, "alice") as alice, Peer(relay, "bob") as bob:
            alice.auth()
            bob.auth()
            alice.send(alice.to(bob), b"a body that is nobody's business")
            bob.receive()
            secrets = [p.use_path[-1].rsplit("/", 1)[1].split(";")[0][:7] for p in (alice, bob)]
        relay.wait_entry("session ended", MSRP_USER="bob")
    said = str(relay.entries)
    for word in (*secrets, "nobody's business", *system.PASSWORDS.values()):
        assert word not in said, word


def read_with_journalctl():
    """The fields as journalctl itself has them, from a file that systemd has written."""
    check_here()
    with Journaled(place) as relay:
        handle, _ = talk(relay)
        relay.wait_entry("session ended")
    done = subprocess.run(["journalctl", f"--file={relay.write_file()}", f"MSRP_SESSION={handle}",
                           "--output=cat", "--output-fields=MSRP_BYTES_OUT"], text=True,
                          capture_output=True, check=True, timeout=system.PATIENCE)
    assert done.stdout.split() == ["1000"], (done.stdout, done.stderr)


os.chmod(place.path, 0o755)
tap.run([
    ("a session leaves an account of what it was", usage),
    ("which names the peers if that is wanted", peers),
    ("every entry has an id that the catalog explains", every_entry_has_an_id),
    ("repeats are told once a minute", repeats),
    ("no secret and no body is in the journal", no_secret),
    ("journalctl finds a session by its fields", read_with_journalctl),
])
