#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket of the anchor: who is answered what, compared with rtpengine where it is
installed, and what becomes of requests that come twice, from strangers, or at a bad time.
"""

import socket
import time

import relay as system
import tap
from anchor import (Anchor, Proxy, Rtpengine, attribute, bencode, bdecode, description,
                    rtpengine_version, udp_place)

place = system.Place()

SECTION = ("m=message 9 TCP/MSRP *\r\na=accept-types:text/plain\r\n"
           "a=path:msrp://127.0.0.1:9/{name};tcp\r\na=setup:active\r\n")
OFFER = {"call_id": "one", "from_tag": "a"}
ANSWER = OFFER | {"to_tag": "b"}


def sdp(name="alice"):
    return description(SECTION.format(name=name))


BODIES = [b"", b"x", b" ", b"l4:pinge", b"d7:command4:pin", b"de", b"d7:commandi5ee",
          b"d7:command3:fooe", b"d7:command4:PINGe", b"d7:command4:pingeXYZ",
          b"d7:command4:ping7:command3:fooe", b"di5e1:a7:command4:pinge",
          b"d1:xdi5e1:ae7:command4:pinge", b"d1:xi05e7:command4:pinge", b"d1:xi-5e7:command4:pinge",
          b"d1:xi+5e7:command4:pinge", b"d1:xie7:command4:pinge",
          b"d1:xi99999999999999999999999e7:command4:pinge", b"d01:x1:a7:command4:pinge",
          b"d1:x01:a7:command4:pinge", b"d1:x0:7:command4:pinge", b"d1:x-1:7:command4:pinge",
          b"d7:command4:ping1:xe", b"d1:x4294967297:a7:command4:pinge"]

REQUESTS = [("offer", {}), ("offer", {"sdp": sdp()}), ("offer", {"call_id": "x"}),
            ("offer", {"call_id": "x", "sdp": sdp()}), ("offer", {"from_tag": "x", "sdp": sdp()}),
            ("offer", OFFER | {"sdp": "garbage"}), ("offer", OFFER | {"call_id": 5, "sdp": sdp()}),
            ("answer", {}), ("answer", {"call_id": "u", "sdp": sdp()}),
            ("answer", {"call_id": "u", "from_tag": "f", "sdp": sdp()}),
            ("answer", {"call_id": "u", "from_tag": "f", "to_tag": "t", "sdp": sdp()}),
            ("answer", {"call_id": "u", "from_tag": "f", "to_tag": "t", "sdp": "garbage"}),
            ("answer", {"from_tag": "f", "to_tag": "t", "sdp": sdp()}),
            ("answer", {"call_id": "u", "to_tag": "t", "sdp": sdp()}),
            ("delete", {}), ("delete", {"call_id": "u"}), ("delete", {"flags": ["fatal"]}),
            ("delete", {"call_id": "u", "from_tag": "f"}),
            ("delete", {"call_id": "u", "from_tag": "f", "flags": ["fatal"]}),
            ("query", {}), ("query", {"call_id": "u"}), ("list", {}), ("list", {"limit": 0}),
            ("list", {"limit": -1}), ("list", {"limit": "x"}), ("pong", {})]


def words_of_rtpengine():
    """What is asked and cannot be had is answered to the letter as rtpengine 10.5 answers it."""
    problems = []
    if " 10.5." not in rtpengine_version():
        raise tap.Skip("another rtpengine than 10.5")
    with Rtpengine(place) as theirs, Anchor(place) as ours, \
            Proxy(theirs.place) as there, ours.proxy() as here:
        for body in BODIES:
            if (one := here.body(body)) != (other := there.body(body)):
                problems.append(f"{body}: {one}, but rtpengine says {other}")
        for command, keys in REQUESTS:
            one, other = here.ask(command, **keys), there.ask(command, **keys)
            if one != other:
                problems.append(f"{command} {keys}: {one}, but rtpengine says {other}")
    return problems


def refused_commands():
    with Anchor(place) as relay, relay.proxy() as asker:
        for command in ("start recording", "stop recording", "block media", "play media",
                        "play DTMF", "publish", "subscribe request", "unsubscribe"):
            answer = asker.ask(command, **OFFER)
            assert answer == {"result": "error", "error-reason": "Unrecognized command"}, answer


def told():
    """offer, answer, query, list, statistics and delete of one call."""
    with Anchor(place, {"anchor.delete_delay": 0}) as relay, relay.proxy() as asker:
        shown = asker.ask("offer", sdp=sdp(), **OFFER)
        assert shown["result"] == "ok", shown
        assert f"a=path:msrp://127.0.0.1:{relay.plain_port}/" in shown["sdp"], shown
        assert asker.ask("answer", sdp=sdp("bob"), **ANSWER)["result"] == "ok"
        assert asker.ask("list") == {"calls": ["one"], "result": "ok"}
        found = asker.ask("query", call_id="one")
        assert abs(found["created"] - time.time()) < 60 and found["result"] == "ok", found
        assert found["totals"]["RTP"]["bytes"] == 0, found
        sums = asker.ask("statistics")["statistics"]
        assert sums["currentstatistics"]["sessionstotal"] == 1, sums
        assert asker.ask("delete", call_id="one")["result"] == "ok"
        relay.wait_log("call ended: call=one")
        assert asker.ask("list") == {"calls": [], "result": "ok"}
        sums = asker.ask("statistics")["statistics"]
        assert sums["totalstatistics"]["managedsessions"] == 1, sums


def asked_twice():
    """The same datagram from the same port gets the same answer; from another it is another one."""
    offer = b"1_2_3 " + bencode({"command": "offer", "sdp": sdp(), "call-id": "x", "from-tag": "a"})
    with Anchor(place) as relay, relay.proxy() as asker, relay.proxy() as other:
        first = asker.raw(offer)
        assert asker.raw(b"1_2_3 " + bencode({"command": "ping"})) == first
        assert other.raw(b"1_2_3 " + bencode({"command": "ping"})) == b"1_2_3 d6:result4:ponge"
        metrics = relay.ctl("metrics")[1]
        assert "msrpd_control_repeated_total 1\n" in metrics, metrics
        assert 'msrpd_control_requests_total{command="ping"} 1\n' in metrics, metrics


def many_at_a_time():
    """Whatever the worker of each call, all are answered, and all calls are there."""
    with Anchor(place, {"workers": 2}) as relay, relay.proxy() as asker:
        for n in range(100):
            asker.sock.send(b"c%d " % n + bencode({"command": "offer", "sdp": sdp(),
                                                   "call-id": f"call{n}", "from-tag": "a"}))
        answers = dict(asker.sock.recv(65536).split(b" ", 1) for _ in range(100))
        assert len(answers) == 100, len(answers)
        for answer in answers.values():
            assert bdecode(answer)[0]["result"] == "ok", answer
        found = asker.ask("list", limit=1000)["calls"]
        assert sorted(found) == sorted(f"call{n}" for n in range(100)), found
        assert {call["worker"] for call in relay.calls()} == {0, 1}, relay.calls()


def strangers():
    """Who may not ask gets no answer, also after a reload that takes it away from him."""
    with Anchor(place, {"anchor.control.allow": ["127.0.0.2"]}) as relay:
        with relay.proxy() as stranger, Proxy(relay.control_place, "127.0.0.2") as asker:
            stranger.sock.send(b"c " + bencode({"command": "ping"}))
            relay.wait_log(r"warning: not allowed at the control socket: 127.0.0.1:\d+: "
                           "is not in anchor.control.allow")
            assert asker.ask("ping") == {"result": "pong"}
            relay.reload(relay.changes | {"anchor.control.allow": ["127.0.0.1"]})
            relay.wait_reloaded()
            assert stranger.ask("ping") == {"result": "pong"}
            asker.sock.send(b"d " + bencode({"command": "ping"}))
            relay.wait_log("not allowed at the control socket: 127.0.0.2:", relay.log_seen)


def both_families():
    """Several sockets, of which each answers for itself; without IPv6 there is one."""
    four = udp_place()
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as free:
            free.bind(("::1", 0))
            six = f"[::1]:{free.getsockname()[1]}"
    except OSError:
        raise tap.Skip("there is no IPv6") from None
    with Anchor(place, {"anchor.control.listen": [four, six]}):
        for where, source in ((four, "127.0.0.1"), (six, "::1")):
            with Proxy(where, source) as asker:
                assert asker.ask("ping") == {"result": "pong"}


def full():
    with Anchor(place, {"anchor.calls": 1, "workers": 2}) as relay, relay.proxy() as asker:
        assert asker.ask("offer", sdp=sdp(), **OFFER)["result"] == "ok"
        for n in range(8):
            answer = asker.ask("offer", sdp=sdp(), call_id=f"more{n}", from_tag="a")
            assert answer["error-reason"] == "Parallel session limit reached", answer
        assert asker.ask("offer", sdp=sdp(), **OFFER)["result"] == "ok"
        relay.wait_log("refused at the control socket: .*offer of call more0")


def drained():
    """New calls go elsewhere; those that there are go on."""
    with Anchor(place) as relay, relay.proxy() as asker:
        assert asker.ask("offer", sdp=sdp(), **OFFER)["result"] == "ok"
        relay.ctl("drain", "on")
        answer = asker.ask("offer", sdp=sdp(), call_id="more", from_tag="a")
        assert answer["error-reason"] == "Parallel session limit reached", answer
        assert asker.ask("answer", sdp=sdp("bob"), **ANSWER)["result"] == "ok"
        relay.ctl("drain", "off")
        assert asker.ask("offer", sdp=sdp(), call_id="more", from_tag="a")["result"] == "ok"


def beside_browsers():
    """Parties are not sent to listeners that are for browsers alone."""
    listen = [{"address": "127.0.0.1", "port": 0, "transport": transport}
              for transport in ("ws", "wss", "tcp", "tls")]
    secure = SECTION.replace("TCP/MSRP", "TCP/TLS/MSRP").replace("msrp://", "msrps://")
    with Anchor(place, {"listen": listen}) as relay, relay.proxy() as asker:
        plain = asker.ask("offer", sdp=sdp(), **OFFER)["sdp"]
        assert f"m=message {relay.plain_port} TCP/MSRP *\r\n" in plain, plain
        other = asker.ask("offer", sdp=description(secure.format(name="x")), call_id="two",
                          from_tag="a")["sdp"]
        assert f"m=message {relay.port} TCP/TLS/MSRP *\r\n" in other, other
        assert other.count("a=fingerprint:") == 2, other


def reloaded():
    """What calls are shown follows the configuration; where it is asked takes a restart."""
    with Anchor(place) as relay, relay.proxy() as asker:
        before = asker.ask("offer", sdp=sdp(), **OFFER)["sdp"]
        relay.reload(relay.changes | {"anchor.addresses": ["127.0.0.9"],
                                      "anchor.control.listen": [udp_place()]})
        relay.wait_reloaded()
        relay.wait_log("a restart: anchor.control.listen", relay.log_seen)
        after = asker.ask("offer", sdp=sdp(), call_id="two", from_tag="a")["sdp"]
        assert "c=IN IP4 127.0.0.9\r\n" in after and "c=IN IP4 127.0.0.9" not in before, after


def place_is_taken():
    """What a restart would fail at fails at the reload."""
    with Anchor(place) as relay, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        where = "127.0.0.1:%d" % taken.getsockname()[1]
        relay.reload(relay.changes | {"anchor.control.listen": [where]})
        relay.wait_not_reloaded(f"anchor.control.listen: {where}: address already in use")


def seen():
    """msrpctl lists, shows and ends calls; of a path it tells no session-id."""
    with Anchor(place) as relay, relay.proxy() as asker:
        shown = asker.ask("offer", sdp=sdp("secretid"), **OFFER)["sdp"]
        asker.ask("answer", sdp=sdp("otherid"), **ANSWER)
        [call] = relay.ask("calls", "list")
        assert (call["call"], call["state"]) == ("one", "answered"), call
        call, *legs = relay.ask("calls", "show", "one")
        assert (call["from_tag"], call["to_tag"]) == ("a", "b"), call
        assert sorted(leg["tag"] for leg in legs) == ["a", "b"], legs
        assert {leg["party"] for leg in legs} == {"127.0.0.1:9"}, legs
        token = attribute(shown, "path").rsplit("/", 1)[1].split(";")[0]
        told = relay.ctl("--json", "calls", "show", "one")[1]
        assert "secretid" not in told and "otherid" not in told and token not in told, told
        code, out, _ = relay.ctl("calls", "show", "one")
        assert code == 0 and "SECTION" in out and "idle" in out, out
        code, _, err = relay.ctl("calls", "show", "two")
        assert code != 0 and "there is no call two" in err, err
        assert relay.ctl("calls", "end", "one")[0] == 0
        relay.wait_log("call ended: call=one .*ended by the operator")
        assert relay.ask("calls", "list") == []
        assert relay.ctl("calls", "end", "one")[0] != 0


tap.run([
    ("what cannot be had is told in rtpengine's words", words_of_rtpengine),
    ("commands that are none of ours are refused", refused_commands),
    ("a call is told of", told),
    ("the same datagram gets the same answer", asked_twice),
    ("many ask at a time", many_at_a_time),
    ("strangers are not answered", strangers),
    ("both families are listened to", both_families),
    ("at the limit others are to be asked", full),
    ("while draining others are to be asked", drained),
    ("listeners for browsers are not for parties", beside_browsers),
    ("a reload counts for the next call", reloaded),
    ("a reload looks at what a restart would do", place_is_taken),
    ("msrpctl shows and ends calls", seen),
])
