// Stop works in every state: while Python computes, prints, waits, and while it starts.
// How long it took is printed, not asserted: the machine decides that.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fresh, launch, picture, run, write } from "./browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function stopped(page, code, told = "1") {
  await write(page, code);
  await page.evaluate(() => performance.clearMarks("run-done"));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator("#output").getByText(told, { exact: false }).first().waitFor({ timeout: 60_000 });
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

const PROGRAMS = {
  "a loop": "print('1', flush=True)\nwhile True:\n    pass\n",
  "NumPy": "import numpy as np\nprint('1', flush=True)\na = np.ones((60, 60))\nwhile True:\n    a = a @ a * 0\n",
  "endless printing": "while True:\n    print('1 more')\n",
  "waiting": "import asyncio\nprint('1', flush=True)\nawait asyncio.sleep(3600)\n",
};

test("a program is interrupted and Python goes on", async (t) => {
  const page = await fresh(browser);
  for (const [name, code] of Object.entries(PROGRAMS)) {
    const took = await stopped(page, code);
    t.diagnostic(`Stop during ${name}: ${took.toFixed(0)} ms`);
    assert.match(await page.locator("#output").innerText(), /Stopped\./);
  }
  await picture(page, "stopped");
  await write(page, "print(40 + 2)\n");
  assert.equal(await run(page), "42");
  await page.context().close();
});

test("a program that swallows the interrupt is ended and Python starts again", async (t) => {
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
  assert.match(await page.locator("#output").innerText(), /starts again/);
  await write(page, "print(40 + 2)\n");
  assert.equal(await run(page), "42");
  await page.context().close();
});

test("a fatal error of the interpreter starts a new one", async () => {
  const page = await fresh(browser);
  await write(page, "a = []\nfor _ in range(100_000):\n    a = [a]\nprint(a)\n");
  const output = await run(page);
  assert.match(output, /starts again|RecursionError/);
  await write(page, "print(40 + 2)\n");
  assert.equal(await run(page), "42");
  await page.context().close();
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
  await page.context().close();
});

test("output is capped and its tail kept", async () => {
  const page = await fresh(browser);
  await write(page, "for i in range(200_000):\n    print('line', i)\n");
  const output = await run(page);
  assert.match(output, /^line 0\n/);
  assert.match(output, /characters are left out here/);
  assert.match(output, /line 199999$/);
  await page.context().close();
});
