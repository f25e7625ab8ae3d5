"""The pages: what they show, their headers, and the files of a built page."""

import base64
import gzip
import hashlib
import io
import json
import re

import pytest
from PIL import Image

API = "/api/v1/snippets"


def stored(client, manifest):
    return client.post(API, json=manifest).json()["id"]


def directives(answer):
    policy = answer.headers["content-security-policy"]
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


SANDBOX = b"<!doctype html><title>Sandbox</title><script>start()</script>"


@pytest.fixture
def built(tmp_path):
    """A folder like the one that the build of the page leaves."""
    folder = tmp_path / "dist"
    files = {
        "index.html": b'<!doctype html><html lang="en"><head><title>built</title>'
        b'<script type="application/json" id="site">{"sandbox": {"url": "/sandbox/f-1a.html"}}'
        b'</script><script type="module" src="/assets/main-1a.js"></script></head>'
        b"<body><h1>built</h1></body></html>",
        "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "assets/main-1a.js": b"let answer = 42;\n" * 100,
        "assets/style-1a.css": b"p { color: red }",
        "runtime/0.27.7-1a/pyodide.asm.wasm": b"\0asm\1\0\0\0",
        "runtime/0.27.7-1a/python_stdlib.zip": b"PK",
        "sandbox/f-1a.html": SANDBOX,
        "docs/index.html": b"<!doctype html><h1>Reference</h1>",
        "docs/tf.abs.html": b"<!doctype html><h1>tf.abs</h1>",
        "docs/search.js": b"find();",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    script = folder / "assets/main-1a.js"
    script.with_name("main-1a.js.gz").write_bytes(gzip.compress(script.read_bytes()))
    script.with_name("main-1a.js.br").write_bytes(b"brotli")
    (folder / "secret").symlink_to("/etc/passwd")
    (folder / "secret").unlink()
    return folder


def test_the_plain_page_shows_code_results_and_downloads(client, manifest):
    identifier = stored(client, manifest())
    page = client.get(f"/s/{identifier}")
    assert page.status_code == 200
    for part in (
        "<h1>Example</h1>",
        "<td>dy/dx</td><td>float32[1]</td><td>6.0</td>",
        "<td>dz/dx</td><td>None</td><td>no path from target to source</td>",
        "import gradtape as tf",
        f'<a href="{API}/{identifier}.test.py">',
        f'<meta property="og:image" content="http://localhost/s/{identifier}/preview.png">',
        '<meta name="robots" content="noindex">',
    ):
        assert part in page.text, part
    assert "<script" not in page.text
    assert page.headers["x-robots-tag"] == "noindex"


def test_the_built_page_carries_the_snippet_for_browsers_without_scripts(
    make_client, built, manifest
):
    client = make_client(page_dir=built)
    identifier = stored(client, manifest())
    page = client.get(f"/s/{identifier}").text
    assert "<title>Example – gradtape</title>" in page and "<title>built</title>" not in page
    assert '<script type="module" src="/assets/main-1a.js">' in page
    noscript = re.search(r"<noscript>(.*)</noscript>", page, re.DOTALL)[1]
    assert "import gradtape as tf" in noscript
    assert 'application/json+oembed"' in page


def test_the_page_is_isolated_and_runs_only_its_own_scripts(make_client, built, manifest):
    client = make_client(page_dir=built)
    for path in ("/", f"/s/{stored(client, manifest())}"):
        page = client.get(path)
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        assert page.headers["cross-origin-embedder-policy"] == "require-corp"
        policy = directives(page)
        assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
        assert policy["connect-src"] == "'self'" and policy["frame-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        nonce = re.search(r'<meta name="csp-nonce" content="([\w-]{20,})">', page.text)[1]
        assert policy["style-src"] == f"'self' 'nonce-{nonce}'"


def test_the_home_page_says_what_it_is_where_it_is_posted(make_client, built):
    client = make_client(page_dir=built, public_url="https://play.example")
    tags = dict(re.findall(r'<meta property="([\w:]+)" content="([^"]*)">', client.get("/").text))
    assert tags["og:title"] == "gradtape playground" and tags["og:url"] == "https://play.example/"
    assert "see the tape" in tags["og:description"] and tags["og:type"] == "website"


def test_a_lesson_has_a_page_that_says_what_it_is_and_an_unknown_one_has_none(make_client, built):
    lessons = {"nan": {"title": "Where NaN is <born>", "summary": "0 · ∞, step by step"}}
    (built / "manifest.json").write_text(json.dumps({"lessons": lessons}))
    client = make_client(page_dir=built, public_url="https://play.example")
    for path, title in (("/learn", "Lessons"), ("/learn/nan", "Where NaN is &lt;born&gt;")):
        page = client.get(path)
        assert page.status_code == 200 and f"<title>{title} – gradtape</title>" in page.text
        assert f'<meta property="og:url" content="https://play.example{path}">' in page.text
        assert (
            page.headers["content-security-policy"]
            == client.get("/").headers["content-security-policy"]
        )
    assert '<meta property="og:description" content="0 · ∞, step by step">' in page.text
    unknown = client.get("/learn/other")
    assert unknown.status_code == 404 and "no such lesson" in unknown.text


def test_pages_have_strong_tags_that_answer_304(make_client, built, manifest):
    client = make_client(page_dir=built)
    path = f"/s/{stored(client, manifest())}"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # Headers of a 304 replace the stored ones, so they must still fit the stored page.
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_an_embedded_page_may_be_framed_and_has_its_own_sandbox(make_client, built, manifest):
    client = make_client(page_dir=built)
    page = client.get(f"/e/{stored(client, manifest())}")
    assert directives(page)["frame-ancestors"] == "*"
    assert page.headers["document-isolation-policy"] == "isolate-and-require-corp"
    assert "cross-origin-opener-policy" not in page.headers
    assert '{"sandbox": {"url": "/sandbox/embed/f-1a.html"}}' in page.text
    frame = client.get("/sandbox/embed/f-1a.html")
    assert directives(frame)["frame-ancestors"] == "*"


def test_the_sandbox_has_no_network_and_runs_exactly_its_inline_script(make_client, built):
    frame = make_client(page_dir=built).get("/sandbox/f-1a.html")
    assert frame.content == SANDBOX
    digest = base64.b64encode(hashlib.sha256(b"start()").digest()).decode()
    assert directives(frame) == {
        "default-src": "'none'",
        "script-src": f"'sha256-{digest}' 'wasm-unsafe-eval' blob:",
        "worker-src": "data:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-scripts",
    }
    assert frame.headers["cross-origin-embedder-policy"] == "require-corp"
    assert frame.headers["cross-origin-resource-policy"] == "cross-origin"
    assert frame.headers["document-isolation-policy"] == "isolate-and-require-corp"


def test_a_second_origin_serves_the_sandbox_and_nothing_else(make_client, built, manifest):
    client = make_client(
        page_dir=built, public_url="https://play.example", sandbox_origin="https://box.example"
    )
    identifier = stored(client, manifest())
    page = client.get(f"/s/{identifier}")
    assert directives(page)["frame-src"] == "'self' https://box.example"
    assert '{"sandbox": {"url": "https://box.example/sandbox/f-1a.html"}}' in page.text
    box = {"host": "box.example"}
    frame = client.get("/sandbox/f-1a.html", headers=box)
    policy = directives(frame)
    assert policy["frame-ancestors"] == "https://play.example" and "sandbox" not in policy
    assert policy["connect-src"] == "'none'"
    for path in ("/", f"/s/{identifier}", f"{API}/{identifier}", "/assets/main-1a.js"):
        assert client.get(path, headers=box).status_code == 404, path


def test_a_sandbox_origin_needs_the_public_url(make_client):
    with pytest.raises(ValueError, match="public_url"):
        make_client(sandbox_origin="https://box.example")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("assets/main-1a.js", "text/javascript; charset=utf-8"),
        ("assets/style-1a.css", "text/css; charset=utf-8"),
        ("runtime/0.27.7-1a/pyodide.asm.wasm", "application/wasm"),
        ("runtime/0.27.7-1a/python_stdlib.zip", "application/zip"),
    ],
)
def test_files_in_folders_are_immutable_and_readable_by_the_sandbox(make_client, built, name, kind):
    answer = make_client(page_dir=built).get(f"/{name}", headers={"accept-encoding": "identity"})
    assert answer.content == (built / name).read_bytes()
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_smallest_accepted_encoding_is_sent(make_client, built):
    client = make_client(page_dir=built)

    def sent(accept):
        headers = {"accept-encoding": accept}
        with client.stream("GET", "/assets/main-1a.js", headers=headers) as answer:
            return answer.headers.get("content-encoding"), b"".join(answer.iter_raw())

    assert sent("gzip, br") == ("br", b"brotli")
    assert sent("gzip, br;q=0")[0] == "gzip"
    assert gzip.decompress(sent("gzip")[1]) == (built / "assets/main-1a.js").read_bytes()
    assert sent("identity")[0] is None


