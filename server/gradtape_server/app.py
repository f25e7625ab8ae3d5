"""The application: settings in, an ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from gradtape.snippet import MANIFEST_SCHEMA
from gradtape_server.front import Front
from gradtape_server.http import problems
from gradtape_server.pages.views import message_html
from gradtape_server.publishing import publish_engines
from gradtape_server.routes import authors, engines, operations, pages, snippets
from gradtape_server.services import Services
from gradtape_server.settings import Settings
from gradtape_server.storage.occupancy import occupied
from gradtape_server.storage.schema_version import migrate
from gradtape_server.telemetry import logs

ROUTERS = (
    snippets.router,
    authors.router,
    engines.router,
    pages.oembed_router,
    pages.router,
    operations.router,
)


def create_api(settings: Settings, services: Services) -> FastAPI:
    """The routes, without the front."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.database.make_file()
        with occupied(services.database.path):
            await migrate(services.database)
            await services.open()
            await publish_engines(services)
            kind = "sqlite" if services.database.is_sqlite else "postgresql"
            logs.event("started", database=kind)
            yield
            services.stopping = True
            await services.close()
        logs.event("stopped")

    api = FastAPI(
        title="gradtape",
        version="1",
        description="Stores gradient snippets that anyone can open, run again and check.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    api.state.services = services
    for router in ROUTERS:
        api.include_router(router)
    routes = [*api.routes, *(route for router in ROUTERS for route in router.routes)]
    problems.install(api, routes, message_html)
    _describe_honestly(api)
    return api


def _describe_honestly(api: FastAPI) -> None:
    """Take out of the OpenAPI document what FastAPI assumes and this server does not answer."""
    original = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = original()
            for operations_ in document["paths"].values():
                for operation in operations_.values():
                    # A bad parameter is answered with 400 and a problem, not with FastAPI's 422.
                    answer = operation["responses"].get("422", {})
                    if "application/json" in answer.get("content", {}):
                        del operation["responses"]["422"]
                    if operation.get("parameters"):
                        operation["responses"].setdefault("400", problems.problem_answers(400)[400])
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas["Manifest"] = MANIFEST_SCHEMA
            schemas["BareCode"] = snippets.BARE_SCHEMA
            schemas["Problem"] = problems.PROBLEM_SCHEMA
        return api.openapi_schema or document

    api.openapi = openapi  # type: ignore[method-assign]


def create_app(settings: Settings | None = None) -> Front:
    """The whole application, as a server runs it."""
    settings = settings or Settings()
    services = Services(settings)
    return Front(create_api(settings, services), services)
