// Every cause of a None or a NaN in the page: a red card with explanation, line, and the suggested
// edit, which brings the gradient when it is applied. The programs are those of the engine's tests.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { fresh, launch, picture, run, test, write } from "../support/browser.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const causes = JSON.parse(execFileSync(process.env.PYTHON ?? "python", ["-m", "tests.web.support.causes"], { cwd: root, encoding: "utf8" }));
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("every cause has its card", async (t) => {
  assert.ok(causes.length > 20, `${causes.length} programs`);
  const page = await fresh(browser);
  for (const { name, cause, line, after: edited, code } of causes) {
    await t.test(name, async () => {
      await write(page, code);
      const output = await run(page);
      const card = page.locator("#output .card.none");
      assert.equal(await card.count(), 1, output);
      assert.match(await card.locator("h3").innerText(), new RegExp(`(None|LookupError|not finite).*${cause}`, "si"));
      assert.match(await card.locator("p").first().innerText(), /^d\(.+\)\/d\(.+\) is (None|a LookupError|NaN|infinite): /);
      assert.notEqual(await card.locator(".advice").innerText(), "");
      if (line !== null) {
        await card.getByRole("button", { name: /^line \d+/ }).click();
        assert.ok((await page.locator(".cm-lit").innerText()).includes(line));
      }
      await picture(page, `cause-${name}`);
      const apply = card.getByRole("button", { name: "Apply this edit" });
      if (edited === null) return;
      await apply.click();
      assert.ok((await page.locator(".cm-content").innerText()).includes(edited));
      const mended = await run(page);
      assert.equal(await card.count(), 0, mended);
      assert.match(mended, /tf\.Tensor\(/);
    });
  }
  await page.context().close();
}, 300_000);
