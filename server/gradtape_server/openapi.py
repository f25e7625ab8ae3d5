"""`python -m gradtape_server.openapi` prints the API's OpenAPI document.

The document is committed as `server/openapi.json`, so that a change of the interface is seen in
review and the page can be checked against it; a test compares the two.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from gradtape_server.app import create_api
from gradtape_server.services import Services
from gradtape_server.settings import Settings


def openapi_text() -> str:
    """The document, as it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=None, page_dir=Path(folder))
        document = create_api(settings, Services(settings)).openapi()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(openapi_text(), end="")
