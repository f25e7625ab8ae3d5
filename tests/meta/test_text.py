"""The project speaks of itself alone, and of no machine, address or conversation."""

import re

import pytest

from tests.meta.tree import name, texts

# Some letters stand in brackets so that this file does not find itself.
FORBIDDEN = {
    "a path of somebody's machine": r"/(wor[k]|roo[t]|tm[p]|hom[e]/(?!pyodide)\w+|Use[r]s)/",
    "the address of a package registry": (
        r"py[p]i\.org|pythonhoste[d]|np[m]js\.(org|com)|deb\.debia[n]|jsdeliv[r]|unpk[g]\.com"
    ),
    "a number of some tracker": r"\b[Ii]ssu[e] #?\d|\b[Pp]ull reques[t] #?\d",
    "talk about how the text came to be": (
        r"\b([Tt]his|[Ll]ast|[Nn]ext) sessio[n]\b|\b[Tt]he issu[e] (asks|says|wants)"
        r"|\b([Ss]ub)?[Aa]gent[s]? (wrote|made|said|will)|\bas an A[I]\b"
    ),
    "a note to do something later": r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b",
}


def found(text: str) -> list[str]:
    """What stands in `text` and should not, with its line."""
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]!r}"
        for what, pattern in FORBIDDEN.items()
        for match in re.finditer(pattern, text)
    ]


def test_no_file_says_what_does_not_belong() -> None:
    said = {name(path): found(path.read_text(encoding="utf-8")) for path in texts()}
    assert {file: words for file, words in said.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        "open('/wor" + "k/x')",
        "see https://py" + "pi.org/simple",
        "fixes issu" + "e #12",
        "in this sessio" + "n we",
        "# TOD" + "O: later",
    ],
)
def test_the_check_finds_what_does_not_belong(text: str) -> None:
    assert found(text)


def test_the_check_lets_plain_text_pass() -> None:
    assert found("a database session; the working tree; /usr/lib; an issue of types") == []
