// A snippet inside somebody else's page: it shows and runs there, that page reaches nothing of it, and
// neither of them can act for the visitor. And what a stranger stored stays text on every page.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { base, fresh, launch, picture } from "../support/browser.mjs";

const PROGRAM = `import gradtape as tf

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
print(tape.gradient(y, x).numpy())
`;

let browser;
let blog; // the other site: another host and port, so another origin and another site
let address;
let shown = ""; // what the other site's page holds
before(async () => {
  blog = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><html lang="en"><title>A blog</title>${shown}`);
  });
  await new Promise((resolve) => blog.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${blog.address().port}/`;
  browser = await launch();
});
after(() => { blog.close(); return browser.close(); });

async function stored(snippet) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${base}/api/v1/snippets`, { method: "POST", headers, body: JSON.stringify(snippet) });
  assert.ok(answer.ok, await answer.clone().text());
  return (await answer.json()).id;
}

/** The other site's page with a frame of ours in it; the page, and our frame. */
async function visit(path) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  shown = `<iframe id="ours" src="${base}${path}" width="900" height="500" allow="cross-origin-isolated"></iframe>`;
  await page.goto(address);
  await page.locator("#ours").waitFor();
  return { page, frame: await (await page.locator("#ours").elementHandle()).contentFrame() };
}

test("an embedded snippet shows, waits for a click, and runs in another site's page", async () => {
  const { page, frame } = await visit(`/e/${await stored({ schema: 0, code: PROGRAM, title: "Squares" })}`);
  await frame.locator(".cm-content").waitFor();
  assert.match(await frame.locator(".cm-content").innerText(), /y = x \* x/);
  assert.equal(await frame.getByText("6.0", { exact: true }).count(), 0);
  await frame.getByRole("button", { name: "Run", exact: true }).click();
  await frame.waitForFunction(() => performance.getEntriesByName("run-done").length > 0, undefined, { timeout: 120_000 });
  assert.match(await frame.locator("#output").innerText(), /6\.0/);
  await picture(page, "embedded");
  await page.context().close();
});

test("the other site's page reaches nothing inside the frame, and the frame nothing outside", async () => {
  const { page, frame } = await visit(`/e/${await stored({ schema: 0, code: PROGRAM })}`);
  await frame.locator(".cm-content").waitFor();
  const attempt = (read) => { try { return String(read()); } catch (error) { return error.name; } };
  assert.equal(await page.evaluate(`(${attempt})(() => ours.contentWindow.document.title)`), "SecurityError");
  assert.equal(await frame.evaluate(`(${attempt})(() => parent.document.title)`), "SecurityError");
  assert.equal(await frame.evaluate(() => document.cookie), "");
  // Nothing that stores or shares is offered there, so a hidden frame cannot have it clicked.
  for (const name of ["Share", "Save"]) {
    assert.equal(await frame.getByRole("button", { name }).filter({ visible: true }).count(), 0, name);
  }
  await page.context().close();
});

test("only the embedded form can be framed", async () => {
  const id = await stored({ schema: 0, code: PROGRAM });
  for (const path of ["/", `/s/${id}`, `/api/v1/snippets/${id}.py`, "/api"]) {
    const { page } = await visit(path);
    await page.waitForFunction(() => document.readyState === "complete");
    const text = await page.frames()[1]?.locator("body").innerText().catch(() => "") ?? "";
    assert.doesNotMatch(text, /import gradtape|createSnippet|Run/, path);
    await page.context().close();
  }
});

test("another site's page can send nothing in the visitor's name", async () => {
  shown = "";
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  const answers = [];
  page.on("response", (response) => {
    if (response.url().startsWith(base) && response.request().method() !== "OPTIONS") answers.push(response.status());
  });
  const body = JSON.stringify({ schema: 0, code: "print('forged')" });
  const told = await page.evaluate(async ([url, text]) => {
    const tries = {
      json: () => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: text }),
      plain: () => fetch(url, { method: "POST", mode: "no-cors", body: text }),
      beacon: async () => navigator.sendBeacon(url, new Blob([text], { type: "application/json" })),
      keep: () => fetch(`${url}/222222222222?expires_in_days=1`, { method: "PATCH", headers: { "delete-token": "x" } }),
      delete: () => fetch(`${url}/222222222222`, { method: "DELETE", headers: { "delete-token": "x" } }),
    };
    const found = {};
    for (const [name, attempt] of Object.entries(tries)) {
      found[name] = await attempt().then((answer) => answer?.type ?? String(answer), (error) => error.name);
    }
    return found;
  }, [`${base}/api/v1/snippets`, body]);
  assert.equal(told.json, "TypeError");
  assert.equal(told.keep, "TypeError");
  assert.equal(told.delete, "TypeError");
  // A form needs nobody's permission to be sent; the server refuses what it brings.
  await page.setContent(`<form method="post" enctype="text/plain" action="${base}/api/v1/snippets">
    <input name='{"schema": 0, "code": "print(1)", "title": "' value='"}'></form>`);
  await Promise.all([page.waitForNavigation(), page.evaluate(() => document.forms[0].submit())]);
  assert.ok(answers.length >= 2, "the plain request and the form reached the server");
  assert.deepEqual(answers.filter((status) => status !== 403), []);
  await context.close();
});

test("what a stranger stored stays text in the page, in the embed and in the plain page", async () => {
  const evil = `</title></noscript></code><img src=x onerror="alert(1)"><script>alert(2)</script>`;
  const blank = await (await fetch(`${base}/api/v1/snippets/${await stored({ schema: 0, code: "x = 1" })}`)).json();
  const id = await stored({
    ...blank, title: evil, output: evil, code: { "main.py": `# ${evil}\nprint(1)\n`, "other.py": evil },
    results: [{ // float32 [6.0]
      label: evil, dtype: "float32", shape: [1], step: 1, values: "AADAQA==",
      digest: "2f8c0013fe86d3eda4d09032283518e0dc36bfc390f81e807e5bf9f494572024",
    }],
    produced: 1,
  });
  for (const javaScriptEnabled of [true, false]) {
    for (const path of [`/s/${id}`, `/e/${id}`]) {
      let alerted = false;
      const page = await fresh(browser, path, { javaScriptEnabled });
      page.on("dialog", (dialog) => { alerted = true; return dialog.dismiss(); });
      const shown = page.locator(javaScriptEnabled ? ".cm-content" : "noscript pre");
      const code = shown.filter({ hasText: evil }).first(); // the editor stands before its text has come
      await code.waitFor();
      assert.ok((await code.evaluate((element) => element.textContent)).includes(evil), path);
      if (javaScriptEnabled) {
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await page.waitForTimeout(300);
      } else {
        assert.equal(await page.locator("#run").isVisible(), false, "nothing that needs a script");
      }
      assert.equal(await page.locator("[onerror], img[src='x']").count(), 0, path);
      assert.equal(alerted, false, path);
      await page.context().close();
    }
  }
});
