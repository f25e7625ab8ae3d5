// Around a shared program: forking, what the share dialog offers, whose word the verdict is, and two
// runs side by side.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fresh, launch, picture, run, tab, write } from "../support/browser.mjs";
import { ofSeveralFiles } from "../support/states.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function shared(page) {
  await page.getByRole("button", { name: "Share" }).click();
  const field = page.getByRole("textbox", { name: "Short link" });
  await field.waitFor();
  return new URL(await field.inputValue());
}

test("the share dialog offers a failing test that passes, a notebook, a preview and the embedding", async () => {
  const page = await fresh(browser);
  await run(page);
  await shared(page);
  const folder = mkdtempSync(join(tmpdir(), "gradtape-"));
  async function download(name) {
    const [file] = await Promise.all([
      page.waitForEvent("download"), page.getByRole("dialog").getByText(name, { exact: true }).click(),
    ]);
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    return path;
  }
  const written = await download("Failing test");
  const told = execFileSync(process.env.PYTHON ?? "python", ["-m", "pytest", "-q", "-p", "no:cacheprovider", written],
    { encoding: "utf8", cwd: folder });
  assert.match(told, /2 passed/);
  const notebook = JSON.parse(readFileSync(await download("Notebook"), "utf8"));
  assert.equal(notebook.nbformat, 4);
  assert.match(readFileSync(await download("program.py"), "utf8"), /^import gradtape as tf/);
  assert.equal(JSON.parse(readFileSync(await download("snippet.json"), "utf8")).results.length, 1);
  assert.match(await page.getByRole("textbox", { name: "Embed" }).inputValue(), /^<iframe src="[^"]*\/e\//);
  await page.getByText("How the link looks").click();
  const image = page.locator("dialog .preview");
  assert.equal(await image.evaluate((element) => element.decode().then(() => element.naturalWidth)), 1200);
  await picture(page, "share-preview");
  await page.context().close();
});

test("a fork names where it comes from", async () => {
  const author = await fresh(browser);
  await run(author);
  const link = await shared(author);
  await author.context().close();

  const reader = await fresh(browser, link.pathname);
  await reader.getByRole("button", { name: "Fork" }).click();
  assert.equal(new URL(reader.url()).pathname, "/");
  assert.ok(await reader.locator("#banner").isHidden());
  await write(reader, "import gradtape as tf\nx = tf.Variable(5.0)\nwith tf.GradientTape() as t:\n    y = x * x\nprint(t.gradient(y, x))\n");
  await run(reader);
  const fork = await shared(reader);
  const manifest = await reader.evaluate((id) => fetch(`/api/v1/snippets/${id}.json`).then((r) => r.json()), fork.pathname.slice(3));
  assert.equal(manifest.parent, link.pathname.slice(3));
  await reader.context().close();
});

test("opening a link leaves one's own program alone; changes to a shared one outlive a reload", async () => {
  const page = await fresh(browser);
  const link = await shared(page);
  await page.getByRole("button", { name: "Close" }).click();
  await write(page, "print('my own work')\n");
  await page.getByText("saved here").waitFor();
  await page.goto(link.href);
  await page.getByText("It has not run yet").waitFor();
  await write(page, "print('what I made of it')\n");
  await page.getByText("kept in this tab").waitFor();
  await page.reload();
  await page.getByText("with your changes").waitFor();
  assert.match(await page.locator(".cm-content").innerText(), /what I made of it/);
  await run(page);
  assert.match(await page.locator("#banner").innerText(), /It runs without network or storage/);
  const other = await page.context().newPage();
  await other.goto(link.href);
  await other.getByText("It has not run yet").waitFor();
  assert.match(await other.locator(".cm-content").innerText(), /tf\.Variable\(3\.0\)/, "another tab shows what was shared");
  await other.goto(link.origin);
  assert.match(await other.locator(".cm-content").innerText(), /my own work/);
  await page.context().close();
});

test("the verdict is the page's own: a program cannot claim the record of another", async () => {
  const author = await fresh(browser);
  await run(author);
  const link = await shared(author);
  await author.context().close();
  const reader = await fresh(browser, link.pathname);
  await reader.getByText("It has not run yet").waitFor();
  await run(reader);
  await tab(reader, "Check");
  assert.match(await reader.locator("#check").innerText(), /EXACT[^]*This browser has just computed these numbers by running the code that is shown/);
  // A changed program is not the snippet, whatever its gradients are.
  await write(reader, "import gradtape as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\ndy_dx = tape.gradient(y, x)\n");
  await run(reader);
  assert.equal(await reader.locator("#badge").innerText(), "");
  await reader.context().close();
});

test("a record that lies about its code is shared with the code that ran", async () => {
  const page = await fresh(browser);
  await write(page, `import gradtape.snippet as snippet
honest = snippet.draft
def lying(code, **more):
    snippet.draft = honest
    return {**honest("print('something else')", **more), "engine": {
        "name": "gradtape", "version": "9.9", "wheel_sha256": "0" * 64, "source_sha256": None}}
snippet.draft = lying
import gradtape as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
print(tape.gradient(y, x))
`);
  await run(page);
  const link = await shared(page);
  const manifest = await page.evaluate((id) => fetch(`/api/v1/snippets/${id}.json`).then((r) => r.json()), link.pathname.slice(3));
  assert.match(manifest.code["main.py"], /honest = snippet\.draft/);
  assert.notEqual(manifest.engine.version, "9.9");
  assert.notEqual(manifest.engine.wheel_sha256, "0".repeat(64));
  await page.context().close();
});

