# SPDX-License-Identifier: GPL-3.0-or-later
"""What the header of the client library and its parts declare, for the rules about them."""

import re

HEADER = "src/client/msrp.h"
PARTS = "src/client/msrp"


def headers(root):
    """The header that programs include, and the parts that it includes."""
    return [root / HEADER, *sorted((root / PARTS).glob("*.h"))]


def text(root):
    return "".join(path.read_text() for path in headers(root))


def declared(text):
    """The functions that headers declare: a name before a parenthesis, outside of comments."""
    text = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.S | re.M)
    return set(re.findall(r"\b(\w+)\(", text))
