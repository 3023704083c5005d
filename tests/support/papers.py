#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file, function, struct and command that README.md and doc/*.md name exists.

What counts as named is what stands in backquotes. A path begins with one of our folders and may
have a "*". A function, `name()`, that a path of a source precedes in its paragraph or row
is defined in that file; else in any.

The folders and rooms of doc/architecture.md are those of layers.py: the third column of a row is
what a folder may use, and a line "src/folder: a b" has its rooms in order.
"""

import ast
import re

import tap

FOLDERS = "src tests doc man conf packaging systemd".split()
QUOTED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*-]+")
FUNCTION = re.compile(r"(\w+)\(\)")
STRUCT = re.compile(r"struct (\w+)")
DEV = re.compile(r"\./dev(?: ([a-z]+))?(?: (--[a-z]+))?")


def papers(root):
    return [path for path in [root / "README.md", *sorted((root / "doc").glob("*.md"))]
            if path.is_file()]


def parts(text):
    """(line, part): a paragraph, an item of a list or a row of a table, as one line."""
    start, lines = 1, []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if not line.strip() or re.match(r"\s*(?:[-*|#]|\d+\.)\s*", line):
            if lines:
                yield start, " ".join(lines)
            start, lines = number, []
        if line.strip():
            start = start if lines else number
            lines.append(line)


def defines(text, name):
    """Not a call: those are indented, or within a line."""
    return re.search(rf"^(?:\w[^;\n=]*[\s*])?{name}\(", text, re.M) is not None


def sources(root):
    return [path for folder in ("src", "tests") for path in sorted((root / folder).rglob("*.[ch]"))]


class Tree:
    def __init__(self, root):
        self.root = root
        self.texts = {path: path.read_text() for path in sources(root)}
        dev = root / "dev"
        self.help = dev.read_text() if dev.is_file() else ""

    def has_path(self, path):
        return any(True for _ in self.root.glob(path.rstrip("/")))

    def has_function(self, name, file):
        if file is not None:
            return defines(self.texts.get(self.root / file, ""), name)
        return any(defines(text, name) for text in self.texts.values())

    def has_struct(self, name):
        return any(re.search(rf"^struct {name} \{{", text, re.M) for text in self.texts.values())

    def has_command(self, command, option):
        pattern = rf"^\t  {command or ''}\b.*{re.escape(option) if option else ''}"
        return re.search(pattern, self.help, re.M) is not None


def check_quoted(tree, quoted, file):
    """What is wrong with it, and the file that it names for the functions behind it."""
    if PATH.fullmatch(quoted):
        is_source = quoted.endswith(".c")
        return (None if tree.has_path(quoted) else f"there is no {quoted}",
                quoted if is_source else file)
    function, struct, dev = (p.fullmatch(quoted) for p in (FUNCTION, STRUCT, DEV))
    if function and not tree.has_function(function[1], file):
        return f"no {quoted} in {file or 'any file'}", file
    if struct and not tree.has_struct(struct[1]):
        return f"there is no {quoted}", file
    if dev and not tree.has_command(dev[1], dev[2]):
        return f"dev has no {quoted}", file
    return None, file


def check_paper(tree, paper):
    for line, part in parts(paper.read_text()):
        file = None
        for quoted in QUOTED.findall(part):
            problem, file = check_quoted(tree, quoted, file)
            if problem:
                yield f"{paper.relative_to(tree.root)}:{line}: {problem}"


def check(root):
    tree = Tree(root)
    return [problem for paper in papers(root) for problem in check_paper(tree, paper)]


LAYERS = "tests/support/layers.py"
ROOMS = "doc/architecture.md"


def layers(root):
    """FOLDERS and ROOMS of layers.py, which would run if it were imported."""
    tree = ast.parse((root / LAYERS).read_text())
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body
              if isinstance(node, ast.Assign) and node.targets[0].id in ("FOLDERS", "ROOMS")}
    return values["FOLDERS"], values["ROOMS"]


def check_rooms(root):
    text = (root / ROOMS).read_text()
    rows = re.findall(r"^\| `src/(\w+)` \|[^|]*\|([^|]*)\|", text, re.M)
    lines = re.findall(r"^    src/(\w+):((?: +[a-z]+)+)", text, re.M)
    folders, rooms = layers(root)
    told = {name: sorted(uses.replace(",", " ").split()) for name, uses in rows}
    told_rooms = {name: names.split() for name, names in lines}
    return [f"{ROOMS}: {name} may use {told.get(name)} instead of {folders.get(name)}"
            for name in sorted(told.keys() | folders.keys())
            if told.get(name) != sorted(folders.get(name, ["?"]))] + \
           [f"{ROOMS}: rooms of {name}: {told_rooms.get(name)} instead of {rooms.get(name)}"
            for name in sorted(told_rooms.keys() | rooms.keys())
            if told_rooms.get(name) != rooms.get(name)]


GOOD = {
    "src/a/b.c": "static int f(void)\n{\n\treturn g();\n}\n",
    "src/a/c.c": "struct s {\n\tint x;\n};\nint *g(void)\n{\n\treturn 0;\n}\n",
    "dev": "\t  test --quick    units\n",
    "doc/x.md": "1. `src/a/b.c`: `f()`, and\n   `src/a/c.c`: `g()`\n2. `g()` of `struct s`\n\n"
                "`src/*/b.c` `./dev test --quick`\n",
    LAYERS: 'FOLDERS = {"a": [], "b": ["a"]}\nROOMS = {"b": ["x", "y"]}\n',
    ROOMS: "| `src/a` | A. | | x |\n| `src/b` | B. | a | |\n\n    src/b:  x  y    (main.c)\n",
    "src/a/d.h": "",
    "src/b/d.h": "",
}


def bad(old, new, word):
    return tap.finds(check, GOOD | {"doc/x.md": GOOD["doc/x.md"].replace(old, new)}, [word])


def bad_rooms(old, new, word):
    return tap.finds(check_rooms, GOOD | {ROOMS: GOOD[ROOMS].replace(old, new)}, [word])


def good_is_good():
    found = [what for what in (check, check_rooms) if not tap.finds(what, GOOD, [])()]
    return [f"something was found in the good sample by {what.__name__}" for what in found]


def tracked_papers():
    """A rule that reads nothing would find nothing."""
    names = [path.name for path in papers(tap.ROOT)]
    return [f"{name} is not read" for name in ("README.md", "architecture.md", "contributing.md",
                                               "security.md") if name not in names]


tap.run([
    ("nothing is found in a good sample", good_is_good),
    ("a file that there is not is found", bad("src/a/c.c", "src/a/d.c", "no src/a/d.c")),
    ("a pattern that fits nothing is found", bad("src/*/b.c", "src/*/z.c", "no src/*/z.c")),
    ("a function of another file is found", bad("`f()`", "`g()`", "x.md:1: no g() in src/a/b.c")),
    ("a function that is nowhere is found", bad("2. `g()`", "2. `h()`", "no h() in any")),
    ("a struct that there is not is found", bad("struct s", "struct t", "no struct t")),
    ("an option that dev does not have is found", bad("--quick", "--slow", "dev has no")),
    ("a folder that is said to use another is found", bad_rooms("| | x", "| b | x", "a may use")),
    ("a folder that is left out is found", bad_rooms("| `src/a`", "| `a`", "a may use None")),
    ("rooms in another order are found", bad_rooms("x  y", "y  x", "rooms of b")),
    ("all papers are read", tracked_papers),
    ("every file, function, struct and command of the papers exists", lambda: check(tap.ROOT)),
    ("folders and rooms are those that may be used", lambda: check_rooms(tap.ROOT)),
])
