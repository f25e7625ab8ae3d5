"""The table that `Model.summary()` prints."""

from __future__ import annotations

from typing import Any

_UNITS = ("B", "KB", "MB", "GB", "TB")


def _size(n_bytes: float) -> str:
    unit = 0
    while n_bytes >= 1024 and unit < len(_UNITS) - 1:
        n_bytes, unit = n_bytes / 1024, unit + 1
    return f"{n_bytes:.2f} {_UNITS[unit]}"


def _count(variables: Any) -> tuple[int, int]:
    elements = [v.shape.num_elements() or 0 for v in variables]
    return sum(elements), sum(n * v.dtype.size for n, v in zip(elements, variables, strict=True))


def _total(title: str, variables: Any) -> str:
    elements, n_bytes = _count(variables)
    return f" {title}: {elements:,} ({_size(n_bytes)})"


def layers_of(model: Any) -> list[tuple[str, str, str, str]]:
    """For each layer below a model its name, type, output shape and number of weights."""
    rows = []
    for layer in model.layers:
        shape = "?" if layer._output_shape is None else str(layer._output_shape)
        n = f"{_count(layer.weights)[0]:,}" if layer.built else "0 (unbuilt)"
        rows.append((layer.name, type(layer).__name__, shape, n))
    return rows


def totals_of(model: Any) -> list[str]:
    """How many weights there are: all, trainable, not trainable."""
    return [
        _total("Total params", model.weights),
        _total("Trainable params", model.trainable_variables),
        _total("Non-trainable params", model.non_trainable_variables),
    ]


def summary_lines(model: Any, width: int) -> list[str]:
    """The lines: one row per layer below the model, and the totals."""
    rows = [("Layer (type)", "Output Shape", "Param #")]
    rows += [(f"{name} ({kind})", shape, n) for name, kind, shape, n in layers_of(model)]
    inner = width - 10
    first, second = inner * 45 // 100, inner * 33 // 100
    columns = (first, second, inner - first - second)

    def row(cells: tuple[str, str, str], bar: str) -> str:
        a, b, c = (cell[:w] for cell, w in zip(cells, columns, strict=True))
        body = f" {bar} ".join((a.ljust(columns[0]), b.ljust(columns[1]), c.rjust(columns[2])))
        return f"{bar} {body} {bar}"

    def rule(left: str, line: str, middle: str, right: str) -> str:
        return left + middle.join(line * (w + 2) for w in columns) + right

    body = [row(cells, "│") for cells in rows[1:]]
    between = rule("├", "─", "┼", "┤")
    return [
        f'Model: "{model.name}"',
        rule("┏", "━", "┳", "┓"),
        row(rows[0], "┃"),
        rule("┡", "━", "╇", "┩"),
        *f"\n{between}\n".join(body).split("\n"),
        rule("└", "─", "┴", "┘"),
        *totals_of(model),
    ]
