"""Errors as `application/problem+json` (RFC 9457): what was got, what is allowed, what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gradtape_server.http.headers import PLAIN_PAGE
from gradtape_server.storage.troubles import (
    StorageBroken,
    StorageDamaged,
    StorageFull,
    StorageUnavailable,
)
from gradtape_server.telemetry.logs import REQUEST


class Refusal(Exception):
    """An answer other than success, raised from anywhere below a route."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def problem(
    status: int,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The response that says it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = errors
    # ASCII only: whatever strange text a client sent cannot break the answer's encoding.
    return Response(
        json.dumps(body, ensure_ascii=True),
        status,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


PROBLEM = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
                "required": ["path", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of these statuses."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
        for status in statuses
    }


def allowed_methods(routes: Iterable[BaseRoute], path: str) -> str:
    """Every method that some route takes at this path, for the Allow header.

    Routes are tried one by one, and the first that has the path knows its own method alone.
    """
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.path_regex.match(path):
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")  # answered as GET without a body
    return ", ".join(sorted(methods))


def install(app: FastAPI, routes: Iterable[BaseRoute], as_page: Callable[[str, str], str]) -> None:
    """Answer every exception of the application, which has these routes, with a problem.

    `as_page` makes the page that a person sees at an address where nothing is, from a title and a
    text.
    """

    @app.exception_handler(Refusal)
    async def _refusal(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return problem(error.status, error.detail, error.errors, error.headers)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        if error.status_code == 405:
            headers["allow"] = allowed_methods(routes, request.url.path)
        elif error.status_code == 404 and _is_a_person(request):
            text = as_page("Not found", "There is nothing at this address; check the link.")
            return Response(text, 404, {**PLAIN_PAGE, "cache-control": "no-store"}, "text/html")
        return problem(error.status_code, str(error.detail), None, headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [
            {"path": ".".join(map(str, item["loc"])), "message": str(item["msg"])}
            for item in error.errors()
        ]
        return problem(400, "a parameter is not as described", errors)

    @app.exception_handler(StorageUnavailable)
    async def _unavailable(_request: Request, error: Exception) -> Response:
        return problem(503, f"{error}; try again", None, {"retry-after": "2"})

    @app.exception_handler(StorageFull)
    async def _full(_request: Request, error: Exception) -> Response:
        return problem(507, f"{error}; nothing was stored", None, {"retry-after": "600"})

    @app.exception_handler(StorageBroken)
    async def _broken(_request: Request, error: Exception) -> Response:
        return problem(503, f"{error}; nothing was stored", None, {"retry-after": "60"})

    @app.exception_handler(StorageDamaged)
    async def _damaged(_request: Request, error: Exception) -> Response:
        return problem(500, f"{error}; it was logged as {REQUEST.get()}")

    @app.exception_handler(Exception)
    async def _mistake(_request: Request, _error: Exception) -> Response:
        return problem(500, f"a mistake in the server; it was logged as {REQUEST.get()}")


def _is_a_person(request: Request) -> bool:
    """Whether a browser asks for a page, and no program for the API."""
    wants = request.headers.get("accept", "")
    return "text/html" in wants and not request.url.path.startswith("/api/")
