# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of figures with their targets, for parts of the bench that stand by themselves: what, how to get it
from the figures, in which unit, the target or None, and what to say besides. A headline stands alone."""

import statistics


def medians(rounds):
    return {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}


def print_row(figures, what, value, unit, target=None, more=None):
    figure, remark = value(figures), more(figures) if more else ""
    if target:
        sign, limit = target
        met = figure <= limit if sign == "<" else figure >= limit
        verdict = f"{sign} {limit:<5} {'met' if met else 'missed'}"
        remark = f"{verdict:16}{remark}"
    print(f"{what:40} {figure:9.3f} {unit:8}  {remark}".rstrip())


def print_rows(rows, figures):
    print(f"\n{'':60} target")
    for row in rows:
        if len(row) == 1:
            print(*row)
        else:
            print_row(figures, *row)
