#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls through a real Kamailio with the configuration that operators get, whose messages go by
libmsrp: what SIP does with a call is seen in where the messages go.
"""

import contextlib
import hashlib
import os
import re
import subprocess

import relay as system
import sip
import tap
from anchor import (Anchor, Endpoint, Kamailio, Rtpengine, attribute, description, exchange, host)
from client import Peer

place = system.Place()

BLOCK = 256 * 1024


class Scene(contextlib.ExitStack):
    """A proxy with its anchor, Alice's phone, and those of Bob and Dora, whom "fork" rings both."""

    def __init__(self, changes=None, **more):
        super().__init__()
        self.changes, self.more = changes, more

    def __enter__(self):
        super().__enter__()
        with contextlib.ExitStack() as begun:
            self.relay = begun.enter_context(Anchor(place, self.changes))
            # The phones have to be there before the proxy, which is told where, and the other way
            # round: they learn it later.
            phones = [begun.enter_context(sip.Agent(name, host(), ("127.0.0.1", 9)))
                      for name in ("alice", "bob", "dora")]
            self.alice, self.bob, self.dora = phones
            self.proxy = begun.enter_context(
                Kamailio(place, self.relay.control_place, self.bob.place, self.dora.place,
                         **self.more))
            for phone in phones:
                phone.proxy = self.proxy.address
            self.enter_context(begun.pop_all())
        return self

    def calls(self):
        return self.relay.calls()

    def endpoint(self, mode):
        return self.enter_context(Endpoint(mode))


def shown(sdp, scene):
    """That SDP leads to the anchor, and nowhere else."""
    path = attribute(sdp, "path")
    assert path.startswith(f"msrp://127.0.0.1:{scene.relay.plain_port}/"), sdp
    assert sdp.count("a=path:") == 1 and " " not in path, sdp
    return path


def establish(scene, offer, answer, tag="bobtag", user="bob", callee=None):
    """A call of Alice's with these sections; her dialog, the INVITE there, and both SDPs."""
    callee = callee or scene.bob
    caller = sip.Dialog.to(scene.alice, user)
    caller.request("INVITE", description(offer))
    invite = callee.expect("INVITE")
    callee.respond(invite, 200, description(answer), tag)
    ok = scene.alice.expect(200)
    caller.take(ok)
    caller.request("ACK")
    callee.expect("ACK")
    return caller, invite, ok.body


def hang_up(scene, caller, callee=None):
    callee = callee or scene.bob
    caller.request("BYE")
    callee.respond(callee.expect("BYE"), 200)
    scene.alice.expect(200)


def talk(scene, modes=("active", "passive")):
    """A call in which both have said something."""
    one, other = scene.endpoint(modes[0]), scene.endpoint(modes[1])
    caller, invite, answer = establish(scene, one.section, other.section)
    shown(invite.body, scene)
    shown(answer, scene)
    other.start(invite.body)
    one.start(answer)
    for party in (one, other):
        party.expect("started")
    exchange(one, other)
    return caller, invite, one, other


def basic():
    """BYE: the call ends after anchor.delete_delay, and not before what was said has arrived."""
    with Scene({"anchor.delete_delay": 0}) as scene:
        caller, *_ = talk(scene)
        [call] = scene.calls()
        assert call["call"] == caller.call_id, call
        hang_up(scene, caller)
        scene.relay.wait_log(r"call ended: call=" + caller.call_id)
        assert scene.calls() == [], scene.calls()


def callee_hangs_up():
    with Scene({"anchor.delete_delay": 0}) as scene:
        _, invite, *_ = talk(scene)
        callee = sip.Dialog.of(scene.bob, invite, "bobtag")
        callee.request("BYE")
        scene.alice.respond(scene.alice.expect("BYE"), 200)
        scene.bob.expect(200)
        scene.relay.wait_log(r"call ended: call=" + invite.get("call-id"))


def callee_connects():
    with Scene() as scene:
        talk(scene, ("passive", "active"))


def both_wait():
    with Scene() as scene:
        talk(scene, ("passive", "passive"))


