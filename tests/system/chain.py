# SPDX-License-Identifier: GPL-3.0-or-later
"""Two relays in a row, told from each other by their ports, and stand-ins for either.

Both are named localhost, the one fully qualified name that leads to this
machine without a change to it; whose name a certificate has to have, and what
happens when it does not, is tried with stand-ins.
"""

import contextlib
import socket
import ssl

import relay as system
from client import Peer, nobody_waits

# Of users at either relay; the To-Path of an AUTH that is forwarded has to name a host.
REALM = {"auth.realm": system.DOMAIN}

# Whose certificate it is, as the first part of its file's name.
OWN, OTHER, IMPOSTOR = "", "other-", "impostor-"


class ChainPlace(system.Place):
    """Certificates of another relay, and of one whose CA nobody knows."""

    def __init__(self):
        super().__init__()
        system.make_certificate(self.path, "other.example.com", OTHER)
        system.make_ca(self.path, "other-ca")
        system.make_certificate(self.path, "localhost", IMPOSTOR, "other-ca")


@contextlib.contextmanager
def both_relays(place, changes=None):
    changes = REALM | (changes or {})
    with system.Relay(place, changes) as intra, system.Relay(place, changes) as extra:
        yield intra, extra


def auth_uri(relay_or_port):
    port = getattr(relay_or_port, "port", relay_or_port)
    return f"msrps://localhost:{port};tcp"


def chained(peer, extra):
    """PEER, which is connected to one relay, gets a session there, and one at EXTRA by it."""
    peer.auth()
    peer.inner = peer.use_path
    return peer.auth([*peer.use_path, auth_uri(extra)])


class Listener:
    """Listens as a relay does, so that what another one sends can be looked at to the letter."""

    def __init__(self, place, certificate=OWN):
        self._place = place
        self.certificate(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(system.PATIENCE)
        self.port = self._listener.getsockname()[1]

    def certificate(self, whose):
        """From now on WHOSE is shown."""
        self._context = self._place.server_tls(whose)
        # The other relay has to show a certificate, or the handshake fails.
        self._context.load_verify_locations(self._place.path / "ca.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def accept(self, relay):
        plain, _ = self._listener.accept()
        plain.settimeout(system.PATIENCE)
        return Peer(relay, "relay", sock=self._context.wrap_socket(plain, server_side=True))

    def nobody_waits(self):
        """No further connection has been made."""
        return nobody_waits(self._listener)


class FakeIntra(Peer):
    """A connection to RELAY that shows the certificate of the first relay."""

    def __init__(self, relay, port, name="alice", certificate=OWN):
        path = relay.place.path
        context = ssl.create_default_context(cafile=path / "ca.pem")
        context.load_cert_chain(path / f"{certificate}cert.pem", path / f"{certificate}key.pem")
        plain = socket.create_connection(("127.0.0.1", relay.port), timeout=system.PATIENCE)
        super().__init__(relay, name,
                         sock=context.wrap_socket(plain, server_hostname="localhost"))
        self.client = self.uri
        # From-Path as it comes from a relay: its own URI before the client's.
        self.uri = f"msrps://localhost:{port}/inner;tcp {self.client}"


def counted_connections(relay):
    lines = open("/proc/net/tcp", encoding="ascii").read().splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(f[1].endswith(f":{relay.port:04X}") and f[3] == "01" for f in fields)


def connections_to(relay):
    """How many TCP connections on loopback stand that RELAY's TLS port is an end of."""
    # The kernel gives the table in pieces, between which others come and go: twice is believed.
    count, again = None, counted_connections(relay)
    while count != again:
        count, again = again, counted_connections(relay)
    return count
