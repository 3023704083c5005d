#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page of the client library names every function of its header, and no other.

In the page a function is the bold tag of a paragraph: .TP, then .BR and its
name before parentheses. Several may share a tag.

The page for those who come from Python names some of them, and structs, and no other.
"""

import re

import api
import tap

PAGE = "man/msrp.3"
PYTHON_PAGE = "man/msrp-python.7"


def named(text):
    tags = re.findall(r"^\.TP\n(\.BR (?:.*\\\n)*.*)$", text, re.M)
    return {name for tag in tags for name in re.findall(r"\b(\w+) (?:\(\)|\"\(\))", tag)}


def check(root):
    wanted = api.declared(api.text(root))
    found = named((root / PAGE).read_text())
    problems = [] if wanted else [f"{api.HEADER}: no functions found"]
    problems += [f"{PAGE}: {name} is missing" for name in sorted(wanted - found)]
    return problems + [f"{PAGE}: there is no {name}" for name in sorted(found - wanted)]


def check_python(root):
    header, page = api.text(root), (root / PYTHON_PAGE).read_text()
    functions = set(re.findall(r"\b(msrp_\w+)\(\)", page))
    types = set(re.findall(r"\b(?:struct|enum) msrp_\w+", page))
    unknown = functions - api.declared(header)
    unknown |= {name for name in types if not re.search(rf"\b{name}\b", header)}
    return [f"{PYTHON_PAGE}: there is no {name}" for name in sorted(unknown)]


GOOD = {
    api.HEADER: "/* msrp_none() */\nint msrp_a(void);\nvoid msrp_b(int a,\n\tint b);\n"
                "int msrp_c(void);\n",
    PAGE: ".TP\n.BR msrp_a ()\nText of\n.BR msrp_other ().\n.TP\n"
          ".BR msrp_b \"(), \" \\\nmsrp_c ()\n",
    PYTHON_PAGE: ".TP\n.B write\nmsrp_a(), msrp_b().\n",
}


def bad(old, new, *words):
    return tap.finds(check, GOOD | {PAGE: GOOD[PAGE].replace(old, new)}, words)


def sample_is_read():
    want = {"msrp_a", "msrp_b", "msrp_c"}
    found = api.declared(GOOD[api.HEADER]), named(GOOD[PAGE])
    return [] if found == (want, want) else [f"{found} instead of {want}"]


def bad_python(text, word):
    return tap.finds(check_python, GOOD | {PYTHON_PAGE: GOOD[PYTHON_PAGE] + text}, [word])


tap.run([
    ("the good sample is read as it is meant", sample_is_read),
    ("a function that the page lacks is found", bad("msrp_a", "msrp_b", "msrp_a is missing")),
    ("a second one in a tag is found", bad("msrp_c", "msrp_b", "msrp_c is missing")),
    ("a function that the page invents is found", bad("msrp_a", "msrp_z", "no msrp_z")),
    ("a function of no header is found on the page for Python",
     bad_python("msrp_z().\n", "no msrp_z")),
    ("so is a struct", bad_python("struct msrp_y.\n", "no struct msrp_y")),
    ("the page for Python names what there is", lambda: check_python(tap.ROOT)),
    ("header and manual page know the same functions", lambda: check(tap.ROOT)),
])
