// What a program shows beside text: a curve that grows while it runs, arrays as heat maps and tables,
// how far a loop has come.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fresh, launch, picture, run, write } from "../support/browser.mjs";
import { TRAINING } from "../support/programs.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a curve grows while the program runs, and is a table too", async () => {
  const page = await fresh(browser);
  await write(page, `import time
import gradtape as tf
from gradtape import playground

w = tf.Variable(5.0)
for step in playground.progress(range(400), "step"):
    with tf.GradientTape() as tape:
        loss = (w - 1.0) ** 2 + 0.1
        playground.plot("loss", loss)
    w.assign_sub(0.02 * tape.gradient(loss, w))
    playground.plot("distance", abs(w - 1.0))
    time.sleep(0.008)
print("trained")
`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const plot = page.locator("#output .curves .plot[role=img]");
  await plot.waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => /step \d+ of 400/.test(document.getElementById("state").textContent), undefined, { timeout: 60_000 });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.python), "running");
  assert.doesNotMatch(await page.locator("#output").innerText(), /trained/);
  await page.locator("#output pre", { hasText: "trained" }).waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => /loss 0\.1\b/.test(document.querySelector(".curves figcaption").textContent));
  assert.match(await plot.getAttribute("aria-label"), /^Curves of loss, distance\. Last values: loss 0\.1\b/);
  await page.locator(".curves").getByRole("button", { name: "Logarithmic" }).click();
  await page.locator(".curves summary").click();
  assert.match(await page.locator(".curves .numbers tbody tr").first().innerText(), /loss\s+0\s+16\.1/);
  await picture(page, "curve");
  // Chromium's own typing tries to style what it puts in, and the page's policy says no.
  assert.deepEqual(page.complaints.filter((text) => !/Applying inline style/.test(text)), []);
  await page.context().close();
});

test("every step of a training loop counts: troubles in how many, curves by themselves, their tapes", async () => {
  const page = await fresh(browser);
  await write(page, TRAINING);
  await run(page, 110_000);
  const cards = page.locator("#output .card");
  assert.deepEqual(await cards.locator("h3").allInnerTexts(), [
    "None scale left through NumPy", "not finite W1, b1, W2 value not finite",
  ]);
  assert.deepEqual(await cards.locator(".in-steps").allInnerTexts(), [
    "In 100 of 100 steps, first at step 1.", "In 21 of 100 steps, first at step 80.",
  ]);
  const curves = page.locator("#output .training");
  await curves.locator(".plot[data-points='100']").waitFor();
  assert.equal(await curves.locator("figcaption").innerText(), "Last: loss nan");
  await curves.getByRole("button", { name: "Gradient norms" }).click();
  await page.waitForFunction(() => /^Curves of W1, b1, W2\./.test(document.querySelector(".training .plot").getAttribute("aria-label")));
  await cards.nth(1).getByRole("button", { name: "Show its tape" }).click();
  const tape = page.locator("#tape");
  await tape.locator(".troubles", { hasText: "NaN is born here" }).waitFor();
  const slider = tape.getByRole("slider", { name: "Kept tape" });
  assert.match(await slider.getAttribute("aria-valuetext"), /^80\. gradient, line 19 \(NaN in W1, b1, W2\)/);
  assert.match(await tape.locator(".kept-count").innerText(), /^Call 80 of 100/);
  await slider.press("Home");
  assert.match(await slider.getAttribute("aria-valuetext"), /^1\. gradient, line 19/);
  assert.equal(await tape.locator(".troubles", { hasText: "NaN is born here" }).count(), 0);
  await slider.press("End");
  assert.match(await slider.getAttribute("aria-valuetext"), /^100\. gradient, line 19 \(last\)/);
  assert.ok(await slider.evaluate((element) => element === document.activeElement), "it keeps the focus");
  await picture(page, "kept-tapes");
  await page.context().close();
});

test("an array is a heat map and a table", async () => {
  const page = await fresh(browser);
  await write(page, `import gradtape as tf
from gradtape import playground

playground.show(tf.reshape(tf.range(-6.0, 6.0), [3, 4]) / 4.0, "weights")
playground.show([float("nan"), 1.0, float("inf"), 2.0], "<b>broken</b>")
`);
  await run(page);
  const shown = page.locator("#output .shown");
  assert.equal(await shown.count(), 2);
  assert.match(await shown.first().innerText(), /weights float32\[3, 4\] · norm 3\.021, from -1\.5 to 1\.25/);
  assert.equal(await shown.first().locator("svg.heat rect").count(), 12);
  await shown.first().locator("summary").click();
  assert.match(await shown.first().locator("tbody tr").nth(2).innerText(), /2\s+0\.5\s+0\.75\s+1\s+1\.25/);
  assert.match(await shown.nth(1).innerText(), /<b>broken<\/b>.*1 NaN; 1 infinite/);
  await picture(page, "shown");
  await page.context().close();
});

test("what comes last stays in view until the reader scrolls away, and again when they come back", async () => {
  const page = await fresh(browser);
  const away = () => page.evaluate(() => {
    const pane = document.getElementById("output");
    return pane.scrollHeight - pane.clientHeight - pane.scrollTop;
  });
  await write(page, `import time
for i in range(1200):
    print("line", i, "and more of it " * (i % 7))
    time.sleep(0.01)
`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator("#output").getByText("line 300").waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => {
    const pane = document.getElementById("output");
    return pane.scrollHeight > 2 * pane.clientHeight && pane.scrollHeight - pane.clientHeight - pane.scrollTop < 60;
  });
  await page.locator("#output").hover();
  await page.mouse.wheel(0, -2000);
  await page.locator("#output").getByText("line 500").waitFor({ timeout: 60_000, state: "attached" });
  assert.ok(await away() > 500, "it stays where the reader is");
  for (let i = 0; i < 20 && await away() > 60; i++) { // it grows while the wheel turns
    await page.mouse.wheel(0, 1e6);
    await page.waitForTimeout(100);
  }
  await page.locator("#output").getByText("line 1199").waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => performance.getEntriesByName("run-done").length > 0);
  await page.waitForTimeout(300);
  assert.ok(await away() < 60, "it follows again");
  await page.context().close();
});
