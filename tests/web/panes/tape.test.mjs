// The tape pane: what a node holds, the way back step by step, where NaN begins, the check against
// finite differences, and a long tape that stays small on the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
  await box(page, "18.0").click();
  const card = page.locator("#tape .node-card");
  const told = await card.innerText();
  assert.match(told, /a \* 2\.0 Mul float32\[\] on CPU:0/);
  assert.match(told, /Value\s+18\.0/);
  assert.match(told, /Gradient\s+1\.0/);
  assert.match(told, /Takes\s+a\s+2\.0/);
  assert.match(told, /Goes to\s+y/);
  assert.match(told, /Time\s+.*forward.*backward/);
  assert.match(told, /Kept\s+\d+ bytes?/);
  assert.equal(await page.locator(".cm-lit").innerText(), "    y = a * 2.0 + x");
  await card.getByRole("button", { name: "a", exact: true }).click();
  assert.match(await card.innerText(), /a = x \* x[^]*Value\s+9\.0[^]*Gradient\s+2\.0/);
  assert.equal(await page.locator(".cm-lit").innerText(), "    a = x * x");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#tape .node-detail").isHidden());
  await page.locator(".cm-line", { hasText: "y = a * 2.0 + x" }).click();
  assert.deepEqual((await page.locator("#tape .box.lit").allTextContents()).map((text) => text.slice(0, 3)), ["× M", "+ y"]);
  await page.context().close();
});

test("every rule is written in mathematics: factors, what is sent whole, and what only words can say", async () => {
  const page = await fresh(browser);
  await drawn(page, `import gradtape as tf

x = tf.constant([[1.0, 2.0]])
w = tf.Variable([[3.0], [4.0]])
with tf.GradientTape() as tape:
    h = x @ w
    a = tf.tan(h)
    q = a / tf.exp(h)
    loss = tf.reduce_sum(q)
print(tape.gradient(loss, w))
`);
  const next = page.getByRole("button", { name: "Next" });
  const found = [];
  while (await next.isEnabled()) {
    await next.click();
    found.push(...(await page.locator("#tape .formula > math").allTextContents()).map((text) => text.replace(/\s/g, "")));
  }
  const begins = ["∂loss∂q=gineveryplace", "∂loss∂a=g·1tf.exp(h)", "∂loss∂tf.exp(h)=g·−atf.exp(h)2", "∂loss∂h=g·(1+tan2h)", "∂loss∂w=xT·g"];
  for (const text of begins) {
    assert.ok(found.some((one) => one.startsWith(text)), `${text} is not among ${found.join("   ")}`);
  }
  await picture(page, "rules");
  await page.context().close();
});

test("the backward pass can be followed step by step, in mathematics with the numbers put in", async () => {
  const page = await fresh(browser);
  assert.match(await drawn(page, BRANCHES), /13\.0/);
  const told = page.locator("#tape .step-text");
  const formula = async (i) => (await page.locator("#tape .formula math").nth(i).textContent()).replace(/\s/g, "");
  assert.match(await told.innerText(), /begins at the target y with ones/);
  const next = page.getByRole("button", { name: "Next" });
  await next.click();
  assert.match(await told.innerText(), /y \(AddV2\) got 1\.0.*a \* 2\.0 has 1\.0, x has 1\.0/);
  assert.match(await page.locator("#tape .box.now").textContent(), /AddV2/);
  assert.equal(await page.locator("#tape .box.receives").count(), 2);
  await next.click();
  assert.equal(await formula(0), "∂y∂a=g·2.0=2=2");
  await next.click();
  assert.match(await told.innerText(), /a \(Mul\) got 2\.0.*x has 13\.0/);
  assert.equal(await formula(0), "∂y∂x=g·x=2·3=12");
  assert.equal(await page.locator(".cm-lit").innerText(), "    a = x * x");
  assert.ok(await next.isDisabled());
  await page.getByRole("button", { name: "Previous" }).click();
  assert.match(await page.locator("#tape .step-count").innerText(), /Step 2 of 3/);
  await page.getByRole("slider").press("End");
  assert.match(await page.locator("#tape .step-count").innerText(), /Step 3 of 3/);
  assert.match(await page.locator("#tape .box.variable").textContent(), /∂ 13\.0/);
  await picture(page, "tape-step");
  // Played, it walks by itself, and can be stopped.
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByText("Step 2 of 3").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  assert.equal(await page.getByRole("button", { name: "Play" }).count(), 1);
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
  assert.match(told, /tf\.math\.log\(x\), line 6\s+NaN is born here/);
  assert.match(told, /s, line 5\s+the gradient that it sends to Abs is infinite/);
  assert.match(told, /tf\.abs\(x\), line 5\s+the gradient that it sends to x is NaN/);
  assert.doesNotMatch(told, /Mul|Sum|AddV2/);
  assert.equal(await page.locator("#tape .box.trouble").count(), 3);
  await picture(page, "tape-nan");
  await page.context().close();
});

