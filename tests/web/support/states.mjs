// Every state that the page can be in, in one list: the test of access walks it, and so does whoever
// wants to look:
//   PAGE_URL=http://localhost:8000 node tests/web/support/states.mjs FOLDER [wide|phone|small] [light|dark] [SCENE]
// takes a picture of each. A scene is one page; its states follow from each other.
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { base, fresh, launch, run, tab, write } from "./browser.mjs";
import { LESSONS } from "./lesson_states.mjs";
import {
  RUNNING, STUBBORN, FAILED, LOST, RECURRENT, NONES, ARRAYS, FIGURE, BRANCHES, LONG, NANS,
  RIGHT, WRONG, UNCHECKED, SLOW_CHECK, varying, FILLED, PRINTED, TRAINING, UNFINISHED,
} from "./programs.mjs";

export const WIDTHS = { wide: 1280, phone: 360, small: 320 };
const MINUTE = 60_000;
const HEADER = "import gradtape as tf\n\n";

const TITLE = "The gradient of a title somebody made long because nobody said not to, with_one_word_that_does_not_end_nor_can_break";

// ---------------------------------------------------------------- what scenes share

const button = (page, name) => page.getByRole("button", { name, exact: true });

async function ran(page, code) {
  await write(page, code);
  return run(page);
}

async function begin(page, code) {
  await write(page, code);
  await page.evaluate(() => performance.clearMarks("run-done"));
  await button(page, "Run").click();
}

const ended = (page) => page.waitForFunction(
  () => performance.getEntriesByName("run-done").length > 0, undefined, { timeout: MINUTE });

const python = (page, state) => page.waitForFunction(
  (wanted) => document.documentElement.dataset.python === wanted, state, { timeout: MINUTE });

async function command(page, name) {
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

async function share(page) {
  await button(page, "Share").click();
  const field = page.getByRole("textbox", { name: "Short link" });
  await field.waitFor();
  return new URL(await field.inputValue()).pathname;
}

async function checked(page) {
  await page.getByRole("button", { name: "Check against finite differences" }).click();
  await page.locator(".check-text").waitFor();
}

const links = {};

/** The path of a stored link to what a program gave; made once. */
async function linkTo(browser, code) {
  if (links[code] === undefined) {
    const author = await fresh(browser);
    await ran(author, code);
    links[code] = await share(author);
    await author.context().close();
  }
  return links[code];
}

async function titled(browser) {
  const path = await linkTo(browser, varying(0));
  const manifest = await (await fetch(`${base}/api/v1/snippets/${path.slice(3)}.json`)).json();
  const stored = await fetch(`${base}/api/v1/snippets`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...manifest, title: TITLE }),
  });
  if (!stored.ok) throw new Error(await stored.text());
  return `/s/${(await stored.json()).id}`;
}

/** The path of a link to a program of two files. */
export async function ofSeveralFiles() {
  const post = async (body) => (await (await fetch(`${base}/api/v1/snippets`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  })).json()).id;
  const bare = await (await fetch(`${base}/api/v1/snippets/${await post({ schema: 0, code: "x = 1" })}`)).json();
  const train = "import gradtape as tf\nfrom model import square\nx = tf.Variable(3.0)\nwith tf.GradientTape() as t:\n    y = square(x)\nprint(t.gradient(y, x).numpy())\n";
  return `/s/${await post({
    ...bare, entry: "train.py", code: { "train.py": train, "model.py": "def square(x):\n    return x * x\n" },
  })}`;
}

// ---------------------------------------------------------------- the scenes

/**
 * Each scene: `at` is the path of its page (a function where it must be made first), `options` go to
 * `fresh`, and `states` reach one state after the other.
 */
