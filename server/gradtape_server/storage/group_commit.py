"""Many creates, one commit: what arrives while a commit is under way goes into the next one.

A commit waits for the disk; that wait costs the same for one row as for a hundred, and nobody is
told that a row is stored before the commit that holds it has returned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

LARGEST_GROUP = 64

Row = dict[str, Any]
Fresh = tuple[bytes, bytes]  # of a row that is new: its sha256 and its token's


class GroupCommit:
    """Hands rows in groups to `commit`, which answers with those that were new."""

    def __init__(self, commit: Callable[[list[Row]], Awaitable[set[Fresh]]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Row, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> bool:
        """Whether the row is new; returns once it is committed. Raises what the commit raised."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            group = self._waiting[:LARGEST_GROUP]
            del self._waiting[:LARGEST_GROUP]
            try:
                fresh = await self._commit([row for row, _ in group])
            except BaseException as error:
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for row, done in group:
                # A client that left has cancelled its future; its row is stored all the same.
                if not done.done():
                    done.set_result((row["sha256"], row["delete_token_sha256"]) in fresh)
