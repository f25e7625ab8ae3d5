// Browsers that lack something, and a network that goes away: the page stays usable and says plainly
// what is missing.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, run, test, write } from "../support/browser.mjs";

/** What the worker's world has, as Python sees it there. */
const SEEN = `import js
print(hasattr(js.navigator, "gpu"), hasattr(js.WebAssembly, "Suspending"))
`;

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("without WebGPU: the device is offered as missing, with the reason, and the CPU computes", async () => {
  const page = await fresh(browser, "/", { inWorker: "delete WorkerNavigator.prototype.gpu;" });
  assert.equal(await run(page), "6.0");
  await page.waitForFunction(() => /does not offer WebGPU/.test(document.querySelector("#device option[value=gpu]").textContent));
  assert.ok(await page.locator("#device option[value=gpu]").evaluate((element) => element.disabled));
  await write(page, SEEN);
  assert.equal(await run(page), "False True");
  await picture(page, "without-webgpu");
});

test("without JSPI: the page says what must be awaited, programs run, and await at the top level works", async () => {
  const page = await fresh(browser, "/", { inWorker: "delete WebAssembly.Suspending; delete WebAssembly.promising;" });
  await page.waitForFunction(() => document.documentElement.dataset.python === "ready");
  assert.match(await page.locator("#state").innerText(), /^Ready\. This browser cannot suspend Python .* await tensor\.fetch\(\)\.$/);
  assert.equal(await run(page), "6.0");
  await write(page, `${SEEN}import asyncio\nawait asyncio.sleep(0.01)\nprint("awaited")\n`);
  assert.match(await run(page), /False\nawaited$/);
  await picture(page, "without-jspi");
});

test("without SharedArrayBuffer: programs run, and the page says what Stop does", async () => {
  const page = await fresh(browser, "/", { first: () => { delete globalThis.SharedArrayBuffer; } });
  await page.waitForFunction(() => document.documentElement.dataset.python === "ready");
  assert.match(await page.locator("#state").innerText(), /no shared memory, so Stop ends Python/);
  assert.equal(await run(page), "6.0");
  await picture(page, "without-shared-memory");
});

test("offline after the first load: programs run, Python starts again, missing packages are named", async () => {
  const page = await fresh(browser);
  assert.equal(await run(page), "6.0");
  await page.context().setOffline(true);
  assert.match(await page.locator("#state").innerText(), /No network\./);
  await write(page, "import gradtape as tf\nx = tf.Variable(2.0)\nwith tf.GradientTape() as t:\n    y = x**3\nprint(t.gradient(y, x).numpy())\n");
  assert.equal(await run(page), "12.0");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("button", { name: "Restart Python" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.python === "ready");
  assert.equal(await run(page), "12.0");
  await write(page, "import matplotlib\n");
  assert.match(await run(page), /matplotlib could not be fetched.*does not answer.*ModuleNotFoundError/s);
  await picture(page, "offline");
  await page.context().setOffline(false);
  await write(page, "import matplotlib\nprint(matplotlib.__version__)\n");
  assert.match(await run(page), /^3\./);
});