def test_files_beside_the_page_are_revalidated(make_client, built):
    client = make_client(page_dir=built)
    first = client.get("/icon.svg")
    assert first.headers["cache-control"] == "public, max-age=300"
    again = client.get("/icon.svg", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    # A picture that is a document must not run anything when it is opened by itself.
    assert "sandbox" in directives(first)


def test_a_new_build_is_served_without_a_restart(make_client, built):
    client = make_client(page_dir=built)
    assert "built" in client.get("/").text
    (built / "index.html").write_text("<html><head><title>x</title></head><body>anew</body></html>")
    (built / "assets/later-1a.js").write_text("1")
    assert "anew" in client.get("/").text
    assert client.get("/assets/later-1a.js").status_code == 200


@pytest.mark.parametrize("number", [0, 1])
def test_previews_are_pictures_of_the_stored_text(client, manifest, number):
    value = manifest()
    if number:
        value["results"], value["produced"] = [], 0
        value["code"] = {"main.py": "\t# ‮ \x1b " + "x̸" * 5000 + "\n" * 3000}
    path = f"/s/{stored(client, value)}/preview.png"
    first = client.get(path)
    assert first.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(first.content))
    assert picture.size == (1200, 630)
    assert len(picture.getcolors(100_000)) > 20  # something is drawn on it
    assert client.get(path).content == first.content
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_gone_snippet_has_no_page_and_no_preview(client, manifest):
    told = client.post(API, json=manifest()).json()
    assert client.get(f"/s/{told['id']}/preview.png").status_code == 200
    headers = {"delete-token": told["delete_token"]}
    client.delete(f"{API}/{told['id']}", headers=headers)
    assert client.get(f"/s/{told['id']}/preview.png").status_code == 410
    page = client.get(f"/s/{told['id']}")
    assert page.status_code == 410 and "withdrawn by its author" in page.text
    assert "import gradtape" not in page.text


