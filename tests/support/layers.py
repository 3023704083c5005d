#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which folder of src, and which room of a folder, may include what. Nothing else is allowed."""

import fnmatch
import re

import tap

# Our own folders; each may use itself, too.
FOLDERS = {
    "base": [],
    "msrp": ["base"],
    "sdp": ["base", "msrp"],
    "net": ["base"],
    "relay": ["base", "msrp", "sdp"],
    "users": ["base", "msrp"],
    "client": ["base", "msrp", "sdp", "net"],
    "daemon": ["base", "msrp", "sdp", "net", "relay", "users"],
    "cli": [],  # but for <msrp.h>, which shows that the library suffices
    "ctl": [],
    "web": [],
}

# The rooms of a folder, each of which may use those before it. What stands in no room, such as
# main.c, the header of the library, and what is shared by the files of net and of the relay, is
# everybody's and may use all.
ROOMS = {
    "cli": ["terminal", "disk", "app", "command"],
    "client": ["message", "formats", "link", "transport", "connect", "session", "media"],
    "daemon": ["config", "log", "worker", "serve", "app", "control", "monitor", "admin"],
    "net": ["address", "proxy", "transport", "tls", "websocket", "connection"],
    "relay": ["shared", "watch", "session", "trace", "flow", "party", "route", "auth", "request",
              "anchor"],
}

# Parts of <msrp.h>, which stand together for those who read them, but each belongs to where it is
# implemented: one may be included from there on. The parts include each other by their bare names.
PUBLIC = {
    "client/msrp/types.h": "base/types.h",
    "client/msrp/sdp.h": "sdp/sdp.h",
    **{f"client/msrp/{room}.h": f"client/{room}/{room}.h" for room in ROOMS["client"]},
    "client/msrp/files.h": "client/media/files.h",
    "client/msrp.h": "client/media/msrp.h",
}

# Headers of libraries: who may include them, by path of the including file.
LIBRARIES = {
    "uthash.h": ["base/hash.h"],
    "sys/queue.h": ["base/list.h", "cli/command/said.h"],
    "msrp.h": ["cli/*"],
    "uv.h": ["net/*", "users/*", "client/*", "daemon/*", "cli/*"],
    "openssl/*": ["net/*", "msrp/digest.c"],
    # The hashes of files that are offered and received.
    "openssl/evp.h": ["client/media/file_hash.c"],
    # -V prints the versions of the libraries.
    "openssl/crypto.h": ["daemon/*"],
    "ares.h": ["net/*", "daemon/*"],
    # How the kernel says which addresses are ours.
    "linux/netlink.h": ["net/address/own_address.c"],
    "linux/rtnetlink.h": ["net/address/own_address.c"],
    "libconfig.h": ["daemon/*"],
    "systemd/*": ["daemon/*"],
    "jansson.h": ["ctl/*", "users/http_answer.c"],
    # Each kind of database in files of its own.
    "curl/curl.h": ["users/http_curl.c"],
    "sqlite3.h": ["users/sqlite.c"],
    "libpq-fe.h": ["users/postgresql*.c"],
    "mysql.h": ["users/mariadb*.c"],
    "mysql/plugin_auth.h": ["users/mariadb_auth.c"],
    "mysqld_error.h": ["users/mariadb.c"],
    "errmsg.h": ["users/mariadb*.c"],
    # How AddressSanitizer learns that a block is nobody's.
    "sanitizer/asan_interface.h": ["base/store.c"],
    # inet_pton(), which does no I/O.
    "arpa/inet.h": ["base/*", "msrp/*", "relay/*", "net/*", "users/*", "daemon/*", "client/*"],
}

# What is left of libc for folders that do no I/O and look at no clock.
PURE_FOLDERS = ["base", "msrp", "sdp", "relay"]
PURE_LIBC = """assert errno inttypes limits stdarg stdbool stddef stdint stdio stdlib string
    strings""".split()
