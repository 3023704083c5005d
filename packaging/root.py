# SPDX-License-Identifier: GPL-3.0-or-later
"""A new Debian in a directory, which can be kept in a tar, of which the next one is made.

As root. From where apt gets its packages here, the new system gets them, too.
"""

import os
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]

# How apt reaches its mirrors here, which the new system needs to know as well.
APT_FILES = ["etc/apt/apt.conf.d", "etc/apt/auth.conf.d", "etc/apt/trusted.gpg.d",
             "etc/apt/keyrings", "usr/share/keyrings", "etc/ssl/certs",
             "usr/share/ca-certificates", "usr/local/share/ca-certificates", "etc/resolv.conf"]

MOUNTS = [("proc", "proc", "proc"), ("tmpfs", "tmpfs", "dev"), ("devpts", "devpts", "dev/pts"),
          ("tmpfs", "tmpfs", "dev/shm")]
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9),
           "tty": (5, 0)}
LINKS = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1",
         "stderr": "fd/2"}
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-8000:]}")
    return done.stdout


def mirror():
    """(address, code name) of the first archive that has Debian's main component."""
    known = run("apt-get", "indextargets", "--format", "$(REPO_URI)|$(CODENAME)|$(COMPONENT)",
                "Created-By: Packages")
    for line in known.splitlines():
        address, code, component = line.split("|")
        if component == "main" and "-" not in code:
            return address, code
    sys.exit("apt knows no mirror of Debian here")


class Root:
    """The new system, of the release CODE, or of that which is here."""

    def __init__(self, path, code=""):
        if os.getuid() != 0:
            sys.exit("this needs root, for chroot")
        self.path = pathlib.Path(path)
        self._address, ours = mirror()
        self._code = code or ours

    def chroot(self, *command, **options):
        return run("chroot", self.path, *command, env=os.environ | QUIET, **options)

    def create(self):
        run("debootstrap", "--variant=minbase", self._code, self.path, self._address)
        for name in APT_FILES:
            source, target = pathlib.Path("/", name), self.path / name
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
            elif source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source.resolve(), target)
        (self.path / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        # Nothing that its packages want to start belongs to this machine.
        policy = self.path / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def create_once(self, tar, what, fill):
        """From TAR if WHAT was put into that; else anew by FILL, and TAR is written."""
        if tar.exists() and self._unpack(tar, what):
            return
        self.create()
        with self:
            fill(self)
        (self.path / "what-is-in-it").write_text(what)
        run("tar", "-C", self.path, "-cf", f"{tar}.new", ".")
        os.replace(f"{tar}.new", tar)

    def _unpack(self, tar, what):
        known = subprocess.run(["tar", "-xOf", tar, "./what-is-in-it"], text=True, check=False,
                               stdout=subprocess.PIPE).stdout
        if known == what:
            self.path.mkdir(parents=True)
            run("tar", "-C", self.path, "-xf", tar)
        return known == what

    def __enter__(self):
        """What programs expect to be mounted; in a mount namespace of ours it could not be left."""
        for what, kind, where in MOUNTS:
            (self.path / where).mkdir(exist_ok=True)
            run("mount", "-t", kind, what, self.path / where)
        for name, numbers in DEVICES.items():
            os.mknod(self.path / "dev" / name, 0o666 | 0o020000, os.makedev(*numbers))
            (self.path / "dev" / name).chmod(0o666)
        for name, target in LINKS.items():
            (self.path / "dev" / name).symlink_to(target)
        (self.path / "dev/pts/ptmx").chmod(0o666)
        return self

    def __exit__(self, *_):
        for _, _, where in reversed(MOUNTS):
            run("umount", "--lazy", self.path / where)

    def install(self, *packages):
        """By name, or by the path of a package inside."""
        self.chroot("apt-get", "-q", "update")
        self.chroot("apt-get", "-qy", "--no-install-recommends", "install", *packages)
        self.chroot("apt-get", "-q", "clean")

    def copy_in(self, packages):
        """The packages in files of ours; returns their paths inside."""
        target = self.path / "packages.d"
        target.mkdir(exist_ok=True)
        return ["/packages.d/" + pathlib.Path(shutil.copy(package, target)).name
                for package in packages]

    def program(self, folder, path, user=None):
        """A script for outside that runs the program PATH inside."""
        script = folder / path.rpartition("/")[2]
        who = f"--userspec={user}" if user else ""
        script.write_text(f'#!/bin/sh\nexec chroot {who} {self.path} {path} "$@"\n')
        script.chmod(0o755)
        return str(script)


def built_packages(folder):
    """Those of ./dev package, but the ones with symbols."""
    return [p for p in sorted(pathlib.Path(folder).glob("*.deb")) if "dbgsym" not in p.name]
