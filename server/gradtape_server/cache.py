"""Snippets in memory: the most recently read, up to a number of bytes, for a short time.

A snippet's content never changes, but it can be taken down by another process, so an entry is
trusted for a few seconds only.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

from gradtape_server.storage.snippets import Stored

OVERHEAD = 1000  # bytes of bookkeeping per entry, roughly


@dataclass(slots=True)
class Entry:
    """A row with its answer's headers, made once."""

    stored: Stored
    etag: bytes
    headers: list[tuple[bytes, bytes]]
    expires: float


class SnippetCache:
    """Entries by id."""

    def __init__(self, most_bytes: int, seconds: float) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._bytes = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def get(self, identifier: str) -> Entry | None:
        """The entry, unless it is too old."""
        entry = self._entries.get(identifier)
        if entry is None:
            return None
        if entry.expires < time.monotonic():
            self.forget(identifier)
            return None
        self._entries.move_to_end(identifier)
        return entry

    def put(self, stored: Stored, etag: bytes, headers: list[tuple[bytes, bytes]]) -> Entry:
        """Remember a row, and forget the least used ones that no longer fit."""
        self.forget(stored.id)
        entry = Entry(stored, etag, headers, time.monotonic() + self._seconds)
        self._entries[stored.id] = entry
        self._bytes += len(stored.body or b"") + OVERHEAD
        while self._bytes > self._most_bytes:
            self.forget(next(iter(self._entries)))
        return entry

    def forget(self, identifier: str) -> None:
        """Drop an entry, if it is there."""
        entry = self._entries.pop(identifier, None)
        if entry is not None:
            self._bytes -= len(entry.stored.body or b"") + OVERHEAD
