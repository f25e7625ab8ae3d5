// The page's canonical JSON and ids are the Python ones, byte for byte, and links hold what they say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rolldown } from "../../../web/node_modules/rolldown/dist/index.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const vectors = JSON.parse(readFileSync(here("../../core/snippet/twin_vectors.json"), "utf8"));
let page;
before(async () => {
  const bundle = await rolldown({ input: here("../../../web/src/snippets/snippet.ts"), cwd: here("../../../web") });
  const { output } = await bundle.generate({ format: "esm" });
  page = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
});

test("canonical text and id agree with Python's on every vector", async () => {
  assert.ok(vectors.length > 20);
  for (const { value, canonical, id } of vectors) {
    assert.equal(Buffer.from(page.canonical(value)).toString("base64"), canonical);
    assert.equal(await page.snippetId(value), id);
  }
});

test("a number with a fraction is refused", () => {
  assert.throws(() => page.canonical({ a: 0.5 }), /not a whole number/);
  assert.throws(() => page.canonical(2 ** 53), /not a whole number/);
});

test("a link's fragment holds the text and survives nothing cut off", () => {
  const text = JSON.stringify({ schema: 0, title: "é 😀", code: "print(1)\n".repeat(500) });
  const fragment = page.toFragment(text);
  assert.ok(fragment.length < 400, `${fragment.length} characters`);
  assert.match(fragment, /^#code=1[\w-]+$/);
  assert.equal(page.fromFragment(fragment), text);
  assert.throws(() => page.fromFragment(fragment.slice(0, -20)), /damaged/);
  assert.throws(() => page.fromFragment("#code=2abc"), /version/);
  assert.equal(page.fromFragment("#output"), null);
  const largest = "x".repeat(256 * 1024);
  assert.equal(page.fromFragment(page.toFragment(largest)), largest);
  assert.equal(page.toFragment(`${largest}x`), null, "no link is made that could not be opened");
});

test("only ids that a server could have given are taken from a path", () => {
  assert.deepEqual(page.idInPath("/s/bcdfghjkmnpq"), { id: "bcdfghjkmnpq", embedded: false });
  assert.deepEqual(page.idInPath("/e/bcdfghjkmnpq/"), { id: "bcdfghjkmnpq", embedded: true });
  for (const path of ["/", "/s/short", "/s/../../etc", "/s/AAAAAAAAAAAA", "/x/bcdfghjkmnpq"]) {
    assert.equal(page.idInPath(path), null);
  }
});