def again(scene, dialog, there, offer, answer, to):
    """A further exchange; (SDP that the other side was shown, SDP that came back)"""
    dialog.request("INVITE", offer)
    invite = there.expect("INVITE")
    there.respond(invite, 200, answer)
    ok = to.expect(200)
    dialog.request("ACK")
    there.expect("ACK")
    return invite.body, ok.body


def renewed():
    """A re-INVITE of either side with the same paths: the same URIs again, and all goes on."""
    with Scene() as scene:
        caller, invite, one, other = talk(scene)
        before = attribute(invite.body, "path")
        there, back = again(scene, caller, scene.bob, description(one.section, version=2),
                            description(other.section, version=2), scene.alice)
        assert attribute(there, "path") == before, there
        exchange(one, other, "renewed")
        callee = sip.Dialog.of(scene.bob, invite, "bobtag")
        there, again_back = again(scene, callee, scene.alice,
                                  description(other.section, version=3),
                                  description(one.section, version=3), scene.bob)
        assert attribute(there, "path") == attribute(back, "path"), there
        assert attribute(again_back, "path") == before, again_back
        exchange(other, one, "renewed once more")
        assert len(scene.calls()) == 1, scene.calls()


def held():
    """a=inactive is for the parties: nothing is closed, and the call can be taken up again."""
    with Scene() as scene:
        caller, _, one, other = talk(scene)
        for direction in ("inactive", "sendrecv"):
            there, back = again(scene, caller, scene.bob,
                                description(one.section + f"a={direction}\r\n", version=2),
                                description(other.section + f"a={direction}\r\n", version=2),
                                scene.alice)
            assert f"a={direction}\r\n" in there and f"a={direction}\r\n" in back, (there, back)
        exchange(one, other, "taken up")


def late_offer():
    """The INVITE has no SDP: the callee offers in the 200, and the caller answers in the ACK."""
    with Scene() as scene:
        one, other = scene.endpoint("active"), scene.endpoint("passive")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE")
        invite = scene.bob.expect("INVITE")
        assert not invite.body, invite.body
        scene.bob.respond(invite, 200, description(other.section), "bobtag")
        ok = scene.alice.expect(200)
        caller.take(ok)
        shown(ok.body, scene)
        caller.request("ACK", description(one.section))
        ack = scene.bob.expect("ACK")
        shown(ack.body, scene)
        one.start(ok.body)
        other.start(ack.body)
        exchange(one, other)


def early():
    """The same answer in 183 and 200, and the INVITE sent twice."""
    with Scene() as scene:
        one, other = scene.endpoint("active"), scene.endpoint("passive")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE", description(one.section))
        invite = scene.bob.expect("INVITE")
        scene.bob.respond(invite, 183, description(other.section), "bobtag")
        progress = scene.alice.expect(183)
        scene.bob.respond(invite, 200, description(other.section), "bobtag")
        ok = scene.alice.expect(200)
        assert attribute(progress.body, "path") == attribute(ok.body, "path"), ok.body
        caller.take(ok)
        caller.request("ACK")
        other.start(invite.body)
        one.start(ok.body)
        exchange(one, other)


def forked():
    """Two phones ring and answer, and the one that is taken gets the messages."""
    with Scene() as scene:
        one, other, left = (scene.endpoint(mode) for mode in ("active", "passive", "passive"))
        caller = sip.Dialog.to(scene.alice, "fork")
        caller.request("INVITE", description(one.section))
        at_bob, at_dora = scene.bob.expect("INVITE"), scene.dora.expect("INVITE")
        assert attribute(at_bob.body, "path") == attribute(at_dora.body, "path"), at_dora.body
        scene.bob.respond(at_bob, 183, description(left.section), "bobtag")
        scene.alice.expect(183)
        scene.dora.respond(at_dora, 200, description(other.section), "doratag")
        ok = scene.alice.expect(200)
        caller.take(ok)
        caller.request("ACK")
        scene.bob.respond(scene.bob.expect("CANCEL"), 200)
        scene.bob.respond(at_bob, 487, tag="bobtag")
        scene.bob.expect("ACK")
        other.start(at_dora.body)
        one.start(ok.body)
        exchange(one, other)
        hang_up(scene, caller, scene.dora)


