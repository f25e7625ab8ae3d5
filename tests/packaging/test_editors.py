"""What editors know of gradtape: pyright's reports, jedi's and IPython's completions."""

import json
import shutil
import subprocess
from pathlib import Path

import jedi
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

import gradtape

PROGRAMS = Path(__file__).parents[1] / "meta/typed"
FIRST = "import gradtape as tf\nx = tf.Variable(1.0)\ntape = tf.GradientTape()\n"


def test_pyright_passes_right_programs_and_reports_every_slip(
    root: Path, node: str, tmp_path: Path
) -> None:
    checker = root / "web/node_modules/pyright/index.js"
    if not checker.exists():
        pytest.fail("pyright is not there; `make modules` installs it")
    for name in ("right.py", "wrong.py"):
        shutil.copy(PROGRAMS / name, tmp_path)
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(root / "core")]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [node, str(checker), "--outputjson", "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    found = json.loads(done.stdout)["generalDiagnostics"]
    said = {(Path(one["file"]).name, 1 + one["range"]["start"]["line"]) for one in found}
    lines = (tmp_path / "wrong.py").read_text().splitlines()
    marked = {("wrong.py", n) for n, line in enumerate(lines, 1) if line.endswith("# wrong")}
    assert said == marked, done.stdout


def completions(text: str) -> set[str]:
    found = jedi.Script(FIRST + text).complete()
    return {one.name for one in found if not one.name.startswith("_")}


def test_jedi_completes_what_is_public() -> None:
    told = completions("tf.")
    assert set(gradtape.__all__) - {"__version__"} <= told
    modules = {path.stem for path in Path(gradtape.__file__).parent.iterdir()}
    # jedi adds what lies in the folder, and what `__init__.py` names.
    assert told <= {*gradtape.__all__, *modules, *vars(gradtape), "annotations"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tf.keras.layers.De", {"Dense"}),
        ("tf.keras.optimizers.Ada", {"Adam", "Adagrad"}),
        ("tf.keras.Seq", {"Sequential"}),
        ("tf.linalg.ch", {"cholesky"}),
        ("tf.math.reduce_s", {"reduce_sum"}),
        ("tf.random.un", {"uniform"}),
        ("tf.data.Data", {"Dataset"}),
        ("tf.data.Dataset.from_t", {"from_tensor_slices"}),
        ("tf.train.Check", {"Checkpoint"}),
        ("tf.sin(x).nu", {"numpy"}),
        ("(x * 2.0).sh", {"shape"}),
        ("x.assign_", {"assign_add", "assign_sub"}),
        ("tape.gr", {"gradient", "graph"}),
        ("tape.gradient(x, x).nu", {"numpy"}),
        ("tape.gradient(x, [x])[0].nu", {"numpy"}),
        ("tape.explain(x, x).ad", {"advice"}),
        ("tape.graph().me", {"mermaid"}),
        ("tf.keras.Sequential([]).tr", {"trainable_variables"}),
    ],
)
def test_jedi_completes_what_follows(text: str, wanted: set[str]) -> None:
    assert wanted <= completions(text)


def test_ipython_completes_from_what_lives() -> None:
    x = gradtape.Variable(1.0)
    with gradtape.GradientTape() as tape:
        y = x * 2.0
    names = {"tf": gradtape, "x": x, "y": y, "tape": tape}
    completer = IPCompleter(namespace=names, disable_matchers=["IPCompleter.magic_matcher"])
    completer.use_jedi = False

    def told(text: str) -> set[str]:
        with provisionalcompleter():
            return {one.text.lstrip(".") for one in completer.completions(text, len(text))}

    assert {"gradient", "graph", "explain", "jacobian", "watch"} <= told("tape.")
    assert not {"records", "tracked"} & set(dir(tape))
    assert "numpy" in told("y.n") and "assign_add" in told("x.assign")
    assert "Dense" in told("tf.keras.layers.De") and "softmax" in told("tf.nn.soft")
