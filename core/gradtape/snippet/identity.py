"""From content to name: the id of a snippet is a prefix of its sha256, in letters safe to read.

The alphabet has no vowels (so that no id spells a word) and none of the look-alikes 0 O 1 l I.
The link therefore proves the content: whoever has the manifest can compute the id again.
"""

from __future__ import annotations

import hashlib
import re

from gradtape.snippet.canonical import canonical

ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
SHORTEST_ID = 12  # 57 bits: no chance clash, but who means to can make two contents with one
ID_LENGTH = 27  # 128 bits: nobody finds two contents with one such id
FULL_LENGTH = 54  # digits of a 256-bit number to the base 27
ID_PATTERN = re.compile(rf"[{ALPHABET}]{{{SHORTEST_ID},{FULL_LENGTH}}}")


def sha256_hex(data: bytes) -> str:
    """The sha256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def full_name(sha256: str) -> str:
    """The 54-letter name of a sha256: the number written to the base 27, first digit first.

    >>> full_name("00" * 31 + "1b")[-3:]
    '232'
    """
    number = int(sha256, 16)
    letters = []
    for _ in range(FULL_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def snippet_id(manifest: object, length: int = SHORTEST_ID) -> str:
    """The id of a manifest: the first `length` letters of the name of its canonical sha256.

    A server lengthens the id by one letter for as long as another snippet already has it.

    >>> snippet_id({"schema": 0, "code": ""})
    'k27sbhd3srf7'
    """
    if not SHORTEST_ID <= length <= FULL_LENGTH:
        raise ValueError(f"got length={length}; an id has {SHORTEST_ID} to {FULL_LENGTH} letters")
    return full_name(sha256_hex(canonical(manifest)))[:length]


def proves(identifier: str, manifest_bytes: bytes) -> bool:
    """True when these bytes are the content that the id, or the whole sha256, names.

    An id of fewer than 27 letters proves less than 128 bits: it finds out who sends something
    else, and not an author who made two contents with one id.

    >>> proves("222222222222", b"{}")
    False
    """
    if len(identifier) == 64:
        return sha256_hex(manifest_bytes) == identifier
    well_formed = ID_PATTERN.fullmatch(identifier) is not None
    return well_formed and full_name(sha256_hex(manifest_bytes)).startswith(identifier)
