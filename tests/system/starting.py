# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of others that take no port 0, on ports that somebody else may take in between."""

START_TRIES = 5


class NotStarted(Exception):
    """It has ended instead, and says why."""


class Starting:
    """A context whose _start() returns it, or raises NotStarted and is called again."""

    def __enter__(self):
        for _ in range(START_TRIES - 1):
            try:
                return self._start()
            except NotStarted:
                pass
        return self._start()
