#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page of the client library names every function of its header, and no other.

In the page a function is the bold tag of a paragraph: .TP, then .BR and its
name before parentheses. Several may share a tag.
"""

import re

import api
import tap

PAGE = "man/msrp.3"


def named(text):
    tags = re.findall(r"^\.TP\n(\.BR (?:.*\\\n)*.*)$", text, re.M)
    return {name for tag in tags for name in re.findall(r"\b(\w+) (?:\(\)|\"\(\))", tag)}


def check(root):
    wanted = api.declared((root / api.HEADER).read_text())
    found = named((root / PAGE).read_text())
    problems = [] if wanted else [f"{api.HEADER}: no functions found"]
    problems += [f"{PAGE}: {name} is missing" for name in sorted(wanted - found)]
    return problems + [f"{PAGE}: there is no {name}" for name in sorted(found - wanted)]


GOOD = {
    api.HEADER: "/* msrp_none() */\nint msrp_a(void);\nvoid msrp_b(int a,\n\tint b);\n"
                "int msrp_c(void);\n",
    PAGE: ".TP\n.BR msrp_a ()\nText of\n.BR msrp_other ().\n.TP\n"
          ".BR msrp_b \"(), \" \\\nmsrp_c ()\n",
}


def bad(old, new, *words):
    return tap.finds(check, GOOD | {PAGE: GOOD[PAGE].replace(old, new)}, words)


def sample_is_read():
    want = {"msrp_a", "msrp_b", "msrp_c"}
    found = api.declared(GOOD[api.HEADER]), named(GOOD[PAGE])
    return [] if found == (want, want) else [f"{found} instead of {want}"]


tap.run([
    ("the good sample is read as it is meant", sample_is_read),
    ("a function that the page lacks is found", bad("msrp_a", "msrp_b", "msrp_a is missing")),
    ("a second one in a tag is found", bad("msrp_c", "msrp_b", "msrp_c is missing")),
    ("a function that the page invents is found", bad("msrp_a", "msrp_z", "no msrp_z")),
    ("header and manual page know the same functions", lambda: check(tap.ROOT)),
])
