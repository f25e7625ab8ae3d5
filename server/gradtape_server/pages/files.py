"""Answering with a file of the built page, in the smallest encoding that the client takes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gradtape_server.http.requests import matches
from gradtape_server.pages.built_page import PageFile


def accepted(header: str) -> set[str]:
    """The encodings that an Accept-Encoding header allows.

    >>> sorted(accepted("gzip, br;q=0, zstd;q=0.5"))
    ['gzip', 'zstd']
    """
    found = set()
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip())
    return found


def file_response(request: Request, file: PageFile) -> Response:
    """The file, or 304 where the client has it."""
    headers = dict(file.headers)
    allowed = accepted(request.headers.get("accept-encoding", ""))
    path = file.path
    for encoding, twin in file.encodings.items():
        if encoding in allowed:
            path = twin
            headers["content-encoding"] = encoding
            if "etag" in headers:
                # A strong entity tag names the bytes on the wire, and these are other bytes.
                headers["etag"] = f'{headers["etag"][:-1]}.{encoding}"'
            break
    etag = headers.get("etag", "").encode()
    if etag and matches(request.headers.get("if-none-match", "").encode("latin-1"), etag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=file.media_type)
