#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls whose parties use TLS, by the fingerprints of their SDP, and what a restart leaves of a
call. The proxy is a test's own; the parties talk by libmsrp.
"""

import contextlib
import errno
import hashlib
import re
import ssl

import relay as system
import tap
from anchor import Anchor, Endpoint, attribute, description, exchange
from calls import Call

place = system.Place()

# Neither signed by somebody whom the relay knows: a fingerprint is all there is.
for who in ("alice", "bob", "mallory"):
    system.make_ca(place.path, who)


def certificate(name):
    return place.path / f"{name}.pem", place.path / f"{name}.key"


def fingerprint(name):
    """RFC 8122; libmsrp leaves it to its user."""
    shown = ssl.PEM_cert_to_DER_cert((place.path / f"{name}.pem").read_text())
    digest = hashlib.sha256(shown).hexdigest().upper()
    return "sha-256 " + ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))


def protocol(sdp):
    return re.search(r"^m=message \d+ (\S+)", sdp, re.M).group(1)


@contextlib.contextmanager
def party(mode, name=None, said=None):
    """One with the certificate of NAME, whose SDP has the fingerprint of that, or of SAID's."""
    with Endpoint(mode, certificate=certificate(name) if name else ()) as endpoint:
        if name:
            endpoint.section += f"a=fingerprint:{fingerprint(said or name)}\r\n"
        yield endpoint


@contextlib.contextmanager
def parties(one, other, changes=None, **keys):
    """A relay and two parties, each as party(), that have been told of each other."""
    with Anchor(place, changes) as relay, party(*one) as caller, party(*other) as callee:
        call = Call(relay)
        there, back = call.exchange(caller.section, callee.section, **keys)
        callee.start(there)
        caller.start(back)
        yield relay, caller, callee, there, back


def both(modes, changes=None):
    def case():
        with parties((modes[0], "alice"), (modes[1], "bob"), changes) as (
                _, caller, callee, there, back):
            assert protocol(there) == protocol(back) == "TCP/TLS/MSRP", (there, back)
            exchange(caller, callee)
    return case


def caller_alone():
    """The proxy wants none towards the callee; the caller keeps its own."""
    with parties(("active", "alice"), ("passive",), transport_protocol="TCP/MSRP") as (
            _, caller, callee, there, back):
        assert protocol(there) == "TCP/MSRP" and not attribute(there, "fingerprint"), there
        assert protocol(back) == "TCP/TLS/MSRP" and attribute(back, "fingerprint"), back
        exchange(caller, callee)


def callee_alone():
    with parties(("active",), ("passive", "bob"), transport_protocol="TCP/TLS/MSRP") as (
            _, caller, callee, there, back):
        assert (protocol(there), protocol(back)) == ("TCP/TLS/MSRP", "TCP/MSRP"), (there, back)
        exchange(caller, callee)


def refused(mode):
    """Nobody gets what was said, and the speaker hears that it was not delivered."""
    def case():
        with parties(("active",), (mode, "bob", "mallory"),
                     transport_protocol="TCP/TLS/MSRP") as (relay, caller, *_):
            caller.say("for nobody else")
            relay.wait_log("the certificate has not the fingerprint of the SDP")
            # Else it is waited for, for half a minute. The session itself may be refused before.
            if mode == "passive":
                caller.expect("failed 408", f"failed {-errno.ECANCELED}")
    return case


def restarted():
    """A relay that begins anew knows no call. With the next offer the session is back."""
    with Anchor(place) as relay:
        call = Call(relay)
        with Endpoint("active") as caller, Endpoint("passive") as callee:
            there, back = call.exchange(caller.section, callee.section)
            callee.start(there)
            caller.start(back)
            exchange(caller, callee)
        relay.kill()
        ports = relay.port, relay.plain_port
    listen = [{"address": "127.0.0.1", "port": port, "transport": transport}
              for port, transport in zip(ports, ("tls", "tcp"))]
    with Anchor(place, {"listen": listen}) as call.relay:
        answer = call.ask("answer", to_tag="b", sdp=description(callee.section))
        assert answer == {"result": "error", "error-reason": "Unknown call-id"}, answer
        assert call.ask("delete")["result"] == "ok"
        with Endpoint("active") as caller, Endpoint("passive") as callee:
            again, back = call.exchange(caller.section, callee.section)
            assert attribute(again, "path") != attribute(there, "path"), again
            callee.start(again)
            caller.start(back)
            exchange(caller, callee)


def addresses_are_denied():
    """Where an SDP says, a relay connects to only if it would for others."""
    with (Anchor(place, {"outbound": {"deny": ["127.0.0.0/8"]}}) as relay,
          Endpoint("active") as caller, Endpoint("passive") as callee):
        there, back = Call(relay).exchange(caller.section, callee.section)
        callee.start(there)
        caller.start(back)
        relay.wait_log("next hop failed: .*is not allowed")


tap.run([
    ("TLS on both legs, the caller connects and the callee waits", both(("active", "passive"))),
    ("TLS on both legs, both connect", both(("active", "active"))),
    ("TLS on both legs, both wait", both(("passive", "passive"))),
    ("their fingerprints suffice where others have to be verified",
     both(("passive", "passive"), {"tls.verify_peers": "always"})),
    ("TLS on the caller's leg alone", caller_alone),
    ("TLS on the callee's leg alone", callee_alone),
    ("a callee with another certificate than its SDP says is sent nothing", refused("passive")),
    ("nor does it become a party when it connects", refused("active")),
    ("after a restart the session comes back with the next offer", restarted),
    ("addresses in SDP obey the rules for outbound connections", addresses_are_denied),
])