test("a lost path is broken where it was lost, with its card", async () => {
  const page = await fresh(browser);
  await drawn(page, `import numpy as np
import gradtape as tf

w = tf.Variable([1.0, 2.0])
b = tf.Variable([0.5, 2.0])
with tf.GradientTape() as tape:
    z = w * w
    h = tf.constant(np.tanh(z))
    y = tf.reduce_sum(h * b)
tape.gradient(y, [w, b])
`);
  const place = page.locator("#tape .box.exit");
  assert.match(await place.textContent(), /np\.tanh.*∂y\/∂w is None: the calculation left through NumPy/);
  assert.equal(await page.locator("#tape .edge.lost").count(), 2);
  assert.equal(await page.locator("#tape .break").count(), 1);
  assert.match(await page.locator("#tape .box.variable.lost").textContent(), /^w 2 ∂ None/);
  await place.click();
  await page.locator("#tape .node-detail").getByRole("button", { name: "Apply this edit" }).click();
  assert.equal(await page.locator(".cm-line").nth(7).innerText(), "    h = tf.constant(tf.tanh(z))");
  await picture(page, "tape-none");
  await page.context().close();
});

const RECURRENT = `import gradtape as tf

W = tf.Variable([[0.5, 0.1], [-0.2, 0.4]])
b = tf.Variable([0.1, 0.2])
xs = [tf.random.normal((3, 2)) for _ in range(5)]
with tf.GradientTape() as tape:
    h = tf.zeros((3, 2))
    for x in xs:
        a = x @ W + h @ W
        h = tf.tanh(a + b)
    loss = tf.reduce_mean(h ** 2)
tape.gradient(loss, [W, b])
`;

test("a loop is one box with what repeats, and opens to its turns side by side", async () => {
  const page = await fresh(browser);
  await drawn(page, RECURRENT);
  const fold = page.locator("#tape .box.fold");
  assert.match(await fold.textContent(), /for x in xs × 5.*a = x @ W \+ h @ W.*h = tf\.tanh\(a \+ b\)/);
  assert.match(await box(page, "x × 5").textContent(), /x × 5/);
  await fold.click();
  await page.locator("#tape .node-detail").getByRole("button", { name: "Open it" }).click();
  const turns = await page.locator("#tape .row.turn .ground").evaluateAll((all) => all.map((one) => [one.getAttribute("x"), one.getAttribute("y")].join()));
  assert.equal(new Set(turns).size, 5);
  assert.equal(await page.locator("#tape .box", { hasText: "Tanh" }).count(), 5);
  await page.getByRole("button", { name: "Fold", exact: true }).click();
  assert.equal(await fold.count(), 1);
  await picture(page, "tape-folded");
  await page.context().close();
});

test("the picture moves by wheel, by dragging and by buttons, and what leaves the view is not in the page", async () => {
  const page = await fresh(browser);
  await drawn(page, RECURRENT);
  await page.getByRole("button", { name: "Unfold" }).click();
  const world = () => page.locator("#tape .graph > g").getAttribute("transform");
  const all = await page.locator("#tape .box").count();
  const area = await page.locator("#tape .canvas").boundingBox();
  const middle = [area.x + area.width / 2, area.y + area.height / 2];
  await page.mouse.move(...middle);
  const before = await world();
  await page.mouse.wheel(0, -900);
  await page.waitForFunction((was) => document.querySelector("#tape .graph > g").getAttribute("transform") !== was, before);
  await page.waitForTimeout(100);
  assert.ok((await page.locator("#tape .box").count()) < all, "nearer, some boxes are out of view");
  const near = await world();
  await page.mouse.down();
  await page.mouse.move(middle[0] - 150, middle[1] - 40, { steps: 5 });
  await page.mouse.up();
  assert.notEqual(await world(), near);
  assert.ok(await page.locator("#tape .node-detail").isHidden(), "a drag chooses nothing");
  await page.getByRole("button", { name: "Fit the whole picture" }).click();
  await page.waitForTimeout(100);
  const whole = await page.evaluate(() => {
    const inner = document.querySelector("#tape .graph > g").getBoundingClientRect();
    const outer = document.querySelector("#tape .canvas").getBoundingClientRect();
    return inner.width <= outer.width + 1 && inner.height <= outer.height + 1;
  });
  assert.ok(whole, "all of it is seen");
  await page.context().close();
});

