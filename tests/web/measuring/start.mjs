// How fast the playground starts, beside a bare page that only imports NumPy, in one run:
//   PAGE_URL=http://localhost:8000 node tests/web/measuring/start.mjs [ROUNDS]
// A cold start is a fresh profile, a warm one the second opening in it. Medians, in milliseconds.
import { get } from "node:http";
import { base, fresh, launch, write } from "../support/browser.mjs";
import { serveBare } from "../support/bare.mjs";

const rounds = Number(process.argv[2] ?? 5);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const browser = await launch();
const server = await serveBare();
const bareUrl = `http://127.0.0.1:${server.address().port}/`;

async function bare(context) {
  const page = await context.newPage();
  await page.goto(bareUrl);
  await page.waitForFunction(() => performance.getEntriesByName("numpy").length > 0, undefined, { timeout: 120_000 });
  const took = await page.evaluate(() => performance.getEntriesByName("numpy")[0].startTime);
  await page.close();
  return { numpy: took };
}

async function playground(context) {
  const page = await context.newPage();
  await page.goto(base, { waitUntil: "commit" });
  await page.locator("#run:enabled").click();
  await page.waitForFunction(() => performance.getEntriesByName("run-done").length > 0, undefined, { timeout: 120_000 });
  const marks = await page.evaluate(() => Object.fromEntries(
    performance.getEntriesByType("mark").map(({ name, startTime }) => [name, startTime])));
  // A visitor stays longer than a run takes; what is kept for the next visit is written meanwhile.
  await page.waitForFunction(() => performance.getEntriesByName("start-kept").length > 0, undefined, { timeout: 60_000 });
  await page.close();
  return marks;
}

/** Typing into the editor while a program computes and prints; the page's tasks over 50 ms meanwhile. */
async function typingBesideAProgram() {
  const page = await fresh(browser);
  await write(page, "import time\nwhile True:\n    print(sum(range(100_000)))\n    time.sleep(0.01)\n# ");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator("#output").getByText("4999950000").first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
  });
  await page.keyboard.type("typed while the program runs ".repeat(6), { delay: 30 });
  const tasks = await page.evaluate(() => window.tasks);
  await page.context().close();
  return tasks;
}

/** Bytes that come before the first paint, as a browser that reads brotli gets them. */
async function beforeFirstPaint() {
  const size = (path) => new Promise((resolve, reject) => {
    get(new URL(path, base), { headers: { "accept-encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => { bytes += chunk.length; });
      response.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
  const text = await (await fetch(base)).text();
  const linked = [...text.matchAll(/(?:<script[^>]* src|<link[^>]*rel="(?:stylesheet|modulepreload)"[^>]* href)="([^"]+)"/g)];
  const sizes = await Promise.all(linked.map(async ([, path]) => [path, await size(path)]));
  return [["the page itself, with its site block", await size("/")], ...sizes];
}

const times = {};
const note = (where, marks) => {
  for (const [name, took] of Object.entries(marks)) ((times[where] ??= {})[name] ??= []).push(took);
};
for (let round = 0; round < rounds; round++) {
  for (const [name, open] of Object.entries({ bare, playground })) {
    const context = await browser.newContext();
    note(`${name}, cold`, await open(context));
    note(`${name}, warm`, await open(context));
    await context.close();
  }
}
const typing = await typingBesideAProgram();
await browser.close();
server.close();
for (const [where, marks] of Object.entries(times)) {
  console.log(where);
  for (const [name, list] of Object.entries(marks)) console.log(`  ${name.padEnd(28)} ${median(list).toFixed(0).padStart(7)}`);
}
console.log(`typing beside a program: ${typing.length} tasks over 50 ms${typing.length > 0 ? `, the longest ${Math.max(...typing).toFixed(0)} ms` : ""}`);
const sizes = await beforeFirstPaint();
console.log("before the first paint, compressed");
for (const [name, bytes] of [...sizes, ["script and style", sizes.slice(1).reduce((sum, [, bytes]) => sum + bytes, 0)]]) {
  console.log(`  ${name.padEnd(40)} ${(bytes / 1000).toFixed(1).padStart(7)} KB`);
}
