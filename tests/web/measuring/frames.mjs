// How smooth the tape's picture is with a thousand nodes: the time of each frame while it is scrolled,
// made larger and smaller, stepped through, and while groups of nodes are opened.
//   PAGE_URL=http://localhost:8000 node tests/web/measuring/frames.mjs
// A screen without load shows a frame every 16.7 ms.
import { fresh, launch, run, tab, write } from "../support/browser.mjs";

/** A tape of about a thousand nodes from so many lines, so that as many boxes are drawn. */
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
  "scrolled": (i) => { document.querySelector(".graph-scroll").scrollTop = 37 * (i % 60); },
  "larger and smaller": (i) => document.querySelector(`#tape [aria-label=${i % 8 < 4 ? "Smaller" : "Larger"}]`).click(),
  "groups opened": (i) => { const all = document.querySelectorAll("#tape .box"); all[i % all.length].dispatchEvent(new MouseEvent("click")); },
};
const STEPS = (i) => { const slider = document.querySelector("#tape input[type=range]"); slider.value = String(i); slider.dispatchEvent(new Event("input")); };

for (const [lines, rounds] of [[1, 350], [39, 9]]) {
  await write(page, program(lines, rounds));
  await run(page);
  await tab(page, "Tape");
  await page.locator("#tape .box").first().waitFor();
  console.log(`${await page.locator("#tape .toolbar .muted").innerText()}, ${await page.locator("#tape .box").count()} boxes: milliseconds of a frame, median, 95 %, worst`);
  for (const [name, act] of Object.entries(ACTS)) told(name, await frames(120, act));
  await page.getByRole("button", { name: "Backward" }).click();
  told("stepped through, backward", await frames(120, STEPS));
  await page.getByRole("button", { name: "Forward" }).click();
}
await browser.close();
