// How a run that raised is shown: the traceback, and an edit where one mends it.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, run, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a program that was written for TensorFlow runs after one press", async () => {
  const page = await fresh(browser);
  const rest = "\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\nprint(tape.gradient(y, x).numpy())\n";
  for (const [line, mended] of [
    ["import tensorflow as tf", "import gradtape as tf"],
    ["import tensorflow\ntf = tensorflow", "import gradtape as tensorflow"],
    ["import gradtape as tf\nfrom tensorflow import keras", "from gradtape import keras"],
    ["import gradtape as tf\nimport tensorflow.keras.layers as layers", "import gradtape.keras.layers as layers"],
    ["import gradtape as tf\nimport keras", "from gradtape import keras"],
    ["import gradtape as tf\nfrom keras import layers", "from gradtape.keras import layers"],
  ]) {
    await write(page, line + rest);
    assert.match(await run(page), /ModuleNotFoundError/);
    await page.getByRole("button", { name: "Apply this edit" }).click();
    assert.ok((await page.locator(".cm-content").innerText()).includes(mended), mended);
    assert.equal(await run(page), "6.0", line);
  }
  await picture(page, "written-for-tensorflow");
});

test("another module that is not there has no edit", async () => {
  const page = await fresh(browser);
  await write(page, "import pandas\n");
  assert.match(await run(page), /No module named 'pandas'/);
  assert.equal(await page.getByRole("button", { name: "Apply this edit" }).count(), 0);
});
