#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the linker's version script that exports what a header declares, and nothing else.

usage: exports.py HEADER
"""

import re
import sys


def functions(text):
    """The names of the functions that a header declares, in its order."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    return list(dict.fromkeys(re.findall(r"\b(msrp_\w+)\s*\(", text)))


def main():
    with open(sys.argv[1], encoding="utf-8") as header:
        names = functions(header.read())
    print("LIBMSRP_1 {\nglobal:")
    for name in names:
        print(f"\t{name};")
    print("local:\n\t*;\n};")


if __name__ == "__main__":
    main()
