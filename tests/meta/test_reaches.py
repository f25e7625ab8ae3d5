"""The page's Python uses what the engine promises, and reaches for nothing behind that.

The page serves engines that were published long before it, so what it uses of them is written down
(`gradtape.observers`, and TensorFlow's own names). Everything else can be renamed in the engine,
as long as no script of the page knows it.
"""

import ast
from pathlib import Path

import pytest

from gradtape.names.exports import EXPORTS, NAMESPACES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "web" / "python" / "playground").glob("*.py"))
#: what the page may name of the engine, beside TensorFlow's public names
PROMISED = {
    "gradtape",
    "gradtape.observers",
    "gradtape.playground",
    "gradtape.snippet",
    "gradtape_webgpu",
    *(f"gradtape.{name}" for name in (*EXPORTS, *NAMESPACES, "__version__")),
}
#: what a tape or a variable has inside, beside what begins with an underscore
INSIDE = {"records", "tracked", "watched", "shadow", "cuts", "exits", "stores", "pauses", "resets"}
#: what may be given attributes: `question.steps` is there for it, the others are not the engine's
OTHERS = {"self", "sys", "spec.loader", "question"}
#: not the engine's: of named tuples, and of asyncio's tasks
PUBLIC = {"_replace", "_must_cancel"}


def reaches(code: str) -> list[str]:
    """The places of a script that use more of the engine than it promises, with the reason."""
    found = []
    for node in ast.walk(ast.parse(code)):
        why = _reach(node)
        if why:
            found.append(f"line {node.lineno}: {why}")
    return found


def _reach(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        if _is_private(node.attr) and owner not in {"self", "cls"}:
            return f"{owner}.{node.attr} is private"
        if node.attr in INSIDE and owner != "self":
            return f"{owner}.{node.attr} is inside of a tape"
        if owner == "gradtape" and f"gradtape.{node.attr}" not in PROMISED:
            return f"gradtape.{node.attr} is not promised"
        if isinstance(node.ctx, ast.Store | ast.Del) and owner not in OTHERS:
            return f"it sets {owner}.{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        if type(node.slice.value) is int and node.slice.value > 0:
            return f"{ast.unparse(node)} counts positions"
    if isinstance(node, ast.Call):
        return _call(node)
    if isinstance(node, ast.Import):
        return _modules(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        if node.module == "gradtape":
            return _modules(f"gradtape.{alias.name}" for alias in node.names)
        private = [alias.name for alias in node.names if _is_private(alias.name)]
        of_engine = node.module.startswith("gradtape")
        return f"{private[0]} is private" if private and of_engine else _modules([node.module])
    if isinstance(node, ast.Global):
        return "global: what lasts as long as a run belongs to its Run"
    return ""


def _call(node: ast.Call) -> str:
    name = ast.unparse(node.func)
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and type(a.value) is str]
    if name in {"setattr", "delattr"}:
        return f"{name} changes an object of others"
    if name in {"getattr", "hasattr"} and any(map(_is_private, texts)):
        return f"{name} of a private name"
    if name in {"importlib.import_module", "__import__", "importlib.util.find_spec"}:
        return _modules(texts)
    return ""


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def _modules(names) -> str:
    for name in names:
        if name.split(".")[0] in {"gradtape", "gradtape_webgpu"} and name not in PROMISED:
            return f"{name} is not promised"
    return ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_of_the_page_uses_what_is_promised(script: Path) -> None:
    assert reaches(script.read_text("utf-8")) == []


def test_there_are_scripts() -> None:
    assert {"run.py", "trace.py"} <= {path.name for path in SCRIPTS}


@pytest.mark.parametrize(
    "code",
    [
        "tensor._value",
        "tape._ids(source)",
        "getattr(x, '_tensor', x)",
        "record[2]",
        "tape.records",
        "for cut in tape.cuts: ...",
        "gradtape.lines",
        "gradtape.state.state",
        "import gradtape.tensors.tensor",
        "from gradtape.autodiff.tape import GradientTape",
        "from gradtape import autodiff_tape",
        "from gradtape.observers import _Beside",
        "importlib.import_module('gradtape.autodiff.backward')",
        "importlib.import_module('gradtape_webgpu.drivers.tab')",
        "setattr(gradtape.GradientTape, name, reporting)",
        "module.pull = watched",
        "tape.__enter__ = observing",
        "state.recorders += (observer,)",
        "del gradtape.GradientTape.gradient",
        "def begin():\n    global _calls\n    _calls = 0",
    ],
)
def test_the_check_finds_a_reach(code: str) -> None:
    assert reaches(code)


def test_the_check_lets_pass_what_is_promised() -> None:
    code = (
        "import gradtape\nfrom gradtape import observers\nfrom gradtape.observers import Step\n"
        "sys.stdout = tee\nself._kept = gradtape.nest.flatten(value)[0]\nnp.float32(args[-1])\n"
        "importlib.import_module('gradtape.snippet').recording()\n"
    )
    assert reaches(code) == []
