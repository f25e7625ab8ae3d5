"""The files of the built page. Comes last: it answers every path that nothing else does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import FileResponse

from gradtape_server.front import matches
from gradtape_server.problems import Refusal
from gradtape_server.services import Services, services_of

router = APIRouter(include_in_schema=False)


def accepted(header: str) -> set[str]:
    """The encodings that an Accept-Encoding header allows."""
    found = set()
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip())
    return found


@router.get("/{path:path}")
async def read_file(
    request: Request, path: str, here: Annotated[Services, Depends(services_of)]
) -> Response:
    """A file of the built page, in the smallest encoding that the client takes."""
    here.page.refresh()
    file = here.page.files.get(path)
    if file is None:
        raise Refusal(404, "there is nothing here")
    headers = dict(file.headers)
    etag = headers.get("etag", "").encode()
    if etag and matches(request.headers.get("if-none-match", "").encode("latin-1"), etag):
        return Response(status_code=304, headers=headers)
    allowed = accepted(request.headers.get("accept-encoding", ""))
    for encoding, twin in file.encodings.items():
        if encoding in allowed:
            headers["content-encoding"] = encoding
            return FileResponse(twin, headers=headers, media_type=file.media_type)
    return FileResponse(file.path, headers=headers, media_type=file.media_type)
