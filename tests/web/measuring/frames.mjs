// How smooth the tape's picture is with a thousand and with ten thousand nodes: the time of each frame
// while it is moved, made larger and smaller, and stepped through, folded and unfolded.
//   PAGE_URL=http://localhost:8000 node tests/web/measuring/frames.mjs
// A screen without load shows a frame every 16.7 ms.
import { fresh, launch, run, tab, write } from "../support/browser.mjs";

/** A tape of three ops from each of so many lines, in so many turns. */
const program = (lines, rounds) => `import gradtape as tf

x = tf.Variable(0.5, name="x")
with tf.GradientTape() as tape:
    y = x
    for _ in range(${rounds}):
${Array.from({ length: lines }, (_, i) => `        y = tf.sin(y) * ${(1 + i / 1000).toFixed(3)} + x`).join("\n")}
print(tape.gradient(y, x))
`;

const browser = await launch();
const page = await fresh(browser, "/", { bypassCSP: true });

/** Do something `times` times, once a frame; how long each frame took. */
function frames(times, act) {
  return page.evaluate(async ([count, source]) => {
    const step = eval(source); // the page's policy is bypassed for this script
    const took = [];
    let before = await new Promise(requestAnimationFrame);
    for (let i = 0; i < count; i++) {
      step(i);
      const now = await new Promise(requestAnimationFrame);
      took.push(now - before);
      before = now;
    }
    return took;
  }, [times, `(${act})`]);
}

function told(what, took) {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)].toFixed(1).padStart(7);
  console.log(`  ${what.padEnd(34)} ${at(0.5)} ${at(0.95)} ${at(1)}`);
}

const ACTS = {
  "panned": (i) => {
    const area = document.querySelector(".canvas");
    area.dispatchEvent(new WheelEvent("wheel", { deltaX: i % 120 < 60 ? 25 : -25, deltaY: 12, bubbles: true, cancelable: true }));
  },
  "larger and smaller": (i) => document.querySelector(`#tape [aria-label=${i % 8 < 4 ? "Smaller" : "Larger"}]`).click(),
};
const STEPS = (i) => { const slider = document.querySelector("#tape input[type=range]"); slider.value = String(i); slider.dispatchEvent(new Event("input")); };

for (const [lines, rounds] of [[1, 350], [39, 9], [1, 3334]]) {
  await write(page, program(lines, rounds));
  await run(page);
  await tab(page, "Tape");
  await page.locator("#tape .box").first().waitFor();
  for (const state of ["folded", "unfolded", "unfolded, all of it"]) {
    if (state === "unfolded") await page.getByRole("button", { name: "Unfold" }).click();
    if (state === "unfolded, all of it") await page.getByRole("button", { name: "Fit the whole picture" }).click();
    console.log(`${await page.locator("#tape .summary").innerText()}, ${state}, ${await page.locator("#tape .graph *").count()} elements: milliseconds of a frame, median, 95 %, worst`);
    for (const [name, act] of Object.entries(ACTS)) told(name, await frames(120, act));
    if (state === "folded") told("stepped through, backward", await frames(120, STEPS));
  }
}
await browser.close();
