"""Snippets in memory: the most recently read, up to a number of bytes, for a short time.

A snippet's content never changes, but it can be taken down by another process, so an entry is
trusted for a few seconds only.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from cachetools import TTLCache

from gradtape_server.storage.snippets import Stored

OVERHEAD = 1000  # bytes of bookkeeping per entry, roughly


@dataclass(slots=True)
class Entry:
    """A row with its answer's headers, made once."""

    stored: Stored
    etag: bytes
    headers: list[tuple[bytes, bytes]]


def _size(entry: Entry) -> int:
    return len(entry.stored.body or b"") + OVERHEAD


class SnippetCache:
    """Entries by id."""

    def __init__(self, most_bytes: int, seconds: float) -> None:
        self._entries: TTLCache[str, Entry] = TTLCache(most_bytes, seconds, getsizeof=_size)
        self.get = self._entries.get  # the entry, or None where there is none or it is too old

    def put(self, stored: Stored, etag: bytes, headers: list[tuple[bytes, bytes]]) -> Entry:
        """Remember a row; the least used ones that no longer fit are forgotten."""
        entry = Entry(stored, etag, headers)
        with contextlib.suppress(ValueError):  # larger than the whole cache: not remembered
            self._entries[stored.id] = entry
        return entry

    def drop(self, identifier: str) -> None:
        """Drop what stands under a name, if it is there."""
        self._entries.pop(identifier, None)

    def forget(self, sha256: str) -> None:
        """Drop a content, under each of its names that is there."""
        found = [name for name, entry in self._entries.items() if entry.stored.sha256 == sha256]
        for name in found:
            self._entries.pop(name, None)
