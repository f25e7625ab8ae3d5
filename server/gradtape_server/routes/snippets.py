"""`/api/v1/snippets`: storing a manifest and getting it back, whole or as something that runs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel

from gradtape.snippet import (
    MANIFEST_SCHEMA,
    InvalidManifest,
    MalformedJSON,
    canonical,
    fork,
    parse,
    to_failing_test,
    to_notebook,
    to_program,
    upgrade,
    validate,
)
from gradtape.snippet.schema import ID_FORM
from gradtape.snippet.wheels import Engine
from gradtape_server.http.headers import BRIEFLY, INERT
from gradtape_server.http.problems import Refusal, problem_answers
from gradtape_server.http.requests import (
    base_url,
    matches,
    read_json_body,
    require_same_site,
    varies,
)
from gradtape_server.pages.rendered import rendered_response
from gradtape_server.services import Services, services_of
from gradtape_server.telemetry import logs

router = APIRouter(prefix="/api/v1/snippets", tags=["snippets"])
Here = Annotated[Services, Depends(services_of)]
NAME_FORM = f"{ID_FORM}|^[0-9a-f]{{64}}$"
Identifier = Annotated[
    str,
    Path(
        description="The letters after /s/ in a link, or the sha256 of the manifest.",
        json_schema_extra={"pattern": NAME_FORM, "example": "k27sbhd3srf7"},
    ),
]
LARGE_BODY = 16 * 1024  # bytes; what is smaller is read sooner than a thread would begin
KIND_OF_PROBLEM = {"form": 400, "size": 413, "sense": 422}

MANIFEST = {"$ref": "#/components/schemas/Manifest"}
BARE = {"$ref": "#/components/schemas/BareCode"}
BARE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Code alone; it is stored as a manifest in which nothing is pinned.",
    "properties": {
        "schema": {"type": "integer", "const": 0},
        "code": MANIFEST_SCHEMA["properties"]["code"]["additionalProperties"],
        "title": MANIFEST_SCHEMA["properties"]["title"],
    },
    "required": ["schema", "code"],
    "additionalProperties": False,
}


async def same_site(request: Request, here: Here) -> None:
    """A route that writes: other sites' pages may not use it."""
    require_same_site(request, here.settings)


OwnToken = Annotated[
    str,
    Header(
        alias="Delete-Token",
        description="A secret of the sender's own. Who has lost an answer sends it again with the "
        "same one; without it the server makes one up.",
        pattern="^([A-Za-z0-9_-]{22,86})?$",
    ),
]
Days = Annotated[
    int,
    Query(ge=0, le=3650, description="After how many days the content is removed; 0: never."),
]


class Created(BaseModel):
    """Where a snippet is now."""

    id: str
    url: str
    sha256: str
    created: bool
    delete_token: str | None = None
    expires: str | None = None


_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [MANIFEST, BARE]}}},
    }
}
_IDENTIFIER = {"identifier": "$response.body#/id"}
_LINKS: dict[str, Any] = {
    name: {"operationId": operation, "parameters": _IDENTIFIER}
    for name, operation in (
        ("read", "readSnippet"),
        ("program", "exportProgram"),
        ("notebook", "exportNotebook"),
        ("manifest", "exportManifest"),
        ("test", "exportTest"),
        ("fork", "forkSnippet"),
    )
}
# Only whoever created the row was told the token.
_OWN = {**_IDENTIFIER, "header.Delete-Token": "$response.body#/delete_token"}
_OWNERS_LINKS = {
    **_LINKS,
    "keep": {"operationId": "keepSnippet", "parameters": _OWN},
    "delete": {"operationId": "deleteSnippet", "parameters": _OWN},
}


