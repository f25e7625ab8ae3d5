"""Pages and exports, made once for each content and kept in memory, also compressed.

A page of 256 results takes 25 ms to write and less than one to send again.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from gradtape_server.http.requests import matches
from gradtape_server.pages.files import accepted

_OVERHEAD = 500  # bytes of bookkeeping, roughly
_WORTH_ZIPPING = 1000  # bytes; below that the headers are the larger part


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is answered, plain and compressed, with its name."""

    body: bytes
    zipped: bytes | None
    digest: str

    @staticmethod
    def of(text: str | bytes) -> Rendered:
        """This text, ready to be sent. The same text has the same bytes compressed."""
        body = text.encode("utf-8") if isinstance(text, str) else text
        zipped = gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_ZIPPING else None
        return Rendered(body, zipped, hashlib.sha256(body).hexdigest())


def _size(rendered: Rendered) -> int:
    return len(rendered.body) + len(rendered.zipped or b"") + _OVERHEAD


class RenderedCache:
    """The most recently asked for, up to a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[Hashable, Rendered] = LRUCache(most_bytes, getsizeof=_size)
        # More threads would only take turns.
        self._turns = asyncio.Semaphore(2)
        self.get = self._kept.get

    async def make(self, key: Hashable, write: Callable[[], str | bytes]) -> Rendered:
        """What stands under the key, written off the event loop where it is not there yet."""
        async with self._turns:
            found = self._kept.get(key)
            if found is None:
                found = await asyncio.to_thread(lambda: Rendered.of(write()))
                if _size(found) <= self._kept.maxsize:
                    self._kept[key] = found
        return found


def rendered_response(
    request: Request, rendered: Rendered, headers: dict[str, str], media_type: str, vary: list[str]
) -> Response:
    """The answer, compressed for who takes that; 304 for who has it.

    `vary` names the request's headers, beside Accept-Encoding, that it depends on.
    """
    body, tag = rendered.body, rendered.digest
    headers = {**headers, "vary": ", ".join([*vary, "Accept-Encoding"])}
    if rendered.zipped and "gzip" in accepted(request.headers.get("accept-encoding", "")):
        body, tag = rendered.zipped, f"{rendered.digest}.gzip"
        headers["content-encoding"] = "gzip"
    headers["etag"] = f'"{tag}"'
    if matches(
        request.headers.get("if-none-match", "").encode("latin-1"), headers["etag"].encode()
    ):
        headers.pop("content-encoding", None)
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
