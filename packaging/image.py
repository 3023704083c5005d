#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an image for containers of our packages: image.py PACKAGES ARCHIVE.

As root. PACKAGES is what "./dev package" leaves; ARCHIVE becomes an image in the form of docker, for
"podman load -i". Its root is a new Debian that debootstrap makes, without anything of this machine.
"""

import pathlib
import re
import shutil
import sys
import tempfile

from root import TOP, Root, built_packages, mirror, run

# What a relay has no use for, or what debootstrap has copied from this machine.
LEFT_OUT = ["etc/apt/sources.list", "etc/hostname", "etc/resolv.conf", "usr/sbin/policy-rc.d",
            "packages.d", "var/lib/apt/lists/*", "var/cache/apt/*", "var/log/*.log",
            "var/cache/debconf/*-old", "usr/share/locale/*", "usr/share/man/*", "dev/*", "proc/*"]


class Bare(Root):
    """With what PACKAGES depend on, and nothing of how apt works here."""

    def __init__(self, path, packages):
        super().__init__(path)
        self._packages = packages

    def create(self):
        address, code = mirror()
        run("debootstrap", "--variant=minbase", f"--include={','.join(self._needed())}", code,
            self.path, address)
        policy = self.path / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def _needed(self):
        """Of alternatives the first; debootstrap knows what these need themselves."""
        ours = {package.name.partition("_")[0] for package in self._packages}
        needed = set()
        for package in self._packages:
            depends = run("dpkg-deb", "-f", package, "Depends", "Pre-Depends")
            for one in re.split(r"[,\n]", depends):
                name = re.sub(r"^(Pre-)?Depends:", "", one).partition("|")[0].partition("(")[0]
                needed.add(name.strip().partition(":")[0])
        return sorted(needed - ours - {""})

    def pack(self, tar):
        for pattern in LEFT_OUT:
            for path in self.path.glob(pattern):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        run("tar", "--numeric-owner", "--sort=name", "-C", self.path, "-cf", tar, ".")


def buildah(directory, *words):
    """With a storage of its own, and without a user or network namespace, which it has no use for."""
    print(run("buildah", "--storage-driver", "vfs", "--root", directory / "storage", "--runroot",
              directory / "run", *words), end="", flush=True)


def main(folder, archive):
    packages = [p for p in built_packages(folder) if p.name.startswith("msrpd_")]
    version = packages[0].name.split("_")[1]
    name = "localhost/msrpd:latest"
    with tempfile.TemporaryDirectory(prefix="msrpd-image-") as directory:
        directory = pathlib.Path(directory)
        context = directory / "context"
        context.mkdir()
        root = Bare(directory / "root", packages)
        print("# a new system", flush=True)
        root.create()
        with root:
            root.chroot("dpkg", "-i", *root.copy_in(packages))
        root.pack(context / "root.tar")
        print("# an image of it", flush=True)
        shutil.copy(TOP / "packaging/image/Containerfile", context)
        buildah(directory, "build", "--isolation", "chroot", "--format", "docker", "-t", name,
                "--label", f"org.opencontainers.image.version={version}", context)
        pathlib.Path(archive).unlink(missing_ok=True)
        buildah(directory, "push", name, f"docker-archive:{archive}:{name}")
    print(f"{name} in {archive}: podman load -i {archive}")


main(*sys.argv[1:])
