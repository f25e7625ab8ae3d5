// An engine that was published before engines had observers: its links read EXACT in the page of
// today, and its tapes are shown, by the scripts that were published with it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { base, fresh, launch, picture, run, tab, test, write } from "../support/browser.mjs";

const published = fileURLToPath(new URL("../../published/", import.meta.url));
const manifest = readFileSync(join(published, "snippet.json"), "utf8");
const link = `/#code=1${deflateRawSync(manifest).toString("base64url")}`;
const sha256 = JSON.parse(manifest).engine.wheel_sha256;

let browser;
before(async () => {
  browser = await launch();
  const wheel = readdirSync(published).find((name) => name.endsWith(".whl"));
  execFileSync(process.env.PYTHON ?? "python",
    ["-m", "gradtape", "admin", "add-engine", join(published, wheel), "--data-dir", process.env.PAGE_DATA]);
});
after(() => browser.close());

test("a link of an engine without observers reads EXACT, with its tapes shown", async (t) => {
  const { engines } = await (await fetch(`${base}/api/v1/engines`)).json();
  assert.ok(engines.length >= 2 && engines.some(({ wheel_sha256: other }) => other !== sha256));
  const page = await fresh(browser, link);
  await page.getByText("It has not run yet").waitFor();
  const output = await run(page);
  assert.match(output, /\[1\. 2\. 3\.\] 14\.0 None/);
  assert.equal(await page.locator("#badge").innerText(), "EXACT");
  assert.match(await page.locator(".card.none").innerText(), /line 8/);
  await picture(page, "published-exact");

  await tab(page, "Tape");
  assert.ok((await page.locator("#tape svg.graph .box").count()) >= 3, "the graph of that engine's tape");
  await page.getByRole("button", { name: "As a table" }).click();
  const table = await page.locator("#tape table").first().innerText();
  assert.match(table, /Mul[^]*\[0\.5, 2\.0, 4\.5\]/, "with the values that went through it");
  await picture(page, "published-tape");

  await tab(page, "Check");
  const check = await page.locator("#check").innerText();
  assert.match(check, /All 4 gradients have the very bits/);
  assert.doesNotMatch(check, /engine\./, "it ran on the engine that the record names");
  t.diagnostic(check);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("there a figure is drawn, and a gradient is checked by differences", async () => {
  const code = JSON.parse(manifest).code["main.py"];
  const drawing = `${code}import matplotlib.pyplot as plt\nplt.plot([1, 4])\nplt.title("Old")\nplt.show()\n`;
  const drawn = { ...JSON.parse(manifest), code: { "main.py": drawing } };
  const page = await fresh(browser, `/#code=1${deflateRawSync(JSON.stringify(drawn)).toString("base64url")}`);
  await page.getByText("It has not run yet").waitFor();
  await run(page);
  assert.equal(await page.locator("#output img").getAttribute("alt"), "Figure: Old");
  await tab(page, "Gradients");
  await page.getByRole("button", { name: "Check against finite differences" }).first().click();
  await page.getByText(/is what finite differences in float64 give/).first().waitFor();
  await page.context().close();
});

test("after it the page's own engine runs a program, and shows its tape", async () => {
  const page = await fresh(browser, link);
  await page.getByText("It has not run yet").waitFor();
  await run(page);
  await page.getByRole("button", { name: "Fork" }).click();
  await write(page, "import gradtape as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\n"
    + "print(tape.gradient(y, x).numpy())\nfrom gradtape import observers\nprint(observers.OBSERVER_VERSION)\n");
  assert.equal(await run(page), "6.0\n1");
  await tab(page, "Tape");
  assert.equal(await page.locator("#tape svg.graph .box").count(), 2);
  await page.context().close();
});
