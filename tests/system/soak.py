#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Half an hour with a crowd and with calls that behave badly, after which nothing may be lost or
left: the first half with one worker, the second with four.

usage: soak.py [SECONDS], of each; without it only "./dev test --long" runs it. MSRPD_SOAK_SEED
repeats the choices of an earlier run, though not their timing.
"""

import asyncio
import collections
import functools
import logging
import os
import re
import secrets
import sys
import time

import relay as system
import tap
from anchor import Anchor
from callers import DELETE_DELAY_S, PROXY, Callers
from crowd import Crowd

# Of each case, of which there are two.
SECONDS = 15 * 60
MEMBERS = 500
CALLS = 60

# By then buffers have grown to what they need, and the allocator has its arenas.
WARM_UP = 0.25

# Bytes by which memory may have grown after the crowd has gone.
GROWTH_MAX = 2 * 1024 * 1024

# A call that a proxy forgets ends by itself.
SETTINGS = {"limits.connections_per_address": 100_000, "limits.sessions_per_user": 100_000,
            "limits.unauthenticated": 100_000, "anchor.max_age": 100, "anchor.delete_delay": DELETE_DELAY_S,
            "anchor.control.allow": [PROXY]}


def count(relay, words):
    return sum(f": {words}:" in line for line in relay.log)


def metric(relay, name):
    """The sum over its labels."""
    lines = relay.ctl("metrics")[1].splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines
               if re.match(rf"{name}[{{ ]", line))


def remains(relay, before):
    """What the crowd has left behind: descriptors beyond BEFORE, sessions and calls without an
    end."""
    return {"descriptors": relay.n_descriptors() - before,
            "sessions": count(relay, "session opened") - count(relay, "session ended"),
            "calls": metric(relay, "msrpd_calls_begun_total") - count(relay, "call ended"),
            "calls by now": metric(relay, "msrpd_calls")}


def wait_until_gone(relay, before):
    give_up = time.monotonic() + 5 * system.PATIENCE
    while any(n > 0 for n in remains(relay, before).values()):
        assert time.monotonic() < give_up, remains(relay, before)
        time.sleep(0.5)


def records(relay):
    """The fields of each call that has ended."""
    ended = (line.partition("call ended: ")[2] for line in relay.log)
    return [dict(re.findall(r"(\w+)=(\S+)", line)) for line in ended if line]


def check_calls(relay, callers):
    """One record for each, and what was counted is what there was."""
    ended = records(relay)
    by_call = collections.Counter(record["call"] for record in ended)
    for call in callers.begun:
        # Where a delete was late, the call has begun once more.
        most = 2 if call in callers.saved else 1
        if not 1 <= by_call[call] <= most:
            callers.ledger.problems.append(f"{by_call[call]} records of call {call}")
    told = sum(int(record[side]) for record in ended for side in ("bytes_in", "bytes_out"))
    counted = metric(relay, "msrpd_anchored_bytes_total")
    if told != counted:
        callers.ledger.problems.append(f"{counted} bytes counted, but {told} in the records")
    for command, n in callers.sockets.answers.items():
        # Others have asked, too.
        done = metric(relay, f'msrpd_control_requests_total{{command="{command}"}}')
        if done < n:
            callers.ledger.problems.append(f"{n} of {command} answered, but {done} counted")


def check(relay, before, crowd, callers):
    wait_until_gone(relay, before)
    check_calls(relay, callers)
    problems = []
    for name, ledger in (("sessions", crowd.ledger), ("calls", callers.ledger)):
        problems += ledger.problems + ledger.lost()
        print(f"# {name}: ends: {ledger.ends}; bytes: {ledger.sums}", flush=True)
    for problem in problems[:50]:
        print(f"# {problem}")
    print(f"# {count(relay, 'session opened')} sessions, {count(relay, 'call ended')} calls",
          flush=True)
    assert not problems, f"{len(problems)} problems"


def run(relay, before, seconds, seed):
    """The crowd and the callers come and go; what they have sent, and what has become of it."""
    crowd, callers = Crowd(relay, MEMBERS, seed), Callers(relay, CALLS, seed)

    async def both():
        await asyncio.gather(crowd.run(seconds), callers.run(seconds))

    asyncio.run(both())
    check(relay, before, crowd, callers)
    for ledger in (crowd.ledger, callers.ledger):
        assert ledger.sums["delivered"] > 0, ledger.sums
    assert crowd.ledger.sums["reported"] > 0, crowd.ledger.sums


def soak(seconds, seed, workers):
    place = system.Place()
    with Anchor(place, SETTINGS | {"workers": workers}) as relay:
        before = relay.n_descriptors()
        run(relay, before, seconds * WARM_UP, f"{seed} warm-up")
        warm, _ = relay.memory()
        run(relay, before, seconds, seed)
        now, most = relay.memory()
        print(f"# resident: {warm // 1024} KiB warm, {most // 1024} at most, {now // 1024} now")
        assert now < warm + GROWTH_MAX, f"{now - warm} bytes more than before"


def main():
    seed = os.environ.get("MSRPD_SOAK_SEED") or secrets.token_hex(4)
    print(f"# MSRPD_SOAK_SEED={seed}", flush=True)
    # It warns whenever somebody writes to a connection that has just been lost: here all the time.
    logging.getLogger("asyncio").setLevel(logging.ERROR)

    def case(workers):
        if system.SANITIZED:
            raise tap.Skip("memory cannot be measured with sanitizers")
        if len(sys.argv) < 2 and not system.LONG:
            raise tap.Skip("it takes half an hour")
        soak(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS, seed, workers)

    tap.run([(f"after a long time with a bad crowd nothing is lost or left: workers {n}",
              functools.partial(case, n)) for n in (1, 4)])


main()
