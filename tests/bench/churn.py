# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the memory of a relay stay as it is while clients come and go?"""

import contextlib
import time

from stage import Stage
from subjects import memory

RATE = 200  # clients that are replaced in a second
EVERY_S = 60  # a line


class Churn:
    def __init__(self, args, stack):
        stage = Stage(args, stack)
        relay = stage.new_relay()
        self.pid, self.log, self.clients = relay.process.pid, relay.log, args.clients
        self.empty = memory(self.pid)
        self.load = stage.load_relay(relay, "churn", self.clients)
        self.started, self.replaced = time.monotonic(), 0

    def replace(self, count):
        """COUNT clients, as fast as the rate allows."""
        for _ in range(count // RATE):
            self.load.run(RATE)
            self.replaced += RATE
            time.sleep(max(0, self.started + self.replaced / RATE - time.monotonic()))
            self.log.clear()

    def figure(self):
        """KiB for each client, said as well."""
        each = (memory(self.pid) - self.empty) / self.clients / 1024
        print(f"{time.monotonic() - self.started:8.0f} s {self.replaced:10,} replaced"
              f" {each:8.2f} KiB each", flush=True)
        return each


def run(args):
    with contextlib.ExitStack() as stack:
        churn = Churn(args, stack)
        churn.figure()
        # Memory is in its places once nobody is left of those who came when it was all free.
        churn.replace(5 * args.clients)
        first = latest = churn.figure()
        end = time.monotonic() + args.churn
        while time.monotonic() < end:
            churn.replace(RATE * EVERY_S)
            latest = churn.figure()
        print(f"{(latest - first) / first:+.1%}")
