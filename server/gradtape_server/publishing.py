"""The engine that a built page brings is published before the page is handed out.

A page pins its engine's wheel in every snippet it stores, so the wheel has to be here, and to stay,
from the first moment on: at the start, and when the page was built anew under a running server.
"""

from __future__ import annotations

from gradtape.snippet.wheels import BadWheel
from gradtape_server.services import Services
from gradtape_server.storage.troubles import StorageBroken, StorageFull, StorageUnavailable
from gradtape_server.telemetry import logs


async def publish_engines(here: Services) -> None:
    """Store the wheels of the present build, once. Raises what the storage raises."""
    here.page.refresh()
    build = here.page.build
    if build == here.published:
        return
    for name, file in here.page.files.items():
        if file.path.suffix == ".whl" and file.path.name.startswith("gradtape-"):
            try:
                engine, added = await here.engines.add(file.path.name, file.path.read_bytes())
            except BadWheel as error:
                logs.event("refused engine", file=name, reason=str(error))
                continue
            if added:
                logs.event("published engine", version=engine.version, wheel=engine.wheel_sha256)
    here.published = build


async def try_to_publish(here: Services) -> None:
    """The same for somebody who wants the page: it is shown whether or not the storage answers."""
    try:
        await publish_engines(here)
    except (StorageUnavailable, StorageFull, StorageBroken) as error:
        logs.event("engine not published yet", reason=str(error))
