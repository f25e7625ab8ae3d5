"""The headers that keep a stranger's code, and a stranger's page, in their place.

Four kinds of answer. The page may run only this site's scripts and is isolated from other
windows. The sandbox is a document without an origin or a network; only the page may frame it.
Files for the sandbox may be read from anywhere. Everything else (raw code, JSON, pictures) is
inert: even a browser that took it for a document could do nothing with it.
"""

from __future__ import annotations

import base64
import hashlib
import re

from gradtape_server.settings import Settings

# On every answer.
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), "
    "clipboard-read=(), browsing-topics=()",
}
INERT = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
}
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


def _policy(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


def page_headers(settings: Settings, *, nonce: str, embedded: bool) -> dict[str, str]:
    """For `/`, `/s/ID` and, where other sites may frame it, `/e/ID`."""
    frames = "'self'"
    if settings.sandbox_origin:
        frames += f" {settings.sandbox_origin}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        # The editor writes its own style sheet; the nonce is how it may.
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "frame-src": frames,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "*" if embedded else "'none'",
        "require-trusted-types-for": "'script'",
    }
    headers = {
        "content-security-policy": _policy(policy),
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "cross-origin" if embedded else "same-origin",
    }
    if embedded:
        # Inside a page that is not isolated, Chromium can still isolate this document alone.
        headers["document-isolation-policy"] = "isolate-and-require-corp"
    else:
        headers["cross-origin-opener-policy"] = "same-origin"
    return headers


_SCRIPT = re.compile(rb"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def sandbox_headers(settings: Settings, document: bytes, *, embedded: bool) -> dict[str, str]:
    """For a sandbox document: exactly its own inline scripts run, in a worker without a network.

    `frame-ancestors` looks at every ancestor, so the sandbox inside an embedded page must allow
    any; it has nothing that being framed could reach.
    """
    hashes = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode("ascii") + "'"
        for script in _SCRIPT.findall(document)
    )
    page = settings.public_url if settings.sandbox_origin and settings.public_url else "'self'"
    policy = {
        "default-src": "'none'",
        "script-src": f"{hashes} 'wasm-unsafe-eval' blob:".strip(),
        "worker-src": "data:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "*" if embedded else page,
    }
    if settings.sandbox_origin:
        # A second origin of its own: storage is empty there, and workers need not be data: ones.
        policy["worker-src"] = "data: blob:"
    else:
        policy["sandbox"] = "allow-scripts"
    return {
        "content-security-policy": _policy(policy),
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "cross-origin",
        "document-isolation-policy": "isolate-and-require-corp",
    }


ASSET = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
# A script may become a worker: it is isolated as the page is, and may run WebAssembly.
SCRIPT = {
    "cross-origin-embedder-policy": "require-corp",
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "connect-src 'self'",
}
# A page of text: its own words and nothing else; its style stands in a file beside it.
PLAIN_PAGE = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
# The documentation: pages of text whose search is a script beside them.
DOCUMENTATION = {
    **PLAIN_PAGE,
    "content-security-policy": PLAIN_PAGE["content-security-policy"]
    + "; script-src 'self'; connect-src 'self'; img-src 'self'",
}
