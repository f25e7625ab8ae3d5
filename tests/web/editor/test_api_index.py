"""What the editor says of the engine's names: whole signatures, however long they are."""

import importlib.util
from pathlib import Path
from types import ModuleType

import gradtape


def api_index(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_index", root / "web/pyodide/api_index.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_long_signature_ends_behind_a_whole_parameter(root: Path) -> None:
    module = api_index(root)
    calls = {entry["signature"] for entry in module.walk("", gradtape, 1).values()}
    shortened = {call for call in calls if call.endswith(", …)")}
    assert any(call.startswith("tf.Variable(initial_value=None, ") for call in shortened)
    assert max(map(len, calls)) <= module.LONGEST_CALL
    for call in calls:
        assert call.count("(") == call.count(")") and call.count("'") % 2 == 0, call
