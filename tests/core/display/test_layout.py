"""The picture in a notebook stands as the page's does: the same graph, laid out by both."""

import json
import subprocess
from pathlib import Path
from typing import Any

import gradtape as tf
from gradtape.display.layout import layout
from gradtape.display.rows import rows_of

BLANK = {
    "label": None, "expression": None, "scope": None, "role": None, "value": None, "gradient": None,
    "trouble": None, "forward": None, "backward": None, "constants": [], "operands": [], "bytes": 0,
}  # fmt: skip
THEIRS = """
import { readFileSync } from "node:fs";
import { rolldown } from "ROOT/web/node_modules/rolldown/dist/index.mjs";
const tape = "ROOT/web/src/panes/tape";
const code = `export { Scopes } from "${tape}/rows.ts";
export { layout } from "${tape}/layout.ts";`;
const bundle = await rolldown({
  input: "entry", cwd: "ROOT/web",
  plugins: [{ name: "entry", resolveId: (id) => (id === "entry" ? id : null),
    load: (id) => (id === "entry" ? code : null) }],
});
const { output } = await bundle.generate({ format: "esm" });
const data = Buffer.from(output[0].code).toString("base64");
const page = await import(`data:text/javascript;base64,${data}`);
const place = ({ x, y, width, height }) => [x, y, width, height];
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((graph) => {
  const laid = page.layout(new page.Scopes(graph).rows(new Set()), 900);
  return {
    width: laid.width, height: laid.height,
    frames: laid.frames.map((frame) => [frame.title, frame.lineno, ...place(frame)]),
    at: [...laid.at].map(([{ nodes }, box]) => [nodes.map(({ id }) => id), ...place(box)]),
    edges: laid.edges.map(({ from, to, path }) => [from.nodes[0].id, to.nodes[0].id, path]),
  };
})));
"""


def numbers(path: str) -> list[float]:
    return [float(n) for n in path.replace("M", " ").replace("C", " ").split()]


def graphs() -> list[Any]:
    found = []
    w = [tf.Variable(tf.ones((3, 3)), name=f"kernel_{k}" * (1 + k)) for k in range(7)]
    x = tf.ones((2, 3))
    with tf.GradientTape() as tape:
        for one in w:
            x = tf.nn.relu(x @ one + one[0])
        y = tf.add_n(w)
        z = tf.reduce_mean(tf.stop_gradient(y) * y) + tf.reduce_sum(x)
        z = z * tf.constant(2.0) + w[0][0, 0]
    found.append(tape.graph())
    with tf.GradientTape() as tape:
        tape.watch(x)
        for _ in range(60):
            x = x * 1.5
        w[0] * 1.0, w[1] * w[1], w[2].read_value()
    found.append(tape.graph())
    return found


def test_both_lay_out_alike(root: Path, node: str, tmp_path: Path) -> None:
    given = graphs()
    data = [graph.to_dict() for graph in given]
    for graph in data:
        graph.update(scopes=[], steps=[], lost=[], nodes=[BLANK | one for one in graph["nodes"]])
    script = tmp_path / "theirs.mjs"
    script.write_text(THEIRS.replace("ROOT", str(root)))
    done = subprocess.run(
        [node, str(script)],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        cwd=root / "web",
    )
    assert done.returncode == 0, done.stderr
    for graph, theirs in zip(given, json.loads(done.stdout), strict=True):
        rows = rows_of(graph)
        ours = layout(rows)
        assert (round(ours.width, 6), round(ours.height, 6)) == (
            round(theirs["width"], 6), round(theirs["height"], 6)
        )  # fmt: skip
        at = {
            tuple(node.id for node in box.nodes): ours.at[box.key]
            for row in rows.rows for box in row.boxes
        }  # fmt: skip
        assert len(at) == len(theirs["at"]) > 5
        for ids, *place in theirs["at"]:
            mine = at[tuple(ids)]
            assert [round(n, 6) for n in place] == [
                round(n, 6) for n in (mine.x, mine.y, mine.width, mine.height)
            ], ids
        assert [
            [f.row.title, f.row.lineno, *(round(n, 6) for n in (f.x, f.y, f.width, f.height))]
            for f in ours.frames
        ] == [[*f[:2], *(round(n, 6) for n in f[2:])] for f in theirs["frames"]]
        paths = {(a.nodes[0].id, b.nodes[0].id): path for a, b, path in ours.edges}
        assert len(paths) == len(theirs["edges"])
        for start, end, path in theirs["edges"]:
            assert all(
                abs(a - b) < 0.06
                for a, b in zip(numbers(paths[start, end]), numbers(path), strict=True)
            ), (start, end)
