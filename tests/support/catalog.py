#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal's catalog explains every message of the program, and nothing else.

usage: catalog.py JOURNALCTL (empty: not here)
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import tap

TABLE = "src/daemon/log/record.c"
CATALOG = "systemd/msrpd.catalog"


def read(root, file):
    return (root / file).read_text()


def table_ids(text):
    return re.findall(r'\{ "([0-9a-f]{32})", RECORD_', text)


def entries(text):
    """(id, head, body) of each entry."""
    parts = re.split(r"^-- ([^\n]*)\n", text, flags=re.M)
    return [(parts[i], *(parts[i + 1].partition("\n\n")[::2])) for i in range(1, len(parts), 2)]


def check_ids(root):
    known, told = table_ids(read(root, TABLE)), [e[0] for e in entries(read(root, CATALOG))]
    problems = [] if known else [f"{TABLE}: no ids found"]
    problems += [f"{TABLE}: {one} comes twice" for one in set(known) if known.count(one) > 1]
    problems += [f"{CATALOG}: {one} comes twice" for one in set(told) if told.count(one) > 1]
    problems += [f"{CATALOG}: {one} is missing" for one in known if one not in told]
    return problems + [f"{CATALOG}: there is no {one}" for one in told if one not in known]


def check_entries(root):
    fields = set(re.findall(r'\{ "(MSRP_\w+)",', read(root, TABLE)))
    problems = []
    for one, head, body in entries(read(root, CATALOG)):
        for word in ("Subject: ", "Defined-By: msrpd", "Documentation: man:"):
            if not re.search(f"^{word}", head, re.M):
                problems.append(f"{CATALOG}: {one} has no {word.strip()}")
        if len(body.split()) < 8:
            problems.append(f"{CATALOG}: {one} explains nothing")
        problems += [f"{CATALOG}: {one}: there is no field {field}"
                     for field in re.findall(r"@(\w+)@", head + body) if field not in fields]
    return problems


def compiles(journalctl):
    def case():
        if not journalctl:
            raise tap.Skip("journalctl is not here")
        want = set(table_ids(read(tap.ROOT, TABLE)))
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            for folder in ("usr/lib/systemd/catalog", "var/lib/systemd/catalog"):
                (root / folder).mkdir(parents=True)
            (root / "usr/lib/systemd/catalog/msrpd.catalog").write_text(read(tap.ROOT, CATALOG))
            for option in ("--update-catalog", "--list-catalog"):
                done = subprocess.run([journalctl, f"--root={root}", option], text=True,
                                      capture_output=True)
                if done.returncode != 0 or done.stderr:
                    return [done.stderr or f"{option} failed"]
        found = set(re.findall(r"^([0-9a-f]{32}) ", done.stdout, re.M))
        return [] if found == want else [f"journalctl finds {found ^ want} or does not"]
    return case


GOOD = {
    TABLE: '\t[X] = { "%s", RECORD_INFO, "x" },\n\t[F] = { "MSRP_USER", "user" },\n' % ("a" * 32),
    CATALOG: "# c\n\n-- %s\nSubject: x\nDefined-By: msrpd\nDocumentation: man:x(1)\n\n"
             "One two three four five six seven eight @MSRP_USER@.\n" % ("a" * 32),
}


def bad(what, file, old, new, *words):
    return tap.finds(what, GOOD | {file: GOOD[file].replace(old, new)}, [file, *words])


def main():
    tap.run([
        ("an id that the catalog lacks is found",
         bad(check_ids, CATALOG, "-- a", "-- b", "a is missing")),
        ("an id that the catalog invents is found",
         bad(check_ids, CATALOG, "-- a", "-- b", "there is no b")),
        ("a field that there is not is found",
         bad(check_entries, CATALOG, "MSRP_USER", "MSRP_PEAR", "MSRP_PEAR")),
        ("an entry without a subject is found",
         bad(check_entries, CATALOG, "Subject: x\n", "", "no Subject")),
        ("an entry without an explanation is found",
         bad(check_entries, CATALOG, "One two three", "", "explains nothing")),
        ("table and catalog know the same messages", lambda: check_ids(tap.ROOT)),
        ("every entry explains its message", lambda: check_entries(tap.ROOT)),
        ("journalctl takes the catalog", compiles(sys.argv[1] if len(sys.argv) > 1 else "")),
    ])


main()