export const SCENES = {
  visit: {
    options: { held: "**/sandbox.html" },
    states: {
      "first-visit": (page) => page.locator(".cm-content").waitFor(),
      asked: (page) => button(page, "Run").click(),
      finished: async (page) => { page.release(); await ended(page); },
      ready: async (page) => { await command(page, "Restart Python"); await python(page, "starting"); await python(page, "ready"); },
      running: async (page) => {
        await begin(page, RUNNING);
        await page.locator("#output .curves .plot").waitFor({ timeout: MINUTE });
        await page.waitForFunction(() => /step \d\d+ of/.test(document.getElementById("state").textContent), undefined, { timeout: MINUTE });
      },
      stopped: async (page) => { await button(page, "Stop").click(); await ended(page); },
      curves: async (page) => {
        await page.locator(".curves").getByRole("button", { name: "Logarithmic" }).click();
        await page.locator(".curves summary").click();
      },
      restarted: async (page) => {
        await begin(page, STUBBORN);
        await page.locator("#output pre").waitFor({ timeout: MINUTE });
        await button(page, "Stop").click();
        await ended(page);
        await python(page, "ready");
      },
    },
  },
  errors: {
    states: {
      failed: (page) => ran(page, FAILED),
      line: (page) => page.getByRole("button", { name: /^Show line/ }).click(),
      "bad-syntax": (page) => ran(page, "def f(:\n    pass\n"),
      "not-formatted": async (page) => {
        await button(page, "Format").click();
        await page.getByText(/^not formatted/).first().waitFor();
      },
      "memory-full": (page) => ran(page, FILLED),
      "long-output": (page) => ran(page, PRINTED),
      silent: (page) => ran(page, "x = 1\n"),
    },
  },
  training: {
    states: {
      trained: async (page) => { await ran(page, TRAINING); await page.locator("#output .training .u-legend").waitFor(); },
      "gradient-norms": async (page) => { await button(page, "Gradient norms").click(); await page.locator(".training summary").click(); },
      "troubled-tape": async (page) => {
        await page.locator("#output .card", { hasText: "step 80" }).getByRole("button", { name: "Show its tape" }).click();
        await page.locator("#tape .box").first().waitFor();
      },
      unfinished: async (page) => { await ran(page, UNFINISHED); await tab(page, "Tape"); await page.locator("#tape .box").first().waitFor(); },
    },
  },
  none: {
    states: {
      "none-cards": (page) => ran(page, NONES),
      "edit-applied": (page) => page.getByRole("button", { name: "Apply this edit" }).first().click(),
      "none-gradients": (page) => tab(page, "Gradients"),
      "none-tape": (page) => tab(page, "Tape"),
    },
  },
  arrays: {
    states: {
      arrays: (page) => ran(page, ARRAYS),
      gradients: (page) => tab(page, "Gradients"),
      numbers: (page) => page.locator("#gradients .numbers summary").first().click(),
      figure: async (page) => { await tab(page, "Output"); await ran(page, FIGURE); },
    },
  },
  tape: {
    states: {
      "tape-empty": (page) => tab(page, "Tape"),
      tape: async (page) => { await ran(page, BRANCHES); await page.locator("#tape .box").first().waitFor(); },
      node: (page) => page.locator("#tape .box").nth(3).click(),
      step: async (page) => { await page.keyboard.press("Escape"); for (let i = 0; i < 4; i++) await button(page, "Next").click(); },
      "tape-table": (page) => button(page, "As a table").click(),
      times: (page) => button(page, "Times").click(),
      "nan-births": async (page) => {
        await button(page, "Picture").click();
        await ran(page, NANS);
        await page.locator("#tape .troubles").waitFor();
      },
      "nan-backward": async (page) => { for (let i = 0; i < 5; i++) await button(page, "Next").click(); },
      "tape-lost": async (page) => { await ran(page, LOST); await page.locator("#tape .box.exit").click(); },
      "tape-folded": async (page) => { await ran(page, RECURRENT); await page.locator("#tape .box.fold").waitFor(); },
      "tape-pulled": async (page) => {
        await page.locator("#tape .box.variable").first().click();
        await page.getByRole("slider", { name: /^Multiply W/ }).fill("1.5");
      },
      "tape-by-time": (page) => page.getByLabel("Rows coloured by").selectOption("By time"),
      "tape-unfolded": (page) => button(page, "Unfold").click(),
      "long-tape": async (page) => {
        await ran(page, LONG);
        await page.getByText("1201 nodes").waitFor();
      },
      "long-group": (page) => page.locator("#tape .box.fold").click(),
      "long-unfolded": async (page) => { await page.keyboard.press("Escape"); await button(page, "Unfold").click(); await button(page, "Fit the whole picture").click(); },
    },
  },
  check: {
    states: {
      "check-empty": (page) => tab(page, "Check"),
      unchecked: async (page) => { await ran(page, RIGHT); await tab(page, "Gradients"); },
      "check-passed": checked,
      "check-failed": async (page) => { await ran(page, WRONG); await checked(page); },
      "check-impossible": async (page) => { await ran(page, UNCHECKED); await checked(page); },
      checking: async (page) => {
        await ran(page, SLOW_CHECK);
        await page.getByRole("button", { name: "Check against finite differences" }).click();
      },
    },
  },
  compare: {
    states: {
      "compare-form": async (page) => { await ran(page, varying(0.001)); await tab(page, "Check"); },
      compared: async (page) => {
        await button(page, "Compare").click();
        await page.locator(".side-by-side table").waitFor({ timeout: MINUTE });
      },
    },
  },
  share: {
    states: {
      "share-unrun": (page) => share(page),
      "share-recorded": async (page) => { await button(page, "Close").click(); await run(page); await share(page); },
      preview: async (page) => {
        await page.getByText("How the link looks").click();
        await page.locator("dialog .preview").evaluate((image) => image.decode());
        await page.locator("dialog .preview").scrollIntoViewIfNeeded();
      },
      "proofs-and-ends": async (page) => {
        await button(page, "Close").click();
        await write(page, `print(${Date.now()})  # who stores this is its author\n`);
        await share(page);
        await page.getByText("What the link proves").click();
        await page.getByRole("combobox", { name: "How long the link lasts" }).selectOption("30 days");
        await page.getByText("The link lasts until").waitFor();
      },
      "share-refused": async (page) => {
        await button(page, "Close").click();
        await page.context().route("**/api/v1/snippets", (route) => route.fulfill({ status: 429 }));
        await button(page, "Share").click();
        await page.getByText("No short link").waitFor();
      },
    },
  },
  files: {
    at: (browser) => ofSeveralFiles(browser),
    states: {
      "several-files": (page) => page.getByText("model.py", { exact: true }).click(),
      "content-proved": (page) => page.getByText("Content proved").click(),
    },
  },
  programs: {
    states: {
      stale: async (page) => { await run(page); await page.locator(".cm-content").click(); await page.keyboard.type("#"); },
      "put-aside": async (page) => {
        await command(page, "Start over with the first program");
        await page.keyboard.press("Control+k");
        await page.keyboard.type("yours");
      },
      "share-too-large": async (page) => {
        await page.keyboard.press("Escape"); // empties the field
        await page.keyboard.press("Escape");
        await page.locator("dialog.palette").waitFor({ state: "hidden" });
        await write(page, `# ${"x".repeat(300_000)}\n`);
        await button(page, "Share").click();
        await page.getByText("too large for a link that needs no server").waitFor();
      },
      "nothing-to-compare": async (page) => {
        await button(page, "Close").click();
        await write(page, "print(1)\n");
        await tab(page, "Check");
        await button(page, "Compare").click();
        await page.locator("#check").getByText("Neither run asked for a gradient").waitFor({ timeout: MINUTE });
      },
    },
  },
  exact: {
    at: (browser) => linkTo(browser, varying(0)),
    states: {
      opened: (page) => page.getByText("It has not run yet").waitFor(),
      "opened-output": (page) => tab(page, "Output"),
      exact: async (page) => { await run(page); await tab(page, "Check"); },
      altered: async (page) => { await ran(page, `${varying(0)}print("mine")\n`); },
    },
  },
  close: {
    at: (browser) => linkTo(browser, varying(4e-7)),
    states: { close: async (page) => { await run(page); await tab(page, "Check"); } },
  },
  differs: {
    at: (browser) => linkTo(browser, varying(0.5)),
    states: { differs: async (page) => { await run(page); await tab(page, "Check"); } },
  },
  titled: { at: titled, states: { "long-title": (page) => page.getByText("It has not run yet").waitFor() } },
  embed: {
    at: async (browser) => (await linkTo(browser, varying(0))).replace("/s/", "/e/"),
    states: {
      embedded: (page) => page.getByText("It has not run yet").waitFor(),
      "embedded-ran": async (page) => { await run(page); },
    },
  },
  lost: { at: () => "/s/222222222222", states: { "no-such-snippet": (page) => page.locator("h1").first().waitFor() } },
  broken: { at: () => "/#code=1broken", states: { "broken-link": (page) => page.locator("#output .note").first().waitFor() } },
  editor: {
    states: {
      examples: (page) => page.getByLabel("Example").focus(),
      completion: async (page) => {
        await write(page, `${HEADER}y = `);
        await page.keyboard.type("tf.nn.s", { delay: 40 });
        await page.locator(".cm-tooltip-autocomplete").waitFor();
      },
      hover: async (page) => {
        await page.keyboard.press("Escape");
        await write(page, `${HEADER}y = tf.reduce_sum(2.0)\n`);
        const told = page.locator(".cm-documented");
        for (let i = 0; i < 10 && !(await told.isVisible()); i++) { // the pointer rests, however slow the page is
          await page.mouse.move(0, 0);
          await page.getByText("reduce_sum").hover();
          await page.waitForTimeout(1000);
        }
        await told.waitFor();
      },
      search: async (page) => {
        await page.mouse.move(0, 0);
        await command(page, "Search in the program");
        await page.keyboard.type("tf");
      },
      commands: async (page) => { await page.keyboard.press("Escape"); await page.keyboard.press("Control+k"); },
      "no-command": (page) => page.keyboard.type("nothing like it"),
      keys: async (page) => { await page.keyboard.press("Escape"); await page.keyboard.press("F1"); },
    },
  },
  lessons: LESSONS,
  "no-webgpu": {
    options: { inWorker: "delete WorkerNavigator.prototype.gpu;" },
    states: {
      "no-webgpu": async (page) => {
        await run(page);
        await page.waitForFunction(() => /does not offer WebGPU/.test(document.querySelector("#device option[value=gpu]").textContent), undefined, { timeout: MINUTE });
      },
    },
  },
  "no-jspi": {
    options: { inWorker: "delete WebAssembly.Suspending; delete WebAssembly.promising;" },
    states: { "no-jspi": (page) => run(page) },
  },
  "no-shared-memory": {
    options: { first: () => { delete globalThis.SharedArrayBuffer; } },
    states: {
      "no-shared-memory": async (page) => { await command(page, "Restart Python"); await python(page, "ready"); },
    },
  },
  offline: {
    states: {
      offline: async (page) => { await run(page); await page.context().setOffline(true); },
      "offline-package": (page) => ran(page, "import matplotlib\n"),
      "offline-share": async (page) => { await button(page, "Share").click(); await page.getByText("No short link").waitFor(); },
    },
  },
};

