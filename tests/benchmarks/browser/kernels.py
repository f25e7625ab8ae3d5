"""Writes this project's kernels for the rows of the browser benchmark as JSON, for the page to run.

    python tests/benchmarks/browser/kernels.py ROWS.json > KERNELS.json

A row is {"name", "work", sizes…}; each becomes what the op is lowered to on a software adapter that
has subgroups, and on one that has none: dispatches with their texts, parameters and grids.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from gradtape_webgpu.kernels.convolution import convolution
from gradtape_webgpu.kernels.matmul import matmul
from gradtape_webgpu.kernels.program import Lowered, Spec
from gradtape_webgpu.kernels.target import Adapter, Target

FLOAT = np.dtype(np.float32)

#: the work of a row → its lowering
WORK = {
    "matmul": lambda row, target: matmul(
        (Spec((row["m"], row["k"]), FLOAT), Spec((row["k"], row["n"]), FLOAT)), target
    ),
    "convolution": lambda row, target: convolution(
        (
            Spec((row["n"], row["side"], row["side"], row["c"]), FLOAT),
            Spec((row["k"], row["k"], row["c"], row["f"]), FLOAT),
        ),
        target,
        strides=(1, 1),
        pads=((0, 0), (0, 0)),
        dilations=(1, 1),
    ),
}


def described(lowered: Lowered) -> dict[str, Any]:
    """A lowered op as plain data."""
    return {
        "outputs": [spec.size for spec in lowered.outputs],
        "temps": lowered.temps,
        "launches": [
            {
                "text": launch.program.text,
                "reads": launch.program.reads,
                "writes": launch.program.writes,
                "arguments": launch.arguments,
                "params": base64.b64encode(launch.params).decode(),
                "groups": launch.groups,
            }
            for launch in lowered.launches
        ],
    }


def main(path: str) -> None:
    """Print the kernels of the rows in the file."""
    rows = json.loads(Path(path).read_text(encoding="utf-8"))
    kernels: dict[str, Any] = {}
    for subgroups in (True, False):
        target = Target(Adapter(software=True, subgroups=subgroups))
        of = kernels["subgroups" if subgroups else "plain"] = {}
        for row in rows:
            of[row["name"]] = described(WORK[row["work"]](row, target))
    json.dump(kernels, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
