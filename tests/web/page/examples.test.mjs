// Every example of the gallery runs in the tab and prints what it prints natively: the same words,
// and numbers that agree but for the last places of a float32 (the tab's libm is another one).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { fresh, launch, picture, run, test } from "../support/browser.mjs";

const folder = fileURLToPath(new URL("../../../web/examples", import.meta.url));
const NUMBER = /[-+]?\d+\.?\d*(?:e[-+]?\d+)?/g;
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

function natively(name) {
  return execFileSync(process.env.PYTHON ?? "python", [`${name}.py`], {
    cwd: folder, encoding: "utf8", env: { ...process.env, MPLBACKEND: "agg" },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Words with the numbers taken out, and the numbers. */
function parts(text) {
  const plain = text.replace(/\s+/g, " ").trim();
  return { words: plain.replace(NUMBER, "#").replace(/ /g, ""), numbers: (plain.match(NUMBER) ?? []).map(Number) };
}

test("the gallery", async (t) => {
  const page = await fresh(browser);
  const examples = page.locator("#examples option");
  await examples.nth(20).waitFor({ state: "attached" }); // the list comes after the page
  const names = await examples.evaluateAll(
    (options) => options.map(({ value }) => value).filter(Boolean));
  assert.ok(names.length > 20, `${names.length} examples`);
  for (const name of names) {
    await t.test(name, async () => {
      await page.locator("#examples").selectOption(name);
      await run(page, 150_000);
      const shown = await page.locator("#output pre.stdout").allInnerTexts();
      const failure = await page.locator("#output .failure").allInnerTexts();
      assert.deepEqual(failure, []);
      const got = parts(shown.join(""));
      const wanted = parts(natively(name).replaceAll(`${name}.py`, "main.py"));
      assert.equal(got.words, wanted.words);
      got.numbers.forEach((number, i) => {
        const reference = wanted.numbers[i];
        assert.ok(Math.abs(number - reference) <= 2e-3 * Math.abs(reference) + 1e-5, `${number} against ${reference}`);
      });
      await picture(page, `example-${name}`);
    });
  }
  await page.context().close();
}, 800_000);
