// The sandbox in another browser: Debian's Firefox, driven over WebDriver BiDi. A program runs, is
// stopped, and gets nothing out; a shared program does not run by itself.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { deflateRawSync } from "node:zlib";
import puppeteer from "../../../web/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js";
import { base, test } from "../support/browser.mjs";
import { notRefused, openSink, programOfWays, unanswered } from "../support/ways_out.mjs";

let browser;
let sink;
before(async () => {
  sink = await openSink();
  browser = await puppeteer.launch({
    browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr", headless: true,
  });
});
after(async () => {
  sink.close();
  await browser.close();
});

/** The page with this program in its editor, as a link brings it; it has not run. */
async function opened(code) {
  const packed = deflateRawSync(JSON.stringify({ schema: 0, title: "<b>t</b>", code })).toString("base64url");
  const page = await browser.newPage();
  await page.goto(`${base}/#code=1${packed}`);
  await page.waitForFunction(() => document.querySelector("#banner:not([hidden])") !== null);
  return page;
}

const shown = (page) => page.$eval("#output", (output) => output.innerText.trim());
const ended = (page) => page.waitForFunction(
  () => performance.getEntriesByName("run-done").length > 0, { timeout: 90_000 });

test("Firefox: a shared program runs when it is asked to, and its text stays text", async () => {
  const page = await opened("import gradtape as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as t:\n    y = x**2\nprint(t.gradient(y, x).numpy(), '<img src=x onerror=alert(1)>')\n");
  await page.waitForFunction(() => document.documentElement.dataset.python === "ready", { timeout: 90_000 });
  assert.doesNotMatch(await shown(page), /6\.0/, "nothing ran on opening");
  await page.click("#run");
  await ended(page);
  assert.equal(await shown(page), "6.0 <img src=x onerror=alert(1)>");
  assert.equal(await page.$("#output img, #banner b"), null);
  await page.close();
});

test("Firefox: Stop interrupts a loop and Python goes on", async (t) => {
  const page = await opened("print('1', flush=True)\nwhile True:\n    pass\n");
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("output").innerText.startsWith("1"), { timeout: 90_000 });
  const began = Date.now();
  await page.click("#stop");
  await ended(page);
  t.diagnostic(`Stop during a loop in Firefox: ${Date.now() - began} ms`);
  assert.match(await shown(page), /Stopped\./);
  await page.close();
});

test("Firefox: no way out of the sandbox", async (t) => {
  // This Firefox now and then stops waking a program that awaits many nested workers in a row. What
  // has not answered by then is tried in another page, until every way has been answered.
  let output = "";
  for (let round = 1; unanswered(output).length > 0 && round <= 30; round += 1) {
    const page = await opened(programOfWays(sink.address, unanswered(output)));
    await page.click("#run");
    const finished = () => performance.getEntriesByName("run-done").length > 0;
    await page.waitForFunction(() => document.getElementById("output").innerText.includes("->"), { timeout: 60_000 })
      .then(() => page.waitForFunction(finished, { timeout: 8_000 })).catch(() => {});
    output += `\n${await shown(page)}`;
    t.diagnostic(`page ${round}: ${unanswered(output).length} ways are left`);
    await page.close();
  }
  assert.deepEqual(notRefused(output), []);
  assert.deepEqual(sink.hits, []);
}, 600_000);
