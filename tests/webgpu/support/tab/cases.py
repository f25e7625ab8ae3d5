"""Runs in the tab: one driver's cases, each with its traceback where it failed, as JSON."""

from __future__ import annotations

import json
import traceback

from gradtape_webgpu.drivers import tab
from tests.webgpu.support import protocol
from tests.webgpu.support.tab import faults


def tried(function, *arguments) -> str:
    try:
        function(*arguments)
    except Exception:
        return traceback.format_exc()
    return ""


async def report() -> str:
    """What happened to each case, and what the driver says of itself."""
    driver = await tab.start()
    results = {name: tried(case, driver) for name, case in protocol.CASES.items()}
    for name, case in faults.CASES.items():
        results[name] = tried(case, await tab.start(anew=True))
    caps = {"adapter": driver.caps.adapter, "software": driver.caps.software}
    return json.dumps({"results": results, "waiting": driver.waiting, **caps})