LIBC = PURE_LIBC + """arpa/nameser dirent endian fcntl getopt grp ifaddrs math net/if netdb netinet/in netinet/tcp
    malloc poll pthread pwd signal stdatomic sys/file sys/mman sys/random sys/resource sys/socket sys/stat sys/statvfs sys/time
    sys/types sys/uio sys/un sys/wait sys/xattr syslog termios time unistd sys/ioctl linux/sockios
    sysexits ifaddrs libgen""".split()

# The one way to read a file that daemon, net and users share; the machines for bytes have none.
FILES = ["base/file.c", "base/file.h"]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def room(path):
    """Of a file in a folder; None: it is in none."""
    parts = path.split("/")
    return parts[1] if parts[0] in ROOMS and len(parts) > 2 else None


def allowed_room(folder, mine, other):
    if mine is None or other is None:
        return True
    rooms = ROOMS[folder]
    return {mine, other} <= set(rooms) and rooms.index(other) <= rooms.index(mine)


def place(path):
    """Where it counts as standing."""
    return PUBLIC.get(path, path)


def allowed_ours(file, header):
    beside = f"{file.rpartition('/')[0]}/{header}"
    file, header = place(file), place(beside if beside in PUBLIC else header)
    folder = file.split("/")[0]
    # A header that the build makes, such as config.h, has no folder.
    target = header.split("/")[0] if "/" in header else folder
    if target != folder:
        return target in FOLDERS[folder]
    return allowed_room(folder, room(file), room(header))


def allowed_outside(file, header):
    file = place(file)
    patterns = [p for p in LIBRARIES if fnmatch.fnmatch(header, p)]
    if patterns:
        return any(fnmatch.fnmatch(file, who) for p in patterns for who in LIBRARIES[p])
    pure = file.split("/")[0] in PURE_FOLDERS and file not in FILES
    libc = PURE_LIBC if pure else LIBC
    return header.removesuffix(".h") in libc


def check_file(root, path):
    file = path.relative_to(root / "src").as_posix()
    folder = place(file).split("/")[0]
    if folder not in FOLDERS or room(place(file)) not in [None, *ROOMS.get(folder, [])]:
        return [f"src/{file}: a folder without a rule"]
    problems = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        ours, outside = match.groups()
        if not (allowed_ours(file, ours) if ours else allowed_outside(file, outside)):
            problems.append(f"src/{file}:{number}: may not include {ours or outside}")
    return problems


def check(root):
    paths = [p for p in sorted((root / "src").rglob("*")) if p.suffix in (".c", ".h")]
    return [problem for path in paths for problem in check_file(root, path)]


def bad(file, header):
    return tap.finds(check, {f"src/{file}": f"/* x */\n#include {header}\n"},
                     [f"src/{file}:2", header.strip('"<>')])


tap.run([
    ("an include of a higher folder is found", bad("base/a.c", '"msrp/uri.h"')),
    ("an include of a neighbour is found", bad("relay/a.c", '"net/tls/tls.h"')),
    ("an include of a later room is found", bad("client/link/a.c", '"client/session/session.h"')),
    ("so is one of its part of the public header",
     bad("client/message/a.c", '"client/msrp/link.h"')),
    ("a part of the public header keeps to where it belongs",
     bad("client/msrp/types.h", '"sdp.h"')),
    ("a part of the public header without a place is found",
     tap.finds(check, {"src/client/msrp/attic.h": ""}, ["src/client/msrp/attic.h"])),
    ("an include of what libmsrp does not install is found",
     bad("cli/command/a.c", '"client/msrp.h"')),
    ("so is one of base in the command", bad("cli/command/a.c", '"base/buf.h"')),
    ("a room without a rule is found",
     tap.finds(check, {"src/client/attic/a.c": ""}, ["src/client/attic/a.c"])),
    ("a clock in a pure folder is found", bad("msrp/a.h", "<time.h>")),
    ("libcrypto outside digest.c is found", bad("msrp/parser.c", "<openssl/evp.h>")),
    ("libuv in relay is found", bad("relay/a.c", "<uv.h>")),
    ("uthash outside base/hash.h is found", bad("daemon/a.c", "<uthash.h>")),
    ("an unknown library is found", bad("daemon/a.c", "<json-c/json.h>")),
    ("every file of src includes only what its folder may", lambda: check(tap.ROOT)),
])
