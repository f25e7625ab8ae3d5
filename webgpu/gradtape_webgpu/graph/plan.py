"""A plan: the dispatches of a flush, with everything settled but buffers and scalars.

It is made once for each structure and then replayed: buffers are taken from the pool, their slots
and the scalars written into the command list, and the list is submitted. Scratch and intermediate
arrays share memory as soon as their last reader has run.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import Any

from gradtape_webgpu.drivers.memory import Buffer, Pool, size_class
from gradtape_webgpu.drivers.protocol import ALIGN, DISPATCH
from gradtape_webgpu.graph.fusion import Fused
from gradtape_webgpu.kernels.program import Program

#: struct formats of scalars, by their position in a program's format
_PACK = {"f": "<f", "i": "<i", "I": "<I"}


class Plan:
    """The commands of one flush. `held` maps each value that is held to where it lies."""

    def __init__(
        self,
        jobs: list[Fused],
        held: dict[int, int],
        pipeline: Callable[[Program], int],
    ) -> None:
        self.names = [job.name for job in jobs]
        self.commands = array("I")
        self.held = held
        #: bytes of each buffer that the plan takes; slots go into words of the command list
        self.capacities: list[int] = []
        self._owner: dict[int, int] = {}
        self.patches: list[tuple[int, int]] = []
        self.scalars: list[tuple[int, str, int]] = []
        params = bytearray()
        last = _last_uses(jobs, held)
        spare: dict[int, list[int]] = {}
        temps = 0
        for number, job in enumerate(jobs):
            arguments = list(job.reads)
            sizes = [4 * spec.size for spec in job.lowered.outputs]
            arguments += job.writes
            for value, size in zip(job.writes, sizes, strict=True):
                self._take(value, size, spare)
            scratch = []
            for size in job.lowered.temps:
                temps += 1
                token = (1 << 40) + temps
                self._take(token, 4 * size, spare)
                scratch.append(token)
            arguments += scratch
            for launch in job.lowered.launches:
                piece = -(-len(params) // ALIGN)
                params = params.ljust(piece * ALIGN, b"\0") + launch.params
                self._scalars(job, launch.program, piece * ALIGN)
                commands = self.commands
                commands.extend((DISPATCH, pipeline(launch.program), len(launch.arguments)))
                for k in launch.arguments:
                    token = arguments[k]
                    self.patches.append((len(commands), self._owner.get(token, token)))
                    commands.append(0)
                commands.extend((*launch.groups, piece))
            for token in (*scratch, *last.get(number, ())):
                owner = self._owner.get(token)
                if owner is not None:
                    spare.setdefault(self.capacities[owner], []).append(owner)
        self.params = bytes(params)
        self._jobs = [(job.name, job.lowered.launches) for job in jobs]
        self.dispatches = sum(len(job.lowered.launches) for job in jobs)

    def _take(self, token: int, size: int, spare: dict[int, list[int]]) -> None:
        capacity = size_class(size)
        free = spare.get(capacity)
        if free:
            self._owner[token] = free.pop()
        else:
            self._owner[token] = len(self.capacities)
            self.capacities.append(capacity)

    def _scalars(self, job: Fused, program: Program, base: int) -> None:
        for name, number in job.scalars:
            if name in program.names:
                at = program.names.index(name)
                self.scalars.append((base + 4 + 4 * at, _PACK[program.format[at]], number))

    def explained(self) -> str:
        """The kernels, in the order in which they run."""
        count = sum(len(launches) for _, launches in self._jobs)
        lines = [f"{len(self._jobs)} kernels, {count} dispatches, one submit"]
        for k, (name, launches) in enumerate(self._jobs, 1):
            lines.append(f"\n-- kernel {k}: {name}")
            for launch in launches:
                x, y, z = launch.groups
                lines.append(f"   {x} × {y} × {z} workgroups\n{launch.program.text}")
        return "\n".join(lines)

    def run(self, pool: Pool, externals: list[Any], scalars: list[float]) -> dict[int, Any]:
        """Submit the work; the buffers of the values that are held."""
        taken: list[Buffer] = [pool.take(capacity) for capacity in self.capacities]
        commands = self.commands[:]
        for word, location in self.patches:
            commands[word] = externals[-1 - location].slot if location < 0 else taken[location].slot
        params = self.params
        if self.scalars:
            block = bytearray(params)
            for at, kind, number in self.scalars:
                struct.pack_into(kind, block, at, scalars[number])
            params = bytes(block)
        if commands:
            pool.driver.submit(commands, params)
        found = {
            value: externals[-1 - token] if token < 0 else taken[self._owner[token]]
            for value, token in self.held.items()
        }
        while taken:  # the last goes back first, so that the next run finds the same ones again
            taken.pop()
        return found


def _last_uses(jobs: list[Fused], held: dict[int, int]) -> dict[int, list[int]]:
    """Job → the values that nobody needs after it."""
    last: dict[int, int] = {}
    for number, job in enumerate(jobs):
        for value in (*job.reads, *job.writes):
            last[value] = number
    lasting = set(held.values())
    out: dict[int, list[int]] = {}
    for value, number in last.items():
        if value >= 0 and value not in lasting:
            out.setdefault(number, []).append(value)
    return out
