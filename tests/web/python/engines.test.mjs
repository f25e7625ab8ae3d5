// Two engines on the server at once: a snippet runs on the one that it was recorded with, and where
// that is not to be had, the page says so and which pin differs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { strFromU8, strToU8, unzipSync, zipSync } from "../../../web/node_modules/fflate/esm/index.mjs";
import { base, fresh, launch, picture, run, tab, test, write } from "../support/browser.mjs";

const PROGRAM = `import gradtape as tf

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.square(x)
print(tape.gradient(y, x).numpy())
`;
const ABSENT = "0".repeat(64);

let browser;
let altered; // the sha256 of an engine whose derivative of x² is 3x
before(async () => {
  browser = await launch();
  const { engines: [own] } = await (await fetch(`${base}/api/v1/engines`)).json();
  const files = unzipSync(new Uint8Array(await (await fetch(base + own.url)).arrayBuffer()));
  const rules = strFromU8(files["gradtape/ops/math/arithmetic.py"]);
  const wrong = rules.replace("g * (x + x), allowed", "g * (x + x + x), allowed");
  assert.notEqual(wrong, rules);
  files["gradtape/ops/math/arithmetic.py"] = strToU8(wrong);
  const wheel = zipSync(files);
  altered = createHash("sha256").update(wheel).digest("hex");
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  try {
    const path = join(folder, own.url.slice(own.url.lastIndexOf("/") + 1));
    writeFileSync(path, wheel);
    execFileSync(process.env.PYTHON ?? "python",
      ["-m", "gradtape", "admin", "add-engine", path, "--data-dir", process.env.PAGE_DATA]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
after(() => browser.close());

const unpack = (hash) => JSON.parse(inflateRawSync(Buffer.from(hash.slice("#code=1".length), "base64url")));
const pack = (manifest) => `/#code=1${deflateRawSync(JSON.stringify(manifest)).toString("base64url")}`;

/** The manifest in the link that Share makes of what was run last. */
async function shared(page) {
  await page.getByRole("button", { name: "Share" }).click();
  const field = page.getByRole("textbox", { name: "Link without a server" });
  await field.waitFor();
  return unpack(new URL(await field.inputValue()).hash);
}

function pinnedTo(manifest, sha256) {
  return { ...manifest, engine: { ...manifest.engine, wheel_sha256: sha256, source_sha256: null } };
}

async function opened(manifest) {
  const page = await fresh(browser, pack(manifest));
  await page.getByText("It has not run yet").waitFor();
  const output = await run(page);
  const badge = await page.locator("#badge").innerText();
  await tab(page, "Check");
  return { page, output, badge, check: await page.locator("#check").innerText() };
}

test("a snippet runs on its own engine: EXACT there, DIFFERS on another", async (t) => {
  const author = await fresh(browser);
  await write(author, PROGRAM);
  assert.equal(await run(author), "6.0");
  const manifest = await shared(author);
  await author.context().close();

  const other = await opened(pinnedTo(manifest, altered));
  assert.equal(other.output, "9.0", "the program ran on the altered engine");
  assert.equal(other.badge, "DIFFERS");
  const recorded = await shared(other.page);
  assert.equal(recorded.engine.wheel_sha256, altered);
  await other.page.context().close();

  const own = await opened(recorded);
  assert.equal(own.output, "9.0");
  assert.equal(own.badge, "EXACT");
  // The page's own engine is back for a program of one's own.
  await own.page.getByRole("button", { name: "Fork" }).click();
  await write(own.page, PROGRAM);
  assert.equal(await run(own.page), "6.0");
  await own.page.context().close();

  const lost = await opened(pinnedTo(recorded, ABSENT));
  assert.match(lost.output, /not on this server.*6\.0/s);
  assert.equal(lost.badge, "DIFFERS");
  assert.match(lost.check, /engine\.wheel_sha256: recorded 0000000000000000…, run [0-9a-f]{16}…/);
  t.diagnostic(lost.output.split("\n")[0]);
});

test("a program is compared on two engines, side by side", async () => {
  const page = await fresh(browser);
  await write(page, PROGRAM);
  assert.equal(await run(page), "6.0");
  await tab(page, "Check");
  const second = page.getByRole("combobox", { name: "Compare with" });
  await second.locator("option", { hasText: altered.slice(0, 8) }).waitFor({ state: "attached" });
  await second.selectOption({ label: await second.locator("option", { hasText: altered.slice(0, 8) }).innerText() });
  await page.getByRole("button", { name: "Compare" }).click();
  const side = page.locator(".side-by-side");
  await side.locator("table").waitFor({ timeout: 60_000 });
  assert.match(await side.innerText(), /DIFFERS They differ\.[^]*DIFFERS\s+5242880 ulp\s+6\.0\s+9\.0/);
  assert.match(await side.locator("th", { hasText: altered.slice(0, 8) }).innerText(), /^CPU, engine \d/);
  await picture(page, "compare-engines");
  await tab(page, "Output");
  assert.equal(await run(page), "6.0", "the page's own engine is back");
  await page.context().close();
});
