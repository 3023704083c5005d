#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house style says about files and functions and a machine can see."""

import pathlib
import re
import tempfile

import tap

FILE_LINES_MAX = 500
LONG_LINES_MAX = 800  # the one script of commands
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 100
TAB = 8
LICENSE = "SPDX-License-Identifier: GPL-3.0-or-later"

TEXTS = (".c", ".h", ".py", ".build", ".sh", ".in", ".conf", ".service", ".5", ".1", ".7", ".8",
         ".catalog", ".txt", ".js", ".mjs", ".ts", ".css", ".html")
SCRIPTS = (".js", ".mjs")
# As long as what they list.
LISTS = ("man/msrpd-conformance.7", "man/msrpd-operation.7", "man/msrpd.conf.5")
# Whose files begin with what they are for, and where in the flow they stand.
HEADED = "src/"
HEAD_CHARACTERS_MIN = 40
HEAD = re.compile(r"/\*(.*?)\*/\n", re.S)
# Strings and characters, which may look like comments, and comments.
PARTS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*(?:\n\s*//[^\n]*)*', re.S)
# A free relative clause makes its reader guess the noun.
RELATIVES = ("Who", "Whoever", "Whom", "Whose", "What", "Whatever")
FOLDERS = ("src", "tests", "doc", "conf", "man", "systemd", "packaging", ".ci")
# Inputs, to the byte; a comment would change them.
DATA = ("tests/fuzz/corpus", "tests/data", "tests/scenarios")


def texts(root):
    for name in ("dev", "meson.build"):
        if (root / name).is_file():
            yield root / name
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root).as_posix()
            if path.is_file() and (path.suffix in TEXTS or folder == ".ci") and \
                    not inside.startswith(DATA):
                yield path


def check_license(root):
    return [f"{path.relative_to(root)}: no license line in the first two" for path in texts(root)
            if not any(LICENSE in line for line in path.read_text().splitlines()[:2])]


def check_heads(root):
    """Not with a word or two, and not with what a function or struct right below does."""
    problems = []
    for path in texts(root):
        inside = path.relative_to(root).as_posix()
        if path.suffix not in (".c", ".h") or not inside.startswith(HEADED):
            continue
        text = path.read_text().partition("\n")[2]
        head = HEAD.match(text)
        words = re.sub(r"[\s*]+", " ", head[1]).strip() if head else ""
        if len(words) < HEAD_CHARACTERS_MIN or not text[head.end():].startswith(("#", "\n#")):
            problems.append(f"{inside}: does not begin with what it is for")
    return problems


def sentences(text):
    """(line, sentence) of each comment."""
    for match in PARTS.finditer(text):
        if match[0][:2] not in ("/*", "//"):
            continue
        words = " ".join(re.sub(r"^\s*(?:/\*+|\*/|\*|//)|\*/$", " ", match[0], flags=re.M).split())
        for sentence in re.findall(r"[^.?!]+(?:[.?!](?=\S)[^.?!]*)*[.?!]?", words):
            yield text.count("\n", 0, match.start()) + 1, sentence.strip()


def check_words(root):
    """No sentence of a comment begins with "Who" or "What", unless it is a question."""
    problems = []
    for path in texts(root):
        inside = path.relative_to(root).as_posix()
        if not inside.startswith("src/") or path.suffix not in (".c", ".h", ".js", ".ts"):
            continue
        for line, sentence in sentences(path.read_text()):
            if sentence.split(" ")[0] in RELATIVES and not sentence.endswith("?"):
                problems.append(f"{inside}:{line}: {sentence}")
    return problems


def check_file_length(root):
    lengths = {path: len(path.read_text().splitlines()) for path in texts(root)
               if path.relative_to(root).as_posix() not in LISTS}
    return [f"{path.relative_to(root)}: {length} lines" for path, length in lengths.items()
            if length > (LONG_LINES_MAX if path == root / "dev" else FILE_LINES_MAX)]


def check_lines(root):
    problems = []
    for path in texts(root):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(root)}:{number}"
            if line != line.rstrip():
                problems.append(f"{where}: space at the end")
            if path.suffix in (".c", ".h") and len(line.expandtabs(TAB)) > COLUMNS_MAX:
                problems.append(f"{where}: longer than {COLUMNS_MAX} columns")
    return problems


def functions(path):
    """(line, length) of each function: from the brace in column 0 to its partner."""
    start = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start:
            yield start, number - start - 1
            start = None


SCRIPT_FUNCTION = re.compile(r"(\t?)(?:(?:export|async|static|get|set|function\*?) )*(?!if\b|for\b|while\b)"
                             r"\w+\(.*\) \{")