test("two runs stand side by side", async () => {
  const page = await fresh(browser);
  await run(page);
  await tab(page, "Check");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".side-by-side table").waitFor();
  assert.match(await page.locator(".side-by-side").innerText(), /EXACT Both give the very same bits\.[^]*EXACT\s+0 ulp/);
  await write(page, `import random
import gradtape as tf

random.seed()
x = tf.Variable([1.0, 2.0], name="x")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(x * x) * (1.0 + random.random())
print(tape.gradient(y, x))
`);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".side-by-side .badge.differs").first().waitFor();
  assert.match(await page.locator(".side-by-side").innerText(), /DIFFERS They differ\.[^]*\d+ ulp\s+\[\d\]/);
  await picture(page, "compare");
  await page.context().close();
});

test("a GPU is offered by its name, or it is said why there is none", async () => {
  const page = await fresh(browser);
  const option = page.locator('#device option[value="gpu"]');
  await page.waitForFunction(() => !/not looked/.test(document.querySelector('#device option[value="gpu"]')?.textContent ?? "not looked"), undefined, { timeout: 60_000 });
  const words = await option.textContent();
  if (await option.isDisabled()) assert.match(words, /^WebGPU \((this|the) [a-z ]+.*\)$/i);
  else assert.match(words, /^WebGPU: \S+/);
  await page.context().close();
});

test("an author ends a link by a date, deletes it, and nobody else can", async () => {
  const author = await fresh(browser);
  await write(author, "print('to be withdrawn')\n");
  const link = await shared(author);
  const dialog = author.getByRole("dialog");
  await dialog.getByText("What the link proves").click();
  const sha256 = await dialog.getByRole("textbox", { name: "sha256 of the content" }).inputValue();
  assert.match(sha256, /^[0-9a-f]{64}$/);
  const answers = [];
  author.on("response", (response) => {
    const method = response.request().method();
    if (method !== "GET" || response.status() >= 400) answers.push(`${method} ${response.status()}`);
  });
  await dialog.getByRole("combobox", { name: "How long the link lasts" }).selectOption("30 days");
  await dialog.getByText("The link lasts until").waitFor();
  assert.deepEqual(answers, ["PATCH 200"], "it is never gone meanwhile");
  const stored = await author.evaluate(() => JSON.parse(localStorage.getItem("gradtape.links")));
  assert.equal(stored.length, 1);
  assert.equal(Math.round((Date.parse(stored[0].expires) - Date.now()) / 86_400_000), 30);
  await author.reload(); // and shared once more, it lasts as long as was said
  assert.equal((await shared(author)).href, link.href);
  await dialog.getByText("it lasts until").waitFor();
  const again = await author.evaluate(() => JSON.parse(localStorage.getItem("gradtape.links")));
  assert.deepEqual(again, stored);
  await author.getByRole("button", { name: "Close" }).click();

  const reader = await fresh(browser, `/s/${sha256}`); // the whole number names it, too
  await reader.getByText("by somebody else").waitFor();
  assert.equal(await reader.getByRole("button", { name: "Delete link" }).count(), 0);
  await reader.getByText("Content proved").click();
  assert.equal(await reader.locator(".proof code").innerText(), sha256);
  await picture(reader, "content-proved");
  await reader.context().close();

  await author.goto(link.href);
  await author.getByText("that you shared").waitFor();
  author.on("dialog", (question) => question.accept());
  await author.getByRole("button", { name: "Delete link" }).click();
  await author.waitForURL((url) => url.pathname === "/");
  assert.equal((await fetch(link)).status, 410);
  assert.match(await author.locator(".cm-content").innerText(), /to be withdrawn/, "the program itself stays");
  await author.context().close();
});

test("a lost answer is no lost link: sent again, it still is its author's", async () => {
  const page = await fresh(browser);
  await write(page, `print('answer lost ${Date.now()}')\n`);
  let lose = true;
  await page.route("**/api/v1/snippets", async (route) => {
    if (!lose) return route.continue();
    lose = false;
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByText("No short link").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await shared(page);
  await page.getByRole("dialog").getByRole("button", { name: "Delete link" }).click();
  await page.getByText("The link is deleted").waitFor();
  await page.context().close();
});

test("what a link does not name is not shown", async () => {
  const page = await fresh(browser);
  const link = await shared(page);
  await page.route(`**/api/v1/snippets/${link.pathname.slice(3)}.json`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("3.0", "4.0") });
  });
  await page.goto(link.href);
  await page.locator("#output").getByText("something else than this link names").waitFor();
  await page.context().close();
});

test("a snippet of several files is shown whole, runs, and stays whole when it is forked", async () => {
  const page = await fresh(browser, await ofSeveralFiles());
  await page.getByText("It has not run yet").waitFor();
  await page.getByText("model.py", { exact: true }).click();
  assert.match(await page.getByRole("region", { name: "model.py" }).innerText(), /return x \* x/);
  await picture(page, "several-files");
  assert.equal(await run(page), "6.0");
  await page.getByRole("button", { name: "Fork" }).click();
  await page.reload();
  await page.getByText("model.py", { exact: true }).waitFor();
  assert.equal(await run(page), "6.0");
  const fork = await shared(page);
  const { code, entry } = await page.evaluate((name) => fetch(`/api/v1/snippets/${name}.json`).then((r) => r.json()), fork.pathname.slice(3));
  assert.deepEqual([Object.keys(code), entry], [["model.py", "train.py"], "train.py"]);
  await page.context().close();
});
