// The sandbox on an origin of its own: the server was started with SANDBOX_ORIGIN, the frame comes from
// there, a program runs in it, and that origin serves nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, fresh, launch, run, write } from "../support/browser.mjs";

const other = process.env.SANDBOX_ORIGIN;
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a program runs in a frame from the second origin", async () => {
  assert.notEqual(new URL(other).origin, new URL(base).origin);
  const page = await fresh(browser);
  assert.equal(await run(page, 120_000), "6.0");
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  assert.equal(new URL(frame.url()).origin, other);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the frame has no origin, no storage, no network and no page around it", async () => {
  const page = await fresh(browser);
  await write(page, `import js
for attempt in (
    lambda: js.fetch("${base}/healthz"),
    lambda: js.fetch("${other}/sandbox/"),
    lambda: js.localStorage.length,
    lambda: js.parent.document.title,
):
    try:
        value = attempt()
        print("GOT", await value if hasattr(value, "then") else value)
    except BaseException as error:
        print("refused")
`);
  assert.equal(await run(page, 120_000), ["refused", "refused", "refused", "refused"].join("\n"));
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  assert.equal(await frame.evaluate(() => self.origin), "null");
  await page.context().close();
});

test("an embedded snippet runs there too", async () => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ schema: 0, code: "print(2 + 3)" });
  const answer = await fetch(`${base}/api/v1/snippets`, { method: "POST", headers, body });
  const page = await fresh(browser, `/e/${(await answer.json()).id}`);
  assert.equal(await run(page, 120_000), "5");
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  assert.match(frame.url(), new RegExp(`^${other}/sandbox/embed/`));
  await page.context().close();
});

test("the second origin serves the sandbox and nothing else, and only our page may frame it", async () => {
  for (const path of ["/", "/api", "/api/v1/engines", "/healthz"]) {
    assert.equal((await fetch(other + path)).status, 404, path);
  }
  const page = await fresh(browser);
  const url = await page.evaluate(() => JSON.parse(document.getElementById("site").textContent).sandbox.url);
  assert.match((await fetch(url)).headers.get("content-security-policy"), new RegExp(`frame-ancestors ${base}`));
  await page.context().close();
});