@router.post(
    "",
    operation_id="createSnippet",
    status_code=201,
    response_model=Created,
    openapi_extra=_BODY,
    dependencies=[Depends(same_site)],
    responses={
        200: {
            "model": Created,
            "description": "Equal content was stored before; this is its id.",
            "links": _LINKS,
        },
        201: {
            "description": "Stored. The delete token is shown this once.",
            "links": _OWNERS_LINKS,
        },
        **problem_answers(400, 403, 408, 410, 413, 415, 422, 429, 503, 507),
    },
)
async def create(
    request: Request, here: Here, delete_token: OwnToken = "", expires_in_days: Days = 0
) -> Response:
    """Store a manifest. Sending equal content again is harmless and gives the same id."""
    settings = here.settings
    await here.require_welcome(request)
    await here.spend(
        request, "create", settings.creates_per_minute, settings.creates_per_minute_in_all
    )
    data = await read_json_body(request, settings)
    manifest, body = await _read(data, here)
    parent = manifest["parent"]
    if parent is not None and await here.snippets.get(parent) is None:
        message = "is not the id of a snippet stored here; leave the parent out (null)"
        raise Refusal(422, f"parent: {message}", errors=[{"path": "parent", "message": message}])
    await here.require_room()
    added = await here.snippets.add(
        body,
        parent,
        here.client_of(request),
        token=delete_token or None,
        expires_at=end_of(expires_in_days),
    )
    if added.taken_down is not None:
        raise Refusal(410, f"this content was taken down: {added.taken_down}")
    if added.created:
        here.cache.drop(added.id)
        here.metrics.event("created")
        logs.event("created", id=added.id, bytes=len(body))
    else:
        here.metrics.event("deduplicated")
    url = f"{base_url(request, settings)}/s/{added.id}"
    answer: dict[str, Any] = {
        "id": added.id,
        "url": url,
        "sha256": added.sha256,
        "created": added.created,
    }
    if added.delete_token is not None:
        answer["delete_token"] = added.delete_token
        if added.expires_at is not None:
            answer["expires"] = written(added.expires_at)
    return Response(
        json.dumps(answer),
        201 if added.created else 200,
        media_type="application/json",
        headers={"location": f"/s/{added.id}", "cache-control": "no-store"},
    )


def end_of(days: int) -> int | None:
    """When so many days are over, in seconds since 1970; None: never."""
    return int(time.time()) + days * 86_400 if days else None


def written(moment: int) -> str:
    """Seconds since 1970, as answers write a moment."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


async def _read(data: bytes, here: Services) -> tuple[dict[str, Any], bytes]:
    """The same as `_checked`; a large body is read in a thread, while others are answered."""
    if len(data) < LARGE_BODY:
        return _checked(data)
    async with here.reading:
        return await asyncio.to_thread(_checked, data)


def _checked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The manifest in a body, in the present schema, with its canonical bytes; raises the 4xx."""
    try:
        value = parse(data)
        if isinstance(value, dict) and value.get("schema") == 0:
            value = upgrade(value)
        return value, validate(value)
    except InvalidManifest as error:
        status = KIND_OF_PROBLEM[error.problems[0].kind]
        errors = [{"path": p.path, "message": p.message} for p in error.problems]
        raise Refusal(status, str(error.problems[0]), errors=errors) from None
    except (MalformedJSON, ValueError) as error:
        raise Refusal(400, str(error)) from None


def _wheel_of(manifest: dict[str, Any], kept: list[Engine], base: str) -> str:
    """The address of the wheel that a manifest names, as an installer takes and checks it."""
    pin = upgrade(manifest)["engine"]
    for engine in kept:
        by_wheel = pin["wheel_sha256"] == engine.wheel_sha256
        by_sources = pin["wheel_sha256"] is None and pin["source_sha256"] == engine.source_sha256
        if by_wheel or (by_sources and engine.source_sha256 is not None):
            digest = engine.wheel_sha256
            return f"{base}/api/v1/engines/{digest}/{engine.filename}#sha256={digest}"
    return ""


