"""Getting a snippet from a link or a file, and being sure that it is the one the link names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gradtape.cli import Refused
from gradtape.cli.exchange import request
from gradtape.cli.terminal import line
from gradtape.snippet.canonical import MalformedJSON, canonical, parse
from gradtape.snippet.drafting import upgrade
from gradtape.snippet.identity import ALPHABET, ID_PATTERN, proves, snippet_id
from gradtape.snippet.validation import InvalidManifest, validate

SHA256 = re.compile("[0-9a-f]{64}")
_LINK_PATH = re.compile(
    rf"(.*)/(?:s|e|api/v1/snippets)/([{ALPHABET}]+|[0-9a-f]{{64}})(?:\.json)?/?"
)


def is_link(target: str) -> bool:
    """Whether the word is an address rather than a file."""
    return target.startswith(("http://", "https://"))


def looks_like_link(address: str) -> bool:
    """Whether the address is a snippet's link."""
    try:
        match = _LINK_PATH.fullmatch(urlsplit(address).path)
    except ValueError:  # brackets that hold no address
        return False
    if match is None:
        return False
    return ID_PATTERN.fullmatch(match[2]) is not None or SHA256.fullmatch(match[2]) is not None


def parted(link: str) -> tuple[str, str]:
    """The server's address and the id in a link. Raises Refused for another kind of link."""
    if not looks_like_link(link):
        raise Refused(f"{line(link)} is not a snippet's link; they look like https://host/s/ID")
    parts = urlsplit(link)
    match = _LINK_PATH.fullmatch(parts.path)
    assert match is not None
    return f"{parts.scheme}://{parts.netloc}{match[1]}", match[2]


def from_link(link: str) -> tuple[str, dict[str, Any]]:
    """The id and the manifest behind a link. Raises Refused where they do not belong together."""
    server, identifier = parted(link)
    data = request(f"{server}/api/v1/snippets/{identifier}")
    try:
        manifest = parse(data)
        # What is proven is the canonical form; a server may have put in spaces, nothing else.
        if not proves(identifier, canonical(manifest)):
            raise Refused(
                f"the server sent something else: {identifier} names other content; do not run it"
            )
    except MalformedJSON as error:
        raise Refused(f"the server's answer is not a manifest: {error}") from None
    return identifier, _valid(manifest)


def from_file(path: Path) -> tuple[str, dict[str, Any]]:
    """The id and the manifest in a file."""
    try:
        manifest = parse(path.read_bytes())
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    except MalformedJSON as error:
        raise Refused(f"{path} is not a manifest: {error}") from None
    return snippet_id(manifest), _valid(manifest)


def _valid(manifest: Any) -> dict[str, Any]:
    try:
        if not isinstance(manifest, dict):
            raise ValueError("it is not an object")
        manifest = upgrade(manifest)
        validate(manifest)
    except InvalidManifest as error:
        lines = "\n  ".join(map(str, error.problems))
        raise Refused(f"the manifest is not valid:\n  {lines}") from None
    except ValueError as error:
        raise Refused(f"the manifest is not valid: {error}") from None
    return dict(manifest)
