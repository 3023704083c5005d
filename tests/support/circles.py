#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files do not use each other in circles: neither headers nor what is compiled.

What the objects of a library define and leave undefined says who uses whom, data included. What
a file is given as a pointer, such as a table of hooks, does not count: that is how a lower file
starts what stands above it.

usage: circles.py NM LIBRARY...
"""

import pathlib
import re
import subprocess
import sys

import tap

# How many files of a library may form a circle; 1: none.
LARGEST = {"base": 1, "msrp-core": 2, "sdp": 1, "relay": 1, "users": 1, "net": 6, "msrp-client": 3,
           "daemon": 6, "cli": 1, "ctl": 1}

MEMBER = re.compile(r"^(?:.*/)?([^/]+?)(?:\.c)?\.o:$")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
SYMBOL = re.compile(r"^[0-9a-f]*\s+([A-Za-z])\s+(\S+)$")


def read_symbols(text):
    """({symbol: file}, {file: symbols it needs}) of what nm says about a library."""
    home, needs, file = {}, {}, None
    for line in text.splitlines():
        if match := MEMBER.match(line):
            file = match.group(1)
            needs[file] = set()
        elif match := SYMBOL.match(line):
            kind, symbol = match.groups()
            if kind == "U":
                needs[file].add(symbol)
            elif kind.isupper():
                home[symbol] = file
    return home, needs


def users(text):
    """{file: {file that it uses: a symbol that it needs of that}}"""
    home, needs = read_symbols(text)
    return {file: {home[symbol]: symbol for symbol in sorted(symbols)
                   if home.get(symbol, file) != file} for file, symbols in needs.items()}


def reachable(graph, start):
    seen, todo = set(), [start]
    while todo:
        for file in graph[todo.pop()]:
            if file not in seen:
                seen.add(file)
                todo.append(file)
    return seen


def circles(graph):
    """Sets of files, each of which leads to all others of its set."""
    reach = {file: reachable(graph, file) for file in graph}
    found = {frozenset(other for other in reach[file] if file in reach[other]) for file in graph}
    return [circle for circle in found if circle]


def check(text, largest):
    graph = users(text)
    if len(graph) < 2:
        return ["hardly a file in it"]
    return [f"{', '.join(sorted(circle))}: " + "; ".join(
        f"{file} needs {symbol} of {other}" for file in sorted(circle)
        for other, symbol in graph[file].items() if other in circle)
        for circle in circles(graph) if len(circle) > largest]


def check_headers(root):
    texts = {path.relative_to(root / "src").as_posix(): path.read_text()
             for path in (root / "src").rglob("*.h")}
    graph = {header: [other for other in INCLUDE.findall(text) if other in texts]
             for header, text in texts.items()}
    return [f"headers that include each other: {', '.join(sorted(circle))}"
            for circle in circles(graph)]


def check_library(nm, library):
    text = subprocess.run([nm, library], text=True, check=True, stdout=subprocess.PIPE).stdout
    return check(text, LARGEST[pathlib.Path(library).stem.removeprefix("lib")])


LOW = "low.c.o:\n0 T low_put\n"
TOP = "top.c.o:\n0 T top_call\n U low_put\n"


def a_circle_is_found():
    problems = check(LOW + " U top_call\n\n" + TOP, 1)
    return [] if "low needs top_call of top" in str(problems) else [f"only {problems}"]


def a_circle_of_data_is_found():
    problems = check("low.c.o:\n U top_table\n0 T low_put\n\n" + TOP + "0 R top_table\n", 1)
    return [] if "top_table" in str(problems) else [f"only {problems}"]


def main():
    nm, *libraries = sys.argv[1:]
    tap.run([
        ("a circle is found", a_circle_is_found),
        ("a circle by a table is found", a_circle_of_data_is_found),
        ("headers that include each other are found",
         tap.finds(check_headers, {"src/a/low.h": '#include "a/top.h"\n',
                                   "src/a/top.h": '#include "a/low.h"\n'}, ["a/low.h", "a/top.h"])),
        ("what only leads down is no circle", lambda: check(LOW + "\n" + TOP, 1)),
        ("no header includes one that includes it", lambda: check_headers(tap.ROOT)),
        *[(f"{pathlib.Path(library).name} has no circle that is too large",
           lambda library=library: check_library(nm, library)) for library in libraries],
    ])


main()
