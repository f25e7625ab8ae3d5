// The page for everyone: axe finds nothing, in light and dark, narrow and wide; the keyboard alone
// is enough; nothing overflows at 320 px.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { base, fresh, launch, picture, run, tab, test, write } from "./browser.mjs";

const axe = readFileSync(new URL("../../web/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const PROGRAM = `import gradtape as tf
from gradtape import playground

x = tf.Variable([1.0, -2.0, 3.0, 0.5], name="x")
w = tf.constant(2.0)
for step in range(30):
    playground.plot("loss", 1.0 / (1 + step))
playground.show(tf.reshape(x, [2, 2]), "weights")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(x) * tf.sqrt(tf.abs(x)) / tf.math.log(x))
print(tape.gradient(y, [x, w]))
raise ValueError("<b>shown as text</b>")
`;

const COMPARED = `import gradtape as tf

x = tf.Variable([1.0, -2.0], name="x")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(x * x)
tape.gradient(y, x)
`;

async function violations(page) {
  await page.evaluate(axe); // runs in the page's world through the debugger; its policy stays on
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).join(" | ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, width] of [["wide", 1280], ["narrow", 360]]) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" };
      const page = await fresh(browser, "/", options);
      const states = {
        opened: async () => {},
        ran: async () => { await write(page, PROGRAM); await run(page); },
        tape: () => tab(page, "Tape"),
        node: () => page.locator("#tape .box").nth(2).click(),
        step: async () => {
          await page.getByRole("button", { name: "Backward" }).click();
          for (let i = 0; i < 3; i++) await page.getByRole("button", { name: "Next" }).click();
        },
        times: () => page.getByRole("button", { name: "Times" }).click(),
        table: () => page.getByRole("button", { name: "As a table" }).click(),
        gradients: () => tab(page, "Gradients"),
        checked: async () => {
          await page.getByRole("button", { name: "Check against" }).click();
          await page.locator(".check-told").waitFor();
        },
        check: () => tab(page, "Check"),
        compared: async () => {
          await write(page, COMPARED);
          await run(page);
          await tab(page, "Check");
          await page.getByRole("button", { name: "Compare" }).click();
          await page.locator(".side-place table").waitFor();
        },
        commands: () => page.keyboard.press("Control+k"),
        keys: async () => {
          await page.keyboard.press("Escape");
          await page.keyboard.press("F1");
        },
        share: async () => {
          await page.keyboard.press("Escape");
          await page.getByRole("button", { name: "Share" }).click();
          await page.getByRole("textbox", { name: "Link without a server" }).waitFor();
        },
      };
      for (const [state, reach] of Object.entries(states)) {
        await reach();
        await page.waitForTimeout(150);
        assert.deepEqual(await violations(page), [], state);
        await picture(page, `${name}-${colorScheme}-${state}`);
      }
      await page.context().close();
    });
  }
}

test("nothing overflows a screen of 320 px", async () => {
  const page = await fresh(browser, "/", { viewport: { width: 320, height: 640 } });
  await write(page, PROGRAM);
  await run(page);
  for (const name of ["Output", "Tape", "Gradients", "Check"]) {
    await tab(page, name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), name);
    await picture(page, `320-${name}`);
  }
  await page.context().close();
});

test("the keyboard alone runs a program, reads the tape and leaves the editor", async () => {
  const page = await fresh(browser);
  await page.keyboard.press("Alt+0");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => performance.getEntriesByName("run-done").length > 0, undefined, { timeout: 60_000 });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement?.id), "editor");
  await page.keyboard.press("Alt+2");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowLeft");
  await page.locator("#tape .box").first().focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""), /op|variable|constant/);
  await page.context().close();
});

test("the page says where it stands to a screen reader", async () => {
  const page = await fresh(browser);
  assert.equal(await page.getByRole("main").count(), 1);
  assert.equal(await page.locator('[role="status"][aria-live="polite"]').count() > 0, true);
  await run(page);
  assert.match(await page.locator("#live").textContent(), /Finished\. 6\.0/);
  assert.equal(new URL(page.url()).origin, new URL(base).origin);
  await page.context().close();
});
