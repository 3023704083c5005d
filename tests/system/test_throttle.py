#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong passwords: how far somebody gets who tries many, and what the log says of him."""

import relay as system
import tap
from client import Closed, guess, peer_from
from control import Controlled

place = system.Place()
REFUSED = "403 too many wrong passwords, try again later"


def is_in(relay, address, name):
    with peer_from(relay, address, name) as peer:
        return peer.try_auth().status == 200


def paused():
    """Many connections, many workers, many names: from one address it is the same."""
    with Controlled(place, {"workers": 2, "auth.throttle.failures": 6}) as relay:
        names = ["alice", "bob", "nobody"]
        said = [guess(relay, "127.0.0.1", names[i % 3]) for i in range(20)]
        assert said == ["401 Unauthorized"] * 6 + [REFUSED] * 14, said
        assert not is_in(relay, "127.0.0.1", "alice")
        assert is_in(relay, "127.0.0.2", "alice")
        relay.wait_log("authentication paused: peer=127.0.0.1 duration=60.000 reason=")
        found = relay.ask("limits")
        assert {"limit": "auth.throttle.failures", "most": 6, "used": 1, "refused": 15} in found
        [pause] = [one for one in found if "paused" in one]
        assert pause["paused"] == "127.0.0.1" and 0 < pause["ends"] <= 60, pause
        shown = relay.ctl("limits")[1]
        assert "LIMIT" in shown and "PAUSED" in shown and "127.0.0.1" in shown, shown
        assert "127.0.0.9" in relay.ctl("limits", "lift", "127.0.0.9")[2]
        assert relay.ctl("limits", "lift", "127.0.0.1")[0] == 0
        assert is_in(relay, "127.0.0.1", "alice")
        relay.wait_log("command: limits lift 127.0.0.1 by")
        relay.wait_log(r"authentication succeeded after failures: user=alice .*failures=6 ")
        relay.wait_log("authentication resumed: peer=127.0.0.1 reason=.15 were not looked at")
        begun = [line for line in relay.log if "authentication paused" in line]
        assert len(begun) == 1, begun


def renewed():
    """Whoever has a session keeps it, and cannot use it to go on guessing."""
    with Controlled(place, {"auth.throttle.failures": 3}) as relay:
        with peer_from(relay, "127.0.0.1", "alice") as alice:
            alice.auth()
            for _ in range(3):
                guess(relay, "127.0.0.1", "bob")
            assert guess(relay, "127.0.0.1", "bob") == REFUSED
            renewal = alice.try_auth(to=alice.use_path[-1])
            assert renewal.status == 200, renewal
            alice.name = "bob"
            assert alice.try_auth(to=alice.use_path[-1]).what == REFUSED
            alice.name = "alice"
            # Not even with wrong passwords of his own does he get a pause.
            try:
                alice.try_auth(password="wrong", to=alice.use_path[-1])
            except Closed:
                pass
            assert len([line for line in relay.log if "authentication paused" in line]) == 1


def reloaded():
    """A reload ends pauses when it takes the limit away."""
    with Controlled(place, {"auth.throttle.failures": 2}) as relay:
        for _ in range(2):
            guess(relay, "127.0.0.1", "bob")
        assert not is_in(relay, "127.0.0.1", "bob")
        relay.reload({"auth.throttle.failures": 0, "admin.socket": relay.socket})
        relay.wait_reloaded()
        assert is_in(relay, "127.0.0.1", "bob")
        for _ in range(5):
            guess(relay, "127.0.0.1", "bob")
        assert is_in(relay, "127.0.0.1", "bob")


def seen():
    """Failures of many addresses do not hide a guesser, nor that he has found what he looked for."""
    with system.Relay(place, {"workers": 1, "auth.throttle.failures": 0,
                              "auth.max_failures": 100}) as relay:
        for i in range(1, 71):
            guess(relay, f"127.0.1.{i}", "bob")
        with peer_from(relay, "127.0.2.1", "alice") as alice:
            assert [alice.try_auth(password="wrong").status for _ in range(40)] == [401] * 40
            assert alice.try_auth().status == 200
        relay.wait_log("authentication succeeded after failures: user=alice realm=example.com "
                       r"peer=127.0.2.1:\d+ failures=40 ")
        relay.stop()
        told = [line for line in relay.log if "authentication failed" in line and "127.0.2" in line]
        assert len(told) == 6 and "peer=127.0.2.1 more=35 " in told[5], told
        for i in range(1, 71):
            assert any(f"peer=127.0.1.{i}:" in line for line in relay.log), relay.log


tap.run([
    ("after so many wrong passwords an address is not listened to for a while", paused),
    ("a session is renewed meanwhile, by its user", renewed),
    ("the limit can be taken away", reloaded),
    ("a guesser among many is seen in the log", seen),
])
