#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the relay costs, beside haproxy and beside what it should cost at most; see README.md.

usage: bench.py BUILD_DIRECTORY HAPROXY [GROUP...] [--size MB] [--runs N] [--clients N]
                [--churn SECONDS] [--users | --sessions | --peers | --storm]
"""

import argparse
import contextlib
import os
import pathlib
import time

import churn
import million
import peers
import reload
import rows
import storm
import table
from runs import Runs

ENOUGH_S = 180  # no round begins later: all of it shall take five minutes at most

ALONE = {  # parts that stand by themselves
    "users": ("a start and a reload with a million users", reload.run),
    "sessions": ("a million sessions in memory, without sockets", million.run),
    "peers": ("Kamailio's MSRP relay and msrpd, side by side", peers.run),
    "storm": ("a restart to which all clients come back", storm.run),
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("haproxy")
    parser.add_argument("groups", nargs="*", metavar="GROUP",
                        help="rows to measure: " + ", ".join(table.GROUPS))
    parser.add_argument("--size", type=int, default=400, help="MB of a bulk run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clients", type=int, default=10_000, help="those that are many")
    parser.add_argument("--churn", type=int, metavar="SECONDS",
                        help="nothing but memory while clients come and go for so long")
    alone = parser.add_mutually_exclusive_group()
    for name, (what, _) in ALONE.items():
        alone.add_argument(f"--{name}", action="store_true", help=f"nothing but {what}")
    args = parser.parse_args()
    if unknown := set(args.groups) - set(table.GROUPS):
        parser.error(f"no such group: {' '.join(sorted(unknown))}")
    # In the order of the table.
    args.groups = [name for name in table.GROUPS if not args.groups or name in args.groups]
    args.size *= 1_000_000
    build = args.build.resolve()
    args.pipe, args.load = build / "tests/bench/pipe", build / "tests/bench/load"
    os.environ |= {"MSRPD": str(build / "src/daemon/msrpd"), "MSRP": str(build / "src/cli/msrp")}
    return args


def run_round(args, runs):
    figures = {}
    for group in args.groups:
        figures |= table.GROUPS[group](runs)
    return figures


def main():
    args = arguments()
    if args.churn:
        churn.run(args)
        return
    for name, (_, run) in ALONE.items():
        if getattr(args, name):
            run(args)
            return
    rounds, started = [], time.monotonic()
    with contextlib.ExitStack() as stack:
        runs = Runs(args, stack)
        # In rounds, so that what else the machine does is felt by all alike.
        while len(rounds) < args.runs and time.monotonic() - started < ENOUGH_S:
            print(f"round {len(rounds) + 1} of {args.runs}", flush=True)
            rounds.append(run_round(args, runs))
    print(f"\nmedians of {len(rounds)} rounds, bulk of {args.size // 1_000_000} MB,"
          f" many are {args.clients}")
    rows.print_rows([row for group in args.groups for row in table.TABLE[group]],
                    rows.medians(rounds))


main()
