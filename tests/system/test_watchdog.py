#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs of life for systemd, which come only while all threads get on."""

import contextlib
import signal
import time

import relay as system
import tap
from client import Peer
from stalled import stopped_workers

place = system.Place()

ALIVE = "WATCHDOG=1"
TIME_MS = 1000
HALF_S = TIME_MS / 2 / 1000


def watched(workers=2, **changes):
    return system.Relay(place, {"workers": workers, **changes},
                        variables={"WATCHDOG_USEC": str(TIME_MS * 1000)})


def comes():
    """Twice in the time that systemd waits, and not more often."""
    began = time.monotonic()
    with watched() as relay:
        relay.wait_notified(ALIVE, 5)
        n = relay.n_notified(ALIVE)
        assert n - 1 <= (time.monotonic() - began) / HALF_S, n


def n_late(relay):
    return sum("a worker does not answer" in line for line in relay.log)


def not_without_all(workers):
    def case():
        with watched(workers) as relay, Peer(relay, "alice") as alice:
            relay.wait_notified(ALIVE)
            with stopped_workers(relay):
                relay.wait_log(f"error: a worker does not answer: not within {TIME_MS // 2} ms")
                # What comes after this was sent after that.
                relay.reload({"workers": 1000})
                relay.wait_notified("READY=1", 2)
                before, late = relay.n_notified(ALIVE), n_late(relay)
                # Nothing will tell that nothing comes: four times when it would have.
                with contextlib.suppress(AssertionError):
                    relay.wait_notified(ALIVE, before + 1, patience=4 * HALF_S)
                assert relay.n_notified(ALIVE) == before, "it came"
                assert n_late(relay) == late, "it is told again"
            relay.wait_log("notice: all workers answer again: they took more than")
            relay.wait_notified(ALIVE, before + 3)
            alice.auth()
    return case


def while_it_stops():
    """Sessions may take longer to their ends than systemd waits for a sign of life."""
    with watched(**{"drain.timeout": 600}) as relay, Peer(relay, "alice") as alice:
        alice.auth()
        relay.process.send_signal(signal.SIGTERM)
        relay.wait_notified("STOPPING=1")
        relay.wait_notified(ALIVE, relay.n_notified(ALIVE) + 3)
        alice.sock.close()
        relay.wait_end()


def nobody_watches():
    with system.Relay(place) as relay:
        relay.reload()
        relay.wait_reloaded()
    assert ALIVE not in relay.notified


def another_is_watched():
    """WATCHDOG_PID, as a child of the service has it in its environment."""
    with system.Relay(place, variables={"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}) as relay:
        relay.reload()
        relay.wait_reloaded()
    assert ALIVE not in relay.notified


tap.run([
    ("signs of life come in time", comes),
    *((f"none comes while a worker hangs, {workers} worker(s)", not_without_all(workers))
      for workers in (1, 2)),
    ("they come while it stops", while_it_stops),
    ("none comes when nobody watches", nobody_watches),
    ("none comes when another process is watched", another_is_watched),
])
