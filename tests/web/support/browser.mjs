// What the tests of the page share: a real Chromium, a fresh profile, and the page in a known state.
//
// PAGE_URL names the server under test; `test_playground.py` starts one and sets it.
import { mkdirSync } from "node:fs";
import { test as nodeTest } from "node:test";
import { chromium } from "../../../web/node_modules/playwright-core/index.mjs";

export const base = process.env.PAGE_URL ?? "http://localhost:8000";
const pictures = process.env.PAGE_PICTURES; // a folder, when somebody wants to look
if (pictures) mkdirSync(pictures, { recursive: true });

const lateness = Number(process.env.PAGE_LATENESS_MS ?? 0); // to find a test that reads too early

const LONGEST_MS = 120_000; // of one test; a test that needs more says so
const open = new Set();

/** A test that ends: one that hangs fails under its own name and says what its pages showed. */
export function test(name, body, longest = LONGEST_MS) {
  // Node's own limit stands behind ours, for a test that blocks this process.
  return nodeTest(name, { timeout: longest + 30_000 }, async (context) => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(async () => {
        const pages = await Promise.all([...open].map(state));
        reject(new Error(`no end after ${longest / 1000} s; its pages: ${pages.join("; ") || "none"}`));
      }, longest);
    });
    try {
      await Promise.race([body(context), late]);
    } finally {
      clearTimeout(timer);
      // A page that a failed test left open would go on computing beside the next test.
      await Promise.all([...open].map((page) => page.context().close()));
    }
  });
}

function state(page) {
  const told = page.evaluate(() => [
    document.documentElement.dataset.python, document.getElementById("state").textContent,
    document.getElementById("output").innerText.slice(-300),
  ].join(" | "));
  return Promise.race([told, new Promise((resolve) => setTimeout(resolve, 3_000, "a page that does not answer"))])
    .catch((error) => `a page without an answer (${error.message})`);
}

/** A browser; close it when the file's tests are done. */
export function launch(extra = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...extra,
    ],
  });
}

/**
 * A page in a profile of its own; what the page logs as errors is gathered in `page.complaints`.
 * `first` is a function that runs in the page, and in its frames, before anything of theirs does;
 * `inWorker` is a text that runs so in the sandbox's worker; requests for `held` wait until
 * `page.release` is called.
 */
export async function fresh(browser, path = "/", { first, inWorker, held, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (lateness > 0) await context.addInitScript(late, lateness);
  if (first !== undefined) await context.addInitScript(first);
  if (inWorker !== undefined) await context.route("**/sandbox.html", (route) => changeWorker(route, inWorker));
  const page = await context.newPage();
  if (held !== undefined) page.release = await hold(context, held);
  open.add(page);
  context.on("close", () => open.delete(page));
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  await page.goto(base + path, { waitUntil: "domcontentloaded" }); // the page's script has run then
  return page;
}

/** Put a program into the editor, as a paste would. */
export async function write(page, code) {
  const editor = page.getByRole("textbox", { name: "Python program" });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(code);
}

/** Run what is in the editor and wait for its end; the output pane's text. */
export async function run(page, timeout = 60_000) {
  await page.evaluate(() => performance.clearMarks("run-done"));
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForFunction(
    () => performance.getEntriesByName("run-done").length > 0
      || document.documentElement.dataset.python === "failed",
    undefined, { timeout },
  );
  return (await page.locator("#output").innerText()).trim();
}

/** Everything that the page learns by an event of the browser's own comes so much later. */
function late(ms) {
  const soon = globalThis.setTimeout.bind(globalThis);
  const listen = EventTarget.prototype.addEventListener;
  const later = new WeakMap();
  const remove = EventTarget.prototype.removeEventListener;
  EventTarget.prototype.addEventListener = function (kind, listener, options) {
    if (!["toggle", "message", "close", "storage"].includes(kind) || typeof listener !== "function") {
      return listen.call(this, kind, listener, options);
    }
    const held = later.get(listener) ?? function (event) { soon(() => listener.call(this, event), ms); };
    later.set(listener, held);
    return listen.call(this, kind, held, options);
  };
  EventTarget.prototype.removeEventListener = function (kind, listener, options) {
    return remove.call(this, kind, (listener && later.get(listener)) ?? listener, options);
  };
  for (const kind of [MessagePort, Worker]) {
    const { get, set } = Object.getOwnPropertyDescriptor(kind.prototype, "onmessage");
    Object.defineProperty(kind.prototype, "onmessage", {
      get,
      set(receive) { set.call(this, (event) => soon(() => receive.call(this, event), ms)); },
    });
  }
  globalThis.setTimeout = (call, wait, ...rest) => soon(call, (wait ?? 0) + ms, ...rest);
  const frame = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (call) => frame(() => soon(() => frame(call), ms));
  const get = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (...words) => {
    await new Promise((done) => soon(done, ms));
    return get(...words);
  };
}

async function hold(context, pattern) {
  let release;
  const gate = new Promise((resolve) => { release = resolve; });
  await context.route(pattern, async (route) => {
    await gate;
    await route.continue().catch(() => {}); // the page may be gone
  });
  return release;
}

/** The sandbox's document with a text before its worker's script, and so without the hash of that. */
async function changeWorker(route, text) {
  const response = await route.fetch();
  const { "content-security-policy": _, "content-length": __, ...headers } = response.headers();
  const body = (await response.text())
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
    .replace(/[A-Za-z0-9+/=]{5000,}/, (worker) => btoa(text + atob(worker)));
  await route.fulfill({ response, headers, body });
}

export async function tab(page, name) {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
}

/** A picture of the page, where pictures are wanted. */
export async function picture(page, name) {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
}
