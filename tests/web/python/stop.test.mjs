// Stop works in every state: while Python computes, prints, waits, loads packages, and while it
// starts. How long it took is printed, not asserted: the machine decides that.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, run, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function begin(page, code) {
  await write(page, code);
  await page.evaluate(() => performance.clearMarks("run-done"));
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** Press Stop; how many milliseconds later the page knew that the run was over. */
function stop(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const began = performance.now();
    document.getElementById("stop").click();
    const wait = setInterval(() => {
      if (performance.getEntriesByName("run-done").length > 0) {
        clearInterval(wait);
        resolve(performance.now() - began);
      }
    }, 2);
  }));
}

/** Run a program, stop it once it has printed a 1; how long that took. */
async function stopped(page, code) {
  await begin(page, code);
  await page.locator("#output").getByText("1", { exact: false }).first().waitFor({ timeout: 60_000 });
  return stop(page);
}

async function works(page) {
  await write(page, "print(40 + 2)\n");
  assert.equal(await run(page), "42");
}

/**
 * The page ends Python when an interrupt has not worked after a moment. With this its patience has
 * no end, so that the interrupt must do it, however slow the machine is.
 */
function endlessPatience() {
  const real = window.setTimeout;
  window.setTimeout = (call, wait, ...words) => real(call, wait > 500 && wait < 2000 ? 1e9 : wait, ...words);
}

const PROGRAMS = {
  "a loop": "print('1', flush=True)\nwhile True:\n    pass\n",
  "NumPy": "import numpy as np\nprint('1', flush=True)\na = np.ones((60, 60))\nwhile True:\n    a = a @ a * 0\n",
  "endless printing": "while True:\n    print('1 more')\n",
  "waiting": "import asyncio\nprint('1', flush=True)\nawait asyncio.sleep(3600)\n",
  "many short waits": "import asyncio\nprint('1', flush=True)\nwhile True:\n    await asyncio.sleep(0)\n",
  "a loop after a wait": "import asyncio\nawait asyncio.sleep(0)\nprint('1', flush=True)\nwhile True:\n    pass\n",
  "a loop in another task": `import asyncio

async def forever():
    print('1', flush=True)
    while True:
        pass

task = asyncio.ensure_future(forever())
await asyncio.sleep(3600)
`,
};
const ROUNDS = 5; // where an interrupt strikes is chance, so each program is stopped a few times

for (const [name, code] of Object.entries(PROGRAMS)) {
  test(`interrupted, and Python can be asked again: ${name}`, async (t) => {
    const page = await fresh(browser, "/", { first: endlessPatience });
    const took = [];
    for (let round = 0; round < ROUNDS; round++) {
      took.push(await stopped(page, code));
      assert.match(await page.locator("#output").innerText(), /^Stopped\.$/m);
    }
    t.diagnostic(`Stop during ${name}: ${took.map(Math.round).join(", ")} ms`);
    await picture(page, `stopped-${name.replaceAll(" ", "-")}`);
    await works(page);
  });
}

test("a program that swallows the interrupt is ended with its Python", async (t) => {
  const page = await fresh(browser);
  const took = await stopped(page, `print('1', flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
`);
  t.diagnostic(`Stop of a program that swallows interrupts: ${took.toFixed(0)} ms`);
  assert.match(await page.locator("#output").innerText(), /Stopped\..*Python was ended/);
  await works(page);
});

test("without shared memory Python is ended at once", async (t) => {
  const page = await fresh(browser, "/", { first: () => { delete globalThis.SharedArrayBuffer; } });
  const took = await stopped(page, PROGRAMS["a loop"]);
  t.diagnostic(`Stop without shared memory: ${took.toFixed(0)} ms`);
  assert.match(await page.locator("#output").innerText(), /Stopped\..*Python was ended/);
  await works(page);
});

test("stopped while Python starts, with a program that waits for it", async (t) => {
  const page = await fresh(browser);
  await page.evaluate(() => document.getElementById("run").click());
  await page.waitForFunction(() => document.documentElement.dataset.python === "starting");
  const took = await stop(page);
  t.diagnostic(`Stop while Python starts: ${took.toFixed(0)} ms`);
  assert.match(await page.locator("#output").innerText(), /Stopped while Python was starting/);
  await works(page);
});

test("stopped before the program's first line", async (t) => {
  const page = await fresh(browser);
  await works(page);
  await begin(page, "import matplotlib.pyplot as plt\nprint('never')\n");
  const took = await stop(page);
  t.diagnostic(`Stop while packages load: ${took.toFixed(0)} ms`);
  const output = await page.locator("#output").innerText();
  assert.match(output, /Stopped/);
  assert.doesNotMatch(output, /never/);
  await works(page);
});

test("an error in a callback after the run is told, and Python stays", async () => {
  const page = await fresh(browser);
  await write(page, `import asyncio
kept = 7
asyncio.get_event_loop().call_later(0.1, lambda: 1 / 0)
import js
from pyodide.ffi import create_proxy
js.setTimeout(create_proxy(lambda: [][0]), 100)
`);
  await run(page);
  await page.locator("#output").getByText("IndexError").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.python), "ready");
  await works(page);
});

test("a fatal error of the interpreter starts a new one", async () => {
  const page = await fresh(browser);
  await write(page, "a = []\nfor _ in range(100_000):\n    a = [a]\nprint(a)\n");
  const output = await run(page);
  assert.match(output, /starts again|RecursionError/);
  await works(page);
});

test("memory is capped and the tab survives", async () => {
  const page = await fresh(browser);
  await write(page, `kept = []
try:
    while True:
        kept.append(bytearray(64 * 1024 * 1024))
except MemoryError:
    print("full at", len(kept) * 64 >= 512)
`);
  assert.match(await run(page), /full at True/);
  await write(page, "kept = []\nwhile True:\n    kept.append(bytearray(64 * 1024 * 1024))\n");
  assert.match(await run(page), /MemoryError[^]*Python has 1024 MiB here and the program asked for more/);
});

test("output is capped and its tail kept", async () => {
  const page = await fresh(browser);
  await write(page, "for i in range(200_000):\n    print('line', i)\n");
  await run(page);
  // What is out of view is not laid out, and so no part of innerText.
  const output = await page.locator("#output").evaluate((pane) => [...pane.querySelectorAll("pre > div, p")].map(({ textContent }) => textContent).join("\n"));
  assert.match(output, /^line 0\n/);
  assert.match(output, /characters are left out here/);
  assert.match(output, /line 199999$/);
  // The end of it is what is in view.
  await page.waitForFunction(() => {
    const pane = document.getElementById("output");
    return pane.scrollHeight - pane.clientHeight - pane.scrollTop < 40;
  });
});
