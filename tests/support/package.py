#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed below DESTDIR, and that a Debian package takes each of the files.

Called with the build directory, which is complete by then.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

DEBIAN = tap.ROOT / "packaging/debian"


def install(build, directory):
    done = subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", directory],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return [] if done.returncode == 0 else done.stdout.splitlines()[-20:]


def installed(directory, prefix):
    """The files as a package with the prefix /usr would have them."""
    root = pathlib.Path(directory)
    paths = ("/" + path.relative_to(root).as_posix() for path in root.rglob("*")
             if not path.is_dir())
    return sorted(re.sub(rf"^{prefix}/(etc/)?", lambda m: "etc/" if m.group(1) else "usr/", path)
                  .lstrip("/") for path in paths)


def unit_folder(files):
    """It is not the same in all releases of Debian; the rules find it out, too."""
    assert "systemdsystemunitdir systemd" in (DEBIAN / "rules").read_text()
    return next(file.rpartition("/")[0] for file in files if file.endswith("/msrpd.service"))


def patterns(debian):
    """(pattern, package that takes what it matches)"""
    return [(line, file.stem) for file in sorted(debian.glob("*.install"))
            for line in file.read_text().split()]


def takes(pattern, file):
    return fnmatch.fnmatch(file, pattern) or fnmatch.fnmatch(file, f"{pattern}/*")


def misplaced(files, known):
    """dpkg would refuse to install a file that two packages have."""
    problems = []
    for file in files:
        packages = sorted({package for pattern, package in known if takes(pattern, file)})
        if len(packages) != 1:
            problems.append(f"{file}: in {' and '.join(packages) or 'no package'}")
    return problems


def missing(files, known):
    return [f"{package}: {pattern} is not installed" for pattern, package in known
            if not any(takes(pattern, file) for file in files)]


def check_configuration(build):
    """It is installed where there is none, and left alone where there is one."""
    with tempfile.TemporaryDirectory() as directory:
        problems = install(build, directory)
        config = next(pathlib.Path(directory).rglob("etc/msrpd/msrpd.conf"))
        if config.stat().st_mode & 0o777 != 0o640:
            problems.append(f"mode {config.stat().st_mode:o}")
        config.write_text("edited\n")
        problems += install(build, directory)
        if config.read_text() != "edited\n":
            problems.append("it was overwritten")
    return problems


def option(build, name):
    lines = subprocess.run(["meson", "introspect", "--buildoptions", build], text=True,
                           stdout=subprocess.PIPE, check=True).stdout
    return re.search(rf'"name": "{name}", "value": "([^"]*)"', lines).group(1)


def check_files(build):
    with tempfile.TemporaryDirectory() as directory:
        problems = install(build, directory)
        files = installed(directory, option(build, "prefix"))
    known = [*patterns(DEBIAN), (unit_folder(files), "msrpd")]
    for wanted in ("etc/msrpd/msrpd.conf", "usr/sbin/msrpd", "usr/bin/msrp", "usr/include/msrp.h",
                   "usr/include/msrp/sdp.h"):
        if wanted not in files:
            problems.append(f"{wanted} is not installed")
    return problems + misplaced(files, known) + missing(files, known)


def check_version():
    """The packages are those of the version that is built."""
    ours = re.search(r"version: '([\d.]+)'", (tap.ROOT / "meson.build").read_text()).group(1)
    theirs = re.match(r"msrpd \(([\d.]+)\)", (DEBIAN / "changelog").read_text()).group(1)
    return [] if ours == theirs else [f"changelog: {theirs} instead of {ours}"]


def bad(check, files, known, word):
    return lambda: [] if any(word in problem for problem in check(files, known)) else ["not found"]


tap.run([
    ("a file in no package is found", bad(misplaced, ["usr/x"], [("usr/y", "a")], "usr/x: in no")),
    ("a file in two packages is found",
     bad(misplaced, ["usr/x/y"], [("usr/x", "a"), ("usr/*/y", "b")], "usr/x/y: in a and b")),
    ("a file that is not there is found", bad(missing, ["usr/x"], [("usr/y", "a")], "usr/y is not")),
    ("a folder takes what is in it", lambda: misplaced(["usr/x/y/z"], [("usr/x", "a")])),
    ("the packages have the version of the program", check_version),
    ("each file that is installed is in one package", lambda: check_files(sys.argv[1])),
    ("a configuration that is there stays", lambda: check_configuration(sys.argv[1])),
])
