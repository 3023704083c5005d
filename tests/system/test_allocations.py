# SPDX-License-Identifier: GPL-3.0-or-later
"""A chunk costs a relay no call of the allocator, whatever its size: COUNT_MALLOC is preloaded, LOAD
sends the chunks."""

import os
import struct
import subprocess

import relay as system
import tap
import websocket

place = system.Place()

LOAD = os.environ["LOAD"]
LONGEST = 65536
UNDER_WAY = 256 * 1024  # bytes, which is less than holds up anybody
BYTES = 5_000_000  # of a run, but for so many chunks
CHUNKS_MIN, CHUNKS_MAX = 100, 1000

# Chunks for each call that has nothing to do with them: the main thread's, and blocks more than ever
# before were in use at a time, as how many are depends on how the processes take turns.
STRAY = 10
ROUNDS = 6  # until there was once as much in use as ever will be


class Counted:
    """A relay whose calls of the allocator are counted, and pairs of clients that exchange chunks."""

    def __init__(self, what, pairs, workers):
        self.what, self.pairs, self.workers = what, pairs, workers

    def __enter__(self):
        self.file = place.fresh("count")
        self.file.write_bytes(bytes(8))
        users = [{"name": "bench", "realm": system.DOMAIN, "password": "bench"}]
        changes = {"auth.users": users, "workers": self.workers, "listen": websocket.LISTEN,
                   "websocket": {"ping": 0}, "limits.sessions_per_user": 4 * self.pairs,
                   "auth.allow_without_tls": True}
        self.relay = system.Relay(place, changes, variables={
            "LD_PRELOAD": os.environ["COUNT_MALLOC"], "MALLOC_COUNT": str(self.file)})
        self.relay.__enter__()
        port = {"tcp": self.relay.plain_port, "tls": self.relay.port}.get(
            self.what, websocket.port(self.relay, "tls+wss"))
        self.load = subprocess.Popen([LOAD, self.what, str(port), str(self.pairs), str(LONGEST)],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.load.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *error):
        self.load.stdin.close()
        assert self.load.wait(system.PATIENCE) == 0 or error[0]
        self.relay.__exit__(*error)

    def count(self):
        return struct.unpack("Q", self.file.read_bytes())[0]

    def exchange(self, n, size, writes, quiet):
        """How many calls that took."""
        before = self.count()
        flying = max(2, min(16 * self.pairs, UNDER_WAY // size))
        print(n, flying, 0, 0, size, writes, quiet, file=self.load.stdin, flush=True)
        assert self.load.stdout.readline(), "load has ended"
        return self.count() - before


def takes_nothing(what, sizes, pairs=1, workers=1):
    def case():
        if system.SANITIZED:
            raise tap.Skip("the allocator is that of the sanitizer")
        with Counted(what, pairs, workers) as counted:
            for size in sizes:
                n = max(CHUNKS_MIN, min(BYTES // size, CHUNKS_MAX))
                for writes, quiet in ((1, 0), (3, 0), (1, 1)):
                    calls = [counted.exchange(n, size, writes, quiet)]
                    while calls[-1] * STRAY >= n and len(calls) < ROUNDS:
                        calls.append(counted.exchange(n, size, writes, quiet))
                    assert calls[-1] * STRAY < n, (n, size, writes, quiet, calls)
    return case


tap.run([
    ("messages of 100 bytes and chunks of 2 KiB", takes_nothing("tls", (100, 2048))),
    ("chunks of 4 to 64 KiB", takes_nothing("tls", (4096, 10240, 20480, 40960, 65536))),
    ("the same without TLS", takes_nothing("tcp", (2048, 65536))),
    ("the same from a browser", takes_nothing("web-tls", (100, 20480))),
    ("the same to a browser", takes_nothing("tls-web", (100, 65536))),
    ("messages of many clients", takes_nothing("tls", (100, 2048), pairs=20)),
    ("the same over two workers", takes_nothing("tls", (100, 2048), pairs=20, workers=2)),
])
