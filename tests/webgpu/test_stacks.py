"""The whole op suite on four stacks: SwiftShader and lavapipe natively, SwiftShader in a tab, and
the WebAssembly kernels of the tab's CPU, for the element-wise ops that have one.

In a tab Chromium's compiler (Tint) reads the WGSL, natively wgpu's (naga); below them is the same
SwiftShader, so both must give the same bits. With `-s` the table of worst ulp per op is printed.
"""

from __future__ import annotations

import base64
import pickle
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.wgsl.tolerance import ULP, distance
from tests.webgpu.support import stacks, suite
from tests.webgpu.support.evaluation import flushed, worst_ulp
from tests.webgpu.support.samples import Call
from tests.webgpu.support.tab.browser import pack, run_in_tab

TAB = "chromium"
#: the kernels of the tab's CPU, which answer their own ops alone
WASM = "wasm"
STACKS = [*sorted(stacks.STACKS), TAB]

#: op → why Tint's SwiftShader and naga's differ, and by how many ulp at most
DIFFER: dict[str, tuple[str, float]] = {}

#: kernels that add products or terms of either sign
SUMS = frozenset({"MatMul", "UnsortedSegmentSum"})

IN_TAB = """
import base64, pathlib, pickle, zlib
import gradtape_webgpu, tests
from gradtape_webgpu.drivers import tab
from tests.webgpu.support import suite
folder = pathlib.Path(gradtape_webgpu.__file__).parents[1]
entries = suite.unpacked_entries((folder / "build" / "entries.pickle").read_bytes())
found = suite.answers(entries, await tab.start()), suite.on_wasm(entries)
base64.b64encode(zlib.compress(pickle.dumps(found))).decode()
"""

Answers = dict[str, list[Any]]


@pytest.fixture(scope="module")
def entries() -> list[suite.Entry]:
    return [*suite.expressions(), *suite.drawings(), *suite.kernels()]


@pytest.fixture(scope="module")
def answers(
    entries: list[suite.Entry], node: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Answers]:
    """What every stack gives for every entry."""
    found = {name: suite.answers(entries, stacks.driver_of(name)) for name in stacks.STACKS}
    archive = tmp_path_factory.mktemp("stacks") / "engine.zip"
    pack(archive, **{"build/entries.pickle": suite.packed(entries)})
    (answer,) = run_in_tab(node, archive, [(IN_TAB, "async")])
    assert "value" in answer, answer
    found[TAB], found[WASM] = pickle.loads(zlib.decompress(base64.b64decode(answer["value"])))
    yield found
    print(table(entries, found))


def test_every_stack_answers_every_entry(entries: list[suite.Entry], answers: Answers) -> None:
    counts = {}
    for name, found in answers.items():
        if name == WASM:
            continue
        assert len(found) == len(entries)
        texts = [f"{e.op}: {a}" for e, a in zip(entries, found, strict=True) if isinstance(a, str)]
        assert [text for text in texts if ": refused: " not in text] == []
        counts[name] = Counter("refused" if isinstance(a, str) else "computed" for a in found)
    print(counts)
    assert len({str(count) for count in counts.values()}) == 1
    assert counts[TAB]["computed"] > 1300


def bits_differ(a: Any, b: Any) -> bool:
    """Whether two answers differ; one NaN is as good as another, since no value depends on it."""
    if isinstance(a, str) or isinstance(b, str):
        return bool(a != b)
    for x, y in zip(a, b, strict=True):
        if x.dtype != y.dtype or x.shape != y.shape:
            return True
        if x.tobytes() != y.tobytes() and not same_but_for_nan(x.ravel(), y.ravel()):
            return True
    return False


def same_but_for_nan(x: np.ndarray, y: np.ndarray) -> bool:
    if x.dtype != np.float32:
        return False
    same = x.view(np.uint32) == y.view(np.uint32)
    return bool((same | (np.isnan(x) & np.isnan(y))).all())


