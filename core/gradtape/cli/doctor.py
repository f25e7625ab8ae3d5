"""`gradtape doctor`: what this machine computes with, and whether that is well.

Exit code 0 where a GPU is used and its self-test passes, 1 where a self-test fails, 2 where there
is no GPU: ops run on the CPU then.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import gradtape
from gradtape.cli.terminal import safe
from gradtape.snippet.pins import source_sha256

WELL, ILL, NONE = 0, 1, 2
#: how the names of those variables begin that change what is computed; none of them is a secret
TELLING = ("GRADTAPE_GPU", "OPENBLAS_", "OMP_", "MKL_", "NPY_")

#: What gradtape uses where it is installed, and what shows it.
BESIDE = ("wgpu", "pillow", "h5py", "fastapi", "starlette", "sqlalchemy", "ipykernel")


def doctor(arguments: argparse.Namespace) -> int:
    """The command; the exit code."""
    found = examined()
    print(json.dumps(found) if arguments.json else safe(told(found)))
    if found["chosen"] is None:
        return NONE
    return WELL if all(test["passed"] for test in found["self_test"]) else ILL


def examined() -> dict[str, Any]:
    """Versions, machine, adapters, the chosen one, its figures and self-test, as plain data."""
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "gradtape": gradtape.__version__,
        "source_sha256": source_sha256(),
    }
    try:
        found: dict[str, Any] = import_module("gradtape_webgpu.doctor").report()
    except ImportError as error:
        why = f'{error}; the GPU backend needs wgpu: pip install "gradtape[gpu]"'
        found = {"adapters": [], "chosen": None, "why": why, "cost": None, "self_test": []}
    return versions | surroundings() | found


def surroundings() -> dict[str, Any]:
    """The machine, what NumPy multiplies and loops with on it, and variables that change that."""
    built = np.show_config(mode="dicts")
    blas = built["Build Dependencies"]["blas"]
    return {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "blas": f"{blas['name']} {blas['version']}",
        "simd": built["SIMD Extensions"].get("found", []),
        "packages": {name: found for name in BESIDE if (found := _version(name))},
        "variables": {k: v for k, v in sorted(os.environ.items()) if k.startswith(TELLING)},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def told(found: dict[str, Any]) -> str:
    """The findings for people."""
    lines = [f"gradtape {found['gradtape']}, Python {found['python']}, NumPy {found['numpy']}"]
    lines.append(f"sources {found['source_sha256']}")
    lines.append(f"machine: {found['machine']}, {found['cores']} cores")
    lines.append(
        f"products by {found['blas']}, loops for {' '.join(found['simd']) or 'any machine'}"
    )
    packages = ", ".join(f"{name} {which}" for name, which in found["packages"].items())
    lines.append(f"installed beside it: {packages or 'nothing that it uses'}")
    lines += [f"variable {name}={value}" for name, value in found["variables"].items()]
    lines.append(f"adapters: {len(found['adapters'])}")
    for adapter in found["adapters"]:
        lines += _adapter(adapter)
    if found["chosen"] is None:
        lines.append(f"There is no GPU to use, so ops run on the CPU: {found['why']}")
        return "\n".join(lines)
    lines.append(f"chosen: {found['chosen']}; {found['why']}")
    if found["cost"]:
        lines += _figures(found["cost"])
    lines.append("self-test, the worst error in units in the last place:")
    for test in found["self_test"]:
        mark = "ok  " if test["passed"] else "FAIL"
        result = test["error"] or f"{test['worst_ulp']:.2f} (allowed {test['allowed_ulp']:g})"
        lines.append(f"  {mark} {test['op']}: {result}")
    failed = sum(not test["passed"] for test in found["self_test"])
    if failed:
        lines.append(
            f"{failed} of {len(found['self_test'])} ops give wrong numbers on this GPU: update its "
            "driver, and compute on the CPU meanwhile: with tf.device('/CPU:0')"
        )
    return "\n".join(lines)


def _adapter(adapter: dict[str, Any]) -> list[str]:
    kind = "a program on the CPU" if adapter["software"] else "a GPU"
    about = ", ".join(filter(None, (kind, adapter["backend"], adapter["driver"])))
    lines = [f"  {adapter['name']}: {about}"]
    lines += [f"    {name} {value:,}" for name, value in adapter["limits"].items()]
    used = ", ".join(adapter["used"]) or "none"
    lines.append(f"    features of use: {used} (of {len(adapter['features'])}; --json names all)")
    return lines


def _figures(cost: dict[str, float]) -> list[str]:
    return [
        "figures that decide where heavy ops run:",
        f"  multiplications on the CPU {_rate(cost['cpu'])}, on the GPU {_rate(cost['gpu'])}",
        f"  bytes to the GPU {_rate(cost['byte'])}; there and back {1000 * cost['trip']:.2f} ms",
    ]


def _rate(seconds: float) -> str:
    return f"{1e-9 / seconds:.2f} billion a second" if seconds else "unmeasurably fast"
