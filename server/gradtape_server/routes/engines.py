"""`/api/v1/engines`: every engine ever published, so that an old link runs on its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from gradtape_server.http.headers import ASSET, FOREVER
from gradtape_server.http.problems import Refusal, problem_answers
from gradtape_server.http.requests import matches
from gradtape_server.services import Services, services_of

router = APIRouter(prefix="/api/v1/engines", tags=["engines"])
Here = Annotated[Services, Depends(services_of)]


class EngineEntry(BaseModel):
    """One engine."""

    version: str
    wheel_sha256: str
    source_sha256: str | None
    size: int
    url: str


class EngineList(BaseModel):
    """Every engine, the newest first."""

    engines: list[EngineEntry]


@router.get(
    "",
    operation_id="listEngines",
    response_model=EngineList,
    responses=problem_answers(429, 503),
)
async def list_engines(response: Response, here: Here) -> EngineList:
    """The engines that snippets can run on."""
    response.headers["access-control-allow-origin"] = "*"
    response.headers["cache-control"] = "public, max-age=60"
    return EngineList(
        engines=[
            EngineEntry(
                version=engine.version,
                wheel_sha256=engine.wheel_sha256,
                source_sha256=engine.source_sha256,
                size=engine.size,
                url=f"/api/v1/engines/{engine.wheel_sha256}/{engine.filename}",
            )
            for engine in await here.engines.all()
        ]
    )


@router.get(
    "/{wheel_sha256}/{filename}",
    operation_id="readWheel",
    response_class=Response,
    responses={
        200: {
            "description": "The wheel",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "Not changed since the version in If-None-Match"},
        **problem_answers(404, 429, 503),
    },
)
async def read_wheel(
    request: Request,
    wheel_sha256: Annotated[str, Path(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})],
    filename: Annotated[str, Path(max_length=200)],
    here: Here,
) -> Response:
    """The wheel with this sha256. It never changes, so it may be kept for ever."""
    found = await here.engines.wheel(wheel_sha256)
    if found is None or found[0] != filename:
        raise Refusal(404, "there is no such engine here; /api/v1/engines lists them")
    etag = f'"{wheel_sha256}"'
    headers = {**ASSET, "cache-control": FOREVER, "etag": etag}
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), etag.encode()):
        return Response(status_code=304, headers=headers)
    return Response(found[1], media_type="application/zip", headers=headers)
