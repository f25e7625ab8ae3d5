"""The text of a matrix product's tile: who computes which outputs, and what is loaded how often.

A product is left (rows × depth) times right (depth × columns). Functions in the text before the
tile's say where its elements lie, so that a convolution is a product too:

    left_begin(batch)                   what holds for a whole batch
    left_position(row) left_step(k) left(position, step) -> f32, and all of these for right
    finish(batch, row, column, value)   hands a result to the epilogue's `store`

Every output is one sum in the order of the depth: two tiles give the same bits.

Two kinds of tiles, because what is dear differs:

* `Quad`, for adapters that are programs on the CPU. There a load costs as much as ten products and
  workgroup memory is no cheaper. Four neighbouring invocations own columns of their own and share
  rows: each loads a quarter of the left tile and `quadBroadcast` hands it round. Without subgroups
  every invocation loads its rows itself.
* `Shared`, for real GPUs: the tile goes through workgroup memory. An invocation computes 4 × 4
  outputs, or 8 × 8, which read half as much of that memory for each product but take more
  registers, and fewer and larger workgroups.
"""

from __future__ import annotations

from typing import NamedTuple


class Quad(NamedTuple):
    """`rows` × `columns` outputs per invocation; `width` invocations side by side."""

    rows: int
    columns: int
    width: int
    #: how many steps of the depth one turn of the loop takes
    unroll: int = 4
    #: whether neighbours hand their rows round
    broadcast: bool = True

    @property
    def block(self) -> tuple[int, int]:
        """Outputs of a workgroup."""
        return self.rows, self.columns * self.width

    def text(self) -> str:
        """The body of the kernel."""
        return _quad(self)


class Shared(NamedTuple):
    """A block of `rows` × `columns` outputs by a workgroup; `own` × `own` of an invocation.

    `own` is a multiple of 4: squares of 4 × 4 that lie as far apart as the block allows, so that
    neighbours read neighbouring words.
    """

    rows: int = 64
    columns: int = 64
    depth: int = 16
    own: int = 4

    @property
    def block(self) -> tuple[int, int]:
        """Outputs of a workgroup."""
        return self.rows, self.columns

    def text(self) -> str:
        """The body of the kernel."""
        return _shared(self)


Tile = Quad | Shared

_PLACE = """
  let number = w.x + w.y * n.x;
  let across = (p.columns + {wide}u - 1u) / {wide}u;
  let down = (p.rows + {high}u - 1u) / {high}u;
  if (number >= across * down * p.batches) {{ return; }}
  let batch = number / (across * down);
  let first = batch % p.parts * p.part;
  let end = min(first + p.part, p.depth);
  let row = (number / across) % down * {high}u;
  let column = number % across * {wide}u{own};
  left_begin(batch / p.parts);
  right_begin(batch / p.parts);
"""


def _quad(tile: Quad) -> str:
    rows, columns, width, unroll, broadcast = tile
    high, wide = tile.block
    step = 4 if broadcast and rows % 4 == 0 else 1
    quad = "@builtin(subgroup_invocation_id) s: u32, " if step == 4 else ""
    lines = [
        f"@compute @workgroup_size({width}) fn main({quad}@builtin(workgroup_id) w: vec3<u32>, "
        "@builtin(num_workgroups) n: vec3<u32>, @builtin(local_invocation_index) l: u32) {",
        _PLACE.format(high=high, wide=wide, own=" + l"),
    ]
    add = lines.append
    own = " + (s & 3u)" if step == 4 else ""
    for i in range(0, rows, step):
        add(f"  let r{i} = left_position(min(row + {i}u{own}, p.rows - 1u));")
    for j in range(columns):
        add(f"  let q{j} = right_position(min(column + {j * width}u, p.columns - 1u));")
    for i in range(rows):
        for j in range(columns):
            add(f"  var y{i}_{j} = 0.0;")
    add("  var k = first;")
    if unroll > 1:
        add(f"  let most = end - (end - first) % {unroll}u;")
        add(f"  for (; k < most; k += {unroll}u) {{")
        _turn(lines, tile, step, unroll)
        add("  }")
    add("  for (; k < end; k += 1u) {")
    _turn(lines, tile, step, 1)
    add("  }")
    sums = ", ".join(f"y{i}_{j}" for i in range(rows) for j in range(columns))
    add(f"  var sums = array<f32, {rows * columns}>({sums});")
    add(f"  for (var i = 0u; i < {rows}u && row + i < p.rows; i += 1u) {{")
    for j in range(columns):
        at = f"column + {j * width}u"
        value = f"sums[i * {columns}u + {j}u]"
        add(f"    if ({at} < p.columns) {{ finish(batch, row + i, {at}, {value}); }}")
    add("  }")
    add("}")
    return "\n".join(lines)