def _export(
    suffix: str,
    operation: str,
    media_type: str,
    file_name: str,
    make: Callable[[dict[str, Any], str, str], str | bytes],
    about: str,
) -> None:
    """Register one form in which a snippet can be had."""

    async def export(request: Request, identifier: Identifier, here: Here) -> Response:
        entry = await here.find(identifier)
        headers = {
            **INERT,
            "access-control-allow-origin": "*",
            "cache-control": BRIEFLY,
            "content-disposition": f'inline; filename="{file_name.format(identifier)}"',
            "x-robots-tag": "noindex",
        }
        body = entry.stored.body
        assert body is not None
        base = base_url(request, here.settings)
        link = f"{base}/s/{identifier}"
        kept = await here.kept_engines()

        def write() -> str | bytes:
            manifest = json.loads(body)
            return make(manifest, link, _wheel_of(manifest, kept, base))

        key = ("export", suffix, entry.stored.sha256, link, len(kept))
        rendered = await here.render(request, key, write)
        return rendered_response(request, rendered, headers, media_type, varies(here.settings))

    plain = media_type.partition(";")[0]
    body_schema = {"schema": {"type": "object"} if "json" in plain else {"type": "string"}}
    export.__doc__ = about
    router.add_api_route(
        "/{identifier}" + suffix,
        export,
        methods=["GET"],
        operation_id=operation,
        name=operation,
        response_class=Response,
        responses={
            200: {"description": about, "content": {media_type: body_schema}},
            304: {"description": "Not changed since the version in If-None-Match"},
            **problem_answers(404, 410, 429, 503),
        },
    )


# The longer suffix first: a path matches the first route that fits.
_export(
    ".test.py",
    "exportTest",
    "text/plain; charset=utf-8",
    "test_{}.py",
    to_failing_test,
    "The snippet as a pytest file that asserts the recorded gradients.",
)
_export(
    ".py",
    "exportProgram",
    "text/plain; charset=utf-8",
    "{}.py",
    to_program,
    "The snippet as one Python program.",
)
_export(
    ".ipynb",
    "exportNotebook",
    "application/x-ipynb+json",
    "{}.ipynb",
    to_notebook,
    "The snippet as a Jupyter notebook.",
)
_export(
    ".json",
    "exportManifest",
    "application/json",
    "{}.json",
    lambda manifest, _link, _wheel: canonical(manifest),
    "The canonical manifest, named for saving; its sha256 begins with the id.",
)


@router.get(
    "/{identifier}/fork",
    operation_id="forkSnippet",
    response_class=Response,
    responses={
        200: {
            "description": "A manifest to change and store: same code, nothing recorded.",
            "content": {"application/json": {"schema": MANIFEST}},
        },
        **problem_answers(404, 410, 429, 503),
    },
)
async def make_fork(identifier: Identifier, here: Here) -> Response:
    """A manifest with the same code whose parent is this snippet, to change and to store."""
    entry = await here.find(identifier)
    assert entry.stored.body is not None
    draft = fork(json.loads(entry.stored.body), identifier)
    headers = {"access-control-allow-origin": "*", "cache-control": BRIEFLY}
    return Response(canonical(draft), media_type="application/json", headers=headers)


@router.get(
    "/{identifier}",
    operation_id="readSnippet",
    response_class=Response,
    responses={
        200: {
            "description": "The canonical manifest. The id is a prefix of the name of its sha256.",
            "content": {"application/json": {"schema": MANIFEST}},
        },
        304: {"description": "Not changed since the version in If-None-Match"},
        **problem_answers(404, 410, 429, 503),
    },
)
async def read(request: Request, identifier: Identifier, here: Here) -> Response:
    """The manifest, byte for byte as it was hashed."""
    entry = await here.find(identifier)
    response = Response(entry.stored.body)
    wanted = request.headers.get("if-none-match")
    if wanted is not None and matches(wanted.encode("latin-1"), entry.etag):
        response = Response(status_code=304)
        kept = (b"cache-control", b"etag", b"access-control-allow-origin")
        response.raw_headers = [header for header in entry.headers if header[0] in kept]
        return response
    response.raw_headers = list(entry.headers)
    return response