def test_swiftshader_gives_the_same_bits_natively_and_in_the_tab(
    entries: list[suite.Entry], answers: Answers
) -> None:
    differing: dict[str, float] = {}
    for entry, a, b in zip(entries, answers["swiftshader"], answers[TAB], strict=True):
        if bits_differ(a, b):
            apart = max(apart_by(x, y) for x, y in zip(a, b, strict=True))
            differing[entry.op] = max(differing.get(entry.op, 0.0), apart)
    assert {op: ulp for op, ulp in differing.items() if op not in DIFFER} == {}
    assert {op: ulp for op, ulp in differing.items() if ulp > DIFFER[op][1]} == {}
    assert [op for op in DIFFER if op not in differing] == []


def test_wasm_is_as_exact_and_where_both_are_exact_it_has_the_bits_of_the_gpu(
    entries: list[suite.Entry], answers: Answers
) -> None:
    compared: dict[str, float] = {}
    for entry, own, gpu in zip(entries, answers[WASM], answers[TAB], strict=True):
        if own is None:
            continue
        if ULP[entry.op]:
            compared[entry.op] = worst(entry, own)
        else:  # a device may take subnormal numbers for 0
            compared[entry.op] = float(not np.array_equal(*map(flushed, (*own, *gpu)), True))
    assert {op: ulp for op, ulp in compared.items() if ulp > ULP[op]} == {}
    assert len(compared) > 15


def apart_by(x: np.ndarray, y: np.ndarray) -> float:
    """How far two results of one op are apart, in units in the last place."""
    return distance(x, y.astype(np.float64)) if x.dtype == np.float32 else float("inf")


def worst(entry: suite.Entry, answer: Any) -> float:
    """The distance of an answer from the exact one; 0 where the CPU's bits are given."""
    if isinstance(answer, str):
        return 0.0
    if entry.kind == suite.KERNEL:
        call = Call(entry.op, entry.inputs, entry.params)
        # where terms cancel, the unit is that of the terms
        sizes = Call(entry.op, tuple(map(np.abs, entry.inputs)), entry.params)
        scales = sizes.exactly() if entry.op in SUMS else [0.0] * len(answer)
        triples = zip(answer, call.on_cpu(), call.exactly(), scales, strict=True)
        return max(
            0.0 if x.tobytes() == cpu.tobytes() else distance(x, exact, scale)
            for x, cpu, exact, scale in triples
        )
    if entry.form != "f32" or entry.params or not ULP.get(entry.op):
        return 0.0
    return worst_ulp(entry.op, answer[0], list(entry.inputs))[0]


def shown(ulp: float | None) -> str:
    """A cell of the table."""
    return f"{'' if ulp is None else f'{ulp:.2f}':>14}"


def table(entries: list[suite.Entry], answers: Answers) -> str:
    """Worst ulp per op and stack; ops that are exact everywhere are counted in one line."""
    rows: dict[str, dict[str, float]] = {}
    names = [*STACKS, WASM]
    for name in names:
        for entry, answer in zip(entries, answers[name], strict=True):
            if answer is None:
                continue
            row = rows.setdefault(entry.op, {})
            row[name] = max(row.get(name, 0.0), worst(entry, answer))
    inexact = {op: row for op, row in sorted(rows.items()) if any(row.values())}
    lines = [f"{'op':<32}" + "".join(f"{name:>14}" for name in names)]
    for op, row in inexact.items():
        lines.append(f"{op:<32}" + "".join(map(shown, map(row.get, names))))
    exact = len(rows) - len(inexact)
    return "\n".join(["", *lines, f"exact on every stack: {exact} of {len(rows)} ops"])


def test_the_comparison_sees_one_bit() -> None:
    x = np.float32([1, np.nan])
    assert not bits_differ((x,), (-np.abs(x) * np.float32([-1, 1]),))
    assert bits_differ((x,), (np.nextafter(x, np.float32(2)),))
    assert bits_differ((np.float32([0.0]),), (np.float32([-0.0]),))
    assert bits_differ((x,), "refused: it is large")
    assert apart_by(x[:1], np.nextafter(x[:1], np.float32(2))) == 1
