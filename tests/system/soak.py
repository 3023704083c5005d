#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Half an hour with a crowd that behaves badly, after which nothing may be lost or left.

usage: soak.py [SECONDS]; without it only "./dev test --long" runs it. MSRPD_SOAK_SEED repeats
the choices of an earlier run, though not their timing.
"""

import asyncio
import logging
import os
import secrets
import sys
import time

import relay as system
import tap
from crowd import Crowd

SECONDS = 30 * 60
MEMBERS = 500

# By then buffers have grown to what they need, and the allocator has its arenas.
WARM_UP = 0.25

# Bytes by which memory may have grown after the crowd has gone.
GROWTH_MAX = 2 * 1024 * 1024

LIMITS = {"limits.connections_per_address": 100_000, "limits.sessions_per_user": 100_000,
          "limits.unauthenticated": 100_000}


def descriptors(relay):
    return len(os.listdir(f"/proc/{relay.process.pid}/fd"))


def count(relay, words):
    return sum(f": {words}:" in line for line in relay.log)


def remains(relay, before):
    """What the crowd has left behind: descriptors beyond BEFORE, sessions without an end."""
    return {"descriptors": descriptors(relay) - before,
            "sessions": count(relay, "session opened") - count(relay, "session ended")}


def wait_until_gone(relay, before):
    give_up = time.monotonic() + system.PATIENCE
    while any(remains(relay, before).values()):
        assert time.monotonic() < give_up, remains(relay, before)
        time.sleep(0.1)


def check(relay, ledger, before):
    wait_until_gone(relay, before)
    problems = ledger.problems + ledger.lost()
    for problem in problems[:50]:
        print(f"# {problem}")
    print(f"# {count(relay, 'session opened')} sessions; ends: {ledger.ends}; "
          f"bytes: {ledger.sums}", flush=True)
    assert not problems, f"{len(problems)} problems"


def soak(seconds, seed):
    place = system.Place()
    with system.Relay(place, LIMITS) as relay:
        before = descriptors(relay)
        check(relay, asyncio.run(Crowd(relay, MEMBERS, f"{seed} warm-up").run(seconds * WARM_UP)),
              before)
        warm, _ = relay.memory()
        ledger = asyncio.run(Crowd(relay, MEMBERS, seed).run(seconds))
        check(relay, ledger, before)
        assert ledger.sums["delivered"] > 0 and ledger.sums["reported"] > 0, ledger.sums
        now, most = relay.memory()
        print(f"# resident: {warm // 1024} KiB warm, {most // 1024} at most, {now // 1024} now")
        assert now < warm + GROWTH_MAX, f"{now - warm} bytes more than before"


def main():
    seed = os.environ.get("MSRPD_SOAK_SEED") or secrets.token_hex(4)
    print(f"# MSRPD_SOAK_SEED={seed}", flush=True)
    # It warns whenever somebody writes to a connection that has just been lost: here all the time.
    logging.getLogger("asyncio").setLevel(logging.ERROR)

    def case():
        if system.SANITIZED:
            raise tap.Skip("memory cannot be measured with sanitizers")
        if len(sys.argv) < 2 and not system.LONG:
            raise tap.Skip("it takes half an hour")
        soak(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, seed)

    tap.run([("after a long time with a bad crowd nothing is lost or left", case)])


main()
