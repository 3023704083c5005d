# SPDX-License-Identifier: GPL-3.0-or-later
"""A million sessions, with a connection each, in a relay in memory (million.c); see README.md."""

import subprocess

from rows import medians, print_rows

FEW, MANY = 1000, 1_000_000
STRETCHES = (
    ("connect", "a connection comes"),
    ("login", "one AUTH"),
    ("lookup", "one session is looked for"),
    ("trace", "a trace begins or ends"),
    ("walk", "256 lines of a list"),
    ("expiry", "all sessions expire"),
    ("idleness", "all connections are idle"),
    ("disconnect", "a connection goes"),
    ("stop", "the relay stops, and serves nobody"),
)


def run_once(program, n):
    out = subprocess.run([program, str(n)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(figure) for name, figure in map(str.split, out.splitlines())}


def run_round(program):
    few, many = run_once(program, FEW), run_once(program, MANY)
    return many | {"message few": few["message"], "growth": many["message"] / few["message"]}


def few_us(m):
    return f"{m['message']:.2f} us, among {FEW:,} {m['message few']:.2f}"


TABLE = (
    ("a million sessions in memory",),
    ("  memory of a connection", lambda m: m["peer"], "B"),
    ("  ... of its session", lambda m: m["session"], "B"),
    ("  ... of a stranger to that", lambda m: m["link"], "B"),
    ("  a message, beside one among 1,000", lambda m: m["growth"], "x", ("<", 1.5), few_us),
    ("CPU at a stretch, at most, when",),
    *((f"  {what}", lambda m, name=name: m[name], "ms", ("<", 5)) for name, what in STRETCHES),
)


def run(args):
    program = args.build.resolve() / "tests/bench/million"
    print_rows(TABLE, medians([run_round(program) for _ in range(args.runs)]))
