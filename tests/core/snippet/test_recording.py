"""Running a program and catching its gradients, with names that a reader recognises."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
import gradtape.snippet
from gradtape.autodiff import tape
from gradtape.runtime.recorders import observed
from gradtape.snippet import (
    NoDevice,
    Tier,
    compare,
    current_pins,
    draft,
    record_run,
    recording,
    to_failing_test,
    to_notebook,
    to_program,
    validate,
)
from gradtape.snippet.results import LEFT_OUT, decode_values
from gradtape.snippet.schema import MOST_RESULTS

PROGRAM = """\
import gradtape as tf

x = tf.Variable(3.0)
w = tf.Variable([1.0, 2.0])
with tf.GradientTape(persistent=True) as tape:
    y = x**2
    z = w * x
dy_dx = tape.gradient(y, x)
print("dy/dx =", dy_dx.numpy())
"""


def labels(code):
    run = record_run(PROGRAM + code)
    assert run.error is None, run.error
    return [result.label for result in run.results[1:]]


def test_a_run_gives_its_gradients_and_its_output():
    shown = io.StringIO()
    run = record_run(PROGRAM, show=shown)
    (result,) = run.results
    assert (result.label, result.dtype, result.shape) == ("dy/dx", "float32", ())
    assert result.value == np.float32(6.0)
    assert run.output == shown.getvalue() == "dy/dx = 6.0\n"
    assert (run.error, run.exit_code) == (None, 0)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("tape.gradient(z, [x, w])", ["dz/dx", "dz/dw"]),
        ("tape.gradient(z, (x, [w]))", ["dz/dx", "dz/dw"]),
        ("tape.gradient(z, {'b': x, 'a': w})", ["dz/dw", "dz/dx"]),
        ("tape.gradient(z, {'b': x, 'a': tf.constant(1.0)})", ["dz/da", "dz/dx"]),
        ("tape.gradient(target=z, sources=w)", ["dz/dw"]),
        ("sources = [x, w]\ntape.gradient(z, sources)", ["dz/dsources[0]", "dz/dsources[1]"]),
        ("tape.gradient(z * 1, w)", ["gradient 2"]),
        ("tape.gradient(\n    z,\n    w,\n)", ["dz/dw"]),
        ("[tape.gradient(y, x) for _ in range(2)]", ["dy/dx #2", "dy/dx #3"]),
        ("tape.jacobian(z, w)", ["jacobian dz/dw"]),
        ("f = tape.gradient; f(z, w)", ["dz/dw"]),
        ("a = tape.gradient(y, x); b = tape.gradient(z, w)", ["dy/dx #2", "dz/dw"]),
        ("tape.gradient(*(z, w))", ["gradient 2"]),
    ],
)
def test_labels_are_the_names_in_the_call(code, expected):
    assert labels(code) == expected


def test_none_is_a_result():
    run = record_run(PROGRAM + "tape.gradient(y, w)\n")
    assert run.results[1].value is None and run.results[1].dtype == "none"


def test_what_the_program_does_later_does_not_change_the_record():
    run = record_run(PROGRAM + "g = tape.gradient(z, w)\ng.numpy()[...] = 0\nw.assign([9., 9.])\n")
    assert run.results[1].value.tolist() == [3.0, 3.0]


def test_the_engines_own_calls_are_not_results():
    assert labels("tape.jacobian(z, w, experimental_use_pfor=False)") == ["jacobian dz/dw"]


def test_nobody_observes_after_a_run():
    record_run(PROGRAM + "raise ValueError('x')")
    assert observed.by is None
    with recording() as record:
        assert observed.by is not None
    assert observed.by is None and record.results == []


def test_a_failing_program_says_where_in_its_own_lines():
    run = record_run(PROGRAM + "def f():\n    return 1 / 0\nf()\n")
    assert run.exit_code == 1 and len(run.results) == 1
    assert run.error.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert 'File "<snippet main.py>", line 11, in f' in run.error
    assert "return 1 / 0" in run.error and "recording.py" not in run.error


@pytest.mark.parametrize(
    ("code", "exit_code", "error"),
    [
        ("raise SystemExit", 0, None),
        ("raise SystemExit(3)", 3, None),
        ("raise SystemExit('no data')", 1, "no data"),
        ("x = (", 1, "SyntaxError"),
    ],
)
def test_ends_of_programs(code, exit_code, error):
    run = record_run(code)
    assert run.exit_code == exit_code
    assert run.error is error or error in run.error


def test_a_seed_makes_random_programs_repeatable():
    code = "import random\nimport numpy as np\nprint(random.random(), np.random.rand())"
    assert record_run(code, seed=7).output == record_run(code, seed=7).output
    assert record_run(code, seed=7).output != record_run(code, seed=8).output


def test_other_files_can_be_imported_and_are_gone_afterwards():
    files = {"main.py": "import model\nprint(model.two())", "model.py": "def two(): return 2\n"}
    assert record_run(files).output == "2\n"
    assert "model" not in sys.modules
    files["model.py"] = "def two(): return 22\n"
    assert record_run(files).output == "22\n"


def test_long_output_is_cut_and_broken_text_is_mended():
    run = record_run("print('x' * 50_000)\nprint('\\ud800')")
    assert len(run.output) == 16 * 1024
    assert record_run("print('a\\ud800b')").output == "a?b\n"


def test_a_recorded_run_makes_a_manifest_that_a_second_run_meets_exactly():
    pins = current_pins(seed=1)
    run = record_run(PROGRAM, seed=1)
    manifest = draft(PROGRAM, pins=pins, results=run.results, output=run.output)
    validate(manifest)
    again = record_run(PROGRAM, seed=1)
    verdict = compare(manifest, again.results, pins)
    assert verdict.tier is Tier.EXACT and not verdict.pins and not verdict.reasons


def test_an_engine_that_computes_differently_is_found_and_named(monkeypatch):
    pins = current_pins()
    manifest = draft(PROGRAM, pins=pins, results=record_run(PROGRAM).results)
    right = tape.result
    monkeypatch.setattr(tape, "result", lambda *a: right(*a) * 1.25)
    altered = {**pins, "engine": {**pins["engine"], "source_sha256": "0" * 64}}
    verdict = compare(manifest, record_run(PROGRAM).results, altered)
    assert verdict.tier is Tier.DIFFERS
    assert (verdict.results[0].recorded, verdict.results[0].obtained) == ("6.0", "7.5")
    assert verdict.pins[0].startswith("engine.source_sha256: recorded ")


def exported():
    run = record_run(PROGRAM)
    files = {"main.py": "import part\n" + PROGRAM, "part.py": "print('part')\n"}
    return draft(files, title="A title", pins=current_pins(), results=run.results)


def test_the_program_export_runs_by_itself(capsys):
    text = to_program(exported(), "https://host/s/x")
    assert text.startswith("# /// script\n") and "# https://host/s/x\n" in text
    exec(compile(text, "export", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == "part\ndy/dx = 6.0\n"
    del sys.modules["part"]


def test_the_notebook_export_is_a_notebook():
    notebook = json.loads(to_notebook(exported(), "https://host/s/x"))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown"] + ["code"] * 3
    assert "".join(notebook["cells"][-1]["source"]).startswith("import part\nimport gradtape")
    assert notebook["cells"][2]["source"][0] == "%%writefile part.py\n"
    assert len({cell["id"] for cell in notebook["cells"]}) == 4


def run_pytest(path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
    core = str(Path(gradtape.snippet.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": core}
    done = subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_test_export_passes_here_and_fails_when_a_gradient_changes(tmp_path):
    manifest = exported()
    path = tmp_path / "test_export.py"
    path.write_text(to_failing_test(manifest))
    code, said = run_pytest(path)
    assert code == 0 and "2 passed" in said, said
    manifest["code"]["main.py"] = manifest["code"]["main.py"].replace("x**2", "x**3")
    path.write_text(to_failing_test(manifest))
    code, said = run_pytest(path)
    assert code == 1 and "1 failed, 1 passed" in said, said
    assert "dy/dx: outside the tolerance" in said and "recorded 6.0, obtained 27.0" in said


def test_a_run_is_placed_on_the_device_by_the_engine(monkeypatch):
    places = []

    @contextlib.contextmanager
    def device(name):
        places.append(name)
        yield
        places.append("left")

    monkeypatch.setattr(gradtape, "device", device, raising=False)
    for name in ("webgpu", "cpu"):
        assert record_run("print(1)", device=name).output == "1\n"
    assert places == ["/GPU:0", "left", "/CPU:0", "left"]


def test_an_engine_without_the_device_refuses_before_the_program_runs(monkeypatch):
    def device(name):
        raise ValueError(f"there is no device {name!r} here")

    monkeypatch.setattr(gradtape, "device", device, raising=False)
    with pytest.raises(NoDevice, match="there is no device '/GPU:0' here"):
        record_run("raise SystemExit(5)", device="webgpu")


def test_a_long_loop_keeps_what_a_manifest_holds() -> None:
    with recording() as record:
        for step in range(MOST_RESULTS + 50):
            x = tf.Variable(float(step))
            with tf.GradientTape() as tape:
                y = x * x
            tape.gradient(y, x)
    assert len(record.results) == MOST_RESULTS + 50
    half = MOST_RESULTS // 2
    assert all(result is LEFT_OUT for result in record.results[half:-half])
    manifest = draft("", results=record.results)
    assert manifest["produced"] == MOST_RESULTS + 50
    kept = [float(decode_values(result)[0]) for result in manifest["results"]]
    assert kept == [2.0 * k for k in (*range(half), *range(half + 50, MOST_RESULTS + 50))]
    assert compare(manifest, record.results, manifest).tier is Tier.EXACT
