"""Write the documentation as static files: a page for each public name, the tables, the search.

    python web/docs/build.py [FOLDER [ADDRESS]]

`make page` writes web/dist/docs, which the server has under /docs. ADDRESS is that of a playground,
for pages that lie elsewhere.

Everything comes from the engine's docstrings, its registry of ops and the Markdown pages beside it.
The pages need no script; the search does, and says so where there is none.
"""

from __future__ import annotations

import gzip
import inspect
import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / part) for part in ("core", "server")]

import prose  # noqa: E402 - the engine is found by the line above
from reference import Entry, entries, opening, signature  # noqa: E402

from gradtape.primitives import registry  # noqa: E402
from gradtape_server.pages.markup import Markup, document, element, joined  # noqa: E402

PAGES = {
    "differences.html": ("Where gradtape differs from TensorFlow", "core/DIFFERENCES.md"),
    "singular.html": ("Derivatives at singular points", "core/SINGULAR.md"),
}
NAVIGATION = (
    ("index.html", "Reference"), ("coverage.html", "Ops and gradients"),
    ("differences.html", "Differences"), ("singular.html", "Singular points"),
)  # fmt: skip
LARGE = 20_000  # bytes; what is smaller is sent as it is
DTYPES = {
    "f": "floating",
    "c": "complex",
    "i": "integers",
    "u": "unsigned",
    "b": "bool",
    "O": "string",
}


