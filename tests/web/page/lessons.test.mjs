// One lesson from its place in the contents to its end, as somebody works through it: what is run, what is
// checked, what a verdict says, what is remembered, and that none of it is loaded before it is asked for.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const MINUTE = 60_000;
const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page, name) => page.getByRole("heading", { level: 2, name, exact: true });
const verdict = (page, kind) => page.locator(`.verdict-box.${kind}`).waitFor({ timeout: MINUTE });
const inEditor = (page, words) => page.waitForFunction(
  (wanted) => document.getElementById("editor").shadowRoot.querySelector(".cm-content").innerText.includes(wanted), words);

test("a lesson from the contents to its last step: run, fail, hint, solve, go on, come back", async () => {
  const page = await fresh(browser);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await write(page, "print('mine')\n");
  await page.getByText("saved here").waitFor();
  assert.ok(!asked.some((path) => path.endsWith("/lessons.json")), "the lessons come when they are opened");
  await button(page, "Lessons").click();
  await heading(page, "Lessons").waitFor();
  assert.equal(new URL(page.url()).pathname, "/learn");
  assert.ok(asked.some((path) => path.endsWith("/lessons.json")));

  await page.getByRole("link", { name: "A tape that remembers" }).click();
  await heading(page, "The first derivative").waitFor();
  assert.match(page.url(), /\/learn\/gradient-tapes#the-first-derivative$/);
  await button(page, "Run this program").click();
  await page.locator("#output", { hasText: "6.0" }).waitFor({ timeout: MINUTE });
  await inEditor(page, "y = x * x");
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await heading(page, "Your turn: a cube").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Your turn: a cube");
  assert.match(await page.title(), /^Your turn: a cube · A tape that remembers/);

  await button(page, "Put it into the editor").click();
  await inEditor(page, "not yet a volume");
  await button(page, "Check my answer").click();
  await verdict(page, "not-yet");
  assert.match(await page.locator(".verdict-box").innerText(), /^Not yet\. growth is None\./);
  assert.match(await page.locator("#live").textContent(), /^Not yet\. growth is None\./);
  await button(page, "Hint 1 of 2").click();
  await page.getByRole("heading", { name: "Hint 1" }).waitFor();
  await picture(page, "lesson-hint");
  await write(page, "raise ValueError('no answer')\n");
  await button(page, "Check my answer").click();
  await page.locator(".verdict-box", { hasText: "ended with an error" }).waitFor({ timeout: MINUTE });
  await write(page, "print(12.0)\nexit()\n"); // its end is no answer, however it ends
  await button(page, "Check my answer").click();
  await page.locator(".verdict-box", { hasText: "nothing of the name growth" }).waitFor({ timeout: MINUTE });
  await button(page, "Hint 2 of 2").click();
  await button(page, "Show an answer").click();
  await page.locator(".hint-text").getByRole("button", { name: "Put it into the editor" }).click();
  await inEditor(page, "a**3");
  await button(page, "Check my answer").click();
  await verdict(page, "passed");

  await page.reload();
  await heading(page, "Your turn: a cube").waitFor();
  await verdict(page, "passed");
  await button(page, "Go on with my answer").click();
  await inEditor(page, "a**3");
  await page.getByRole("link", { name: /^Next/ }).click();
  await page.waitForFunction(() => document.querySelector("#lesson h2")?.textContent !== "Your turn: a cube");
  await page.goBack();
  await heading(page, "Your turn: a cube").waitFor();
  await page.getByRole("link", { name: "All lessons" }).click();
  await page.getByRole("link", { name: "Go on where you were" }).waitFor();
  const first = page.locator(".contents > li").first();
  await first.locator("summary").click();
  await first.getByText("exercise, solved").waitFor();
  await button(page, "Close the lessons").click();
  await page.locator("#lesson").waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).pathname, "/");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("button", { name: /print\('mine'\) \(yours/ }).waitFor();
  assert.deepEqual(page.complaints.filter((text) => !/Applying inline style/.test(text)), []);
  await page.context().close();
}, 240_000);
