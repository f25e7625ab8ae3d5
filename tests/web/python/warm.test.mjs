// The second visit starts from what the first one kept, and Python from its memory snapshot both times.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { base, fresh, launch, run, test } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("the first visit says how much it fetches, and what for", async () => {
  const page = await fresh(browser, "/", { held: "**/*.asm.wasm" });
  const line = page.locator("#state");
  await line.getByText(/^Fetching Python and NumPy, once: \d+ of \d\d MB$/).waitFor();
  page.release();
  assert.equal(await run(page), "6.0");
});

test("a second visit fetches nothing of Python's and starts from the snapshot", async () => {
  const page = await fresh(browser);
  const told = [];
  page.on("console", (message) => told.push(message.text()));
  assert.equal(await run(page), "6.0");
  await page.waitForFunction(() => performance.getEntriesByName("start-kept").length > 0);

  const fetched = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(base);
  assert.equal(await run(page), "6.0");
  assert.deepEqual(fetched.filter((path) => /^\/(runtime|engine|python)\//.test(path)), []);
  assert.deepEqual(told.filter((text) => /without the memory snapshot/.test(text)), []);
});
