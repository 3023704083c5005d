#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The header of the client library is for C and C++ programs, as msrp(3) says.

usage: cplusplus.py LIBRARY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import tap

PROGRAM = """
#include <msrp.h>
#include <msrp.h>
#include <%(stdio)s>

int main(void)
{
	struct msrp_uri *uri;

	if (msrp_uri_from_text("msrp://a.example;tcp", &uri) != 0)
		return 1;
	puts(msrp_uri_host(uri));
	msrp_uri_free(uri);
	return msrp_version_number() != MSRP_VERSION_NUMBER;
}
"""

library = pathlib.Path(sys.argv[1])


def runs(compiler, stdio, suffix, *flags):
    def case():
        if not shutil.which(compiler):
            raise tap.Skip(f"{compiler} is not installed")
        with tempfile.TemporaryDirectory() as directory:
            source = pathlib.Path(directory, f"program{suffix}")
            source.write_text(PROGRAM % {"stdio": stdio})
            program = source.with_suffix("")
            done = subprocess.run(
                [compiler, *flags, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", program, source,
                 f"-I{tap.ROOT}/src/client", library, f"-Wl,-rpath,{library.resolve().parent}"],
                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode:
                return done.stdout.splitlines()
            out = subprocess.run([program], text=True, stdout=subprocess.PIPE, check=False)
            return [] if (out.returncode, out.stdout) == (0, "a.example\n") else [str(out)]
    return case


tap.run([
    ("a C++ program is linked with it", runs("g++", "cstdio", ".cpp", "-std=c++17")),
    ("so is one in GNU C11", runs("cc", "stdio.h", ".c", "-std=gnu11")),
    ("and one in C11 with POSIX",
     runs("cc", "stdio.h", ".c", "-std=c11", "-D_POSIX_C_SOURCE=200809L")),
])
