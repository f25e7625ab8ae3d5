"""What people open: the playground, a snippet, its embedded form, its picture; and oEmbed."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from gradtape.snippet import upgrade
from gradtape.snippet.identity import ID_PATTERN
from gradtape_server.http.headers import BRIEFLY, PLAIN_PAGE
from gradtape_server.http.problems import Refusal, problem_answers
from gradtape_server.http.requests import base_url, matches, varies
from gradtape_server.pages.built_page import Lesson
from gradtape_server.pages.descriptions import title_of
from gradtape_server.pages.markup import element
from gradtape_server.pages.preview import draw
from gradtape_server.pages.rendered import Rendered, rendered_response
from gradtape_server.pages.views import STYLE, STYLE_PATH, api_html, message_html, page_html
from gradtape_server.publishing import try_to_publish
from gradtape_server.services import Services, services_of

router = APIRouter(include_in_schema=False)
oembed_router = APIRouter(tags=["pages"])
NAME = re.compile(rf"{ID_PATTERN.pattern}|[0-9a-f]{{64}}")
Here = Annotated[Services, Depends(services_of)]


def _html(
    request: Request, rendered: Rendered, headers: dict[str, str], here: Services
) -> Response:
    headers = {**headers, "cache-control": "public, max-age=60"}
    vary = varies(here.settings)
    return rendered_response(request, rendered, headers, "text/html; charset=utf-8", vary)


async def _page(
    request: Request,
    here: Services,
    identifier: str,
    embedded: bool,
    lesson: tuple[str, Lesson] | None = None,
) -> Response:
    """The page around a snippet, or, without an id, the page alone or at a lesson."""
    manifest, digest = None, ""
    if identifier:
        entry = await here.find(identifier)
        assert entry.stored.body is not None
        manifest, digest = entry.stored.body, entry.stored.sha256
    await try_to_publish(here)
    base = base_url(request, here.settings)
    here.page.refresh()

    def write() -> str:
        content = None if manifest is None else upgrade(json.loads(manifest))
        return page_html(
            here.page,
            base,
            manifest=content,
            identifier=identifier,
            embedded=embedded,
            lesson=lesson,
        )

    key = ("page", base, here.page.build, identifier, digest, embedded, lesson and lesson[0])
    rendered = await here.render(request, key, write)
    robots = {"x-robots-tag": "noindex"} if identifier else {}
    return _html(request, rendered, {**here.page.headers(embedded), **robots}, here)


async def _snippet_page(
    request: Request, identifier: str, here: Services, embedded: bool
) -> Response:
    try:
        if NAME.fullmatch(identifier) is None:
            raise Refusal(404, "there is no such snippet here; check the link")
        return await _page(request, here, identifier, embedded)
    except Refusal as refusal:
        if refusal.status not in (404, 410):
            raise
        text = refusal.detail[:1].upper() + refusal.detail[1:] + "."
        title = "Gone" if refusal.status == 410 else "Not found"
        headers = {
            **here.page.headers(embedded),
            "cache-control": "public, max-age=60",
            "x-robots-tag": "noindex",
        }
        return Response(message_html(title, text), refusal.status, headers, "text/html")


async def _manifest(identifier: str, here: Services) -> dict[str, Any]:
    entry = await here.find(identifier)
    assert entry.stored.body is not None
    return upgrade(json.loads(entry.stored.body))


@router.get("/")
async def home(request: Request, here: Here) -> Response:
    """The playground."""
    return await _page(request, here, "", embedded=False)


CONTENTS = Lesson(
    "Lessons",
    "Automatic differentiation step by step: programs to run beside their tapes, and exercises.",
)


@router.get("/learn")
async def lessons_page(request: Request, here: Here) -> Response:
    """The playground with the lessons' table of contents."""
    return await _page(request, here, "", False, ("/learn", CONTENTS))


@router.get("/learn/{name}")
async def lesson_page(request: Request, name: str, here: Here) -> Response:
    """The playground at a lesson; which step is for the page alone to know."""
    here.page.refresh()
    lesson = here.page.lessons.get(name)
    if lesson is None:
        headers = {**here.page.headers(False), "cache-control": "public, max-age=60"}
        text = "There is no such lesson here. The table of contents is at /learn."
        return Response(message_html("Not found", text), 404, headers, "text/html")
    return await _page(request, here, "", False, (f"/learn/{name}", lesson))


