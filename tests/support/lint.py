#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts pass shellcheck or node, manual pages groff and mandoc, and the header of the library doxygen."""

import pathlib
import shutil
import subprocess
import tempfile

import api
import tap

SHELLCHECK = ["shellcheck", "--"]
# That a line with long words cannot be adjusted is no mistake of the page.
GROFF = ["groff", "-man", "-ww", "-W", "break", "-z"]
MANDOC = ["mandoc", "-Tlint", "-Wwarning"]
NODE = ["node", "--check"]


DOXYFILE = tap.ROOT / "doc/Doxyfile"


def doxygen(headers):
    """What it says of headers, with the settings of "./dev docs"."""
    if not shutil.which("doxygen"):
        raise tap.Skip("doxygen is not installed")
    with tempfile.TemporaryDirectory() as directory:
        settings = f"{DOXYFILE.read_text()}INPUT = {' '.join(map(str, headers))}\nOUTPUT_DIRECTORY = {directory}\n"
        done = subprocess.run(["doxygen", "-"], input=settings, cwd=tap.ROOT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        index = pathlib.Path(directory, "libmsrp/index.html")
        if done.returncode == 0 and not done.stdout and not index.is_file():
            return ["no HTML"]
    return done.stdout.splitlines() or [f"exit code {done.returncode}"] \
        if done.stdout or done.returncode else []


def complaints(command, path):
    if not shutil.which(command[0]):
        raise tap.Skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, path], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.stdout.splitlines() or [f"exit code {done.returncode}"] \
        if done.stdout or done.returncode else []


def bad(command, name, text, word):
    return tap.finds(lambda root: complaints(command, root / name), {name: text}, [word])


def main():
    scripts = [tap.ROOT / "dev", tap.ROOT / ".ci/run", *tap.sources(".sh")]
    pages = [p for p in sorted((tap.ROOT / "man").iterdir())
             if {".1", ".3", ".5", ".7", ".8"} & set(p.suffixes)]
    cases = [
        ("an unquoted variable is found", bad(SHELLCHECK, "bad", "#!/bin/sh\nrm $1\n", "SC2086")),
        ("a syntax error is found by node", bad(NODE, "bad.mjs", "f(;\n", "SyntaxError")),
        ("a bad macro is found by groff", bad(GROFF, "bad.1", ".TH A 1\n.NOSUCH\n", "NOSUCH")),
        ("a bad macro is found by mandoc", bad(MANDOC, "bad.1", ".TH A 1\n.NOSUCH\n", "NOSUCH")),
    ]
    cases += [
        ("a comment that is HTML is found by doxygen",
         tap.finds(lambda root: doxygen([root / "bad.h"]),
                   {"bad.h": "int f(void); /* a <nosuch> tag */\n"}, ["nosuch"])),
        (f"doxygen has nothing to say about {api.HEADER} and its parts",
         lambda: doxygen(api.headers(tap.ROOT))),
    ]
    cases += [(f"shellcheck has nothing to say about {path.relative_to(tap.ROOT)}",
               lambda path=path: complaints(SHELLCHECK, path)) for path in scripts]
    # Those of the module are imported by their tests.
    cases += [(f"node has nothing to say about {path.relative_to(tap.ROOT)}",
               lambda path=path: complaints(NODE, path))
              for path in sorted((tap.ROOT / "src/web").glob("*.js"))]
    cases += [(f"{command[0]} has nothing to say about {path.relative_to(tap.ROOT)}",
               lambda path=path, command=command: complaints(command, path))
              for path in pages for command in (GROFF, MANDOC)]
    tap.run(cases)


main()
