// The tape pane: what a node holds, the way back step by step, where NaN begins, the check against
// finite differences, and a long tape that stays small on the page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fresh, launch, picture, run, tab, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const BRANCHES = `import gradtape as tf

x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    a = x * x
    y = a * 2.0 + x
print(tape.gradient(y, x))
`;

async function drawn(page, code) {
  await write(page, code);
  const output = await run(page);
  await tab(page, "Tape");
  await page.locator("#tape .box").first().waitFor();
  return output;
}

const box = (page, name) => page.locator("#tape .box").filter({ hasText: name }).first();

test("a node shows its value, its gradient, its operands, and leads to its line and back", async () => {
  const page = await fresh(browser);
  await drawn(page, BRANCHES);
  await page.locator("#tape .box").filter({ hasText: "18.0" }).click();
  const card = page.locator("#tape .node-card");
  const told = await card.innerText();
  assert.match(told, /Mul[^]*float32\[\] on CPU:0/);
  assert.match(told, /Value\s+18\.0/);
  assert.match(told, /Gradient\s+1\.0/);
  assert.match(told, /Takes\s+Mul\s+2\.0/);
  assert.match(told, /Goes to\s+AddV2/);
  assert.match(told, /Time\s+.*forward.*backward/);
  assert.match(told, /Kept\s+\d+ bytes?/);
  assert.equal(await page.locator(".cm-lit").innerText(), "    y = a * 2.0 + x");
  await card.getByRole("button", { name: "Mul" }).click();
  assert.match(await card.innerText(), /Value\s+9\.0[^]*Gradient\s+2\.0/);
  assert.equal(await page.locator(".cm-lit").innerText(), "    a = x * x");
  await page.locator(".cm-line", { hasText: "y = a * 2.0 + x" }).click();
  assert.equal(await page.locator("#tape .box.lit").count(), 2);
  await page.context().close();
});

test("the backward pass can be followed step by step", async () => {
  const page = await fresh(browser);
  assert.match(await drawn(page, BRANCHES), /13\.0/);
  await page.getByRole("button", { name: "Backward" }).click();
  const told = page.locator("#tape .step-text");
  assert.match(await told.innerText(), /begins at the target with ones/);
  const next = page.getByRole("button", { name: "Next" });
  await next.click();
  assert.match(await told.innerText(), /AddV2 got 1\.0.*Mul has 1\.0, x has 1\.0/);
  assert.match(await page.locator("#tape .box.now").textContent(), /AddV2/);
  assert.equal(await page.locator("#tape .box.receives").count(), 2);
  await next.click();
  await next.click();
  assert.match(await told.innerText(), /Mul got 2\.0.*x has 13\.0/);
  assert.equal(await page.locator(".cm-lit").innerText(), "    a = x * x");
  assert.ok(await next.isDisabled());
  await page.getByRole("button", { name: "Previous" }).click();
  assert.match(await page.locator("#tape .step-count").innerText(), /Step 2 of 3/);
  await page.getByRole("slider").press("End");
  assert.match(await page.locator("#tape .step-count").innerText(), /Step 3 of 3/);
  assert.match(await box(page, "x").textContent(), /∂ 13\.0/);
  await picture(page, "tape-step");
  await page.context().close();
});

test("NaN and infinity are marked where they are born, and only there", async () => {
  const page = await fresh(browser);
  await drawn(page, `import gradtape as tf

x = tf.Variable([1.0, -1.0, 0.0], name="x")
with tf.GradientTape() as tape:
    s = tf.sqrt(tf.abs(x))
    y = tf.reduce_sum(s + tf.math.log(x) * 2.0)
print(tape.gradient(y, x))
`);
  const told = await page.locator("#tape .troubles").innerText();
  assert.match(told, /Log, line 6\s+NaN is born here/);
  assert.match(told, /Sqrt, line 5\s+the gradient that it sends to Abs is infinite/);
  assert.match(told, /Abs, line 5\s+the gradient that it sends to x is NaN/);
  assert.doesNotMatch(told, /Mul|Sum|AddV2/);
  await picture(page, "tape-nan");
  await page.context().close();
});

test("a tape of more than a thousand nodes is one box for each line", async () => {
  const page = await fresh(browser);
  await drawn(page, `import gradtape as tf