def cancelled():
    with Scene({"anchor.delete_delay": 0}) as scene:
        one = scene.endpoint("active")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE", description(one.section))
        invite = scene.bob.expect("INVITE")
        assert len(scene.calls()) == 1, scene.calls()
        scene.bob.respond(invite, 180, tag="bobtag")
        scene.alice.expect(180)
        caller.cancel()
        scene.bob.respond(scene.bob.expect("CANCEL"), 200)
        scene.bob.respond(invite, 487, tag="bobtag")
        caller.refused(scene.alice.expect(487))
        scene.relay.wait_log(r"call ended: call=" + caller.call_id)


def rejected():
    with Scene({"anchor.delete_delay": 0}) as scene:
        one = scene.endpoint("active")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE", description(one.section))
        scene.bob.respond(scene.bob.expect("INVITE"), 486, tag="bobtag")
        caller.refused(scene.alice.expect(486))
        scene.relay.wait_log(r"call ended: call=" + caller.call_id)


def glare():
    """Both send a re-INVITE at once, and both refuse the other's: the call stays as it was."""
    with Scene({"anchor.delete_delay": 0}) as scene:
        caller, invite, one, other = talk(scene)
        callee = sip.Dialog.of(scene.bob, invite, "bobtag")
        moved = one.section.replace(";tcp", "x;tcp"), other.section.replace(";tcp", "x;tcp")
        caller.request("INVITE", description(moved[0], version=2))
        callee.request("INVITE", description(moved[1], version=2))
        scene.bob.respond(scene.bob.expect("INVITE"), 491)
        scene.alice.respond(scene.alice.expect("INVITE"), 491)
        for dialog, agent in ((caller, scene.alice), (callee, scene.bob)):
            dialog.refused(agent.expect(491))
        exchange(one, other, "after the glare")
        assert len(scene.calls()) == 1, scene.calls()


def refused_exchange_is_forgiven():
    """A script that deletes a call whose re-INVITE has failed: the next exchange takes it back."""
    with Scene({"anchor.delete_delay": 3600}) as scene, scene.relay.proxy() as asker:
        caller, _, one, other = talk(scene)
        answer = asker.ask("delete", call_id=caller.call_id, from_tag="x")
        assert answer["result"] == "ok", answer
        assert scene.calls()[0]["ending"], scene.calls()
        again(scene, caller, scene.bob, description(one.section, version=2),
              description(other.section, version=2), scene.alice)
        assert not scene.calls()[0]["ending"], scene.calls()
        exchange(one, other, "still here")


def delete_is_lost():
    """Nobody tells that the call has ended: an operator does."""
    with Scene() as scene:
        caller, *_ = talk(scene)
        scene.relay.ctl("calls", "end", caller.call_id)
        scene.relay.wait_log(r"call ended: call=" + caller.call_id)


def no_anchor():
    """Without an anchor there is no call, rather than one that goes past it."""
    with Scene() as scene:
        scene.relay.stop()
        one = scene.endpoint("active")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE", description(one.section))
        caller.refused(scene.alice.expect(503))


def received_by_msrp(scene, file):
    """A callee that waits for a file: (the process, its section)"""
    process = subprocess.Popen([system.MSRP, "receive", "--listen", "127.0.0.1:0", "--output", file],
                               stdout=subprocess.PIPE, text=True, env=system.environment())
    scene.callback(process.wait)
    scene.callback(process.terminate)
    path = process.stdout.readline().rstrip("\n")
    port = re.match(r"msrp://127\.0\.0\.1:(\d+)/", path).group(1)
    return process, (f"m=message {port} TCP/MSRP *\r\na=accept-types:*\r\na=path:{path}\r\n"
                     "a=setup:passive\r\n")


def send_file(peer, to, size):
    """SIZE octets in one chunk, from a small memory; their SHA-256 in hexadecimal digits."""
    block, hashed = os.urandom(BLOCK), hashlib.sha256()
    head, _, end = peer.send_request([to], b"@", [
        ("Content-Disposition", 'attachment; filename="file"')]).partition(b"@")
    peer.write(head.replace(b"1-1/1", b"1-%d/%d" % (size, size)))
    while size > 0:
        part = block[:size]
        peer.write(part)
        hashed.update(part)
        size -= len(part)
    peer.write(end)
    return hashed.hexdigest()


