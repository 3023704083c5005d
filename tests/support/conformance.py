#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the rules names tests that exist, every rule has one, and no transcript is left out.

In the page a rule is a paragraph: .TP, then .B and its section. Its tests
stand in italics, one a line: a transcript by the name of its file, any other
by "file: case".
"""

import re

import tap

PAGE = "man/msrpd-conformance.7"
SCENARIOS = "tests/scenarios"
RULED = ("rfc4975-", "rfc4976-")  # transcripts that the page has to name

TEST = re.compile(r'^\.IR? (?:"([^"]+)"|(\S+))(?: ,)?$', re.M)
UNRULED = "DEPARTURES"  # from here on the page only sums up


def unescape(text):
    return text.replace(r"\-", "-")


def rules(text):
    """(section, tests) of each paragraph."""
    text = re.split(rf"^\.SH {UNRULED}$", text, flags=re.M)[0]
    for paragraph in re.split(r"^\.TP\n", text, flags=re.M)[1:]:
        section = paragraph.splitlines()[0].removeprefix(".B ")
        yield section, [unescape(quoted or bare) for quoted, bare in TEST.findall(paragraph)]


def read(root, patterns):
    """The text of every file below tests, by its name without the suffix."""
    return {path.stem: path.read_text() for pattern in patterns
            for path in sorted((root / "tests").rglob(pattern))}


def is_case(text, case):
    """A case of libcheck is a function, one of ours in Python a string."""
    return f"START_TEST({case})" in text or f'("{case}"' in text


def exists(test, transcripts, programs):
    if " " not in test:
        return test in transcripts
    program, _, case = test.partition(": ")
    return is_case(programs.get(program, ""), case)


def check(root):
    transcripts = {path.stem for path in (root / SCENARIOS).glob("*.txt")}
    programs = read(root, ("test_*.c", "test_*.py"))
    listed = list(rules((root / PAGE).read_text()))
    named = {test for _, tests in listed for test in tests}
    problems = [] if listed else [f"{PAGE}: no rules found"]
    problems += [f"{PAGE}: {section} has no test" for section, tests in listed if not tests]
    problems += [f"{PAGE}: there is no test {test}" for test in sorted(named)
                 if not exists(test, transcripts, programs)]
    problems += [f"{PAGE}: {name} is missing" for name in sorted(transcripts - named)
                 if name.startswith(RULED)]
    return problems


GOOD = {
    PAGE: ".SH RULES\n.TP\n.B 6.1 MUST\nBe good.\n.br\n.IR rfc4976\\-6.1\\-good ,\n.I other\n"
          '.TP\n.B 6.2\nBe quick.\n.br\n.IR "test_a: it_is_quick" ,\n.I "test_b: quick, it is"\n'
          ".SH DEPARTURES\n.TP\n.B 6.3\nNone.\n",
    f"{SCENARIOS}/rfc4976-6.1-good.txt": "",
    f"{SCENARIOS}/other.txt": "",
    f"{SCENARIOS}/another.txt": "",
    "tests/x/test_a.c": "START_TEST(it_is_quick)\n{\n}\nEND_TEST\n",
    "tests/y/test_b.py": 'tap.run([\n    ("quick, it is", quick),\n])\n',
}


def bad(file, old, new, *words):
    return tap.finds(check, GOOD | {file: GOOD[file].replace(old, new)}, [PAGE, *words])


def good_sample_is_good():
    never = "this is no problem that anybody has"
    found = tap.finds(check, GOOD, [never])()
    return [] if found == [f"nothing found with {[never]} in it, only []"] else found


tap.run([
    ("nothing is found in the good sample", good_sample_is_good),
    ("a page without rules is found", bad(PAGE, ".TP", ".PP", "no rules")),
    ("a rule without a test is found", bad(PAGE, ".I other\n.TP", ".I other\n.TP\n.B 7\n.TP",
                                           "7 has no test")),
    ("a transcript that does not exist is found", bad(PAGE, ".I other", ".I no", "no test no")),
    ("a program that does not exist is found", bad(PAGE, "test_a", "test_c", "no test test_c")),
    ("a case in C that does not exist is found",
     bad("tests/x/test_a.c", "quick", "slow", "no test test_a: it_is_quick")),
    ("a case in Python that does not exist is found",
     bad("tests/y/test_b.py", "quick, it is", "slow", "no test test_b: quick, it is")),
    ("a transcript that is not named is found",
     bad(PAGE, "rfc4976\\-6.1\\-good", "other", "rfc4976-6.1-good is missing")),
    ("the page of the rules and the tests fit together", lambda: check(tap.ROOT)),
])
