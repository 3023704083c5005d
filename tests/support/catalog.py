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

TABLE = "src/daemon/log/record_types.h"
FIELDS = "src/daemon/log/record.c"
CATALOG = "systemd/msrpd.catalog"


def read(root, file):
    return (root / file).read_text()


def rows(text):
    """(type, id, name in the metrics or "", words) of each event."""
    return re.findall(r'X\((RECORD_\w+), \w+, RECORD_\w+, \w+,[ \\\n\t]*"([0-9a-f]*)", '
                      r'(?:NULL|"(\w+)"),[ \\\n\t]*"([^"]*)"\)', text)


def table_ids(text):
    return [row[1] for row in rows(text)]


def check_rows(root):
    text = read(root, TABLE)
    found = rows(text)
    problems = [] if len(found) == len(re.findall(r"^\tX\(", text, re.M)) else [
        f"{TABLE}: a row cannot be read"]
    for place, what in ((0, "type"), (1, "id"), (2, "metric"), (3, "text")):
        values = [row[place] for row in found if row[place]]
        problems += [f"{TABLE}: {what} {one} comes twice"
                     for one in sorted(set(values)) if values.count(one) > 1]
    return problems + [f"{TABLE}: {row[0]}: {row[1]} is no id" for row in found
                       if len(row[1]) != 32]


def entries(text):
    """(id, head, body) of each entry."""
    parts = re.split(r"^-- ([^\n]*)\n", text, flags=re.M)
    return [(parts[i], *(parts[i + 1].partition("\n\n")[::2])) for i in range(1, len(parts), 2)]


def check_ids(root):
    known, told = table_ids(read(root, TABLE)), [e[0] for e in entries(read(root, CATALOG))]
    problems = [] if known else [f"{TABLE}: no ids found"]
    problems += [f"{CATALOG}: {one} comes twice" for one in set(told) if told.count(one) > 1]
    problems += [f"{CATALOG}: {one} is missing" for one in known if one not in told]
    return problems + [f"{CATALOG}: there is no {one}" for one in told if one not in known]


def check_entries(root):
    fields = set(re.findall(r'\{ "(MSRP_\w+)",', read(root, FIELDS)))
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
    TABLE: '\tX(RECORD_A, RELAY_A, RECORD_INFO, 1, \\\n\t  "%s", "a", "x:") \\\n' % ("a" * 32) +
           '\tX(RECORD_B, NONE, RECORD_INFO, RECORD_ALL, \\\n\t  "%s", NULL, "y")\n' % ("b" * 32),
    FIELDS: '\t[F] = { "MSRP_USER", "user" },\n',
    CATALOG: "# c\n\n-- %s\nSubject: x\nDefined-By: msrpd\nDocumentation: man:x(1)\n\n"
             "One two three four five six seven eight @MSRP_USER@.\n" % ("a" * 32) +
             "\n-- %s\nSubject: y\nDefined-By: msrpd\nDocumentation: man:x(1)\n\n"
             "One two three four five six seven eight.\n" % ("b" * 32),
}


def bad(what, file, old, new, *words):
    return tap.finds(what, GOOD | {file: GOOD[file].replace(old, new)}, [file, *words])


def main():
    tap.run([
        ("an id that the catalog lacks is found",
         bad(check_ids, CATALOG, "-- a", "-- c", "a is missing")),
        ("an id that the catalog invents is found",
         bad(check_ids, CATALOG, "-- a", "-- c", "there is no c")),
        ("a row that cannot be read is found",
         bad(check_rows, TABLE, "RECORD_INFO, 1", "RECORD_INFO", "cannot be read")),
        ("an id that comes twice is found",
         bad(check_rows, TABLE, "b" * 32, "a" * 32, "id a", "comes twice")),
        ("an id that is too short is found", bad(check_rows, TABLE, "b" * 32, "b" * 31, "is no id")),
        ("two events of the same words are found",
         bad(check_rows, TABLE, '"y"', '"x:"', "text x: comes twice")),
        ("every row of the table can be read", lambda: check_rows(tap.ROOT)),
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
