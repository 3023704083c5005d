#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the program, the sample configuration and the manual page know the same keys.

In the sample "# " starts prose, and a "#" that no space follows takes out a
setting. In the page a key is the bold tag of a paragraph: .TP, then .B and
its whole name, with [] after the name of a list, as in the table. What the
table calls fixed, and nothing else, is said to take a restart there.
"""

import re

import tap

TABLE = "src/daemon/config/config_option.c"
SAMPLE = "conf/msrpd.conf"
PAGE = "man/msrpd.conf.5"

RESTART = "A change takes a restart."

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(\w+)\s*[=:]|[{}()\[\]]|[^\s]')


def table_keys(text):
    return set(re.findall(r'^\t\{ "([\w.\[\]]+)",', text, re.M))


def sample_keys(text):
    """Every key with its groups; what is in a list of groups has [] after the list's name."""
    lines = (re.sub(r"^#(?! |$)", "", line) for line in text.splitlines())
    text = "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in lines)
    keys, prefix, stack, name = set(), "", [], ""
    for match in TOKEN.finditer(text):
        token = match.group()
        if match.group(1):
            name = match.group(1)
            keys.add(prefix + name)
        elif token in "({":
            stack.append((prefix, token))
            if token == "(":
                prefix += f"{name}[]"
            elif prefix.endswith("[]"):
                prefix += "."
            else:
                # Groups have no line of their own in the table.
                keys.discard(prefix + name)
                prefix += f"{name}."
        elif token in ")}" and stack:
            prefix, _ = stack.pop()
    return keys


def page_keys(text):
    return set(re.findall(r"^\.T[PQ].*\n\.B (?:\\&)?([a-z][\w.\[\]]*)$", text, re.M))


def fixed_keys(text):
    entries = re.split(r"^\t(?=\{ \")", text, flags=re.M)
    return set().union(*(table_keys(f"\t{entry}") for entry in entries
                         if ".fixed = true" in entry))


def restart_keys(text):
    paragraphs = re.split(r"^(?=\.T[PQ])", text, flags=re.M)
    return set().union(*(page_keys(paragraph) for paragraph in paragraphs
                         if RESTART in paragraph.splitlines()))


def check_fixed(root):
    fixed = fixed_keys((root / TABLE).read_text())
    told = restart_keys((root / PAGE).read_text())
    return [f"{PAGE}: whether {key} takes a restart" for key in sorted(fixed ^ told)]


def check(root):
    table = table_keys((root / TABLE).read_text())
    problems = [] if table else [f"{TABLE}: no keys found"]
    for file, read in ((SAMPLE, sample_keys), (PAGE, page_keys)):
        keys = read((root / file).read_text())
        problems += [f"{file}: {key} is missing" for key in sorted(table - keys)]
        problems += [f"{file}: there is no {key}" for key in sorted(keys - table)]
    return problems + check_fixed(root)


GOOD = {
    TABLE: '\t{ "a", X },\n\t{ "g.b", X,\n\t  .fixed = true },\n\t{ "l", X },\n\t{ "l[].c", X },\n\t{ "g.h.d", X },\n',
    SAMPLE: '# say = so;\na = "{ x = 1 }"; # y = 2\n#l = ( { c = 1; }, { c = 2; } );\n'
            'g: { b = [ "1", "2" ];\n#\th: { d = 1; };\n };\n',
    PAGE: ".TP\n.B a\nText.\n.TP\n.B g.b\nA change takes a restart.\n.TP\n.B l\n.TP\n.B l[].c\n.TP\n.B g.h.d\n",
}


def bad(file, old, new, *words):
    return tap.finds(check, GOOD | {file: GOOD[file].replace(old, new)}, [file, *words])


def sample_is_read():
    want = table_keys(GOOD[TABLE])
    found = {SAMPLE: sample_keys(GOOD[SAMPLE]), PAGE: page_keys(GOOD[PAGE])}
    return [f"{file}: {keys} instead of {want}" for file, keys in found.items() if keys != want]


tap.run([
    ("the good sample is read as it is meant", sample_is_read),
    ("a key that the sample lacks is found", bad(SAMPLE, "b = ", "", "g.b is missing")),
    ("a key that the sample invents is found", bad(SAMPLE, "a = ", "z = 1; a = ", "no z")),
    ("a key that the page lacks is found", bad(PAGE, ".B l[].c", "", "l[].c is missing")),
    ("a key that the page invents is found", bad(PAGE, ".B a", ".B g.z", "no g.z")),
    ("a restart that the page forgets is found", bad(PAGE, RESTART, "", "g.b takes a restart")),
    ("a restart that nobody needs is found", bad(PAGE, "Text.", RESTART, "a takes a restart")),
    ("table, sample and manual page know the same keys", lambda: check(tap.ROOT)),
])
