"""Write `core/gradtape/__init__.pyi`: the public names, for type checkers and editors.

gradtape resolves its names on first use, which no type checker follows; this file says the same in
imports as `core/gradtape/names/exports.py`. `make stubs` writes it, and a test holds the two
together.
"""

from pathlib import Path

from gradtape.names.exports import EXPORTS, NAMESPACES

STUB = Path(__file__).resolve().parents[2] / "core/gradtape/__init__.pyi"
HEAD = '''"""The public names, for type checkers: written by `make stubs` from `exports.py`."""

'''
VALUES = """
__version__: str
newaxis: None

"""


def text() -> str:
    """What the file must hold."""
    homes = {name: ":".join(module.rsplit(".", 1)) for name, module in NAMESPACES.items()}
    # What is imported as itself is exported, for every tool that reads stubs.
    imports = []
    for name, where in {**homes, **EXPORTS}.items():
        module, _, attribute = where.partition(":")
        renamed = f"{attribute or name} as {name}"
        line = f"from {module} import {renamed}"
        imports.append(line if len(line) <= 100 else f"from {module} import (\n    {renamed},\n)")
    names = sorted({*EXPORTS, *NAMESPACES, "__version__", "newaxis"})
    listed = "".join(f'    "{name}",\n' for name in names)
    return HEAD + "\n".join(sorted(imports)) + "\n" + VALUES + f"__all__ = [\n{listed}]\n"


if __name__ == "__main__":
    STUB.write_text(text(), encoding="utf-8")
