"""A source file is one concept: it says first what it is for, and stays below 400 lines."""

import ast

import pytest

from tests.meta.tree import name, texts

SOURCES = {".css", ".html", ".js", ".mjs", ".py", ".sh", ".ts", ".wgsl"}
LONGEST = 400
# file -> why it is longer; empty is best
LONGER: dict[str, str] = {}


def test_no_source_file_is_longer_than_400_lines() -> None:
    lengths = {
        name(path): path.read_text(encoding="utf-8").count("\n")
        for path in texts()
        if path.suffix in SOURCES
    }
    assert {file: n for file, n in lengths.items() if n > LONGEST and file not in LONGER} == {}


def test_every_exception_is_still_needed() -> None:
    lengths = {name(path): path.read_text(encoding="utf-8").count("\n") for path in texts()}
    assert [file for file in LONGER if lengths.get(file, 0) <= LONGEST] == []


def test_every_python_file_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for path in texts()
        if path.suffix == ".py"
        and path.stat().st_size
        and not path.read_text(encoding="utf-8").startswith(
            "# "
        )  # an example begins with its title
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def unexplained_skips(code: str) -> list[int]:
    """The lines of a test file that skip a test, or expect it to fail, without saying why."""
    tree = ast.parse(code)
    marks = {"skip", "skipif", "xfail"}
    lines = []
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called.add(node.func)
            owner = ast.unparse(node.func.value)
            spoken = any(word.arg in {"reason", "msg"} for word in node.keywords)
            if owner.endswith("mark") and node.func.attr in marks and not spoken:
                lines.append(node.lineno)
            if owner == "pytest" and node.func.attr in {"skip", "xfail"}:
                words = [*node.args, *(word.value for word in node.keywords)]
                if not words:
                    lines.append(node.lineno)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in marks and node not in called:
            if ast.unparse(node.value).endswith("pytest.mark"):
                lines.append(node.lineno)
    return lines


def test_no_test_is_skipped_without_a_reason() -> None:
    skipped = {
        name(path): unexplained_skips(path.read_text(encoding="utf-8"))
        for path in texts()
        if path.suffix == ".py" and name(path).startswith("tests/")
    }
    assert {file: lines for file, lines in skipped.items() if lines} == {}


@pytest.mark.parametrize(
    "code",
    [
        "@pytest.mark.skip\ndef test_it(): ...",
        "@pytest.mark.skipif(True)\ndef test_it(): ...",
        "@pytest.mark.xfail()\ndef test_it(): ...",
        "def test_it(): pytest.skip()",
    ],
)
def test_the_check_finds_an_unexplained_skip(code: str) -> None:
    assert unexplained_skips(code)


def test_the_check_lets_an_explained_skip_pass() -> None:
    code = "@pytest.mark.skip(reason='needs a GPU')\ndef test_it(): pytest.skip('no adapter')"
    assert unexplained_skips(code) == []
