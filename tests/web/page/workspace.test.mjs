// The visitor's programs: none is overwritten, none is lost, the address says what is shown, and what is
// shown of a run says of which program it is.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { base, fresh, launch, picture, run, test, write } from "../support/browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const program = (page) => page.locator(".cm-content").innerText();

/** A snippet on the server, as somebody else stored it. */
async function stored(code) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${base}/api/v1/snippets`, { method: "POST", headers, body: JSON.stringify({ schema: 0, title: "", code }) });
  return (await answer.json()).id;
}

async function command(page, name) {
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").getByRole("button", { name }).first().click();
}

test("two tabs write two programs, and a new tab begins with the last one", async () => {
  const one = await fresh(browser);
  await write(one, "print('of the first tab')\n");
  await one.getByText("saved here").waitFor();
  const two = await one.context().newPage();
  await two.goto(base);
  assert.match(await program(two), /of the first tab/);
  await write(two, "print('of the second tab')\n");
  await two.getByText("saved here").waitFor();
  await one.reload();
  assert.match(await program(one), /of the first tab/);
  await two.reload();
  assert.match(await program(two), /of the second tab/);
  await one.context().close();
});

test("what was typed in the last moment before a reload is there after it", async () => {
  const page = await fresh(browser);
  await write(page, "print('just now')\n");
  await page.reload();
  assert.match(await program(page), /just now/);
});

test("an example, a fork and the first program put one's own program aside, and it can be opened again", async () => {
  const page = await fresh(browser);
  await write(page, "print('mine')\n");
  await page.locator("#examples").selectOption({ index: 3 });
  assert.doesNotMatch(await program(page), /mine/);
  await write(page, "print('made of an example')\n");
  await command(page, "Start over with the first program");
  assert.match(await program(page), /y = x\*\*2/);
  await command(page, /print\('mine'\) \(yours/);
  assert.match(await program(page), /print\('mine'\)/);
  await page.goto(`${base}/s/${await stored("print('of somebody else')\n")}`);
  await page.getByRole("button", { name: "Fork" }).click();
  await write(page, "print('forked')\n");
  await page.keyboard.press("ControlOrMeta+k");
  const offered = await page.getByRole("dialog").innerText();
  assert.match(offered, /print\('mine'\) \(yours/);
  assert.match(offered, /print\('made of an example'\) \(yours/);
  await picture(page, "programs-put-aside");
});

test("Back after Fork shows the shared program again, and Forward one's own", async () => {
  const id = await stored("print('of somebody else')\n");
  const page = await fresh(browser, `/s/${id}`);
  await page.getByText("It has not run yet").waitFor();
  await page.getByRole("button", { name: "Fork" }).click();
  await write(page, "print('forked')\n");
  await page.getByText("saved here").waitFor();
  await page.goBack();
  await page.getByText("It has not run yet").waitFor();
  assert.equal(new URL(page.url()).pathname, `/s/${id}`);
  assert.match(await program(page), /of somebody else/);
  await page.goForward();
  await page.waitForFunction(() => document.getElementById("banner").hidden);
  assert.match(await program(page), /forked/);
});

test("what is shown says when the program is another one by now", async () => {
  const page = await fresh(browser);
  const stale = page.getByText("The program has changed since the run that is shown here.");
  assert.equal(await run(page), "6.0");
  assert.ok(await stale.isHidden());
  await page.locator(".cm-content").click();
  await page.keyboard.type("#");
  await stale.waitFor();
  await picture(page, "stale");
  await page.keyboard.press("Backspace");
  assert.ok(await stale.isHidden(), "it is the program that ran again");
  await page.keyboard.type("#");
  await run(page);
  assert.ok(await stale.isHidden());
});

test("Alt and a number show the pane of that number, and none that is not offered", async () => {
  const page = await fresh(browser);
  for (const [key, name] of [["2", "Tape"], ["3", "Gradients"], ["4", "Check"], ["1", "Output"]]) {
    await page.keyboard.press(`Alt+${key}`);
    assert.equal(await page.getByRole("tab", { selected: true }).innerText().then((text) => text.trim()), name);
    assert.ok(await page.getByRole("tabpanel", { name }).isVisible());
    await page.getByRole("tabpanel", { name }).getByText(/\S/).first().waitFor(); // it may come a moment later
  }
  await page.keyboard.press("Alt+5");
  assert.equal((await page.getByRole("tab", { selected: true }).innerText()).trim(), "Output");
});

test("what is read out after a run begins with a whole word", async () => {
  const page = await fresh(browser);
  await write(page, "for i in range(100):\n    print('antidisestablishmentarianism', i)\n");
  await run(page);
  const said = await page.locator("#live").textContent();
  assert.match(said, /^Finished\. … (antidisestablishmentarianism )?\d+\s/);
  assert.match(said, /antidisestablishmentarianism 99$/);
});

test("a program that is too large for a link is not offered one, and its record is left out first", async () => {
  const page = await fresh(browser);
  const long = async () => {
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Download").waitFor();
    const words = await dialog.innerText();
    const field = dialog.getByRole("textbox", { name: "Link without a server" });
    const address = await field.count() > 0 ? await field.inputValue() : null;
    await dialog.getByRole("button", { name: "Close" }).click();
    return { words, address };
  };
  await write(page, `import gradtape as tf