/** All scenes, or those that whoever works on a few has named: PAGE_SCENES=tape,share */
const someScenes = process.env.PAGE_SCENES?.split(",") ?? Object.keys(SCENES);

/** Go through the scenes at one width and in one colour scheme; `visit` is called in each state. */
export async function walk(browser, { width, colorScheme = "light", scenes = someScenes }, visit) {
  for (const scene of scenes) {
    const { at = () => "/", options, states } = SCENES[scene];
    const page = await fresh(browser, await at(browser), {
      viewport: { width: WIDTHS[width], height: width === "wide" ? 800 : 740 },
      colorScheme, reducedMotion: "reduce", ...options,
    });
    for (const [state, reach] of Object.entries(states)) {
      await reach(page);
      await page.waitForTimeout(200); // what is drawn in the next frame is drawn
      await visit(page, state);
    }
    await page.context().close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "states", ...words] = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  const chosen = (all) => { const named = all.filter((name) => words.includes(name)); return named.length > 0 ? named : all; };
  const browser = await launch();
  for (const width of chosen(Object.keys(WIDTHS))) {
    for (const colorScheme of chosen(["light", "dark"])) {
      await walk(browser, { width, colorScheme, scenes: chosen(Object.keys(SCENES)) }, async (page, state) => {
        // A page that scrolls is taken whole, unless a dialog lies over it.
        const fullPage = width !== "wide" && (await page.locator("dialog[open]").count()) === 0;
        await page.screenshot({ path: `${folder}/${state}-${width}-${colorScheme}.png`, fullPage });
      });
    }
  }
  await browser.close();
}
