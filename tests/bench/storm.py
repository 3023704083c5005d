# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay that is restarted with all the clients that this machine has descriptors for: how long until all
of them have authenticated again, and what messages feel of it; see README.md."""

import contextlib
import resource
import threading
import time

from rows import print_rows
from stage import CHANGES, Stage
from subjects import cpu_seconds

SPARE = 500  # descriptors of the relay and of the load that are not those of the crowd
AT_ONCE = 16  # processes, each of which has its clients come back one by one
RATE = 200  # messages a second of two others meanwhile


def crowd_size(wanted):
    """Each client needs a descriptor in the relay."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(wanted, hard - SPARE) // AT_ONCE * AT_ONCE


class Storm:
    def __init__(self, args, stack):
        self.stage, self.stack = Stage(args, stack), stack
        self.n = crowd_size(args.clients)
        self.relay = self.start()
        self.crowd = [self.stage.load_relay(self.relay, "storm", self.n // AT_ONCE)
                      for _ in range(AT_ONCE)]

    def start(self, **more):
        place, system = self.stage.place, self.stage.system
        users = [{"name": "bench", "realm": system.DOMAIN, "password": "bench"}]
        changes = CHANGES | {"auth.users": users, "log.level": "info"} | more
        return system.Relay(place, changes).__enter__()

    def restart(self):
        """At the same ports."""
        ports = self.relay.port, self.relay.plain_port
        listen = self.stage.place.configuration()["listen"]
        self.relay.stop()
        self.relay = self.start(listen=[{**where, "port": port}
                                        for where, port in zip(listen, ports)])
        for load in self.crowd:
            load.subject = self.relay.process.pid

    def come_back(self):
        threads = [threading.Thread(target=load.run, args=(1,)) for load in self.crowd]
        for thread in threads:
            thread.start()
        return threads

    def measure(self):
        started = time.monotonic()
        self.restart()
        ready = time.monotonic()
        pair = self.stage.load_relay(self.relay, "tls", 1, 100)
        quiet = pair.run(RATE, 0, RATE).numbers
        before, begun = cpu_seconds(self.relay.process.pid), time.monotonic()
        threads, waits, n = self.come_back(), [], 0
        while any(thread.is_alive() for thread in threads):
            waits.append(pair.run(RATE, 0, RATE).numbers)
            n += RATE
        took = time.monotonic() - begun
        cpu = cpu_seconds(self.relay.process.pid) - before
        refused = sum("refused" in line for line in self.relay.log)
        pair.stop()
        return {"down": ready - started, "took": took, "each": cpu / self.n * 1e6, "n": self.n,
                "quiet p99": quiet[2] / 1000, "p99": max(wait[2] for wait in waits) / 1000,
                "longest": max(wait[-1] for wait in waits) / 1000, "refused": refused}


def so_many(m):
    return f"{m['n']:.0f} clients, {AT_ONCE} at a time"


TABLE = (
    ("a restart with all clients",),
    ("  the relay is away", lambda m: m["down"], "s"),
    ("  until all have authenticated", lambda m: m["took"], "s", None, so_many),
    ("  CPU of each", lambda m: m["each"], "us"),
    ("  refusals", lambda m: m["refused"], "", ("<", 0)),
    ("  p99 of messages before", lambda m: m["quiet p99"], "ms"),
    ("  ... in the worst second", lambda m: m["p99"], "ms"),
    ("  ... the longest", lambda m: m["longest"], "ms"),
)


def run(args):
    with contextlib.ExitStack() as stack:
        storm = Storm(args, stack)
        try:
            print_rows(TABLE, storm.measure())
        finally:
            for load in storm.crowd:
                load.stop()
            storm.relay.stop()
