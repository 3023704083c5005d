# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to send, and what became of them."""

import hashlib
import secrets


def make_file(place, name, size):
    """A file of random bytes, not more random than need be: (path, SHA-256)."""
    path, digest = place.fresh(name), hashlib.sha256()
    block = secrets.token_bytes(1024 * 1024)
    with path.open("wb") as file:
        while size > 0:
            piece = secrets.token_bytes(16) + block[:max(0, min(size, len(block)) - 16)]
            piece = piece[:size]
            file.write(piece)
            digest.update(piece)
            size -= len(piece)
    return path, digest.hexdigest()


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
