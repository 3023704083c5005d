#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-tidy has nothing to say of src, by the checks in .clang-tidy.

Called with the build directory, whose compile_commands.json tells how each file is compiled. The
checks are those of clang-tidy 14; other versions know others.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tap

TIDY = ["clang-tidy", "--quiet", "--extra-arg=-Wno-unknown-warning-option"]
AT_A_TIME = 8


def is_ours():
    if not shutil.which(TIDY[0]):
        raise tap.Skip("clang-tidy is not installed")
    version = subprocess.run([TIDY[0], "--version"], text=True, capture_output=True, check=True)
    if "version 14." not in version.stdout:
        raise tap.Skip("the checks are those of clang-tidy 14")


def complaints(build, files):
    done = subprocess.run([*TIDY, "-p", build, *files], cwd=tap.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    found = re.findall(r"^\S+: (?:error|warning): .*$", done.stdout, re.M)
    return found or ([f"exit code {done.returncode}"] if done.returncode else [])


def check_sources(build):
    is_ours()
    commands = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    src = tap.ROOT / "src"
    paths = {pathlib.Path(os.path.normpath(pathlib.Path(c["directory"], c["file"]))) for c in commands}
    files = sorted(str(path) for path in paths if src in path.parents)
    assert files, "no file of src is compiled there"
    parts = [files[at:at + AT_A_TIME] for at in range(0, len(files), AT_A_TIME)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return sorted({line for lines in pool.map(lambda part: complaints(build, part), parts)
                       for line in lines})


def check_bad():
    """A semicolon that is the whole body of an if."""
    is_ours()
    with tempfile.TemporaryDirectory() as directory:
        bad = pathlib.Path(directory, "bad.c")
        bad.write_text("int f(int a);\nint f(int a)\n{\n\tif (a);\n\t\ta = 1;\n\treturn a;\n}\n")
        pathlib.Path(directory, "compile_commands.json").write_text(json.dumps(
            [{"directory": directory, "file": str(bad), "command": f"cc -c {bad}"}]))
        shutil.copy(tap.ROOT / ".clang-tidy", directory)
        return [] if any("bad.c" in line for line in complaints(directory, [str(bad)])) \
            else ["not found"]


tap.run([
    ("what clang-tidy does not like is found", check_bad),
    ("it likes all of src", lambda: check_sources(sys.argv[1])),
])
