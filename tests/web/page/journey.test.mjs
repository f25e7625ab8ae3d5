// The visitor's journey: open the page, run the guide's first program, see why a gradient is None,
// share, open the link elsewhere, run it there, read EXACT.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fresh, launch, picture, run, tab, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const CUT = `import gradtape as tf

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.constant(x.numpy()) ** 2
print(tape.gradient(y, x))
`;

test("the guide's first program prints 6.0", async () => {
  const page = await fresh(browser);
  assert.equal(await run(page), "6.0");
  await picture(page, "first-program");
  await tab(page, "Tape");
  const boxes = page.locator("#tape svg.graph .box");
  assert.ok((await boxes.count()) >= 2, "the tape shows the variable and the op");
  await picture(page, "tape");
  await page.getByRole("button", { name: "As a table" }).click();
  assert.match(await page.locator("#tape table").innerText(), /float32/);
  await tab(page, "Gradients");
  assert.match(await page.locator("#gradients table").innerText(), /float32\[\]/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a None has a card with its cause and its line", async () => {
  const page = await fresh(browser);
  await write(page, CUT);
  assert.match(await run(page), /None/);
  const card = page.locator(".card.none");
  assert.equal(await card.count(), 1);
  assert.match(await card.innerText(), /line 5/);
  await picture(page, "none-card");
  await card.getByRole("button", { name: /line 5/ }).click();
  assert.equal(await page.locator(".cm-lit").innerText(), "    y = tf.constant(x.numpy()) ** 2");
  await page.context().close();
});

test("a shared link runs to EXACT in a fresh profile, and not by itself", async () => {
  const author = await fresh(browser);
  await run(author);
  await author.getByRole("button", { name: "Share" }).click();
  const field = author.getByRole("textbox", { name: "Short link" });
  await field.waitFor();
  const short = new URL(await field.inputValue());
  const long = new URL(await author.getByRole("textbox", { name: "Link without a server" }).inputValue());
  await picture(author, "share");
  await author.context().close();

  for (const link of [short, long]) {
    const reader = await fresh(browser, link.pathname + link.hash);
    await reader.getByText("It has not run yet").waitFor();
    assert.match(await reader.locator("#check").innerText(), /Recorded, not checked yet/);
    assert.doesNotMatch(await reader.locator("#output").innerText(), /6\.0/);
    await picture(reader, "opened-link");
    assert.equal(await run(reader), "6.0");
    assert.equal(await reader.locator("#badge").innerText(), "EXACT");
    await tab(reader, "Check");
    await picture(reader, "exact");
    await reader.context().close();
  }
});

test("a link whose recorded gradient was altered reads DIFFERS", async () => {
  const author = await fresh(browser);
  await run(author);
  await author.getByRole("button", { name: "Share" }).click();
  const field = author.getByRole("textbox", { name: "Link without a server" });
  const link = new URL(await field.inputValue());
  const changed = await author.evaluate(async (hash) => {
    const letters = hash.slice("#code=1".length).replaceAll("-", "+").replaceAll("_", "/");
    const packed = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const manifest = JSON.parse(await new Response(unpacked).text());
    manifest.results[0].values = btoa("\u0000\u0000\u0080@"); // 4.0
    manifest.results[0].digest = "0".repeat(64);
    const again = new Blob([JSON.stringify(manifest)]).stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(again).arrayBuffer());
    return `#code=1${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
  }, link.hash);
  await author.context().close();
  const reader = await fresh(browser, `/${changed}`);
  await run(reader);
  assert.equal(await reader.locator("#badge").innerText(), "DIFFERS");
  await tab(reader, "Check");
  assert.match(await reader.locator("#check").innerText(), /4\.0[^]*6\.0/);
  await picture(reader, "differs");
  await reader.context().close();
});

test("a traceback names the program's line and the editor underlines it", async () => {
  const page = await fresh(browser);
  await write(page, "import gradtape as tf\n\na = tf.constant([1.0, 2.0])\nprint(a + tf.constant([1, 2]))\n");
  const output = await run(page);
  assert.match(output, /File "main\.py", line 4/);
  assert.doesNotMatch(output, /playground|_pyodide/);
  assert.equal(await page.locator(".cm-lintRange-error").count(), 1);
  await picture(page, "traceback");
  await page.context().close();
});

test("matplotlib draws into the output", async () => {
  const page = await fresh(browser);
  await write(page, "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9], label='squares')\nplt.title('A curve')\nplt.show()\n");
  await run(page);
  const image = page.locator("#output img");
  assert.equal(await image.getAttribute("alt"), "Figure: A curve, squares");
  assert.ok(await image.evaluate((element) => element.decode().then(() => element.naturalWidth > 200)));
  await picture(page, "figure");
  await page.context().close();
});

test("unsaved work survives a reload, and a program that never ends does not take it away", async () => {
  const page = await fresh(browser);
  await write(page, "print('kept')\nwhile True:\n    pass\n");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("kept").nth(1).waitFor();
  await page.reload();
  assert.match(await page.locator(".cm-content").innerText(), /while True/);
  await page.context().close();
});
