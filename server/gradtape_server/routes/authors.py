"""What only a snippet's author may ask: that it goes, and how long it stands."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel

from gradtape_server.http.problems import Refusal, problem_answers
from gradtape_server.http.purging import purge
from gradtape_server.routes.snippets import Days, Here, Identifier, end_of, same_site, written
from gradtape_server.telemetry import logs

router = APIRouter(prefix="/api/v1/snippets", tags=["snippets"])
# The same answer for a wrong id and a wrong token: neither can be tried out.
NOT_OWN = "there is no such snippet with this delete token"
Token = Annotated[
    str,
    Header(alias="Delete-Token", description="As shown when it was stored.", max_length=200),
]


class Kept(BaseModel):
    """Until when a snippet stands."""

    id: str
    sha256: str
    expires: str | None


@router.delete(
    "/{identifier}",
    operation_id="deleteSnippet",
    status_code=204,
    response_class=Response,
    dependencies=[Depends(same_site)],
    responses={
        204: {"description": "The content is gone; its link answers 410."},
        **problem_answers(400, 403, 404, 429, 503),
    },
)
async def delete(
    request: Request,
    identifier: Identifier,
    here: Here,
    delete_token: Token,
) -> Response:
    """Withdraw a snippet, with the token that was shown when it was stored."""
    await here.spend(request, "delete", here.settings.creates_per_minute)
    if not await here.snippets.withdraw(identifier, delete_token):
        raise Refusal(404, NOT_OWN)
    gone = await here.snippets.get(identifier)
    if gone is not None:
        here.cache.forget(gone.sha256)
        here.in_background(purge(here.settings, identifier, gone.sha256))
    here.metrics.event("withdrawn")
    logs.event("withdrawn", id=identifier)
    return Response(status_code=204)


@router.patch(
    "/{identifier}",
    operation_id="keepSnippet",
    response_model=Kept,
    dependencies=[Depends(same_site)],
    responses={
        200: {"description": "It stands until then; null: for ever."},
        **problem_answers(400, 403, 404, 410, 429, 503),
    },
)
async def keep(
    request: Request,
    identifier: Identifier,
    here: Here,
    delete_token: Token,
    expires_in_days: Days,
) -> Response:
    """Change how long a snippet stands, from now on; its link and its content stay as they are."""
    settings = here.settings
    await here.require_welcome(request)
    await here.spend(request, "keep", settings.creates_per_minute)
    end = end_of(expires_in_days)
    stored = await here.snippets.keep_until(identifier, delete_token, end)
    if stored is None:
        raise Refusal(404, NOT_OWN)
    here.require_standing(stored)
    here.metrics.event("kept")
    logs.event("kept", id=stored.id, days=expires_in_days)
    answer = {"id": stored.id, "sha256": stored.sha256, "expires": end and written(end)}
    headers = {"cache-control": "no-store"}
    return Response(json.dumps(answer), media_type="application/json", headers=headers)