x = tf.Variable(0.5, name="x")
with tf.GradientTape() as tape:
    y = x
    for _ in range(600):
        y = tf.sin(y) + x
print(tape.gradient(y, x))
`);
  assert.match(await page.locator("#tape .toolbar").innerText(), /1201 nodes/);
  assert.ok((await page.locator("#tape .box").count()) < 5);
  await box(page, "line 7").click();
  assert.match(await page.locator("#tape .node-card").innerText(), /1200 × Sin, AddV2/);
  await page.locator("#tape .node-card").getByRole("button", { name: "Sin" }).first().click();
  assert.match(await page.locator("#tape .node-card").innerText(), /Value\s+0\.47942/);
  await page.getByRole("button", { name: "Backward" }).click();
  assert.match(await page.locator("#tape .step-count").innerText(), /1200 steps/);
  await page.getByRole("button", { name: "As a table" }).click();
  assert.equal(await page.locator("#tape tbody tr").count(), 1201);
  await picture(page, "tape-long");
  await page.context().close();
});

test("the time of each op is a table", async () => {
  const page = await fresh(browser);
  await drawn(page, BRANCHES);
  await page.getByRole("button", { name: "Times" }).click();
  const rows = await page.locator("#tape tbody tr").allInnerTexts();
  assert.equal(rows.length, 3);
  assert.ok(rows.some((row) => /^Mul\s+2\s+.*µs/.test(row)), rows.join("; "));
  assert.match(rows[2], /^All\s+3\s+.*100 %/);
  await page.context().close();
});

async function checks(page, code) {
  await write(page, code);
  await run(page);
  await tab(page, "Gradients");
  await page.getByRole("button", { name: "Check against finite differences" }).first().click();
  await page.locator("#gradients .check-text").first().waitFor();
  return page.locator("#gradients .check-answer").first().innerText();
}

test("a gradient is checked against finite differences, and a wrong rule is found", async () => {
  const page = await fresh(browser);
  const right = await checks(page, `import gradtape as tf

x = tf.Variable([[0.5, 1.5], [2.0, -1.0]], name="x")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.exp(x) * tf.cast(x, tf.float32))
tape.gradient(y, x)
`);
  assert.match(right, /is what finite differences in float64 give/);
  assert.match(right, /x\s+agrees\s+\[\d, \d\]\s+[\d.]+\s+[\d.]+\s+[\d.e-]+\s+4 of 4 elements/);
  await picture(page, "check-agrees");
  const wrong = await checks(page, `import gradtape as tf
from gradtape.primitives.registry import REGISTRY

x = tf.Variable([0.5, 1.5], name="x")
tf.sin(x)
REGISTRY["Sin"].rules = (lambda g, y, x: g * REGISTRY["Cos"].kernel(x) * 1.25,)
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(x) + x)
tape.gradient(y, x)
`);
  assert.match(wrong, /is not what finite differences give/);
  assert.match(wrong, /x\s+differs\s+\[0\]\s+2\.0969\d*\s+1\.8775\d*\s+0\.1046/);
  await picture(page, "check-differs");
  await page.context().close();
});

test("where a gradient cannot be checked, the check says why", async () => {
  const page = await fresh(browser);
  assert.match(await checks(page, `import gradtape as tf

@tf.custom_gradient
def clipped(x):
    return x * x, lambda dy: tf.clip_by_value(dy, -1.0, 1.0)

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = clipped(x) + 1.0
tape.gradient(y, x)
`), /clipped has a gradient of its own \(tf\.custom_gradient\)/);
  assert.match(await checks(page, `import gradtape as tf

x = tf.Variable(0.0)
with tf.GradientTape() as tape:
    y = tf.nn.relu(x)
tape.gradient(y, x)
`), /agrees, at a corner[^]*0 from the left, 1 from the right/);
  assert.match(await checks(page, `import gradtape as tf

x = tf.Variable(0.0)
with tf.GradientTape() as tape:
    y = tf.constant(1.0)
tape.gradient(y, x)
`), /not checked[^]*is None: no recorded path leads here/);
  await page.context().close();
});
