# SPDX-License-Identifier: GPL-3.0-or-later
"""The Test Anything Protocol, for the tests that are Python programs."""

import pathlib
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Skip(Exception):
    """Raised by a case that cannot be tried here; its text is the reason."""


def run(cases):
    """Runs the (name, function) pairs in order, a line for each, and exits.

    A case fails by an exception, or by returning a list of problems that is
    not empty.
    """
    cases = list(cases)
    failed = 0
    print(f"1..{len(cases)}", flush=True)
    for number, (name, function) in enumerate(cases, 1):
        try:
            problems = function() or []
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
            continue
        except Exception:
            problems = traceback.format_exc().splitlines()
        for problem in problems:
            print(f"# {problem}")
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)


def sources(*suffixes, under=("src", "tests")):
    """Our own files below the given folders whose name ends in one of SUFFIXES."""
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.name.endswith(suffixes):
                yield path


def finds(check, files, words):
    """A case that gives CHECK a tree with FILES, a dictionary of path and text.

    It fails unless one of the problems found contains all of WORDS: a rule
    that finds nothing in a bad sample would find nothing in our tree either.
    """
    def case():
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            problems = check(root)
        if any(all(word in problem for word in words) for problem in problems):
            return []
        return [f"nothing found with {words} in it, only {problems}"]
    return case