@router.get("/s/{identifier}")
async def snippet_page(request: Request, identifier: str, here: Here) -> Response:
    """A snippet in the playground; its code does not run by itself."""
    return await _snippet_page(request, identifier, here, embedded=False)


@router.get("/e/{identifier}")
async def embedded_page(request: Request, identifier: str, here: Here) -> Response:
    """The same inside another site's page; nothing on it acts for the visitor."""
    return await _snippet_page(request, identifier, here, embedded=True)


@router.get("/s/{identifier}/preview.png")
async def preview(request: Request, identifier: str, here: Here) -> Response:
    """The picture that other sites show beside a link."""
    entry = await here.find(identifier)
    etag = f'"{entry.stored.sha256}.png"'
    headers = {"etag": etag, "cache-control": BRIEFLY, "x-robots-tag": "noindex"}
    if matches(request.headers.get("if-none-match", "").encode("latin-1"), etag.encode()):
        return Response(status_code=304, headers=headers)
    picture = here.previews.get(identifier)
    if picture is None:
        await here.spend(request, "render", here.settings.renders_per_minute)
        manifest = await _manifest(identifier, here)
        async with here.drawing:
            picture = await asyncio.to_thread(draw, manifest)
        here.previews[identifier] = picture
    return Response(picture, media_type="image/png", headers=headers)


@router.get(STYLE_PATH)
async def style() -> Response:
    """The style of the pages that need no script."""
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=300"})


@router.get("/docs")
async def documentation() -> Response:
    """The documentation lies in a folder of the built page; its links count from there."""
    return Response(status_code=308, headers={**PLAIN_PAGE, "location": "/docs/"})


@router.get("/api")
async def api_page(request: Request, here: Here) -> Response:
    """The description of the API, for reading."""
    rendered = await here.render(request, "api", lambda: api_html(request.app.openapi()))
    return _html(request, rendered, PLAIN_PAGE, here)


class OEmbed(BaseModel):
    """How to show a snippet inside another page (oEmbed 1.0, type rich)."""

    version: str
    type: str
    provider_name: str
    provider_url: str
    title: str
    html: str
    width: int
    height: int
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int


@oembed_router.get(
    "/oembed",
    operation_id="oembed",
    response_model=OEmbed,
    responses=problem_answers(400, 404, 410, 429, 503),
)
async def oembed(
    request: Request,
    response: Response,
    here: Here,
    url: Annotated[str, Query(max_length=500, description="A link to a snippet of this server.")],
    format: Annotated[Literal["json"], Query(description="The only one offered.")] = "json",
    maxwidth: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    maxheight: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> OEmbed:
    """The frame that shows a snippet elsewhere."""
    base = base_url(request, here.settings)
    try:
        asked, own = urlsplit(url), urlsplit(base)
    except ValueError:
        raise Refusal(404, "this is not a link to a snippet here") from None
    place, identifier = asked.path[:3], asked.path[3:]
    if (
        (asked.scheme, asked.netloc) != (own.scheme, own.netloc)
        or place not in ("/s/", "/e/")
        or NAME.fullmatch(identifier) is None
    ):
        raise Refusal(404, "this is not a link to a snippet here")
    manifest = await _manifest(identifier, here)
    width, height = min(maxwidth or 800, 4000), min(maxheight or 480, 4000)
    frame = element(
        "iframe",
        src=f"{base}/e/{identifier}",
        title=title_of(manifest),
        width=str(width),
        height=str(height),
        allow="cross-origin-isolated",
        loading="lazy",
    )
    response.headers["cache-control"] = BRIEFLY
    if vary := varies(here.settings):
        response.headers["vary"] = ", ".join(vary)
    response.headers["access-control-allow-origin"] = "*"
    return OEmbed(
        version="1.0",
        type="rich",
        provider_name="gradtape",
        provider_url=base,
        title=title_of(manifest),
        html=frame.text,
        width=width,
        height=height,
        thumbnail_url=f"{base}/s/{identifier}/preview.png",
        thumbnail_width=1200,
        thumbnail_height=630,
    )