test("rows have the colours of their lines in the editor, or of what they cost", async () => {
  const page = await fresh(browser);
  await drawn(page, BRANCHES);
  const tints = () => page.locator("#tape .row .ground").evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  const lines = () => page.locator("[class*=cm-tint]").evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  await page.locator(".cm-line").first().click();
  assert.equal(new Set(await tints()).size, 2);
  assert.deepEqual(await lines(), await tints());
  const before = await tints();
  await page.getByLabel("Rows coloured by").selectOption("By bytes");
  assert.deepEqual(await lines(), []);
  assert.notDeepEqual(await tints(), before);
  await page.context().close();
});

test("a value that is pulled moves everything after it and every gradient, by the program's own ops", async () => {
  const page = await fresh(browser);
  await drawn(page, BRANCHES);
  await page.locator("#tape .box.variable").click();
  const slider = page.getByRole("slider", { name: "Value of x" });
  await slider.fill("4.02"); // 3 + 17 steps of 0.06
  await page.locator("#tape .box.target", { hasText: "36." }).waitFor();
  assert.match(await page.locator("#tape .box.variable").textContent(), /x 4\.02 ∂ 17\.0/);
  assert.match(await page.locator("#tape .node-card").innerText(), /Value\s+4\.02[^]*Gradient\s+17\.0/);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "As it ran" }).click();
  await page.locator("#tape .box.target", { hasText: "21.0" }).waitFor();
  assert.match(await page.locator("#tape .step-count").innerText(), /Step 1 of 3/);
  // On the way, what stands before keeps its value.
  await page.locator("#tape .box.target").click();
  await box(page, "18.0").click();
  await page.getByRole("slider", { name: "Value of a * 2.0" }).fill("0");
  await page.locator("#tape .box.target", { hasText: "3.0" }).waitFor();
  assert.match(await page.locator("#tape .box.variable").textContent(), /x 3\.0/);
  await picture(page, "tape-pulled");
  await page.context().close();
});

test("the picture is kept as SVG and as PNG, all of it, with its colours", async () => {
  const page = await fresh(browser);
  await drawn(page, BRANCHES);
  const kept = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path())];
  };
  const [name, content] = await kept("SVG");
  assert.equal(name, "tape-of-y.svg");
  const text = content.toString();
  assert.match(text, /a = x \* x[^]*y = a \* 2\.0 \+ x/);
  assert.match(text, /fill="rgb\(232, 240, 252\)"/);
  assert.ok(!/<(?:rect|circle|text)[^>]*fill="rgba?\(0, 0, 0/.test(text), "nothing has lost its look");
  assert.ok(!/style=|class=|<script|var\(|oklab/.test(text), "it stands alone");
  const [, png] = await kept("PNG");
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.ok(png.length > 5000 && png.readUInt32BE(16) > 600, `${png.length} bytes`);
  await page.context().close();
});

test("a tape of ten thousand ops is a picture of few boxes, and a map when it is unfolded", async () => {
  const page = await fresh(browser);
  await drawn(page, `import gradtape as tf

x = tf.Variable(0.5, name="x")
with tf.GradientTape() as tape:
    y = x
    for _ in range(5000):
        y = tf.sin(y) + x
print(tape.gradient(y, x))
`);
  assert.match(await page.locator("#tape .summary").innerText(), /10001 nodes/);
  assert.ok((await page.locator("#tape .box").count()) < 5);
  await box(page, "× 5000").click();
  assert.match(await page.locator("#tape .node-card").innerText(), /10000 × Sin, AddV2/);
  await page.locator("#tape .node-card").getByRole("button", { name: "tf.sin(y)" }).first().click();
  assert.match(await page.locator("#tape .node-card").innerText(), /Value\s+0\.47942/);
  assert.match(await page.locator("#tape .step-count").innerText(), /10000 steps/);
  await page.getByRole("button", { name: "Unfold" }).click();
  await page.getByRole("button", { name: "Fit the whole picture" }).click();
  await page.waitForTimeout(200);
  assert.equal(await page.locator("#tape .box").count(), 0, "from afar there are no boxes");
  assert.ok((await page.locator("#tape .graph *").count()) < 15_000);
  await page.getByRole("button", { name: "As a table" }).click();
  assert.equal(await page.locator("#tape tbody tr").count(), 1500);
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
