#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header compiles alone. usage: headers.py BUILD_DIRECTORY"""

import json
import pathlib
import shlex
import subprocess
import sys

import tap


def compiler(build):
    """The compiler with the flags of our sources, as the build calls it."""
    commands = json.loads((build / "compile_commands.json").read_text())
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


def main():
    build = pathlib.Path(sys.argv[1])
    command = compiler(build)
    bad = tap.finds(lambda root: check(command, build, root / "bad.h"),
                    {"bad.h": "size_t f(void);\n"}, ["size_t"])
    headers = tap.sources(".h")
    tap.run([("a header that needs another one is found", bad)] +
            [(f"{header.relative_to(tap.ROOT)} compiles alone",
              lambda header=header: check(command, build, header)) for header in headers])


main()
