// WebGPU inside the sandbox: a program reaches the adapter and waits for its values.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { base, fresh, launch, picture, run, test, write } from "../support/browser.mjs";

const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const PROGRAM = `import numpy as np
from gradtape_webgpu.drivers import tab
device = tab.acquire()
print(device.caps.adapter, device.waiting)
slot = device.alloc(8)
device.write(slot, np.float32([1, 2]).tobytes())
print(np.frombuffer(device.read(slot, 8), np.float32))`;
const AWAITS = `import asyncio
await asyncio.sleep(0.01)
${PROGRAM.replace("tab.acquire", "await tab.start").replace("device.read", "await device.read_async")}`;
const WITHIN_AWAIT = `import asyncio
await asyncio.sleep(0.01)
${PROGRAM}`;

/** The sandbox as in a browser that cannot suspend Python: its worker begins by forgetting how. */
async function withoutSuspending(page) {
  const forget = "delete WebAssembly.Suspending; delete WebAssembly.promising;\n";
  await page.context().route("**/sandbox.html", async (route) => {
    const response = await route.fetch();
    const document = (await response.text()).replace(/[A-Za-z0-9+/]{10000,}={0,2}/, (worker) => (
      Buffer.from(forget + Buffer.from(worker, "base64")).toString("base64")));
    const script = /<script[^>]*>([\s\S]*?)<\/script>/.exec(document)[1];
    const hash = `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
    const headers = response.headers();
    const name = "content-security-policy";
    headers[name] = headers[name].replace(/'sha256-[^']*'/, hash);
    await route.fulfill({ body: document.replace(/'sha256-[^']*'/, hash), headers });
  });
  await page.goto(base);
}

test("a program reads from the GPU, and so does one that has awaited before", async (t) => {
  const browser = await launch(SOFTWARE_GPU);
  t.after(() => browser.close());
  const page = await fresh(browser);
  for (const program of [PROGRAM, AWAITS, WITHIN_AWAIT]) {
    await write(page, program);
    assert.equal(await run(page), "google swiftshader suspended\n[1. 2.]");
  }
});

test("where Python cannot be suspended, a value is awaited, and a program is told so", async (t) => {
  const browser = await launch(SOFTWARE_GPU);
  t.after(() => browser.close());
  const page = await fresh(browser);
  await withoutSuspending(page);
  await write(page, AWAITS);
  assert.equal(await run(page), "google swiftshader never\n[1. 2.]");
  await write(page, PROGRAM);
  assert.match(await run(page), /CannotWaitError: .* write `await gradtape_webgpu.start\(\)` first/);
  await write(page, PROGRAM.replace("tab.acquire", "await tab.start"));
  assert.match(await run(page), /CannotWaitError: .* Write `await tensor.fetch\(\)`/);
});

test("the kernels of a run can be read", async (t) => {
  const browser = await launch(SOFTWARE_GPU);
  t.after(() => browser.close());
  const page = await fresh(browser);
  const kernels = page.getByRole("tab", { name: "Kernels" });
  await page.locator("#device option[value=gpu]:not([disabled])").waitFor({ state: "attached", timeout: 60_000 });
  assert.equal(await kernels.count(), 0, "there are none before anything ran on the GPU");
  await page.locator("#device").selectOption("gpu");
  await write(page, `import gradtape as tf

x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.nn.relu(x @ x + 1.0) * 2.0)
print(tape.gradient(y, x).numpy())
print(float(y))`);
  assert.match(await run(page), /^\[\[.*\]\]\n116\.0$/s);
  await kernels.click();
  const pane = page.locator("#kernels");
  assert.match(await pane.locator("p").innerText(), /^The largest batch of work in this run: \d+ kernels, \d+ dispatches, one submit\.$/);
  const product = pane.locator("details", { hasText: "MatMul AddV2" }).first();
  await product.locator("summary").click();
  assert.match(await product.locator("pre").innerText(), /\d × \d × \d workgroups[^]*@compute @workgroup_size/);
  await picture(page, "kernels");
  await page.locator("#device").selectOption("cpu");
  await run(page);
  assert.equal(await kernels.count(), 0);
  assert.ok(await page.locator("#output").isVisible());
});

test("a run on the CPU stays there after one on the GPU", async (t) => {
  const browser = await launch(SOFTWARE_GPU);
  t.after(() => browser.close());
  const page = await fresh(browser);
  await page.locator("#device option[value=gpu]:not([disabled])").waitFor({ state: "attached", timeout: 60_000 });
  await write(page, `import gradtape as tf

a = tf.ones([512, 512])
print([(a @ a).device[-5:] for _ in range(4)])`);
  for (const [device, name] of [["gpu", "GPU:0"], ["cpu", "CPU:0"]]) {
    await page.locator("#device").selectOption(device);
    assert.equal(await run(page), `[${Array(4).fill(`'${name}'`).join(", ")}]`);
  }
});

test("a tab in the background goes on, and a frozen one goes on when it wakes", async (t) => {
  const browser = await launch(SOFTWARE_GPU);
  t.after(() => browser.close());
  const page = await fresh(browser);
  await page.locator("#device option[value=gpu]:not([disabled])").waitFor({ state: "attached", timeout: 60_000 });
  await page.locator("#device").selectOption("gpu");
  await write(page, `import gradtape as tf
from gradtape import playground

w = tf.Variable(tf.ones([64]) * 4.0)
for step in playground.progress(range(400), "step"):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((w - 1.0) ** 2)
    w.assign_sub(0.05 * tape.gradient(loss, w))
    if step % 20 == 0:
        float(loss)
print(w.device[-5:], tf.reduce_max(tf.abs(w - 1.0)).numpy() < 1e-5)`);
  const ended = run(page, 110_000);
  await page.waitForFunction(() => /step \d\d+ of 400/.test(document.getElementById("state").textContent), undefined, { timeout: 60_000 });
  const debug = await page.context().newCDPSession(page);
  const other = await page.context().newPage(); // in front of it
  await other.bringToFront();
  await debug.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await debug.send("Page.setWebLifecycleState", { state: "active" });
  await page.bringToFront();
  assert.match(await ended, /^GPU:0 True$/m); // beside the curves of its steps
});

test("no adapter is said in words", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const page = await fresh(browser);
  await write(page, "from gradtape_webgpu.drivers import tab\ntab.acquire()");
  const said = await run(page);
  const words = "the browser offers WebGPU, but found no adapter it may use";
  assert.match(said, new RegExp(`LookupError: no GPU here: ${words}`));
});
