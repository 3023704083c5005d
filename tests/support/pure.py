#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""base, msrp, sdp and relay are machines for bytes: what they need from outside is
memory and strings. usage: pure.py NM CC LIBRARY..., each library with those it may use before it.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

ALLOWED = re.compile(r"""^(?:
    malloc|calloc|realloc|reallocarray|free|abort|qsort|bsearch
  | mem\w+|str(?!error|tok|ftime|ptime|signal)\w+|_+(?:mem|str|vs?n?printf|s?nprintf)\w*_chk
  | v?snprintf|__isoc\d+_(?:strtou?ll?|strtoumax)|__assert_fail|__stack_chk_fail|__errno_location
  | inet_pton|explicit_bzero|_GLOBAL_OFFSET_TABLE_
)$""", re.X)

# Hashes only: a random number of OpenSSL's is I/O as much as anybody's.
LIBCRYPTO = re.compile(r"^(?:(?:EVP|CRYPTO|OSSL|HMAC)_?\w*|ERR_(?:set|pop_to)_mark|OPENSSL_cleanse)$")
LIBCRYPTO_USER = "digest.c.o"

# The one way to read a file that the daemon, net and users share; the others have none.
FILES = re.compile(r"^(?:__open(?:64)?_2|open(?:64)?|close|read|__read_chk|fstat(?:64)?|strerror)$")
FILES_USER = "file.c.o"

READ_ONLY = (".text*", ".rodata*", ".data.rel.ro*", "*UND*", "*ABS*", ".eh_frame*", ".note*")


def symbols(nm, library):
    """(object, name, class, section) of each symbol."""
    out = subprocess.run([nm, "-A", "-f", "sysv", library], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    for line in out.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7 and fields[2] not in ("", "Class"):
            where, _, name = fields[0].rpartition(":")
            yield pathlib.PurePath(where.replace(":", "/")).name, name, fields[2], fields[6]


def check(nm, libraries):
    problems = []
    defined = set()
    for library in libraries:
        found = list(symbols(nm, library))
        if not found:
            problems.append(f"{library}: no symbols at all")
        defined |= {name for _, name, kind, _ in found if kind.isupper() and kind != "U"}
        for where, name, kind, section in found:
            if kind in "Uwv":
                crypto = LIBCRYPTO.match(name) and where.endswith(LIBCRYPTO_USER)
                file = FILES.match(name) and where == FILES_USER
                if name not in defined and not ALLOWED.match(name) and not crypto and not file:
                    problems.append(f"{where}: uses {name}")
            elif kind in "bBdDcCsSgG" and not any(fnmatch.fnmatch(section, p) for p in READ_ONLY):
                problems.append(f"{where}: {name} is a global variable")
    return problems


def bad(nm, cc, text, word):
    def case():
        with tempfile.TemporaryDirectory() as directory:
            object_file = f"{directory}/bad.o"
            subprocess.run([*cc, "-xc", "-", "-c", "-fPIC", "-o", object_file], input=text,
                           check=True, text=True)
            problems = check(nm, [object_file])
        return [] if any(word in p for p in problems) else [f"not found: {word}; {problems}"]
    return case


def main():
    nm, cc, libraries = sys.argv[1], sys.argv[2].split(), sys.argv[3:]
    tap.run([
        ("a clock is found", bad(nm, cc, "long time(long *);long f(void){return time(0);}",
                                 "uses time")),
        ("output is found", bad(nm, cc, "int puts(const char *);int f(void){return puts(\"\");}",
                                "uses puts")),
        ("libcrypto is found", bad(nm, cc, "void *EVP_sha256(void);void *f(void)"
                                   "{return EVP_sha256();}", "uses EVP_sha256")),
        ("a global variable is found", bad(nm, cc, "int counter = 1;", "counter is a global")),
        ("a hidden static is found", bad(nm, cc, "int f(void){static int n;return ++n;}",
                                         "is a global")),
        ("a constant table of pointers is fine", lambda: expect_none(nm, cc)),
        ("base, msrp, sdp and relay use memory and strings only", lambda: check(nm, libraries)),
    ])


def expect_none(nm, cc):
    with tempfile.TemporaryDirectory() as directory:
        object_file = f"{directory}/good.o"
        subprocess.run([*cc, "-xc", "-", "-c", "-fPIC", "-o", object_file], check=True, text=True,
                       input='const char *const names[] = { "a", "b" };')
        return check(nm, [object_file])


main()
