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
    imports = [
        f"from {m.rpartition('.')[0]} import {m.rpartition('.')[2]}" for m in NAMESPACES.values()
    ]
    for name, where in EXPORTS.items():
        module, _, attribute = where.partition(":")
        renamed = f"{attribute} as {name}" if attribute not in ("", name) else name
        imports.append(f"from {module} import {renamed}")
    names = sorted({*EXPORTS, *NAMESPACES, "__version__", "newaxis"})
    listed = "".join(f'    "{name}",\n' for name in names)
    return HEAD + "\n".join(sorted(imports)) + "\n" + VALUES + f"__all__ = [\n{listed}]\n"


if __name__ == "__main__":
    STUB.write_text(text(), encoding="utf-8")
