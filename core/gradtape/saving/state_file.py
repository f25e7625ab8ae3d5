"""The file `checkpoint` of a folder: which checkpoint is the newest, and which are kept.

It is TensorFlow's own form, so that either program finds what the other wrote.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gradtape.formats.safetensors import exists, write_bytes

_LINE = re.compile(r'^\s*(\w+)\s*:\s*("(?:[^"\\]|\\.)*"|\S+)\s*$')


class CheckpointState:
    """What a folder's `checkpoint` file says."""

    def __init__(self) -> None:
        self.model_checkpoint_path = ""
        self.all_model_checkpoint_paths: list[str] = []
        self.all_model_checkpoint_timestamps: list[float] = []
        self.last_preserved_timestamp = 0.0


def _state_name(folder: Any, latest_filename: str | None) -> str:
    return os.path.join(os.fspath(folder), latest_filename or "checkpoint")


def get_checkpoint_state(
    checkpoint_dir: Any, latest_filename: str | None = None
) -> CheckpointState | None:
    """What the folder's `checkpoint` file says, with whole paths; None where there is none."""
    folder = os.fspath(checkpoint_dir)
    try:
        text = Path(_state_name(folder, latest_filename)).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    state = CheckpointState()
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        name, value = found[1], found[2]
        if name == "model_checkpoint_path":
            state.model_checkpoint_path = os.path.join(folder, json.loads(value))
        elif name == "all_model_checkpoint_paths":
            state.all_model_checkpoint_paths.append(os.path.join(folder, json.loads(value)))
        elif name == "all_model_checkpoint_timestamps":
            state.all_model_checkpoint_timestamps.append(float(value))
        elif name == "last_preserved_timestamp":
            state.last_preserved_timestamp = float(value)
    return state


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of the newest checkpoint of a folder; None where there is none."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None or not state.model_checkpoint_path:
        return None
    path = state.model_checkpoint_path
    return path if exists(path + ".safetensors") or exists(path + ".index") else None


def update_checkpoint_state(
    save_dir: Any,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Iterable[str] = (),
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Iterable[float] = (),
    last_preserved_timestamp: float | None = None,
) -> None:
    """Write the folder's `checkpoint` file, whole or not at all."""
    folder = os.fspath(save_dir)
    paths = list(all_model_checkpoint_paths)
    times = list(all_model_checkpoint_timestamps)
    if model_checkpoint_path not in paths:
        paths.append(model_checkpoint_path)
        times = [*times, time.time()] if times else times

    def line(name: str, path: str) -> str:
        return f"{name}: {json.dumps(_relative(path, folder), ensure_ascii=False)}"

    lines = [line("model_checkpoint_path", model_checkpoint_path)]
    lines += [line("all_model_checkpoint_paths", path) for path in paths]
    lines += [f"all_model_checkpoint_timestamps: {stamp!r}" for stamp in times]
    if last_preserved_timestamp is not None:
        lines.append(f"last_preserved_timestamp: {last_preserved_timestamp!r}")
    write_bytes(_state_name(folder, latest_filename), "\n".join([*lines, ""]).encode())


def _relative(path: str, folder: str) -> str:
    if os.path.isabs(path) != os.path.isabs(folder):
        return path
    inside = os.path.relpath(path, folder or ".")
    return path if inside.startswith("..") else inside
