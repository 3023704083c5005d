#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins msrp.js and the modules below msrp/ into one file: join.py msrp.js OUTPUT.

It knows the few forms of import and export that we write, and complains of others. Each module
becomes a function, called once, that returns what it exports; no two may export the same name.
"""

import pathlib
import re
import sys

IMPORT = re.compile(r"^import \{([^}]*)\} from '(\./[^']+)';\n", re.M)
REEXPORT = re.compile(r"^export \{([^}]*)\} from '(\./[^']+)';\n", re.M)
LICENSE = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function) (\w+))", re.M)


def collect(path, seen, order):
    """The modules in the order in which each comes after those that it uses."""
    if path in seen:
        return
    seen.add(path)
    for _, other in IMPORT.findall(path.read_text()):
        collect((path.parent / other).resolve(), seen, order)
    order.append(path)


def body(path):
    text = IMPORT.sub("", path.read_text()).removeprefix(LICENSE)
    names = EXPORT.findall(text)
    text = EXPORT.sub("", text).strip()
    strange = re.search(r"^(?:import|export)\b.*", text, re.M)
    if strange:
        sys.exit(f"{path}: {strange.group()}: not joined")
    given = ", ".join(names)
    begin = "await (async () => {" if re.search(r"^(?:const .*)?\bawait\b", text, re.M) else "(() => {"
    return f"\n// ---- {path.name} ----\n\nconst {{ {given} }} = {begin}\n\n{text}\n\nreturn {{ {given} }};\n}})();\n"


def main(entry, output):
    entry = pathlib.Path(entry).resolve()
    exports = REEXPORT.findall(entry.read_text())
    order, owners, seen = [], {}, set()
    for _, other in exports:
        collect((entry.parent / other).resolve(), seen, order)
    for path in order:
        for name in EXPORT.findall(path.read_text()):
            if owners.setdefault(name, path) != path:
                sys.exit(f"{name} is in {owners[name]} and in {path}")
    comment = re.match(rf"{LICENSE}(?://.*\n)*", entry.read_text()).group()
    names = sorted(name.strip() for words, _ in exports for name in words.split(",") if name.strip())
    text = comment + "".join(map(body, order)) + f"\nexport {{\n\t{(',' + chr(10) + chr(9)).join(names)},\n}};\n"
    pathlib.Path(output).write_text(text)


main(*sys.argv[1:])
