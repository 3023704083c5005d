#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bash offers behind `msrp` and `msrpctl`."""

import os
import pathlib
import subprocess

import relay as system
import tap

FILES = {"msrp": tap.ROOT / "src/cli/completion/msrp",
         "msrpctl": tap.ROOT / "src/ctl/completion/msrpctl"}

# As the shell does it: the words so far, the last one being completed.
SCRIPT = 'source "$1"; function=$2; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ' \
         '$function; printf "%s\\n" "${COMPREPLY[@]}"'

place = system.Place()


def offered(*words, cwd=None):
    folder = pathlib.Path(system.MSRP).parent
    path = {"PATH": f"{folder}:{folder.parent / 'ctl'}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-uc", SCRIPT, "bash", FILES[words[0]], f"_{words[0]}", *words],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                          env=system.environment(**path), check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return sorted(done.stdout.split())


def commands():
    assert {"auth", "receive", "send"} <= set(offered("msrp", ""))
    assert offered("msrp", "rec") == ["receive"]
    assert offered("msrp", "--insecure", "au") == ["auth"]


def options():
    """All that getopt knows, except what it leaves to the manual."""
    text = subprocess.run([system.MSRP, "--help"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    found = offered("msrp", "send", "--")
    assert len(found) > 10 and all(option in text for option in found), found
    assert offered("msrp", "send", "--chunk") == ["--chunk-size"]
    assert offered("msrp", "--pa") == ["--password", "--password-file", "--path-file"]


def files():
    (place.path / "letter.txt").write_text("x")
    for words in (("send", "let"), ("receive", "--output", "let"), ("auth", "--ca", "let")):
        assert offered("msrp", *words, cwd=place.path) == ["letter.txt"], words
    assert offered("msrp", "receive", "let", cwd=place.path) == []
    (place.path / "letters").mkdir()
    assert offered("msrp", "receive", "--dir", "let", cwd=place.path) == ["letters"]
    assert offered("msrp", "forward", "--type", "application/x") == ["application/x-rfb"]


def secrets_are_left_alone():
    for option in ("--password", "--user", "--to"):
        assert offered("msrp", "auth", option, "") == [], option


def control():
    assert {"status", "sessions"} <= set(offered("msrpctl", ""))
    assert offered("msrpctl", "log", "level", "w") == ["warning"]


tap.run([
    ("the commands of msrp", commands),
    ("its options", options),
    ("files, where files belong", files),
    ("nothing, where only the user knows", secrets_are_left_alone),
    ("the commands of msrpctl", control),
])
