"""The lessons: programs run and print what is said, exercises can be solved and failed."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradtape import snippet
from tests.support.printed import differences

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "web" / "lessons"
LESSONS = sorted(FOLDER.glob("[0-9]*.md"))
FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^## ", re.MULTILINE)
DATA = ROOT / "web" / "examples"  # the data files of programs lie there


class Program(NamedTuple):
    """A program of a lesson; `role` is what it is for ("" to be run), `prints` what it prints."""

    code: str
    role: str
    prints: str | None


class Exercise(NamedTuple):
    """An exercise, as its blocks say."""

    start: str
    check: str
    solution: str


def blocks(text: str) -> list[tuple[str, str, str, bool]]:
    """Language, role and content of each block, and whether it follows the one before directly."""
    found, end = [], 0
    for fence in FENCE.finditer(text):
        found.append((fence[1], fence[2] or "", fence[3], not text[end : fence.start()].strip()))
        end = fence.end()
    return found


def programs(page: Path) -> list[Program]:
    """The programs that a lesson shows to be run."""
    all_blocks = blocks(page.read_text(encoding="utf-8"))
    found = []
    for (language, role, code, _), after in zip(all_blocks, [*all_blocks[1:], None], strict=True):
        if language == "python" and role == "":
            prints = after[2] if after and after[0] == "text" and after[3] else None
            found.append(Program(code, role, prints))
    return found


def exercises(page: Path) -> list[Exercise]:
    """The exercises of a lesson: each step has at most one."""
    found = []
    for step in STEP.split(page.read_text(encoding="utf-8")):
        by_role = {role: code for language, role, code, _ in blocks(step) if language == "python"}
        if "exercise" in by_role:
            found.append(Exercise(by_role["exercise"], by_role["check"], by_role["solution"]))
    return found


def ran(code: str, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], str, list[Any]]:
    """The names that a program leaves behind, what it printed, the gradients that it asked for."""
    monkeypatch.chdir(DATA)
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with snippet.recording() as record, contextlib.redirect_stdout(printed):
        exec(compile(code, "main.py", "exec", dont_inherit=True), names)
    return names, printed.getvalue(), [result.value for result in record.results]


@pytest.fixture
def verdict(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sandbox's judgement of a program."""
    monkeypatch.syspath_prepend(str(ROOT / "web" / "python"))
    from playground import exercise  # it is found by the path that was just put in front

    def judge(check: str, code: str) -> dict[str, Any]:
        told: dict[str, Any] = exercise.verdict(check, *ran(code, monkeypatch))
        return told

    yield judge
    for name in [name for name in sys.modules if name.partition(".")[0] == "playground"]:
        del sys.modules[name]


def each(kind: Any) -> list[Any]:
    return [
        pytest.param(one, id=f"{page.stem}-{number}")
        for page in LESSONS
        for number, one in enumerate(kind(page), start=1)
    ]


@pytest.mark.parametrize("program", each(programs))
def test_a_program_runs_and_prints_what_the_lesson_says(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, printed, _ = ran(program.code, monkeypatch)
    if program.prints is not None:
        assert differences(printed, program.prints, relative=1e-3, absolute=1e-5) == []


@pytest.mark.parametrize("exercise", each(exercises))
def test_an_exercise_is_passed_by_its_solution_and_not_by_its_start(
    exercise: Exercise, verdict: Any
) -> None:
    solved = verdict(exercise.check, exercise.solution)
    assert solved == {"passed": True, "text": "That is it."}
    started = verdict(exercise.check, exercise.start)
    assert not started["passed"]
    assert "error in the program" not in started["text"], started["text"]


def test_there_are_lessons_with_programs_and_exercises() -> None:
    assert [page.stem for page in LESSONS if not programs(page)] == []
    assert [page.stem for page in LESSONS if not exercises(page)] == []


NOT_WANTED = "and that is not the wanted value."
MET = "The check met an error in the program:"


@pytest.mark.parametrize(
    ("check", "code", "text"),
    [
        ("program.slope", "x = 1", "The program has nothing of the name slope."),
        ("same(program.x, 2.0, 'x')", "x = None", "x is None."),
        ("same(program.x, 2, 'x')", "x = 'a'", "x is no real number and no array of them: a."),
        ("same(program.x, [1.0], 'x')", "x = 1.0", "x has the shape (), and (1,) is wanted."),
        ("same(program.x, 2.0, 'x')", "x = 2.1", f"x is 2.1, {NOT_WANTED}"),
        ("same(program.x, 2.0, 'x')", "x = float('nan')", f"x is nan, {NOT_WANTED}"),
        ("expect('6' in printed, 'Print it.')", "print(5)", "Print it."),
        ("expect(recorded, 'Ask the tape.')", "", "Ask the tape."),
        ("program.f()", "f = lambda: 1 / 0", f"{MET} ZeroDivisionError: division by zero"),
        ("program.f(2)", "import sys\nf = sys.exit", f"{MET} SystemExit: 2"),
    ],
)
def test_a_verdict_says_what_is_missing(check: str, code: str, text: str, verdict: Any) -> None:
    assert verdict(check, code) == {"passed": False, "text": text}


def test_a_value_is_the_wanted_one_up_to_a_few_last_places(verdict: Any) -> None:
    import_numpy = "import numpy as np\nx = np.float32(1.0) + np.spacing(np.float32(1.0)) * {}\n"
    check = "same(program.x, np.float64(1.0), 'x', ulp=2)"
    assert verdict(check, import_numpy.format(2))["passed"]
    assert not verdict(check, import_numpy.format(3))["passed"]


def test_differences_are_the_gradient_and_what_a_check_prints_is_not_seen(
    verdict: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import gradtape as tf\ndef f(x):\n    print('seen')\n    return tf.reduce_sum(x * x * x)\n"
    )
    check = (
        "d = differences(program.f, np.float32([1.0, 2.0]))\n"
        "expect(np.allclose(d, [3.0, 12.0], rtol=1e-3), str(d))"
    )
    assert verdict(check, code)["passed"]
    assert capsys.readouterr().out == ""
