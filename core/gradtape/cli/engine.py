"""The engine that a link names: found on the link's server, fetched, checked and kept.

A wheel is known by its sha256. One that was fetched before is taken from the user's cache folder
and checked again. What runs is unpacked from the checked bytes for that run alone, into a folder
that nobody else can write to, so nothing that was put beside it ever runs.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gradtape.cli import Refused
from gradtape.cli.exchange import request
from gradtape.cli.terminal import line
from gradtape.runtime.cache_folder import cache_folder
from gradtape.snippet.canonical import MalformedJSON, parse
from gradtape.snippet.pins import digest_of_folder, source_sha256
from gradtape.snippet.wheels import (
    LARGEST_WHEEL,
    WHEEL_NAME,
    BadWheel,
    Engine,
    describe,
    files_of,
)

LARGEST_LIST = 4 * 1024 * 1024  # bytes of a server's list of engines
_SHA256 = re.compile("[0-9a-f]{64}")
#: how to do without the engine of the record
INSTEAD = "to run on the engine that is installed here: --engine installed"


@dataclass(frozen=True)
class Published:
    """An engine that can be had: from this machine's cache, or else from a server."""

    version: str
    filename: str
    wheel_sha256: str
    server: str | None  # None: it is here already

    def __str__(self) -> str:
        place = "kept here from an earlier run" if self.server is None else f"from {self.server}"
        return f"gradtape {self.version}, wheel {self.wheel_sha256[:16]}…, {place}"


def is_installed(manifest: dict[str, Any], device: str) -> bool:
    """Whether what is installed is the engine of the record, or the record names none."""
    pin = manifest["engine"]
    if pin["wheel_sha256"] is None and pin["source_sha256"] is None:
        return True
    # The digest of the sources does not cover the GPU's kernels; the wheel's does.
    is_covered = device == "cpu" or pin["wheel_sha256"] is None
    return is_covered and pin["source_sha256"] == source_sha256()


def is_same(folder: Path) -> bool:
    """Whether an unpacked engine is the installed one, the kernels of its GPU backend included.

    The record of a run does not say what the backend's sources were, so for a run on the GPU this
    is known only once the wheel is here.
    """
    backend = find_spec("gradtape_webgpu")
    kernels = None if backend is None or backend.origin is None else Path(backend.origin).parent
    return digest_of_folder(folder / "gradtape") == source_sha256() and (
        kernels is not None
        and digest_of_folder(folder / "gradtape_webgpu") == digest_of_folder(kernels)
    )


def is_named(manifest: dict[str, Any], engine: Engine) -> bool:
    """Whether this is the engine that a manifest names, by its wheel or else by its sources."""
    pin = manifest["engine"]
    if pin["wheel_sha256"] is not None:
        return bool(pin["wheel_sha256"] == engine.wheel_sha256)
    return pin["source_sha256"] is not None and pin["source_sha256"] == engine.source_sha256


def find(manifest: dict[str, Any], server: str | None) -> Published:
    """The engine that a manifest names. Raises Refused where it cannot be had."""
    pin = manifest["engine"]
    wheel, sources = pin["wheel_sha256"], pin["source_sha256"]
    if wheel is not None and (kept := _kept(wheel)) is not None:
        return Published(describe(kept.name, kept.read_bytes()).version, kept.name, wheel, None)
    named = f"wheel {wheel[:16]}…" if wheel else f"sources {sources[:16]}…"
    what = f"the engine of the record (gradtape {pin['version'] or 'of some version'}, {named})"
    if server is None:
        raise Refused(
            f"{what} is not installed here, and a file names no server to fetch it from: "
            f"give the snippet's link\n{INSTEAD}"
        )
    for engine in published(server):
        if is_named(manifest, engine):
            is_kept = _kept(engine.wheel_sha256) is not None
            where = None if is_kept else server
            return Published(engine.version, engine.filename, engine.wheel_sha256, where)
    raise Refused(f"{what} is not on {server}, so it cannot be run\n{INSTEAD}")


def published(server: str) -> list[Engine]:
    """The engines that a server keeps, the newest first."""
    answer = request(f"{server}/api/v1/engines", most=LARGEST_LIST)
    try:
        found = [_listed(entry) for entry in parse(answer)["engines"]]
    except (MalformedJSON, ValueError, KeyError, TypeError):
        raise Refused(f"{line(server)} does not answer like a gradtape server") from None
    # These go into addresses and names of files.
    return [
        engine
        for engine in found
        if WHEEL_NAME.fullmatch(engine.filename) and _SHA256.fullmatch(engine.wheel_sha256)
    ]


def _listed(entry: dict[str, Any]) -> Engine:
    """One entry of a server's list."""
    version, url, size = entry["version"], entry["url"], entry["size"]
    if not isinstance(size, int) or not isinstance(version, str) or not isinstance(url, str):
        raise ValueError(f"not an engine: {entry}")
    filename = url.rpartition("/")[2]
    return Engine(
        line(version, 64), filename, str(entry["wheel_sha256"]), entry["source_sha256"], size
    )


def obtain(engine: Published, manifest: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """The folder of the unpacked engine, and its pins. Raises Refused where it is not the one."""
    try:
        folder = _folder() / engine.wheel_sha256
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / engine.filename
        wheel = _fetched(engine) if engine.server else file.read_bytes()
        found = describe(engine.filename, wheel)
        pinned = manifest["engine"]["source_sha256"]
        if pinned is not None and found.source_sha256 != pinned:
            raise Refused(f"{engine} does not hold the sources that the record names; not run")
        if engine.server:
            _write(file, wheel)
        unpacked = _unpacked(files_of(wheel))
    except BadWheel as error:
        raise Refused(f"the engine of the record cannot be run: {error}\n{INSTEAD}") from None
    except OSError as error:
        raise Refused(
            f"the engine cannot be kept here: {error}; XDG_CACHE_HOME names another folder"
        ) from None
    pins = {
        "name": "gradtape",
        "version": found.version,
        "wheel_sha256": found.wheel_sha256,
        "source_sha256": found.source_sha256,
    }
    return unpacked, pins


def _folder() -> Path:
    return (cache_folder() or Path(tempfile.gettempdir()) / "gradtape") / "engines"


def _kept(wheel_sha256: str) -> Path | None:
    """The wheel's file, where it was fetched before and is as it was."""
    for file in sorted((_folder() / wheel_sha256).glob("*.whl")):
        try:
            if describe(file.name, file.read_bytes()).wheel_sha256 == wheel_sha256:
                return file
        except (BadWheel, OSError):
            continue
    return None


def _fetched(engine: Published) -> bytes:
    address = f"{engine.server}/api/v1/engines/{engine.wheel_sha256}/{engine.filename}"
    try:
        wheel = request(address, most=LARGEST_WHEEL)
    except Refused as refusal:
        raise Refused(f"the engine of the record does not come: {refusal}\n{INSTEAD}") from None
    got = describe(engine.filename, wheel).wheel_sha256
    if got != engine.wheel_sha256:
        raise Refused(
            f"the server sent another engine than the one that is named: {len(wheel)} bytes with "
            f"sha256 {got[:16]}…, and not {engine.wheel_sha256[:16]}…; not run"
        )
    return wheel


def _write(file: Path, content: bytes) -> None:
    # Another process sees a whole file or none.
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as made:
        made.write(content)
    os.replace(made.name, file)


def _unpacked(files: dict[str, bytes]) -> Path:
    """A new folder with these files and no others, which is gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="gradtape-engine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder
