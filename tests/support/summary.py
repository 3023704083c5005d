#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up what several builds tested. usage: summary.py [--failed NAME]... [--passed NAME]... [BUILD]...

Counts test cases, so a program that prints TAP counts once for each of its
lines. --failed and --passed add one case that ran outside of Meson, such as a
build. The last line is "N passed, N failed", and the exit code is 1 if any
case failed or none passed.
"""

import argparse
import json
import pathlib
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b\s*\d*\s*(?:- )?(.*)$")
SKIPPED = re.compile(r"#\s*skip\b", re.I)


class Counts:
    def __init__(self):
        self.passed, self.skipped, self.failed = 0, 0, []

    def add(self, name, bad, skipped=False):
        if bad:
            self.failed.append(name)
        elif skipped:
            self.skipped += 1
        else:
            self.passed += 1


def count_test(counts, name, entry):
    """Adds the cases of one program of a test log. Says whether any failed."""
    before = len(counts.failed)
    cases = [m for m in map(TAP_LINE.match, entry.get("stdout", "").splitlines()) if m]
    for bad, what in (case.groups() for case in cases):
        counts.add(f"{name}: {what}", bad, SKIPPED.search(what))
    good = entry["result"] in ("OK", "EXPECTEDFAIL", "SKIP")
    # A crash, a time-out and a plan that was not kept fail without a line.
    if not good and len(counts.failed) == before:
        counts.add(f"{name}: {entry['result']}, exit code {entry['returncode']}", True)
    elif not cases:
        counts.add(name, not good, entry["result"] == "SKIP")
    return len(counts.failed) > before


def count_build(counts, build):
    log = pathlib.Path(build, "meson-logs/testlog.json")
    try:
        entries = [json.loads(line) for line in log.read_text().splitlines()]
    except FileNotFoundError:
        entries = []
    if not entries:
        counts.add(f"{build}: no test ran", True)
    for entry in entries:
        name = f"{pathlib.Path(build).name}: {entry['name']}"
        if count_test(counts, name, entry):
            print(f"\n--- {name}")
            print(entry.get("stdout", "").rstrip())
            print(entry.get("stderr", "").rstrip())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--failed", action="append", default=[])
    parser.add_argument("--passed", action="append", default=[])
    parser.add_argument("build", nargs="*")
    args = parser.parse_intermixed_args()
    counts = Counts()
    for name in args.passed:
        counts.add(name, False)
    for name in args.failed:
        counts.add(name, True)
    for build in args.build:
        count_build(counts, build)
    if counts.failed:
        print("\nFailed:")
        for name in counts.failed:
            print(f"  {name}")
        print()
    skipped = f", {counts.skipped} skipped" if counts.skipped else ""
    print(f"{counts.passed} passed, {len(counts.failed)} failed{skipped}")
    sys.exit(1 if counts.failed or not counts.passed else 0)


main()
