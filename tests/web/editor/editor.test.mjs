// The editor's tools: format, search, the sheet of keys, the list of commands.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fresh, launch, picture, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const state = (page, words) => page.waitForFunction(
  (text) => document.getElementById("live").textContent.startsWith(text), words, { timeout: 60_000 });

test("the program is formatted, and a program that is none says why", async () => {
  const page = await fresh(browser);
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  await write(page, "import gradtape as tf\nx=tf.Variable( 3.0 )\nif x>2 : print( 'a' )\n");
  assert.ok(!fetched.some((url) => /format-worker|ruff/.test(url)), "the formatter waits until it is asked for");
  await page.getByRole("button", { name: "Format" }).click();
  await state(page, "formatted");
  assert.equal((await page.locator(".cm-line").allTextContents()).join("\n"),
    "import gradtape as tf\n\nx = tf.Variable(3.0)\nif x > 2:\n    print(\"a\")\n");
  await page.keyboard.press("Shift+Alt+F");
  await state(page, "formatted already");
  await write(page, "def f(:\n");
  await page.keyboard.press("Shift+Alt+F");
  await state(page, "not formatted: ");
  // Chromium's own typing tries to style what it puts in, and the page's policy says no.
  assert.deepEqual(page.complaints.filter((text) => !/Applying inline style/.test(text)), []);
  await page.context().close();
});

test("commands lead to the search and to the sheet of keys", async () => {
  const page = await fresh(browser);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("search");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Find" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("F1");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  assert.match(await sheet.innerText(), /Run the program\s+Ctrl\+Enter[^]*Format the program\s+Shift\+Alt\+F[^]*Leave the editor/);
  await picture(page, "keys");
  await page.context().close();
});
