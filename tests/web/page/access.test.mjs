// The page for everyone: axe finds nothing in any state, in light and dark, narrow and wide; nothing
// overflows; the keyboard alone is enough; a screen reader hears each thing once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { base, fresh, launch, picture, run, tab, test, write } from "../support/browser.mjs";
import { walk, WIDTHS } from "../support/states.mjs";

const WALK_MS = 600_000; // some eighty states
const axe = readFileSync(new URL("../../../web/node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function violations(page) {
  await page.evaluate(axe); // runs in the page's world through the debugger; its policy stays on
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  // The list of completions scrolls by the arrow keys, from the editor, which names the chosen one; axe
  // knows that pattern only where the editor is a combobox.
  const known = ({ id, nodes }) => id === "scrollable-region-focusable" && nodes.every(({ target }) => /#cm-ac/.test(target));
  return found.violations.filter((one) => !known(one)).map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).join(" | ")}`);
}

/** What reaches beyond the right edge of the page without a scroller of its own around it. */
function overflowing() {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
    .map((element) => `${element.tagName}.${element.className} of ${scrollWidth} px`).slice(0, 5);
}

// The colours do not depend on the width, nor the layout on the colours: two walks see all of both.
for (const [width, colorScheme] of [["wide", "light"], ["phone", "dark"]]) {
  test(`in every state axe finds nothing and nothing overflows: ${WIDTHS[width]} px, ${colorScheme}`, async (t) => {
    const found = {};
    let states = 0;
    await walk(browser, { width, colorScheme }, async (page, state) => {
      states += 1;
      const wrong = [...await violations(page), ...await page.evaluate(overflowing)];
      if (width === "phone") {
        const { height } = page.viewportSize();
        await page.setViewportSize({ width: WIDTHS.small, height });
        wrong.push(...await page.evaluate(overflowing));
        await page.setViewportSize({ width: WIDTHS.phone, height });
      }
      if (wrong.length > 0) found[state] = wrong;
      await picture(page, `${state}-${width}-${colorScheme}`);
    });
    t.diagnostic(`${states} states`);
    assert.deepEqual(found, {});
  }, WALK_MS);
}

/** Press Tab, or Shift+Tab, until this has the focus; a trap never gets there. */
async function tabTo(page, name, role, key = "Tab") {
  const seen = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press(key);
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      return { role: element.getAttribute("role") ?? element.tagName.toLowerCase(), name: element.getAttribute("aria-label") ?? element.innerText ?? element.textContent };
    });
    if (here.role === role && name.test(here.name)) return;
    seen.push(`${here.role} ${here.name.slice(0, 20)}`);
  }
  assert.fail(`Tab never came to ${role} ${name}; it came to: ${seen.join(", ")}`);
}

const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return `${element.getAttribute("aria-label") ?? ""} ${element.innerText ?? element.textContent}`;
});

test("the keyboard alone does the first journey", async () => {
  const page = await fresh(browser);
  const finished = () => page.waitForFunction(() => performance.getEntriesByName("run-done").length > 0, undefined, { timeout: 60_000 });
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /Skip to the output/);
  // An example, through the list of commands; the gallery comes after the page.
  await page.locator("#examples option").nth(1).waitFor({ state: "attached" });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("hessian");
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(page), /Hessian/i);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("editor").shadowRoot.querySelector(".cm-content").innerText.includes("jacobian"));
  // Into the editor, where Tab indents, and out of it as the page says.
  assert.match(await page.locator("#editor-title ~ *, .hint").allInnerTexts().then((all) => all.join(" ")), /Esc, then Tab, leaves the editor/);
  await page.keyboard.press("Alt+0");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "editor");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.id), "editor");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("start over");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Enter");
  await finished();
  // The tape, node by node, and the pass back step by step.
  await page.keyboard.press("Alt+2");
  await page.locator("#tape .box").first().waitFor();
  await tabTo(page, /^x /, "button");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".node-card h3").innerText(), /^y = x\*\*2/);
  await page.keyboard.press("Escape");
  assert.match(await focused(page), /^ xⁿ y 9\.0/);
  await tabTo(page, /^Next$/, "button");
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".step-count").innerText(), /Step 1 of/);
  // The gradient, checked.
  await page.keyboard.press("Alt+3");
  await tabTo(page, /^Check against/, "button");
  await page.keyboard.press("Enter");
  await page.locator(".check-text").waitFor();
  // The share dialog, opened and closed; the focus comes back to where it was.
  await page.keyboard.press("Control+s");
  await page.getByRole("textbox", { name: "Short link" }).waitFor();
  await tabTo(page, /^Short link/, "input");
  await tabTo(page, /^Close$/, "button");
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.match(await focused(page), /Check again/);
  await picture(page, "keyboard-journey");
  await page.context().close();
});

test("whoever asks for less motion gets none", async () => {
  for (const reducedMotion of ["no-preference", "reduce"]) {
    const page = await fresh(browser, "/", { reducedMotion, held: "**/sandbox.html" });
    const moving = await page.evaluate(() => getComputedStyle(document.getElementById("progress"), "::before").animationName);
    assert.equal(moving === "none", reducedMotion === "reduce", moving);
    await page.context().close();
  }
});

/** From now on, gather what live regions say. */
async function listen(page) {
  await page.evaluate(() => {
    window.heard = [];
    new MutationObserver((changes) => {
      const regions = new Set(changes.map(({ target }) => (target.nodeType === 1 ? target : target.parentElement)?.closest("[aria-live], [role=status], [role=log], [role=alert]")));
      for (const region of regions) if (region?.textContent) window.heard.push(region.textContent);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  return async (words) => (await page.evaluate(() => window.heard)).filter((text) => words.test(text)).length;
}

test("a screen reader hears the end of a run, an error, a check and a link once each", async () => {
  const page = await fresh(browser);
  assert.equal(await page.getByRole("main").count(), 1);
  await run(page);
  const heard = await listen(page);
  await run(page);
  assert.equal(await heard(/Finished\. 6\.0/), 1);
  await tab(page, "Gradients");
  await page.getByRole("button", { name: "Check against" }).click();
  await page.locator(".check-text").waitFor();
  assert.equal(await heard(/finite differences in float64 give/), 1);
  await write(page, "import time\nfor i in range(12):\n    time.sleep(0.1)\nraise ValueError('once')\n");
  await run(page);
  assert.equal(await heard(/Ended with an error[^]*ValueError: once/), 1);
  assert.equal(await heard(/Running/), 0, "the running clock is not read out");
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("textbox", { name: "Short link" }).waitFor();
  assert.equal(await heard(/The short link is made/), 1);
  assert.equal(new URL(page.url()).origin, new URL(base).origin);
  await page.context().close();
});
