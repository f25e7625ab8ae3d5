// Every program runs in a Python of its own: nothing of one run is left in the next, and the wait for
// it is short once the next Python stands ready. How short is printed, not asserted.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, run, tab, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Wait until this many Pythons have started: one with the page, and one more for each run. */
const started = (page, count) => page.waitForFunction(
  (wanted) => performance.getEntriesByName("next-ready").length >= wanted, count);

/** Says what it finds of an earlier run, and leaves as much behind as it can. */
const CHANGES = `import builtins, js, os, sys
import numpy as np
import gradtape as tf

found = {
    "a built-in": hasattr(builtins, "left"),
    "an environment variable": "LEFT" in os.environ,
    "a file": os.path.exists("left.txt"),
    "a module": "left" in sys.modules,
    "a method of the engine": tf.sin(0.0).numpy() != 0,
    "the engine's float type": tf.keras.backend.floatx() != "float32",
    "NumPy's error state": np.geterr()["divide"] != "warn",
    "a global of the browser": hasattr(js.globalThis, "left"),
    "an attribute of a class": hasattr(tf.Variable, "left"),
}
print([name for name, there in found.items() if there] or "clean", tf.keras.layers.Dense(1).name)
builtins.left = 1
os.environ["LEFT"] = "1"
open("left.txt", "w").write("1")
sys.modules["left"] = sys
tf.sin = tf.cos
tf.keras.backend.set_floatx("float64")
np.seterr(divide="raise")
js.globalThis.left = 1
tf.Variable.left = 1
del builtins.print
`;

test("nothing that a program changes is there in the next run", async (t) => {
  const page = await fresh(browser);
  await write(page, CHANGES);
  const first = await run(page);
  assert.equal(first, "clean dense");
  assert.equal(await run(page), first, "at once, before the next Python has started");
  const waits = [];
  for (let round = 0; round < 3; round++) {
    await started(page, 3 + round);
    await page.evaluate(() => ["run-asked", "run-sent"].forEach((name) => performance.clearMarks(name)));
    assert.equal(await run(page), first, "in a Python that stood ready");
    waits.push(await page.evaluate(() => {
      const [asked, sent] = ["run-asked", "run-sent"].map((name) => performance.getEntriesByName(name)[0].startTime);
      return sent - asked;
    }));
  }
  t.diagnostic(`from Run to a clean Python that has the program: ${waits.map((wait) => wait.toFixed(1)).join(", ")} ms`);
});

test("the last run's gradients can be checked while the next Python stands ready", async () => {
  const page = await fresh(browser);
  await run(page);
  await started(page, 2);
  await tab(page, "Gradients");
  await page.getByRole("button", { name: "Check against finite differences" }).click();
  await page.getByText(/is what finite differences in float64 give/).first().waitFor();
});

test("what a program imports stands ready for its next run", async () => {
  const page = await fresh(browser);
  const code = "import sys\nprint('matplotlib.pyplot' in sys.modules)\nimport matplotlib.pyplot as plt\n";
  await write(page, code);
  assert.equal(await run(page), "False");
  await page.waitForFunction(() => performance.getEntriesByName("next-warm").length > 0);
  assert.equal(await run(page), "True");
});
