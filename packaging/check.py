#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs our packages into a new Debian, in a directory, and uses them there.

As root. From where apt gets its packages here, the new system gets them, too.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests/support"), str(TOP / "tests/system")]

from root import Root, built_packages, run


def check_files(root):
    config = root.path / "etc/msrpd/msrpd.conf"
    owner = root.chroot("stat", "-c", "%U %G %a", "/etc/msrpd/msrpd.conf").strip()
    assert owner == "root msrpd 640", owner
    assert config.exists()
    version = root.chroot("/usr/sbin/msrpd", "-V")
    for backend in ("http", "sqlite", "postgresql", "mariadb"):
        assert backend in version, version
    done = subprocess.run(["chroot", "--userspec=msrpd", root.path, "/usr/sbin/msrpd", "-t"],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    # Only what the operator has to give is missing.
    complaints = [line for line in done.stdout.splitlines() if "/etc/msrpd/" in line]
    assert done.returncode and complaints and all("cert.pem" in line or "key.pem" in line
                                                  for line in complaints), done.stdout
    root.chroot("/usr/sbin/msrpctl", "--version")
    for name in ("prometheus-rules.yml", "grafana-dashboard.json"):
        assert (root.path / "usr/share/msrpd" / name).exists(), name


def check_relay(root, shared):
    """The daemon as its own user; a file from one client to another, all from in there."""
    os.environ["MSRPD"] = root.program(shared, "/usr/sbin/msrpd", "msrpd")
    os.environ["MSRP"] = root.program(shared, "/usr/bin/msrp")
    import relay as system  # which looks at the environment now

    place = system.Place()
    for path in (place.path, *place.path.iterdir()):
        path.chmod(0o755)
    place.path.chmod(0o777)
    data = place.path / "data"
    data.write_bytes(os.urandom(1000000))
    with system.Relay(place, {"admin.socket": ""}) as relay:
        (where := place.path / "path").unlink(missing_ok=True)
        receive = system.Command(relay, "bob", "receive", "--path-file", where, "--output",
                                 place.path / "got")
        system.Command(relay, "alice", "send", data, "--path-file", where).succeed()
        receive.succeed()
        relay.wait_log("session opened: .* user=alice")
        wrong = system.Command(relay, "alice", "auth", password="wrong").finish()
        assert wrong[0] != 0, wrong
    assert (place.path / "got").read_bytes() == data.read_bytes()


def check_library(root):
    """What pkg-config says of the installed library."""
    flags = run("pkg-config", "--cflags", "--libs", "libmsrp", env=os.environ | {
        "PKG_CONFIG_SYSROOT_DIR": str(root.path),
        "PKG_CONFIG_PATH": ":".join(map(str, root.path.glob("usr/lib/*/pkgconfig")))})
    assert "-lmsrp" in flags, flags
    assert (root.path / "usr/include/msrp.h").exists()
    assert (root.path / "usr/include/msrp/session.h").exists()


def try_packages(root, packages, shared):
    print("# installing", flush=True)
    root.install(*root.copy_in(packages))
    check_files(root)
    check_library(root)
    print("# a file through the relay", flush=True)
    check_relay(root, shared)
    print("# removing", flush=True)
    root.chroot("apt-get", "-qy", "purge", "msrpd", "msrp", "libmsrp1", "libmsrp-dev",
                "libjs-msrp")
    assert not (root.path / "etc/msrpd").exists()


def main(folder):
    packages = built_packages(folder)
    with tempfile.TemporaryDirectory(prefix="msrpd-package-") as directory:
        root = Root(pathlib.Path(directory) / "root")
        pathlib.Path(directory).chmod(0o755)
        # A directory of the same name inside and outside, for what both have to see.
        shared = pathlib.Path(directory) / "shared"
        inside = root.path / str(shared).lstrip("/")
        print("# a new system", flush=True)
        root.create()
        inside.mkdir(parents=True)
        shared.symlink_to(inside)
        tempfile.tempdir = str(shared)
        with root:
            try_packages(root, packages, shared)
    print("the packages are fine")


main(sys.argv[1])
