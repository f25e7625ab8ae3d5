"""The built page: which files there are, how each is served, and the page around one snippet.

The build leaves a folder. Files directly in it (`index.html`, an icon) and those in `docs/` keep
their names from build to build and are revalidated; files in other folders have their content's
hash in their path and are immutable. A file may have `.br` and `.gz` twins, made by the build. Only
files that were there when the folder was listed are served, so no path can lead anywhere else.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gradtape_server.http.headers import (
    ASSET,
    DOCUMENTATION,
    FOREVER,
    SCRIPT,
    page_headers,
    sandbox_headers,
)
from gradtape_server.settings import Settings

_TYPES = {
    ".wasm": "application/wasm",
    ".mjs": "text/javascript; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".whl": "application/zip",
    ".zip": "application/zip",
    ".py": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}  # in order of preference
_SITE = re.compile(r'(<script type="application/json" id="site">)(.*?)(</script>)', re.DOTALL)


class Lesson(NamedTuple):
    """What is said of a lesson where its address is shown."""

    title: str
    summary: str


def _lessons(manifest: Path) -> dict[str, Lesson]:
    """The lessons of a build, by their names in the address; a page may have none."""
    try:
        told = json.loads(manifest.read_bytes())["lessons"]
        return {name: Lesson(str(of["title"]), str(of["summary"])) for name, of in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


@dataclass
class PageFile:
    """One file of the build."""

    path: Path
    media_type: str
    headers: dict[str, str]
    encodings: dict[str, Path] = field(default_factory=dict)


def find_page(settings: Settings) -> Path | None:
    """The folder of the built page: as set, else inside the wheel, else in the work tree."""
    if settings.page_dir is not None:
        return settings.page_dir
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "page", package.parents[1] / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


class Page:
    """The build as this server serves it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = find_page(settings)
        # One nonce per process: the page may be cached, and so must stay equal to its header.
        self.nonce = secrets.token_urlsafe(16)
        self.build: float | None = None  # when what is listed was built
        self.files: dict[str, PageFile] = {}
        self._html: dict[bool, str] = {}
        self.lessons: dict[str, Lesson] = {}
        self.refresh()

    def refresh(self) -> None:
        """List the folder again when it was built anew."""
        index = self.folder / "index.html" if self.folder else None
        if self.folder is None or index is None or not index.is_file():
            self.files, self._html, self.lessons, self.build = {}, {}, {}, None
            return
        built = index.stat().st_mtime
        if built == self.build:
            return
        self.build = built
        listed = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix not in (".br", ".gz"):
                for name, file in self._describe(path):
                    listed[name] = file
        text = index.read_text(encoding="utf-8")
        self._html = {embedded: self._site(text, embedded) for embedded in (False, True)}
        listed.pop("index.html", None)
        if "docs/index.html" in listed:
            listed["docs/"] = listed["docs/index.html"]
        self.files = listed
        self.lessons = _lessons(self.folder / "manifest.json")

    def _describe(self, path: Path) -> list[tuple[str, PageFile]]:
        assert self.folder is not None
        name = path.relative_to(self.folder).as_posix()
        known = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        media_type = known or "application/octet-stream"
        told = name.startswith("docs/")
        headers = {**(DOCUMENTATION if told else ASSET), "vary": "Accept-Encoding"}
        if path.suffix == ".js" and not told:
            headers.update(SCRIPT)
        kept = "/" in name and not told
        headers["cache-control"] = FOREVER if kept else "public, max-age=300"
        twins = {
            encoding: twin
            for encoding, suffix in _ENCODINGS.items()
            if (twin := path.with_name(path.name + suffix)).is_file()
        }
        if name.startswith("sandbox/") and path.suffix == ".html":
            document = path.read_bytes()
            found = []
            for embedded, prefix in ((False, "sandbox/"), (True, "sandbox/embed/")):
                policy = sandbox_headers(self._settings, document, embedded=embedded)
                file = PageFile(path, media_type, {**headers, **policy}, twins)
                found.append((prefix + name.removeprefix("sandbox/"), file))
            return found
        digest = "" if kept else hashlib.sha256(path.read_bytes()).hexdigest()
        if digest:
            headers["etag"] = f'"{digest}"'
        return [(name, PageFile(path, media_type, headers, twins))]

    def _site(self, text: str, embedded: bool) -> str:
        """The page with its sandbox's address as this server serves it."""

        def rewrite(match: re.Match[str]) -> str:
            try:
                site = json.loads(match[2])
                url = site["sandbox"]["url"]
            except (ValueError, KeyError, TypeError):
                return match[0]
            if embedded:
                url = url.replace("/sandbox/", "/sandbox/embed/", 1)
            site["sandbox"]["url"] = (self._settings.sandbox_origin or "") + url
            return match[1] + json.dumps(site).replace("<", "\\u003c") + match[3]

        return _SITE.sub(rewrite, text, count=1)

    def html(self, embedded: bool) -> str | None:
        """The built page's text; None when there is no build."""
        self.refresh()
        return self._html.get(embedded)

    def headers(self, embedded: bool) -> dict[str, str]:
        """The headers of a page."""
        return page_headers(self._settings, nonce=self.nonce, embedded=embedded)