x = [tf.Variable(tf.random.normal([40, 40])) for _ in range(40)]
with tf.GradientTape() as tape:
    y = sum(tf.reduce_sum(tf.sin(v)) for v in x)
tape.gradient(y, x)
# ${"x".repeat(230_000)}
`);
  await run(page);
  const { words, address } = await long();
  assert.match(words, /without its recorded gradients, which are too large/);
  const reader = await fresh(browser, new URL(address).pathname + new URL(address).hash);
  await reader.getByText("It has not run yet").waitFor();
  assert.match(await program(reader), /for _ in range\(40\)/);
  await write(page, `print(1)\n# ${"x".repeat(300_000)}\n`);
  const larger = await long();
  assert.equal(larger.address, null);
  assert.match(larger.words, /too large for a link that needs no server/);
});

test("a program without gradients has no verdict, and the page says why", async () => {
  const page = await fresh(browser, `/s/${await stored("print(1)\n")}`);
  await page.getByText("It has not run yet").waitFor();
  await run(page);
  assert.equal(await page.locator("#badge").innerText(), "");
  await page.keyboard.press("Alt+4");
  assert.match(await page.locator("#check").innerText(), /No gradients were recorded with this program, so there is nothing to compare/);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator("#check").getByText("Neither run asked for a gradient").waitFor({ timeout: 100_000 }); // two starts of Python
});

test("a name that does not exist is followed by one guess", async () => {
  const page = await fresh(browser);
  await write(page, "import gradtape as tf\ntf.matmull\n");
  const output = await run(page);
  assert.equal(output.match(/Did you mean/g)?.length, 1, output);
  await write(page, "text = ''\ntext.uper()\n");
  assert.match(await run(page), /Did you mean: 'upper'/);
});

test("in forced colours it is seen which button is pressed, and what the legend means", async () => {
  const page = await fresh(browser, "/", { forcedColors: "active" });
  await run(page);
  await page.keyboard.press("Alt+2");
  await page.locator("#tape .legend").waitFor();
  const seen = await page.evaluate(() => {
    const background = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
    const look = (swatch) => { const { backgroundColor, border } = getComputedStyle(swatch); return `${backgroundColor} ${border}`; };
    return {
      pressed: background('#tape .segments [aria-pressed="true"]'), other: background('#tape .segments [aria-pressed="false"]'),
      swatches: [...document.querySelectorAll("#tape .legend .swatch")].map(look),
    };
  });
  assert.notEqual(seen.pressed, seen.other);
  assert.ok(seen.swatches.length > 1, "the legend says what this tape shows");
  assert.equal(new Set(seen.swatches).size, seen.swatches.length, seen.swatches.join(", "));
  await picture(page, "forced-colours");
});

test("at four times the size no pressed button lies over the line at the foot", async () => {
  const page = await fresh(browser, "/", { viewport: { width: 320, height: 256 } });
  await run(page);
  await page.keyboard.press("Alt+2");
  const covered = await page.evaluate(async () => {
    const pressed = document.querySelector('#tape .segments [aria-pressed="true"]');
    const foot = document.querySelector(".status");
    // Scrolled so that the two lie at the same place.
    window.scrollBy(0, pressed.getBoundingClientRect().top - foot.getBoundingClientRect().top - 4);
    await new Promise(requestAnimationFrame);
    const box = pressed.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, foot.getBoundingClientRect().top + 10];
    const meets = box.top < y && y < box.bottom;
    return { meets, top: document.elementFromPoint(x, y)?.closest(".status") !== null };
  });
  assert.deepEqual(covered, { meets: true, top: true });
});
