# SPDX-License-Identifier: GPL-3.0-or-later
"""What the header of the client library declares, for the rules about it."""

import re

HEADER = "src/client/msrp.h"


def declared(text):
    """The functions that a header declares: a name before a parenthesis, outside of comments."""
    text = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.S | re.M)
    return set(re.findall(r"\b(\w+)\(", text))
