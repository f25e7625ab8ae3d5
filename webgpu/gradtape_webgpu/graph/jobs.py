"""From the groups of a schedule to the launches of each."""

from __future__ import annotations

from gradtape_webgpu.graph import fusion
from gradtape_webgpu.graph.fusion import Fused, Statements
from gradtape_webgpu.graph.pending import Graph
from gradtape_webgpu.graph.schedule import Group, Resolved, escapes, schedule
from gradtape_webgpu.kernels.program import STORED, Spec
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.lowering.rules import Anchor, Opaque


def jobs(
    graph: Graph, held: tuple[int, ...], bindings: int, target: Target
) -> tuple[list[Fused], dict[int, int]]:
    """The launches of a graph in running order; held value → the value whose memory it has."""
    groups, resolved = schedule(graph, held, bindings)
    specs = _specs(groups)
    made = [
        _job(group, writes, specs, target)
        for group, writes in zip(groups, escapes(groups, resolved.live), strict=True)
    ]
    return made, _located(held, resolved)


def _specs(groups: list[Group]) -> dict[int, Spec]:
    return {
        value: spec
        for group in groups
        for step in group.steps()
        for value, spec in zip(step.makes, step.rule.outputs, strict=True)
    }


def _located(held: tuple[int, ...], resolved: Resolved) -> dict[int, int]:
    return {value: resolved.location.get(value, (value,))[0] for value in held}


def _job(group: Group, writes: list[int], specs: dict[int, Spec], target: Target) -> Fused:
    head = group.head
    if head is None:
        return fusion.kernel(group.maps, group.size, writes, specs)
    if isinstance(head.rule, Opaque):
        reads = [root for root, _ in head.reads]
        scalars = [(field, head.scalars + k) for k, field in enumerate(head.rule.fields)]
        return Fused(head.rule.lowered, reads, list(head.makes), scalars, head.rule.name)
    assert isinstance(head.rule, Anchor)
    result = head.makes[0]
    kind = _kind(specs[result])
    first: Statements | None = None
    before = None
    own = [root for root, _ in head.reads]
    early = {value for step in group.before for value in step.makes}
    if group.before:
        value = own.pop(0)
        before, first = fusion.prologue(
            value, _kind(head.rule.inputs[0]), group.before,
            [v for v in writes if v in early], specs,
        )  # fmt: skip
    late = [v for v in writes if v not in early]
    after, second = fusion.epilogue(result, kind, group.maps, late, specs)
    lowered = head.rule.build(tuple(view for _, view in head.reads), target, before, after)
    reads = own + (first.reads if first else []) + second.reads
    scalars = (first.scalar_fields if first else []) + second.scalar_fields
    outputs = [v for v in writes if v in early] + late
    lowered = lowered._replace(outputs=tuple(specs[v] for v in outputs))
    name = " ".join(step.rule.name for step in group.steps())
    return Fused(lowered, reads, outputs, scalars, name)


def _kind(spec: Spec) -> str:
    return "bool" if spec.dtype.kind == "b" else STORED[spec.dtype]