def script_functions(path):
    """The same of JavaScript: functions, and methods of classes, which are one tab deep."""
    start, indent = None, ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = SCRIPT_FUNCTION.fullmatch(line)
        if match and start is None:
            start, indent = number, match.group(1)
        elif start and line == indent + "}":
            yield start, number - start - 1
            start = None


def functions_of(path):
    if path.suffix == ".c":
        return functions(path)
    return script_functions(path) if path.suffix in SCRIPTS else ()


def check_function_length(root):
    return [f"{path.relative_to(root)}:{start}: a function of {length} lines"
            for path in texts(root)
            for start, length in functions_of(path) if length > FUNCTION_LINES_MAX]


# A static function that is defined or declared: its name stands before the first parenthesis.
STATIC = re.compile(r"^static [\w \t*]*?(\w+)\((?!\*)", re.M)
SHARED_MAX = 2  # files that may have a static function of one name


def check_names(root):
    """A static function can be searched for: few files share its name, and none if it is a word."""
    files = {}
    for path in sorted((root / "src").rglob("*.c")):
        for name in STATIC.findall(path.read_text()):
            files.setdefault(name, set()).add(path.relative_to(root).as_posix())
    return [f"{', '.join(sorted(where))}: {name}() is in each of them"
            for name, where in files.items()
            if len(where) > (SHARED_MAX if "_" in name else 1)]


def two_files(name):
    return {f"src/{letter}.c": f"static int {name}(void)\n{{\n}}\n" for letter in "ab"}


def bad(check, text, word, name="src/bad.c"):
    return tap.finds(check, {name: text}, [name, word])


def good(check, text, name="src/good.c"):
    def case():
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return check(pathlib.Path(directory))
    return case


def main():
    root = pathlib.Path(tap.ROOT)
    lines = FUNCTION_LINES_MAX + 1
    long_function = "int f(void)\n{\n" + "\tf();\n" * lines + "}\n"
    long_method = "class A {\n\tasync f(x) {\n" + "\t\tf();\n" * lines + "\t}\n}\n"
    tap.run([
        ("a file without a license line is found",
         bad(check_license, "int x;\n", "license")),
        ("a file that does not say what it is for is found",
         tap.finds(check_heads, {"src/base/bad.c": f"/* {LICENSE} */\n#include <a.h>\n"},
                   ["src/base/bad.c"])),
        ("so is one that hardly does",
         tap.finds(check_heads, {"src/base/bad.c": f"/* {LICENSE} */\n/* See b.h. */\n#include <a.h>\n"},
                   ["src/base/bad.c"])),
        ("so is a comment on what comes next",
         tap.finds(check_heads, {"src/base/bad.c": f"/* {LICENSE} */\n/* {'Returns it. ' * 5} */\nint f;\n"},
                   ["src/base/bad.c"])),
        ("every file begins with what it is for", lambda: check_heads(root)),
        ("a comment that begins with a free relative clause is found",
         bad(check_words, "/* Sends it. Whoever\n * counts by address counts by that. */\n", "Whoever counts")),
        ("so is one behind code, and in a script",
         bad(check_words, "f(); // What of the request counts.\n", "What of", "src/web/bad.js")),
        ("a question is none, and neither is a string",
         good(check_words, "/* What is it? Who is 1.2? */\nf(\"/* Who. */\");\n")),
        ("no sentence of a comment begins like that", lambda: check_words(root)),
        ("a file that is too long is found",
         bad(check_file_length, "\n" * (FILE_LINES_MAX + 1), "lines")),
        ("so is a test", tap.finds(check_file_length, {"tests/bad.c": "\n" * (FILE_LINES_MAX + 1)},
                                   ["tests/bad.c", "lines"])),
        ("a line that is too long is found", bad(check_lines, "\t" * 12 + "abcde\n", "columns")),
        ("space at the end of a line is found", bad(check_lines, "int x; \n", "space")),
        ("a function that is too long is found",
         bad(check_function_length, long_function, "61 lines")),
        ("a method that is too long is found",
         bad(check_function_length, long_method, "61 lines", "src/bad.js")),
        ("a word that is a function of two files is found",
         tap.finds(check_names, two_files("start"), ["src/a.c", "src/b.c", "start"])),
        ("a name that is in three files is found",
         tap.finds(check_names, two_files("on_end") | {"src/c.c": "static void *on_end(int a)\n{\n"},
                   ["src/c.c", "on_end"])),
        ("every static function has a name of its own", lambda: check_names(root)),
        ("every file names its license", lambda: check_license(root)),
        ("no file is too long", lambda: check_file_length(root)),
        ("no line is too long or ends in space", lambda: check_lines(root)),
        ("no function is too long", lambda: check_function_length(root)),
    ])


main()
