// The digits CNN of the gallery trains on WebGPU in the tab: its loss is a curve that grows while the
// program runs, and it ends where the native run on the CPU ends.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, run, tab, test } from "../support/browser.mjs";

const STEPS = 90;
let browser;
before(async () => { browser = await launch(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]); });
after(() => browser.close());

/** The curve as the page's table gives it: pairs of step and loss. */
async function points(page) {
  const table = page.locator(".curves .numbers");
  await table.locator("summary").click();
  await table.locator("tbody tr").first().waitFor(); // the table is filled once it is open
  const rows = await table.locator("tbody tr").allInnerTexts();
  return rows.map((row) => row.split("\t").slice(1).map(Number));
}

test("a convolutional network learns on the GPU with a live curve", async () => {
  const page = await fresh(browser);
  const device = page.getByRole("combobox", { name: "Runs on" });
  await page.locator("#device option[value=gpu]:not([disabled])").waitFor({ state: "attached", timeout: 60_000 });
  assert.match(await page.locator("#device option[value=gpu]").innerText(), /WebGPU: .*swiftshader/);
  await device.selectOption("gpu");
  await page.locator("#examples").selectOption("42-digits-cnn");
  const ended = run(page, 150_000);

  await page.locator("#output .curves .plot[role=img]").waitFor({ timeout: 120_000 });
  const lengths = new Set();
  while (await page.evaluate(() => document.documentElement.dataset.python) === "running") {
    const caption = await page.locator(".curves figcaption").textContent();
    const kept = await page.locator(".curves .plot").evaluate((plot) => plot.dataset.points);
    lengths.add(Number(kept));
    assert.match(caption, /^Last: loss \d/);
    await page.waitForTimeout(50);
  }
  const growing = [...lengths].filter((n) => n < STEPS);
  assert.ok(growing.length >= 3, `the curve had these lengths while it grew: ${growing}`);

  const output = await ended;
  assert.match(output, /epoch 0: loss 1\.2, test accuracy 0\.8/);
  assert.match(output, /epoch 2: loss 0\.1, test accuracy 0\.9\nbetter than 0\.9: True/);
  const curve = await points(page);
  assert.equal(curve.length, STEPS);
  assert.ok(curve[0][1] > 2.2 && curve.at(-1)[1] < 0.3, `from ${curve[0]} to ${curve.at(-1)}`);
  await picture(page, "digits-on-the-gpu");

  await tab(page, "Tape");
  await page.locator("#tape .box").first().waitFor();
  await page.getByRole("button", { name: "As a table" }).click();
  assert.match(await page.locator("#tape table").innerText(), /Conv2D.*GPU:0/);
  await page.getByRole("button", { name: "Times" }).click();
  const times = await page.locator("#tape .times").innerText();
  assert.match(times, /Conv2D\s+2\s+not measured[^]*not measured[^]*All\s+\d+\s+not measured/);
  assert.match(times, /What runs on a GPU is not timed op by op/);
  await page.context().close();
}, 300_000);
