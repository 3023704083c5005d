#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command on our sources on another release of Debian: on.py CODE PACKAGES COMMAND...

The system is in a directory and made anew each time, but of a tar beside the
build directories as long as PACKAGES are the same; the sources are a copy. The
packages that the command builds come out to build-CODE-package.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from root import QUIET, TOP, Root, run

INSIDE = ["env", "-i", "HOME=/root", "TERM=dumb", *(f"{name}={value}" for name, value in
                                                    QUIET.items()),
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c",
          'cd /msrpd && exec "$@"', "sh"]


def copy_sources(root):
    (root.path / "msrpd").mkdir(exist_ok=True)
    run("sh", "-c", "tar -cf - --exclude='./build*' --exclude=./.run --exclude=__pycache__ . |"
        f" tar -xf - -C {root.path}/msrpd", cwd=TOP)


def fill(root):
    copy_sources(root)
    root.chroot(*INSIDE, "./dev", "install")
    root.chroot("apt-get", "-q", "clean")


def bring_packages(root, code):
    built = sorted((root.path / "msrpd/build-package").glob("*.deb"))
    target = TOP / f"build-{code}-package"
    if built:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
    for package in built:
        shutil.copy(package, target)


def main(code, packages, *command):
    if not re.fullmatch("[a-z]+", code):
        sys.exit(f"{code} is no name of a release")
    with tempfile.TemporaryDirectory(prefix="msrpd-on-") as directory:
        root = Root(pathlib.Path(directory) / "root", code)
        print(f"# a {code}, in {root.path}", flush=True)
        root.create_once(TOP / f"build-{code}.tar", packages, fill)
        copy_sources(root)
        with root:
            done = subprocess.run(["chroot", root.path, *INSIDE, *command],
                                  stdin=subprocess.DEVNULL, check=False)
        bring_packages(root, code)
    sys.exit(done.returncode)


main(*sys.argv[1:])