class Site:
    """The pages, and where each name has its own."""

    def __init__(self) -> None:
        self.entries = entries()
        self.pages: dict[str, str] = {}
        self.address: dict[str, str] = {}
        taken: set[str] = set()
        for entry in self.entries:
            file = f"{entry.name}.html"
            if file.lower() in taken:  # where capitals do not count, Add and add are one file
                file = f"{entry.name}.{entry.kind}.html"
            taken.add(file.lower())
            self.address.update(dict.fromkeys((entry.name, *entry.others), file))
        for file, (_, source) in PAGES.items():
            self.address[Path(source).name] = file

    def link(self, name: str) -> str | None:
        """Where a name of code, or a page, is told of."""
        return self.address.get(name)

    def write(self, folder: Path) -> None:
        """Make all pages and write them."""
        for entry in self.entries:
            self._add(self.address[entry.name], entry.name, self.of(entry))
        self._add("index.html", "Reference", self.index())
        self._add("coverage.html", "Ops and gradients", coverage())
        for file, (title, source) in PAGES.items():
            text = (ROOT / source).read_text(encoding="utf-8")
            self._add(file, title, prose.markdown(text, self.link))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, text in self.pages.items():
            (folder / name).write_text(text, encoding="utf-8")
        for name in ("docs.css", "search.js"):
            shutil.copy(Path(__file__).with_name(name), folder)
        search = json.dumps(self.searched(), ensure_ascii=False, separators=(",", ":"))
        (folder / "search.json").write_text(search, encoding="utf-8")
        for path in [*folder.iterdir()]:
            if path.stat().st_size > LARGE:
                path.with_name(f"{path.name}.gz").write_bytes(
                    gzip.compress(path.read_bytes(), 9, mtime=0)
                )

    def searched(self) -> list[list[str]]:
        """What the search goes through: name, place, what is said first. Methods of a class too."""
        found = [[title, file, "page"] for file, (title, _) in PAGES.items()]
        found.append(["Ops and gradients", "coverage.html", "which op has a gradient, dtypes"])
        for entry in self.entries:
            file = self.address[entry.name]
            found += [[name, file, entry.opening] for name in (entry.name, *entry.others)]
            for name, value in entry.members():
                if name in vars(entry.value):
                    told = inspect.getdoc(value.fget if isinstance(value, property) else value)
                    found.append([f"{entry.name}.{name}", f"{file}#{name}", opening(told or "")])
        return found

    def _add(self, file: str, title: str, body: list[Markup]) -> None:
        links = [element("a", "gradtape", href=f"{prose.PLAYGROUND}/", class_="brand")]
        links += [element("a", text, href=where) for where, text in NAVIGATION]
        head = [
            element("title", f"{title} – gradtape"),
            element("link", rel="stylesheet", href="docs.css"),
            element("link", rel="icon", href=f"{prose.PLAYGROUND}/icon.svg"),
            element("script", src="search.js", type="module"),
        ]
        box = element(
            "input", type="search", id="search", placeholder="Search", **{"aria-label": "Search"}
        )
        found = element("ul", id="found")
        nav = element("nav", *(joined(link, " ") for link in links), box)
        self.pages[file] = document(head, [element("header", nav, found), element("main", *body)])

    def of(self, entry: Entry) -> list[Markup]:
        """The page of a name."""
        body = [element("h1", entry.name), element("p", entry.kind, class_="kind")]
        if entry.signature:
            body.append(element("pre", entry.signature, class_="signature"))
        body += prose.docstring(entry.text, self.link)
        body += self._members(entry)
        if entry.kind == "namespace":
            inside = [e for e in self.entries if e.name.rpartition(".")[0] == entry.name]
            more = [
                e for e in self.entries if any(o.rpartition(".")[0] == entry.name for o in e.others)
            ]
            body.append(self._listed([*inside, *more]))
        if entry.others:
            names = ", ".join(entry.others)
            body.append(element("p", "Also: ", element("code", names), class_="muted"))
        if entry.source:
            body.append(element("p", "Source: ", element("code", entry.source), class_="muted"))
        return body

    def _members(self, entry: Entry) -> list[Markup]:
        found: list[Markup] = []
        for name, value in entry.members():
            told = value.fget if isinstance(value, property) else value
            call = (
                name
                if isinstance(value, property) or not callable(value)
                else signature(name, value)
            )
            found.append(element("h3", element("code", call), id=name))
            found += prose.docstring(inspect.getdoc(told) or "", self.link, level=4)
        return [element("h2", "Methods and properties"), *found] if found else []

    def index(self) -> list[Markup]:
        """All names, by namespace."""
        body = [
            element("h1", "Reference"),
            element("p", f"{len(self.address) - len(PAGES)} public names."),
        ]
        spaces: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.kind != "namespace":
                spaces.setdefault(entry.name.rpartition(".")[0], []).append(entry)
        for space, inside in sorted(spaces.items()):
            to = self.link(space)
            title = space if to is None else element("a", space, href=to)
            body += [element("h2", title), self._listed(inside)]
        return body

    def _listed(self, inside: list[Entry]) -> Markup:
        items = [
            element(
                "li",
                element("a", element("code", e.name), href=self.address[e.name]),
                prose.inline(f" {e.summary}", self.link),
            )
            for e in inside
        ]
        return element("ul", *items, class_="names")


def coverage() -> list[Markup]:
    """Every op with what is known of its gradient, and the kinds of numbers that it takes."""
    registry.load_all()
    rows: list[list[Any]] = []
    for name, op in sorted(registry.REGISTRY.items()):
        has = {"nondifferentiable": "none: it has no derivative", "unregistered": "not registered"}
        takes = ", ".join(word for letter, word in DTYPES.items() if letter in op.allowed)
        told = has.get(op.kind, "yes")
        forward = "its own" if op.jvp is not None else "by the pullback" if told == "yes" else ""
        rows.append([element("code", name), told, forward, takes])
    counted = sum(row[1] == "yes" for row in rows)
    return [
        element("h1", "Ops and gradients"),
        element(
            "p", f"{len(rows)} ops, {counted} with a gradient; functions are composed of them."
        ),
        prose.table(["op", "gradient", "forward mode", "dtypes"], rows),
    ]


def main() -> None:
    """Write the pages into the folder that is named, and say how many they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "web/dist/docs"
    prose.PLAYGROUND = sys.argv[2].rstrip("/") if len(sys.argv) > 2 else ""
    site = Site()
    site.write(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"docs: {len(site.pages)} pages, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
