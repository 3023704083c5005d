#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the linker's version script that exports what headers declare, and nothing else.

usage: exports.py HEADER...
"""

import pathlib
import re
import sys


def functions(text):
    """The names of the functions that headers declare, in their order."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    return list(dict.fromkeys(re.findall(r"\b(msrp_\w+)\s*\(", text)))


def main():
    names = functions("".join(pathlib.Path(path).read_text() for path in sys.argv[1:]))
    print("LIBMSRP_1 {\nglobal:")
    for name in names:
        print(f"\t{name};")
    print("local:\n\t*;\n};")


if __name__ == "__main__":
    main()
