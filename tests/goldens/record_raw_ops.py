"""Records the argument names of TensorFlow's raw ops, for those that gradtape has.

    python tests/goldens/record_raw_ops.py      (in an environment with tensorflow-cpu)

Writes core/gradtape/raw_ops/signatures.py: one line per op, its arguments in TensorFlow's
order, optional ones with their default. An op is recorded if the file names it already or if it is
given on the command line; what TensorFlow has no op for is dropped.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

TABLE = Path(__file__).resolve().parents[2] / "core/gradtape/raw_ops/signatures.py"


def argument(parameter: inspect.Parameter, dtype: type) -> str:
    """`name`, or `name=default` in the notation of Python, dtypes by name."""
    default: Any = parameter.default
    if default is inspect.Parameter.empty:
        return parameter.name
    if isinstance(default, dtype):
        default = default.name  # type: ignore[attr-defined]
    return f"{parameter.name}={default!r}"


def main(more: list[str]) -> None:
    """Write the table again."""
    import tensorflow as tf

    text = TABLE.read_text("utf-8")
    head, _, lines = text.partition('"""\\\n')
    known = {line.split("(")[0] for line in lines.splitlines() if re.match(r"\w+\(", line)}
    found = []
    for op in sorted(known | set(more)):
        function = getattr(tf.raw_ops, op, None)
        if function is not None:
            parameters = list(inspect.signature(function).parameters.values())[:-1]  # but `name`
            line = f"{op}({', '.join(argument(p, tf.DType) for p in parameters)})"
            found += textwrap.wrap(line, 98, subsequent_indent="    ")
    tail = lines[lines.index('"""') :]
    TABLE.write_text(f'{head}"""\\\n' + "\n".join(found) + "\n" + tail, "utf-8")
    print(f"{sum(line[0] != chr(32) for line in found)} ops")


if __name__ == "__main__":
    main(sys.argv[1:])