def traced():
    """The heads on both legs of one call, as an operator sees them."""
    with Scene() as scene:
        caller, _, one, other = talk(scene)
        assert scene.relay.ctl("trace", "call", caller.call_id, "50")[0] == 0
        [trace] = scene.relay.ask("trace", "list")
        assert (trace["trace"], trace["name"]) == ("call", caller.call_id), trace
        exchange(one, other, "now seen")
        for way in "<>":
            scene.relay.wait_logged(rf"trace: .*{way} .*Content-Type: text/plain", 2)
        assert not any("now seen" in line for line in scene.relay.log), scene.relay.log


def file():
    """One chunk of a megabyte, or by "--long" of a gigabyte, which nobody has in memory."""
    size = (1 << 30) if system.LONG else (1 << 20) + 1
    with Scene() as scene:
        received = place.fresh("received")
        process, answer = received_by_msrp(scene, received)
        peer = scene.enter_context(Peer(scene.relay, "alice", tls=False))
        offer = ("m=message 9 TCP/MSRP *\r\na=accept-types:*\r\n"
                 f"a=path:{peer.uri}\r\na=setup:active\r\n")
        caller, _, sdp = establish(scene, offer, answer)
        told = send_file(peer, attribute(sdp, "path"), size)
        peer.expect_status(200)
        out = process.communicate(timeout=system.PATIENCE)[0]
        assert process.returncode == 0 and f"sha256 {told}\n" in out, out
        assert received.stat().st_size == size, received.stat()
        [call] = scene.calls()
        assert (call["bytes_in"], call["call"]) == (size, caller.call_id), call


def beside_rtpengine():
    """Audio and MSRP in one call, each with an anchor of its own."""
    with Rtpengine(place) as audio, Scene(audio=audio.place) as scene:
        one, other = scene.endpoint("active"), scene.endpoint("passive")
        caller = sip.Dialog.to(scene.alice, "bob")
        caller.request("INVITE", description(one.section, audio=True))
        invite = scene.bob.expect("INVITE")
        scene.bob.respond(invite, 200, description(other.section, audio=True), "bobtag")
        ok = scene.alice.expect(200)
        caller.take(ok)
        caller.request("ACK")
        scene.bob.expect("ACK")
        for sdp in (invite.body, ok.body):
            shown(sdp, scene)
            sections = sdp.split("m=")
            assert len(sections) == 3 and "m=audio 4000" not in sdp, sdp
            assert f"c=IN IP4 {audio.place.rpartition(':')[0]}" in sections[0], sdp
            assert "c=IN IP4 127.0.0.1\r\n" in sections[2], sdp
        other.start(invite.body)
        one.start(ok.body)
        exchange(one, other)
        hang_up(scene, caller)


def audio_alone():
    """What has nothing to do with MSRP is not touched."""
    with Scene() as scene:
        caller = sip.Dialog.to(scene.alice, "bob")
        offer = description("", audio=True)
        caller.request("INVITE", offer)
        invite = scene.bob.expect("INVITE")
        assert invite.body == offer, invite.body
        scene.bob.respond(invite, 200, offer, "bobtag")
        ok = scene.alice.expect(200)
        assert ok.body == offer, ok.body
        assert scene.calls() == [], scene.calls()


tap.run([
    ("the caller calls, talks and hangs up", basic),
    ("the callee hangs up", callee_hangs_up),
    ("the callee connects", callee_connects),
    ("both wait to be connected to", both_wait),
    ("re-INVITEs change nothing", renewed),
    ("a call is held and taken up again", held),
    ("the callee makes the offer", late_offer),
    ("an early answer is that of the call", early),
    ("of a fork the one that answers has the call", forked),
    ("a call that is cancelled is forgotten", cancelled),
    ("a call that is rejected is forgotten", rejected),
    ("both sides re-INVITE at once", glare),
    ("a delete that was not meant is taken back", refused_exchange_is_forgiven),
    ("an operator ends a call of which nobody tells the end", delete_is_lost),
    ("without an anchor there is no call", no_anchor),
    ("the heads of a call are traced", traced),
    ("a file goes through as one chunk", file),
    ("audio is anchored by rtpengine beside it", beside_rtpengine),
    ("audio alone passes untouched", audio_alone),
])
