#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared library shows the functions of its header and nothing else, and no struct of the core
shares the name of a public one.

usage: exports.py NM LIBRARY
"""

import pathlib
import re
import subprocess
import sys

import api
import tap


def exported(nm, library):
    lines = subprocess.run([nm, "-D", "--defined-only", library], text=True, check=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return {words[2].split("@")[0] for words in map(str.split, lines) if words[1] != "A"}


def differences(wanted, found):
    return [f"{name} is declared, but not exported" for name in sorted(wanted - found)] + \
           [f"{name} is exported, but not declared" for name in sorted(found - wanted)]


def twice(core, public):
    """A struct of the core that is called as one of <msrp.h>: nobody could tell which is meant."""
    tags = set(re.findall(r"^(?:struct|enum) (\w+) \{", core, re.M))
    return [f"{tag} is a public one, too" for tag in
            sorted(tags & set(re.findall(r"\b(?:struct|enum) (\w+)", public)))]


def core_structs():
    core = "".join(path.read_text() for path in sorted((tap.ROOT / "src").rglob("*.h"))
                   if path.parent.name in ("base", "msrp", "net", "sdp") and
                   path not in api.headers(tap.ROOT))
    return twice(core, api.text(tap.ROOT))


def main():
    nm, library = sys.argv[1:]
    wanted = api.declared(api.text(tap.ROOT))

    def every_name_has_the_prefix():
        return [f"{name} in {api.HEADER}" for name in sorted(wanted) if not name.startswith("msrp_")]

    def a_stray_is_found():
        problems = differences({"msrp_a", "msrp_b"}, {"msrp_b", "buf_add"})
        return [] if len(problems) == 2 else [f"only {problems}"]

    def all_is_declared_that_is_exported():
        return differences(wanted, exported(nm, library)) or \
            ([] if len(wanted) > 20 else ["hardly anything is declared"])

    def the_name_has_the_version():
        named = pathlib.Path(library).with_name("libmsrp.so.1")
        return [] if named.exists() and named.samefile(library) else [f"no {named}"]

    tap.run([
        ("a struct with two meanings is found", lambda: [] if twice(
            "struct msrp_a {\n};\n", "struct msrp_a;\n") else ["not found"]),
        ("structs of the core have names of their own", core_structs),
        ("a stray symbol and a missing one are found", a_stray_is_found),
        ("every public function is called msrp_", every_name_has_the_prefix),
        ("what the header declares is exported, and nothing else",
         all_is_declared_that_is_exported),
        ("the library is libmsrp.so.1", the_name_has_the_version),
    ])


main()
