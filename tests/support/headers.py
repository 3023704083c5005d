#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header compiles alone. usage: headers.py BUILD_DIRECTORY

The build has shown it of those which a source beside them includes before all else, as most
do; the others are compiled here.
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import tap

DIRECTIVE = re.compile(r"^#.*", re.M)
INCLUDE = re.compile(r'#include "(\S+)"')


def begins_with(top, source):
    """The header beside SOURCE that it includes before all else, by its path below TOP, or None."""
    first = DIRECTIVE.search(source.read_text())
    included = first and INCLUDE.fullmatch(first[0])
    header = included and source.parent / pathlib.Path(included[1]).name
    return header if included and header == top / included[1] else None


def shown(commands):
    """The headers of which the build has shown it."""
    sources = {pathlib.Path(c["directory"], c["file"]).resolve() for c in commands}
    return {begins_with(top, source) for top in (tap.ROOT / "src", tap.ROOT / "tests")
            for source in sources if source.is_relative_to(top) and source.suffix == ".c"}


def compiler(commands):
    """The compiler with the flags of our sources, as the build calls it."""
    words = shlex.split(next(c["command"] for c in commands if "src/base/" in c["file"]))
    drop = {"-o", "-MF", "-MQ", "-c"}
    kept = [word for at, word in enumerate(words)
            if word not in drop | {"-MD"} and (at == 0 or words[at - 1] not in drop)]
    # Our flags have src beside the folder of base's own; the tests' headers need tests.
    return kept + [f"-I{tap.ROOT}/tests", f"-I{tap.ROOT}/src/client", "-Werror", "-fsyntax-only", "-xc", "-"]


def check(command, build, header):
    done = subprocess.run(command, input=f'#include "{header}"\n', cwd=build, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.splitlines() or ["failed"] if done.returncode else []


def begun():
    """It is no proof if something comes before the header, or if it is the header of another."""
    with tempfile.TemporaryDirectory() as directory:
        top = pathlib.Path(directory)
        source = top / "odd.c"
        found = []
        for text in ('#include "odd.h"\n', '#include <stddef.h>\n#include "odd.h"\n',
                     '#define ODD\n#include "odd.h"\n', '#include "base/odd.h"\n', ""):
            source.write_text(text)
            found.append(begins_with(top, source))
    return [] if found == [top / "odd.h", None, None, None, None] else [f"{found}"]


def main():
    build = pathlib.Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text())
    command = compiler(commands)
    done = shown(commands)
    bad = tap.finds(lambda root: check(command, build, root / "bad.h"),
                    {"bad.h": "size_t f(void);\n"}, ["size_t"])
    headers = tap.sources(".h")
    tap.run([("a header that needs another one is found", bad),
             ("a source proves it of the header with which it begins", begun)] +
            [(f"{header.relative_to(tap.ROOT)} compiles alone",
              lambda header=header: header not in done and check(command, build, header))
             for header in headers])


main()
