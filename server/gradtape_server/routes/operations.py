"""What operators and their machines look at: is it alive, is it ready, what is it, how is it."""

from __future__ import annotations

import contextlib
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from gradtape.snippet import SCHEMA_VERSION
from gradtape.snippet.pins import engine_version
from gradtape_server.http.problems import Refusal
from gradtape_server.http.rate_limits import RedisBuckets
from gradtape_server.http.requests import base_url
from gradtape_server.services import Services, services_of
from gradtape_server.storage.troubles import StorageBroken, StorageFull, StorageUnavailable

router = APIRouter(include_in_schema=False)
Here = Annotated[Services, Depends(services_of)]
NEVER_KEPT = {"cache-control": "no-store"}


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers; says nothing about the database."""
    return Response("ok\n", media_type="text/plain", headers=NEVER_KEPT)


@router.get("/readyz/reads")
async def readyz_reads(here: Here) -> Response:
    """Reading works: also where the quota is used up, the disk is full or can only be read."""
    await _require_reads(here)
    return Response("ready\n", media_type="text/plain", headers=NEVER_KEPT)


@router.get("/readyz")
async def readyz(here: Here) -> Response:
    """All works: the database can be read and written, there is room, no shutdown has begun."""
    await _require_reads(here)
    try:
        await here.database.beat()
        await here.require_room()
    except StorageUnavailable as trouble:
        raise Refusal(503, str(trouble), headers={"retry-after": "2"}) from None
    except StorageFull as trouble:
        raise Refusal(503, f"{trouble}; reading still works") from None
    except StorageBroken as trouble:
        raise Refusal(503, str(trouble)) from None
    return Response("ready\n", media_type="text/plain", headers=NEVER_KEPT)


async def _require_reads(here: Services) -> None:
    if here.stopping:
        raise Refusal(503, "this process is shutting down")
    try:
        await here.database.ping()
    except (TimeoutError, StorageUnavailable):
        raise Refusal(503, "the database does not answer", headers={"retry-after": "2"}) from None
    except StorageBroken as trouble:
        raise Refusal(503, str(trouble)) from None


@router.get("/version")
async def version(here: Here) -> dict[str, Any]:
    """The versions of what answers."""
    return {
        "gradtape": engine_version(),
        "schema": SCHEMA_VERSION,
        "database": "sqlite" if here.database.is_sqlite else "postgresql",
        "page": here.page.html(False) is not None,
    }


@router.get("/metrics")
async def metrics(here: Here, authorization: Annotated[str, Header()] = "") -> Response:
    """Counters for a Prometheus server that shows the token."""
    token = here.settings.metrics_token
    if token is None:
        raise Refusal(404, "metrics are off; set GRADTAPE_METRICS_TOKEN to read them with it")
    given = authorization.encode("utf-8", "replace")
    if not secrets.compare_digest(given, f"Bearer {token}".encode()):
        raise Refusal(401, "show the metrics token", headers={"www-authenticate": "Bearer"})
    with contextlib.suppress(StorageUnavailable, StorageBroken, TimeoutError):
        here.metrics.state(database_bytes=await here.database.used_bytes())
    free = here.database.free_bytes()
    if free is not None:
        here.metrics.state(disk_free_bytes=free)
    is_away = isinstance(here.writes, RedisBuckets) and here.writes.is_away
    here.metrics.state(
        redis_answers=not is_away,
        quota_bytes=here.settings.quota_bytes,
        storage_works=here.database.trouble is None,
        connections=here.connections(),
    )
    text, kind = here.metrics.text()
    return Response(text, headers={**NEVER_KEPT, "content-type": kind})


@router.get("/robots.txt")
async def robots() -> Response:
    """Crawlers may read the front page; snippets say noindex themselves."""
    return Response("User-agent: *\nDisallow: /api/\nDisallow: /e/\n", media_type="text/plain")


@router.get("/.well-known/security.txt")
async def security_txt(request: Request, here: Here) -> Response:
    """Whom to tell of a weakness (RFC 9116); only where an operator has said so."""
    contact = here.settings.security_contact
    if contact is None:
        raise Refusal(404, "no contact is set; GRADTAPE_SECURITY_CONTACT names one")
    # It has to have an end; half a year from the start of this month, so that it may be cached.
    now = datetime.now(UTC)
    months = now.year * 12 + now.month - 1 + 6
    base = base_url(request, here.settings)
    text = (
        f"Contact: {contact}\nExpires: {months // 12}-{months % 12 + 1:02}-01T00:00:00Z\n"
        f"Preferred-Languages: en\nCanonical: {base}/.well-known/security.txt\n"
    )
    return Response(
        text, media_type="text/plain", headers={"cache-control": "public, max-age=86400"}
    )
