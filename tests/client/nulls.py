#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints calls of every function of the client library's headers, each with one argument missing.

usage: nulls.py HEADER...

For each parameter that is a pointer or a callback, a function is called with NULL there and with
something sensible everywhere else; and for each pointer to a struct of the caller's, with one that is
all zeroes, one for each of its members that is a pointer and NULL, and one that is of a newer header.
Nothing of it may crash. What may not be missing is -EINVAL where a number comes back.
A type that VALUES does not know stops the build: so nothing can be forgotten.
"""

import pathlib
import re
import sys

# What the test has of each type; see test_nulls.c.
VALUES = {
    "uv_loop_t *": "&w->pair.loop",
    "FILE *": "stderr",
    "void *": "w",
    "const void *": '"text"',
    "const char *": '"text"',
    "char *": "w->text",
    "const char *const *": "w->types",
    "const char **": "&w->string",
    "char **": "&w->mutable_string",
    "uint8_t **": "&w->bytes",
    "int *": "&w->number", "bool *": "&w->flag",
    "unsigned *": "&w->unsigned_number",
    "size_t *": "&w->size",
    "const struct msrp_uri *const *": "w->uris",
    "int": "0", "bool": "true", "char": "'$'", "unsigned": "200", "size_t": "1", "uint64_t": "1",
    "uint16_t": "1",
}

# Pointers that may be NULL, by function or for all of them; and all that is called arg.
OPTIONAL = {
    "*": {"arg", "options", "ret_id", "written", "comment", "response", "delivered", "outcome",
          "local", "relay", "accept_types", "logger", "error"},
    "msrp_transport_make_chunk": {"options"},
    "msrp_connector_complete": {"remote_path"},
    "msrp_connector_complete_blocking": {"remote_path"},
    "msrp_chunk_status": {"ret_comment"},
    "msrp_queue_session_is_closed": {"ret_err", "ret_why"},
    "msrp_file_sender_send": {"ret_offer"},
    "msrp_file_receiver_refuse": {"why"},
}
REQUIRED = {("msrp_outgoing_file_new", "options"), ("msrp_receiver_new", "options"),
            ("msrp_file_transfer_new", "options"), ("msrp_file_sender_send", "options"),
            ("msrp_connector_relay_new", "relay"),
            ("msrp_acceptor_relay_new", "relay"), ("msrp_header_new", "encoded")}

# Their result is no errno.
NO_ERRNO = {"msrp_path_count"}


def strip(text):
    return re.sub(r"/\*.*?\*/|^#[^\n]*(\\\n[^\n]*)*$", "", text, flags=re.S | re.M)


def parameters(text):
    for one in re.split(r",\s*(?![^()]*\))", re.sub(r"\s+", " ", text)):
        one = one.strip()
        if one == "void":
            continue
        match = re.fullmatch(r"(.*?)(\w+)(\[\w+\])?", one)
        kind = match[1].strip() + (" *" if match[3] else "")
        yield kind, match[2]


def functions(text):
    for match in re.finditer(r"^([a-z][\w \*]*?)\b(msrp_\w+)\(([^;{]*)\);", text, re.M):
        if not match[1].startswith("typedef"):
            yield match[1].strip(), match[2], list(parameters(match[3]))


def structs(text):
    """Name and pointers of each struct with reserved members: those that the caller fills."""
    found = {}
    for match in re.finditer(r"^struct (\w+) \{\n(.*?)^\};", text, re.M | re.S):
        if "reserved" not in match[2]:
            continue
        pointers = re.findall(r"^\t(?:const )?(?:struct \w+|\w+) (?:\*const )?\*(\w+);", match[2], re.M)
        pointers += re.findall(r"^\tmsrp_\w+_fn (\w+);", match[2], re.M)
        found[match[1]] = pointers
    return found


def value(kind):
    if kind in VALUES:
        return VALUES[kind]
    if match := re.fullmatch(r"(?:const )?struct msrp_(\w+) \*", kind):
        return f"w->{match[1]}"
    if re.fullmatch(r"struct msrp_(\w+) \*\*", kind):
        return "(void *)&w->made"
    if match := re.fullmatch(r"msrp_(\w+)_fn", kind):
        return f"on_{match[1]}"
    if kind.startswith("enum "):
        return "0"
    sys.exit(f"nulls.py: {kind}: what would be one?")


def may_miss(function, name):
    if (function, name) in REQUIRED:
        return False
    return name in OPTIONAL["*"] or name in OPTIONAL.get(function, ())


def call(result, name, arguments):
    text = f"{name}({', '.join(arguments)})"
    if result == "void":
        return f"({text}, 0)"
    if result == "int" and name not in NO_ERRNO:
        return text
    return f"((void){text}, 0)"


def main():
    text = strip("".join(pathlib.Path(path).read_text() for path in sys.argv[1:]))
    filled = structs(text)
    cases = []
    body = []

    def add(result, name, what, arguments, want, before=""):
        number = len(cases)
        body.append(f"static int call_{number}(struct world *w)\n{{\n{before}"
                    f"\treturn {call(result, name, arguments)};\n}}\n")
        cases.append(f'\t{{ "{name}: {what}", call_{number}, {want} }},')

    for result, name, kinds in functions(text):
        good = [value(kind) for kind, _ in kinds]
        for at, (kind, parameter) in enumerate(kinds):
            if "*" not in kind and not kind.endswith("_fn"):
                continue
            free = may_miss(name, parameter) or name.endswith("_free") or name.endswith("_cleanup")
            want = "ANYTHING" if free or result != "int" else "REFUSED"
            add(result, name, f"{parameter} is NULL", good[:at] + ["NULL"] + good[at + 1:], want)
            match = re.fullmatch(r"const struct (\w+) \*", kind)
            if not match or match[1] not in filled:
                continue
            struct, member = match[1], f"w->{match[1][5:]}"
            own = good[:at] + ["&own"] + good[at + 1:]
            add(result, name, f"{parameter} is zeroed", own, "ANYTHING", f"\tstruct {struct} own = {{ 0 }};\n\n")
            for pointer in filled[struct]:
                add(result, name, f"{parameter} without {pointer}", own, "ANYTHING",
                    f"\tstruct {struct} own = *{member};\n\n\town.{pointer} = NULL;\n")
            strict = "REFUSED" if result == "int" and name != "msrp_file_accept" else "ANYTHING"
            add(result, name, f"{parameter} is of a newer version", own, strict,
                f"\tstruct {struct} own = *{member};\n\n\town.reserved[3] = w;\n")
    print("/* Made by nulls.py. */")
    print("\n".join(body))
    print("static const struct call calls[] = {")
    print("\n".join(cases))
    print("};")


main()
