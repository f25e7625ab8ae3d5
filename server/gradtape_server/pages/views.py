"""The pages around one snippet: metadata in the built page, and a plain page that needs no script.

The plain page is what a browser without JavaScript shows, what a server without a built page
shows, and what every string of a manifest passes through: all of it is escaped by `markup`.
"""

from __future__ import annotations

import re
from typing import Any

from gradtape_server.pages.built_page import Lesson, Page
from gradtape_server.pages.descriptions import pins_of, title_of, type_of, values_of
from gradtape_server.pages.markup import Markup, document, element, joined

STYLE_PATH = "/plain.css"
STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#f6f4f0, #16181d); color: light-dark(#1d2029, #e8e6e1) }
a { color: light-dark(#1b5fc4, #7fb2ff) }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { padding: 1rem; overflow: auto; border: 1px solid; border-radius: .5rem;
  font: .9rem/1.5 ui-monospace, monospace }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { border: 1px solid; padding: .25rem .75rem; text-align: left }
/* Inside the built page, for a browser without scripts: this instead of a page that cannot work. */
body:has(> noscript) > :not(noscript) { display: none !important }
noscript main { display: block }
"""


def _head(
    manifest: dict[str, Any] | None,
    identifier: str,
    base: str,
    nonce: str,
    lesson: tuple[str, Lesson] | None,
) -> tuple[str, list[Markup]]:
    site = lesson[1].title + " – gradtape" if lesson else "gradtape playground"
    title = f"{title_of(manifest)} – gradtape" if manifest else site
    marks = [element("meta", name="csp-nonce", content=nonce)]
    if manifest is None:
        about = (
            "Run GradientTape programs in the browser and see the tape: where gradients flow, and "
            "why one is None."
        )
        where = base + "/"
        if lesson:
            about, where = lesson[1].summary, base + lesson[0]
        home = {
            "og:type": "website",
            "og:site_name": "gradtape",
            "og:title": title,
            "og:description": about,
            "og:url": where,
            "twitter:card": "summary",
        }
        marks += [element("meta", property=name, content=text) for name, text in home.items()]
        return title, marks
    link = f"{base}/s/{identifier}"
    first = manifest["results"][0] if manifest["results"] else None
    about = f"{first['label']} = {values_of(first)}" if first else "A program with gradients"
    properties = {
        "og:type": "article",
        "og:site_name": "gradtape",
        "og:title": title_of(manifest),
        "og:description": f"{about} ({pins_of(manifest)})",
        "og:url": link,
        "og:image": f"{link}/preview.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"The code of “{title_of(manifest)}” and its recorded gradients",
        "twitter:card": "summary_large_image",
    }
    marks += [element("meta", property=name, content=text) for name, text in properties.items()]
    marks += [
        element("meta", name="description", content=properties["og:description"]),
        element("meta", name="robots", content="noindex"),
        element("link", rel="canonical", href=link),
        element(
            "link",
            rel="alternate",
            type="application/json+oembed",
            href=f"{base}/oembed?url={link}",
            title=title_of(manifest),
        ),
    ]
    return title, marks


def plain_snippet(manifest: dict[str, Any], identifier: str) -> Markup:
    """Code, recorded results and downloads, as static HTML."""
    rows = [
        element(
            "tr",
            element("td", result["label"]),
            element("td", type_of(result)),
            element("td", values_of(result)),
        )
        for result in manifest["results"]
    ]
    head = element(
        "tr", *(element("th", name, scope="col") for name in ("Gradient", "Type", "Values"))
    )
    results = (
        element("table", element("caption", "Recorded results"), head, *rows)
        if rows
        else element("p", "No results were recorded.")
    )
    api = f"/api/v1/snippets/{identifier}"
    downloads = joined(
        *(
            piece
            for name, suffix in (
                ("Program", ".py"),
                ("Notebook", ".ipynb"),
                ("Manifest", ".json"),
                ("Test that fails when the gradients change", ".test.py"),
            )
            for piece in (element("a", name, href=api + suffix), " ")
        )
    )
    code = [
        part
        for name, text in sorted(manifest["code"].items())
        for part in (element("h2", name), element("pre", element("code", text)))
    ]
    printed = (
        [element("h2", "Printed"), element("pre", manifest["output"])] if manifest["output"] else []
    )
    parent = []
    if manifest["parent"]:
        link = element("a", manifest["parent"], href=f"/s/{manifest['parent']}")
        parent = [element("p", "Forked from ", link, ".")]
    command = element("code", "gradtape verify LINK")
    return element(
        "main",
        element("h1", title_of(manifest)),
        element("p", pins_of(manifest), ". This is the record; to run and check it: ", command),
        *parent,
        *code,
        element("h2", "Gradients"),
        results,
        *printed,
        element("p", downloads),
    )


def page_html(
    page: Page,
    base: str,
    *,
    manifest: dict[str, Any] | None = None,
    identifier: str = "",
    embedded: bool = False,
    lesson: tuple[str, Lesson] | None = None,
) -> str:
    """The built page with this snippet's metadata and plain form in it, or the plain page alone.

    `lesson` is the path and the description of what the page shows instead of a snippet.
    """
    title, marks = _head(manifest, identifier, base, page.nonce, lesson)
    if manifest is not None:
        plain = plain_snippet(manifest, identifier)
    else:
        plain = element(
            "main",
            element("h1", "gradtape playground"),
            element("p", "The playground needs JavaScript, and a page that has been built."),
            element("p", "The API is described at ", element("a", "/api", href="/api"), "."),
            element("p", "The library at ", element("a", "/docs", href="/docs"), "."),
        )
    style = element("link", rel="stylesheet", href=STYLE_PATH)
    built = page.html(embedded)
    if built is None:
        return document([element("title", title), style, *marks], [plain])
    # Functions as replacements: in a plain string a backslash from a title would mean something.
    heading = element("title", title).text
    built = re.sub(r"<title>.*?</title>", lambda _: heading, built, count=1, flags=re.DOTALL)
    built = built.replace("</head>", joined(*marks).text + "</head>", 1)
    fallback = element("noscript", style, plain).text
    before, closing, after = built.rpartition("</body>")
    return before + fallback + closing + after if closing else built + fallback


def message_html(title: str, text: str) -> str:
    """A page that says one thing, such as that a snippet is gone."""
    head = [element("title", title), element("link", rel="stylesheet", href=STYLE_PATH)]
    home = element("p", element("a", "To the playground", href="/"))
    return document(head, [element("main", element("h1", title), element("p", text), home)])


def api_html(openapi: dict[str, Any]) -> str:
    """The API as a page of text: every path, what it does, what it answers."""
    sections = []
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            answers = [
                element("li", element("code", status), " ", answer["description"])
                for status, answer in operation["responses"].items()
            ]
            sections += [
                element("h2", element("code", f"{method.upper()} {path}")),
                element("p", operation.get("description") or operation.get("summary", "")),
                element("ul", *answers),
            ]
    head = [element("title", "API – gradtape"), element("link", rel="stylesheet", href=STYLE_PATH)]
    link = element("a", "openapi.json", href="/api/v1/openapi.json")
    return document(
        head,
        [element("main", element("h1", "API"), element("p", "As a document: ", link), *sections)],
    )
