"""The documentation: every public name has its page, every link leads somewhere, search finds."""

import base64
import json
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

import gradtape
from gradtape.primitives import registry

ELSEWHERE = ("/", "/icon.svg")
#: What newcomers ask, and a page that must be among the first five answers.
QUESTIONS = {
    "gradient": "tf.GradientTape.gradient",
    "GradientTape": "tf.GradientTape",
    "why is my gradient None": "tf.GradientTape.explain",
    "explain": "tf.GradientTape.explain",
    "jacobian": "tf.GradientTape.jacobian",
    "relu": "tf.nn.relu",
    "mean": "tf.reduce_mean",
    "matrix product": "tf.matmul",
    "how do i stop the gradient": "tf.stop_gradient",
    "custom gradient": "tf.custom_gradient",
    "Dense": "tf.keras.layers.Dense",
    "adam": "tf.optimizers.Adam",
    "learning rate": "tf.optimizers.schedules.LearningRateSchedule",
    "random normal": "tf.random.normal",
    "save weights": "tf.keras.Model.save_weights",
    "checkpoint": "tf.train.Checkpoint",
    "one_hot": "tf.one_hot",
    "variable assign": "tf.Variable.assign",
    "dataset batch": "tf.data.Dataset.batch",
    "differences tensorflow": "Where gradtape differs from TensorFlow",
    "which op has a gradient": "Ops and gradients",
}


class Read(HTMLParser):
    """What leads out of a page, what could be led to, and what runs in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.scripts: list[str | None] = []
        self.inline: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [found[name] or "" for name in ("href", "src") if name in found]
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if tag == "script":
            self.scripts.append(found.get("src"))
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" else []

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site") / "docs"
    command = [sys.executable, "-W", "error", str(root / "web/docs/build.py"), str(made)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Read]:
    return {path.name: Read(path.read_text()) for path in folder.glob("*.html")}


def public(path: str, module: ModuleType) -> set[str]:
    """The names of a namespace that lists them, and of those in it."""
    found = set()
    for name in getattr(module, "__all__", ()):
        value = getattr(module, name)
        if isinstance(value, ModuleType):
            if value.__name__.startswith(f"{module.__name__}."):
                found |= public(f"{path}.{name}", value)
        elif not name.startswith("_") and name != "newaxis":
            found.add(f"{path}.{name}")
    return found


def test_every_public_name_has_its_page(folder: Path, pages: dict[str, Read]) -> None:
    told = {name: file for name, file, _ in json.loads((folder / "search.json").read_text())}
    names = public("tf", gradtape)
    assert len(names) > 1000
    assert sorted(names - told.keys()) == []
    unsaid = [name for name in names if name not in pages[told[name]].text]
    assert unsaid == []


def test_a_tape_shows_what_programs_call(pages: dict[str, Read]) -> None:
    anchors = pages["tf.GradientTape.html"].anchors
    assert {"gradient", "watch", "explain"} <= anchors and not {"given", "records"} & anchors


def test_every_link_leads_somewhere(folder: Path, pages: dict[str, Read]) -> None:
    files = {path.name for path in folder.iterdir()}
    broken = set()
    for page, read in pages.items():
        for link in read.links:
            file, _, anchor = link.partition("#")
            if link in ELSEWHERE or link.startswith("/#code=1"):
                continue
            known = file in files and (not anchor or anchor in pages[file].anchors)
            if not known:
                broken.add((page, link))
    assert broken == set()
    for name, link, _ in json.loads((folder / "search.json").read_text()):
        file, _, anchor = link.partition("#")
        assert file in pages and (not anchor or anchor in pages[file].anchors), name


def test_nothing_but_the_search_runs(pages: dict[str, Read]) -> None:
    assert {script for read in pages.values() for script in read.scripts} == {"search.js"}
    assert [page for page, read in pages.items() if read.inline] == []


def test_names_differ_where_capitals_do_not_count(folder: Path) -> None:
    files = [path.name.lower() for path in folder.iterdir()]
    assert len(files) == len(set(files))


def test_examples_open_in_the_playground(pages: dict[str, Read]) -> None:
    programs = []
    for read in pages.values():
        for link in read.links:
            if link.startswith("/#code=1"):
                packed = base64.urlsafe_b64decode(link.removeprefix("/#code=1") + "==")
                programs.append(json.loads(zlib.decompress(packed, -15))["code"])
    assert len(programs) > 600
    for code in programs:
        compile(code, "example", "exec")
        assert "import gradtape" in code
    absolute = next(link for link in pages["tf.abs.html"].links if "code" in link)
    packed = base64.urlsafe_b64decode(absolute.removeprefix("/#code=1") + "==")
    assert json.loads(zlib.decompress(packed, -15)) == {
        "schema": 0,
        "title": "",
        "code": "import gradtape as tf\nprint(tf.abs([-1.0, 2.0]).numpy())\n",
    }


def test_every_op_is_in_the_table(pages: dict[str, Read]) -> None:
    registry.load_all()
    text = pages["coverage.html"].text
    assert [name for name in registry.REGISTRY if name not in text] == []


def test_the_search_finds_what_newcomers_ask(folder: Path, node: str) -> None:
    script = """
    import { readFileSync } from "node:fs";
    const [folder, questions] = process.argv.slice(1);
    const { answers } = await import(`${folder}/search.js`);
    const entries = JSON.parse(readFileSync(`${folder}/search.json`, "utf8"));
    const told = (question) => answers(entries, question).slice(0, 5).map(([name]) => name);
    console.log(JSON.stringify(JSON.parse(questions).map(told)));
    """
    (folder.parent / "package.json").write_text('{"type": "module"}')
    command = [node, "--input-type=module", "-e", script, str(folder), json.dumps(list(QUESTIONS))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = dict(zip(QUESTIONS, json.loads(done.stdout), strict=True))
    assert {q: found[q] for q, wanted in QUESTIONS.items() if wanted not in found[q]} == {}
