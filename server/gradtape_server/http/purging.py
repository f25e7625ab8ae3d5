"""Telling the caches in front of this server that content is gone: a program of the operator's.

The program is `GRADTAPE_PURGE_COMMAND`; it gets the addresses as words and speaks to whatever cache
there is. That it fails is logged, and hinders nothing: caches let go by themselves after minutes.
"""

from __future__ import annotations

import asyncio
import logging
import shlex

from gradtape.snippet.identity import FULL_LENGTH, ID_LENGTH, full_name
from gradtape_server.settings import Settings
from gradtape_server.telemetry import logs

PATIENCE = 30  # seconds for the program
_ENDS = ("", ".py", ".ipynb", ".json", ".test.py", "/fork")


def addresses_of(base: str, identifier: str, sha256: str) -> list[str]:
    """Every address under which a snippet's content is answered, for its usual names."""
    name = full_name(sha256)
    names = dict.fromkeys([identifier, name[:ID_LENGTH], name[:FULL_LENGTH], sha256])
    return [
        address
        for one in names
        for address in (
            *(f"{base}/s/{one}", f"{base}/e/{one}", f"{base}/s/{one}/preview.png"),
            *(f"{base}/api/v1/snippets/{one}{end}" for end in _ENDS),
        )
    ]


async def purge(settings: Settings, identifier: str, sha256: str) -> bool:
    """Run the operator's program for a snippet that is gone; False where it failed."""
    if settings.purge_command is None or settings.public_url is None:
        return True
    words = shlex.split(settings.purge_command)
    addresses = addresses_of(settings.public_url, identifier, sha256)
    try:
        process = await asyncio.create_subprocess_exec(*words, *addresses)
        try:
            code = await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            raise
    except (OSError, TimeoutError) as error:
        logs.event("purge failed", logging.ERROR, id=identifier, reason=repr(error))
        return False
    if code:
        logs.event("purge failed", logging.ERROR, id=identifier, exit_code=code)
    return code == 0