def _turn(lines: list[str], tile: Quad, step: int, unroll: int) -> None:
    """Some steps of the depth: all loads first, then each sum over these steps in one go."""
    add = lines.append
    for u in range(unroll):
        add(f"    let e{u} = left_step(k + {u}u); let f{u} = right_step(k + {u}u);")
        for i in range(0, tile.rows, step):
            add(f"    let x{i}_{u} = left(r{i}, e{u});")
        for j in range(tile.columns):
            add(f"    let b{j}_{u} = right(q{j}, f{u});")
    for i in range(tile.rows):
        for u in range(unroll):
            own = f"x{i - i % step}_{u}"
            value = f"quadBroadcast({own}, {i % 4}u)" if step == 4 else own
            add(f"    let a{i}_{u} = {value};")
        for j in range(tile.columns):
            for u in range(unroll):
                add(f"    y{i}_{j} += a{i}_{u} * b{j}_{u};")


def _shared(tile: Shared) -> str:
    rows, columns, depth, own = tile
    squares = own // 4
    down, across = rows // own, columns // own
    threads = down * across
    # One vec4 more than a step of the depth takes: invocations that walk along the depth would
    # store into the same bank of memory all at once.
    left, right = rows // 4 + 1, columns // 4 + 1
    sums = [f"y{u}_{v}_{i}" for u in range(squares) for v in range(squares) for i in range(4)]
    lines = [
        f"var<workgroup> ours: array<vec4<f32>, {depth * left}>;",
        f"var<workgroup> theirs: array<vec4<f32>, {depth * right}>;",
        f"@compute @workgroup_size({threads}) fn main(@builtin(workgroup_id) w: vec3<u32>, "
        "@builtin(num_workgroups) n: vec3<u32>, @builtin(local_invocation_index) l: u32) {",
        _PLACE.format(high=rows, wide=columns, own=""),
        f"  let i = l / {across}u; let j = l % {across}u;",
        *(f"  var {name} = vec4<f32>();" for name in sums),
        f"  for (var k = first; k < end; k += {depth}u) {{",
    ]
    for name, pitch, first, limit, side, along in (
        ("ours", left, "row", "p.rows", "left", "p.left_along"),
        ("theirs", right, "column", "p.columns", "right", "p.right_along"),
    ):
        # four neighbours of one step of the depth make a vec4; the invocations walk along the
        # axis on which neighbours lie side by side in memory
        quads = pitch - 1
        for begin in range(0, depth * quads, threads):
            lines += [
                f"    if (l < {min(threads, depth * quads - begin)}u) {{",
                f"      let e = l + {begin}u;",
                f"      let at = select(e / {quads}u, e % {depth}u, {along} == 1u);",
                f"      let quad = select(e % {quads}u, e / {depth}u, {along} == 1u);",
                f"      let step = {side}_step(min(k + at, end - 1u));",
                "      var value = vec4<f32>();",
                "      if (k + at < end) {",
                f"        let near = {first} + quad * 4u;",
                *(
                    f"        if (near + {c}u < {limit}) "
                    f"{{ value.{x} = {side}({side}_position(near + {c}u), step); }}"
                    for c, x in enumerate("xyzw")
                ),
                "      }",
                f"      {name}[at * {pitch}u + quad] = value;",
                "    }",
            ]
    lines.append("    workgroupBarrier();")
    for d in range(depth):  # no loop: compilers bound the turns of each, and then unroll none
        lines.append("    {")
        for u in range(squares):
            lines += [
                f"      let a{u} = ours[i + {d * left + u * down}u];",
                f"      let b{u} = theirs[j + {d * right + u * across}u];",
            ]
        for u in range(squares):
            for v in range(squares):
                lines += [f"      y{u}_{v}_{i} += a{u}.{x} * b{v};" for i, x in enumerate("xyzw")]
        lines.append("    }")
    lines += ["    workgroupBarrier();", "  }"]
    for u in range(squares):
        for i in range(4):
            at = f"row + (i + {u * down}u) * 4u + {i}u"
            lines.append(f"  if ({at} < p.rows) {{")
            for v in range(squares):
                for c, x in enumerate("xyzw"):
                    to = f"column + (j + {v * across}u) * 4u + {c}u"
                    value = f"y{u}_{v}_{i}.{x}"
                    lines.append(
                        f"    if ({to} < p.columns) {{ finish(batch, {at}, {to}, {value}); }}"
                    )
            lines.append("  }")
    lines.append("}")
    return "\n".join(lines)
