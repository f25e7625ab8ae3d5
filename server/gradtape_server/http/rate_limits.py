"""Token buckets: a client may save up one minute's worth of requests and no more.

In memory for one process, in Redis for several. Time is monotonic or Redis's own, and a step back
counts as no time at all, so that setting a clock neither locks anybody out nor lets a flood in.

Why no library counts here, measured at 6 a minute with the clock set back by 100,000 s: `limits`
5.8 has windows, not buckets; its fixed and moving windows stay shut for 100,060 s, its sliding one
gives a second allowance at once, and of 60 requests sent at exactly the allowed rate it lets 55
pass. `throttled-py` 3.5 is right in memory; in Redis it stays shut for 100,010 s, and its
connections cannot be closed.
"""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gradtape_server.telemetry import logs


class Buckets(Protocol):
    """Something that counts."""

    async def take(self, key: str, per_minute: int) -> float:
        """0.0 when a token was there; else the seconds until there is one."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryBuckets:
    """Buckets of this process; the longest unused are forgotten beyond `most`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = 100_000) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, list[float]] = OrderedDict()

    def take_now(self, key: str, per_minute: int) -> float:
        """The same as `take`, without waiting for anything."""
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = [float(per_minute), now]
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        tokens, since = bucket
        rate = per_minute / 60
        tokens = min(float(per_minute), tokens + max(0.0, now - since) * rate)
        bucket[1] = now
        if tokens >= 1:
            bucket[0] = tokens - 1
            return 0.0
        bucket[0] = tokens
        return (1 - tokens) / rate

    async def take(self, key: str, per_minute: int) -> float:
        """0.0 when a token was there; else the seconds until there is one."""
        return self.take_now(key, per_minute)

    async def close(self) -> None:
        """Nothing to let go of."""


# One round trip, atomic: read, refill, take, write, forget after two idle minutes.
_TAKE = """
local size = tonumber(ARGV[1])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'since')
local tokens = tonumber(bucket[1]) or size
local since = tonumber(bucket[2]) or now
tokens = math.min(size, tokens + math.max(0, now - since) * size / 60)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) * 60 / size end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'since', tostring(now))
redis.call('EXPIRE', KEYS[1], 120)
return tostring(wait)
"""


PAUSE = 2.0  # seconds in which nobody waits for a Redis that did not answer


class RedisBuckets:
    """Buckets shared by every process that has the same URL.

    While Redis is away this process counts for itself: the limits become per process, and nobody
    is turned away for it.
    """

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.asyncio.from_url(
            url,
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._unreachable: tuple[type[Exception], ...] = (redis.exceptions.RedisError, OSError)
        self._take = self._redis.register_script(_TAKE)
        self._alone = MemoryBuckets()
        self.is_away = False
        self._asked_again = 0.0  # when a Redis that is away is asked the next time

    async def take(self, key: str, per_minute: int) -> float:
        """0.0 when a token was there; else the seconds until there is one."""
        if self.is_away and time.monotonic() < self._asked_again:
            return self._alone.take_now(key, per_minute)
        self._asked_again = time.monotonic() + PAUSE
        try:
            wait = float(await self._take(keys=[f"gradtape:{key}"], args=[per_minute]))
        except self._unreachable as error:
            if not self.is_away:
                logs.event(
                    "redis is away", logging.WARNING, limits="per process", reason=str(error)
                )
            self.is_away = True
            return self._alone.take_now(key, per_minute)
        if self.is_away:
            logs.event("redis is back", limits="shared")
        self.is_away = False
        return wait

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says how long to wait, in whole seconds."""
    return {"retry-after": str(max(1, math.ceil(seconds)))}
