// How fast the playground starts, beside a bare page that only imports NumPy, in one run:
//   PAGE_URL=http://localhost:8000 node tests/web/start.mjs [ROUNDS]
// A cold start is a fresh profile, a warm one the second opening in it. Medians, in milliseconds.
import { base, launch } from "./browser.mjs";
import { serveBare } from "./bare.mjs";

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
  await page.close();
  return marks;
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
await browser.close();
server.close();
for (const [where, marks] of Object.entries(times)) {
  console.log(where);
  for (const [name, list] of Object.entries(marks)) console.log(`  ${name.padEnd(28)} ${median(list).toFixed(0).padStart(7)}`);
}
