#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ./dev has built: tools that do nothing tell what they are asked for."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import tap

# dpkg-query says that all packages are there; ninja ends it, once it has told its targets.
TOOLS = {"dpkg-query": "printf installed", "haproxy": "exit 0", "meson": "exit 0",
         "gcc": "exit 0",
         "ninja": 'printf "%s\\n" "$@" >"$ASKED"; exit 1'}


def asked(*command):
    """What ninja is asked for by `./dev COMMAND`, of the sources in a directory of their own."""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        shutil.copy(tap.ROOT / "dev", directory)
        (directory / "bin").mkdir()
        for tool, text in TOOLS.items():
            (directory / "bin" / tool).write_text(f"#!/bin/sh\n{text}\n")
            (directory / "bin" / tool).chmod(0o755)
        env = os.environ | {"PATH": f"{directory / 'bin'}:{os.environ['PATH']}",
                            "ASKED": str(directory / "asked")}
        done = subprocess.run([directory / "dev", *command], env=env, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False)
        assert (directory / "asked").exists(), done
        return (directory / "asked").read_text().split(), done.stdout


def run():
    """`./dev run` builds what it runs, and says so."""
    words, out = asked("run", "--check")
    programs = [word for word in words if word.startswith("src/")]
    assert programs == ["src/daemon/msrpd", "src/cli/msrp"], words
    assert "== building the relay" in out, out


def bench():
    """What is for all is built by those who want all."""
    words, _ = asked("bench")
    assert not any(word.startswith("src/") for word in words), words


tap.run([
    ("./dev run builds what it needs", run),
    ("./dev bench builds all", bench),
])