def test_oembed_describes_a_frame_of_the_embedded_page(client, manifest):
    identifier = stored(client, manifest(title='A "quoted" <title>'))
    link = f"http://localhost/s/{identifier}"
    told = client.get("/oembed", params={"url": link, "maxwidth": 320}).json()
    assert told["type"] == "rich" and told["width"] == 320
    assert f'src="http://localhost/e/{identifier}"' in told["html"]
    assert "<title>" not in told["html"]
    for other in ("http://evil.example/s/" + identifier, f"//localhost/s/{identifier}", "x", "["):
        assert client.get("/oembed", params={"url": other}).status_code == 404
    assert client.get("/oembed", params={"url": link, "format": "xml"}).status_code == 400
    assert client.get("/oembed").status_code == 400


def test_what_operators_look_at(make_client):
    client = make_client(metrics_token="a secret of operators")
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    assert client.get("/version").json()["schema"] == 1
    assert "Disallow: /api/" in client.get("/robots.txt").text
    assert client.get("/metrics").status_code == 401
    text = client.get("/metrics", headers={"authorization": "Bearer a secret of operators"}).text
    assert 'gradtape_requests_total{method="GET",status="200"} 4.0' in text
    for line in (
        'gradtape_route_requests_total{route="health",status="200"} 2.0',
        "gradtape_storage_works 1.0",
        "gradtape_quota_bytes 2.097152e+10",
    ):
        assert line in text
    for name in ("database_bytes", "resident_bytes", "connections"):
        assert re.search(rf"\ngradtape_{name} [\d.e+]+\n", text), name
    assert re.search(r"gradtape_request_seconds_count \d+\.0\n", text)
    assert make_client().get("/metrics").status_code == 404


def test_the_api_describes_itself_without_foreign_files(client):
    page = client.get("/api")
    assert "POST /api/v1/snippets" in page.text
    assert not re.search(r"<script|src=|https?://", page.text)
    assert json.loads(client.get("/api/v1/openapi.json").content)["openapi"].startswith("3")
    assert client.get("/docs").status_code == 404


def test_the_documentation_runs_its_own_script_alone(make_client, built):
    client = make_client(page_dir=built)
    moved = client.get("/docs", follow_redirects=False)
    assert moved.status_code == 308 and moved.headers["location"] == "/docs/"
    page = client.get("/docs/tf.abs.html")
    assert page.status_code == 200 and page.text.endswith("<h1>tf.abs</h1>")
    assert client.get("/docs/").text == client.get("/docs/index.html").text
    rules = directives(page)
    assert (
        rules["default-src"] == "'none'" and rules["script-src"] == rules["style-src"] == "'self'"
    )
    assert rules["frame-ancestors"] == "'none'"
    assert page.headers["cache-control"] == "public, max-age=300"
    again = client.get("/docs/tf.abs.html", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304
    script = client.get("/docs/search.js")
    assert script.headers["content-type"].startswith("text/javascript") and script.text == "find();"
    assert client.get("/docs/nothing.html").status_code == 404
