#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session tickets: with whom a session goes on, before and after keys have turned over."""

import base64
import secrets

import relay as system
import tap
from handshakes import Handshake

place = system.Place()
VERSIONS = ("-tls1_2", "-tls1_3")


def nginx_keys(size=80):
    file = place.fresh("tickets")
    file.write_bytes(secrets.token_bytes(size))
    file.chmod(0o600)
    return file


class Lines:
    """A file in haproxy's form, that is turned over as haproxy's is."""

    def __init__(self, n, size=80):
        self.size = size
        self.keys = [secrets.token_bytes(size) for _ in range(n)]
        self.file = place.fresh("tickets")
        self.file.touch(0o600)
        self.write()

    def write(self):
        self.file.write_text("".join(base64.b64encode(key).decode() + "\n" for key in self.keys))

    def turn(self):
        self.keys = [*self.keys[1:], secrets.token_bytes(self.size)]
        self.write()


def begin(relay, version):
    """A file with the session of a handshake."""
    file = place.fresh("session")
    first = Handshake(relay, version, "-sess_out", file)
    assert first.answered and not first.resumed, first.said
    return file


def goes_on(relay, version, file):
    again = Handshake(relay, version, "-sess_in", file)
    assert again.answered, again.said
    return again.resumed


def with_keys(*files, workers=2):
    return {"tls.ticket_keys": [str(file) for file in files], "workers": workers}


def shared():
    for files in ([nginx_keys(80)], [nginx_keys(48)], [Lines(3).file], [Lines(1, 48).file]):
        with system.Relay(place, with_keys(*files)) as one, \
                system.Relay(place, with_keys(*files)) as other:
            for version in VERSIONS:
                file = begin(one, version)
                assert goes_on(other, version, file), (files, version)


def not_shared():
    with system.Relay(place, with_keys(nginx_keys())) as one, \
            system.Relay(place, with_keys(nginx_keys())) as other, \
            system.Relay(place, {"workers": 2}) as third:
        for version in VERSIONS:
            file = begin(one, version)
            assert not goes_on(other, version, file)
            assert not goes_on(third, version, file)
            assert goes_on(one, version, file)


def turned_over():
    """One relay is told of a new key before the other, and nobody notices."""
    lines = Lines(3)
    with system.Relay(place, with_keys(lines.file)) as one, \
            system.Relay(place, with_keys(lines.file)) as other:
        for version in VERSIONS:
            oldest = begin(one, version)
            lines.turn()
            one.reload(with_keys(lines.file))
            one.wait_reloaded()
            newer = begin(one, version)
            assert goes_on(other, version, newer) and goes_on(one, version, oldest)
            other.reload(with_keys(lines.file))
            other.wait_reloaded()
            assert goes_on(other, version, oldest)
            lines.turn()
            other.reload(with_keys(lines.file))
            other.wait_reloaded()
            assert not goes_on(other, version, oldest) and goes_on(other, version, newer)
            one.reload(with_keys(lines.file))
            one.wait_reloaded()


def in_files():
    """The form of nginx: a new file before the old ones."""
    old, new = nginx_keys(48), nginx_keys(80)
    with system.Relay(place, with_keys(old)) as relay:
        for version in VERSIONS:
            file = begin(relay, version)
            relay.reload(with_keys(new, old))
            relay.wait_reloaded()
            assert goes_on(relay, version, file)
            file = begin(relay, version)
            relay.reload(with_keys(new))
            relay.wait_reloaded()
            assert goes_on(relay, version, file)
            relay.reload(with_keys(old))
            relay.wait_reloaded()
            assert not goes_on(relay, version, file)


def own():
    """Without files a reload changes nothing, and a restart all."""
    with system.Relay(place, {"workers": 2}) as relay:
        files = {version: begin(relay, version) for version in VERSIONS}
        relay.reload({"workers": 2, "limits.connections": 1000})
        relay.wait_reloaded()
        for version in VERSIONS:
            assert goes_on(relay, version, files[version]), version
    with system.Relay(place) as relay:
        for version in VERSIONS:
            assert not goes_on(relay, version, files[version]), version


def wrong():
    """What is no key is told with file and line, and changes nothing."""
    file = nginx_keys()
    bad = place.fresh("tickets")
    with system.Relay(place, with_keys(file)) as relay:
        for text, why in (("", "is not a key of 48 or 80 octets in base64"),
                          ("x" * 47, ":1: is not a key of 48 or 80 octets in base64")):
            bad.write_text(text)
            relay.reload(with_keys(file, bad))
            relay.wait_not_reloaded(rf"tls.ticket_keys\[1\]: {bad}.*{why}")
        relay.reload(with_keys(place.path / "missing"))
        relay.wait_not_reloaded(r"tls.ticket_keys\[0\]: \S*missing: [Nn]o such file or directory")
        assert goes_on(relay, "-tls1_3", begin(relay, "-tls1_3"))
        file.chmod(0o644)
        relay.reload(with_keys(file))
        relay.wait_log(rf"check the configuration: tls.ticket_keys\[0\]: {file}: contains secrets, "
                       "but is readable by everybody")
        relay.wait_reloaded()


tap.run([
    ("relays with the same keys resume each other's sessions", shared),
    ("others do not", not_shared),
    ("keys turn over without a full handshake", turned_over),
    ("files turn over, too", in_files),
    ("keys of a relay's own outlive a reload", own),
    ("a mistake in a file of keys is told", wrong),
])
