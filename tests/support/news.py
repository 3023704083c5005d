#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""NEWS.md has each section of a version once, in the order in which an operator needs them; in each
one list, and no item of it twice."""

import collections
import re

import tap

NEWS = "NEWS.md"
SECTIONS = ["Before you upgrade", "Security", "New", "Fixed"]
SAME = 40  # characters at its beginning tell an item from the others


def check_sections(name, version):
    found = re.findall(r"^### (.*)$", version, re.M)
    wanted = [section for section in SECTIONS if section in found]
    return [] if found == wanted else [f"{NEWS}: sections of {name}: {', '.join(found)}"]


def check_lists(name, version):
    second = re.findall(r"\n[- ] .*\n\n+(- .*)", version)
    items = collections.Counter(item[:SAME] for item in re.findall(r"^- .*$", version, re.M))
    return [f"{NEWS}: a second list in {name}: {item}" for item in second] + \
           [f"{NEWS}: twice in {name}: {item}" for item, n in items.items() if n > 1]


def check(root):
    versions = re.split(r"^## ", (root / NEWS).read_text(), flags=re.M)[1:]
    problems = [] if versions else [f"{NEWS}: no version"]
    for version in versions:
        name = version.split("\n", 1)[0]
        problems += check_sections(name, version) + check_lists(name, version)
    return problems


GOOD = "# News\n\n## 1\n\n### Security\n\n- A\n  b.\n- C.\n\n### Fixed\n\n- D.\n\n## 0\n\n### New\n\n- A\n"


def bad(old, new, word):
    return tap.finds(check, {NEWS: GOOD.replace(old, new)}, [word])


def good_is_good():
    return [] if bad("", "", "")() else ["something was found in the good sample"]


tap.run([
    ("nothing is found in a good sample", good_is_good),
    ("a section that comes twice is found", bad("Fixed", "Security", "Security, Security")),
    ("a section that comes too early is found",
     bad("Security", "New\n\n### Before you upgrade", "New, Before")),
    ("a second list in a section is found", bad("- C.", "\n- C.", "a second list in 1: - C.")),
    ("an item that comes twice is found", bad("- D.", "- D.\n- C.", "twice in 1: - C.")),
    ("NEWS.md is in good order", lambda: check(tap.ROOT)),
])
