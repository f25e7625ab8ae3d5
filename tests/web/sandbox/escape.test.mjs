// A stranger's program cannot reach anything: no network, no storage, no page around it; and no text
// of its making becomes markup. A listening sink counts what gets out.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { base, fresh, launch, run, tab, test, write } from "../support/browser.mjs";
import { notRefused, openSink, programOfWays } from "../support/ways_out.mjs";

let browser;
let sink;
before(async () => {
  sink = await openSink();
  browser = await launch();
});
after(() => { sink.close(); return browser.close(); });

test("no way out of the sandbox for a program that brings its own JavaScript", async (t) => {
  const page = await fresh(browser);
  await write(page, programOfWays(sink.address));
  const output = await run(page);
  t.diagnostic(output.replaceAll("\n", "; "));
  assert.match(output, /tried all/);
  assert.deepEqual(notRefused(output), []);
  assert.deepEqual(sink.hits, []);
  await page.context().close();
});

test("no way out through the objects that Python sees", async (t) => {
  const page = await fresh(browser);
  const { address } = sink;
  await write(page, `import js
def xhr():
    request = js.XMLHttpRequest.new()
    request.open("GET", "${address}/xhr", False)
    request.send()
    return request.status
for attempt in (
    lambda: js.fetch("${address}/fetch"),
    xhr,
    lambda: js.WebSocket.new("${address}/ws".replace("http", "ws")),
    lambda: js.importScripts("${address}/script.js"),
    lambda: js.navigator.sendBeacon("${address}/beacon"),
    lambda: js.eval("1"),
    lambda: js.parent.document.title,
    lambda: js.localStorage.length,
    lambda: js.caches.open("x"),
    lambda: js.indexedDB.open("x"),
):
    try:
        value = attempt()
        value = await value if hasattr(value, "then") else value
        print("GOT", value)
    except BaseException as error:
        print("refused", type(error).__name__)
import asyncio
await asyncio.sleep(0.5)
print("tried all")
`);
  const output = await run(page);
  t.diagnostic(output.replaceAll("\n", "; "));
  assert.match(output, /tried all/);
  assert.deepEqual(sink.hits, []);
  await page.context().close();
});

test("Python's own network modules reach nothing", async () => {
  const page = await fresh(browser);
  await write(page, `import urllib.request, socket
for attempt in (
    lambda: urllib.request.urlopen("${sink.address}/urllib", timeout=2),
    lambda: socket.create_connection(("127.0.0.1", ${new URL(sink.address).port}), 2).send(b"GET /socket"),
    lambda: socket.gethostbyname("leak.example.com"),
):
    try:
        print("GOT", attempt())
    except BaseException as error:
        print("refused", type(error).__name__)
from pyodide.http import pyfetch
try:
    print("GOT", await pyfetch("${sink.address}/pyfetch"))
except BaseException as error:
    print("refused", type(error).__name__)
`);
  await run(page);
  assert.deepEqual(sink.hits, []);
  await page.context().close();
});

test("forged messages are refused and change nothing", async () => {
  const page = await fresh(browser);
  await write(page, `import js
from pyodide.ffi import to_js

def send(message):
    js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

send({"kind": "frame-ready", "interrupts": 1})
send({"kind": "__proto__"})
send({"kind": "worker-failed", "text": "forged"})
send({"kind": "output", "run": -1, "stream": "html", "text": 5})
send(None)
print("<img src=x onerror=alert(1)><script>alert(2)</script>")
`);
  assert.equal(await run(page), "<img src=x onerror=alert(1)><script>alert(2)</script>");
  assert.equal(await page.locator("#output img, #output script").count(), 0);
  await page.context().close();
});

// A program gets hold of the port to the page, and of the number of its run, when the page's own
// Python next says something.
const withThePort = (message) => `import js, json
from gradtape import playground
from pyodide.ffi import create_proxy, to_js
PORT = js.MessagePort.prototype
honest, caught = PORT.postMessage, []
PORT.postMessage = create_proxy(lambda port, said, *_: caught.append((port, said.run)), capture_this=True)
playground.plot("loss", 1.0)
PORT.postMessage = honest
(port, run), = caught
forged = to_js(json.loads('''${JSON.stringify(message)}'''), dict_converter=js.Object.fromEntries)
if hasattr(forged, "run"):
    forged.run = run
if forged.kind == "figure":
    forged.png = js.ArrayBuffer.new(8)
print("forging in run", run, flush=True)
for _ in range(10_000):
    honest.call(port, forged)
`;
const RESULT = { label: "forged", none: false, shape: [], dtype: "float32", text: "6.0", summary: "", values: [6] };
/** Each of the form that the page reads, so that only its number and its count speak against it. */
const FORGED = {
  progress: { stage: "forged" }, need: { packages: ["matplotlib", "__proto__"] }, warmed: {},
  ready: { python: "0", numpy: "0", engine: "0", milliseconds: 0, suspends: true },
  gpu: { name: "forged", reason: "" }, output: { run: 0, stream: "stdout", text: "forged ", dropped: 0 },
  done: { run: 0, status: "finished", failure: null, milliseconds: 1, calls: 1, manifest: null, kernels: null },
  fatal: { text: "forged" }, figure: { run: 0, png: null, description: "forged" },
  gradient: { run: 0, call: { call: 1, method: "gradient", line: null, target: "y", results: [RESULT], explanations: [], graph: null } },
  checked: { run: 0, check: { call: 1, text: "forged", rows: [] } },
  replayed: { run: 0, replay: { call: 1, node: 1, text: "forged", steps: [], nodes: [] } },
  points: { run: 0, points: { label: "forged", x: [1], y: [1] } }, tensor: { run: 0, tensor: RESULT },
  loop: { run: 0, loop: { label: "forged", done: 1, total: null } },
  training: { run: 0, training: {
    loop: 1, steps: 1, looked: 1, method: "gradient", target: "y", line: null, sources: 0, curves: [], troubles: [],
  } },
  "no such kind": {},
};
test("ten thousand forged messages of each kind leave a page that answers and runs the next program", async (t) => {
  const page = await fresh(browser);
  const refused = [];
  page.on("console", (message) => { if (/refused a message/.test(message.text())) refused.push(message.text()); });
  for (const [kind, rest] of Object.entries(FORGED)) {
    const began = performance.now();
    await write(page, withThePort({ kind, ...rest })); // each is the next program after the kind before it
    const told = await run(page);
    assert.match(told, /forging in run \d+/, kind);
    if (kind !== "done") assert.match(told, kind === "fatal" ? /forged$/ : /only Python itself sends/, kind);
    assert.equal(refused.length > 0, kind === "no such kind", `${kind}: ${refused[0]}`);
    assert.ok(page.workers().length <= 3, `${page.workers().length} workers after "${kind}"`);
    t.diagnostic(`${kind}: ${Math.round(performance.now() - began)} ms`);
  }
  await write(page, "print('the next one')\n");
  assert.equal(await run(page), "the next one");
  await page.context().close();
}, 300_000);

test("hostile text stays text: names, tracebacks, figures", async () => {
  const page = await fresh(browser);
  await write(page, `import gradtape as tf
import matplotlib.pyplot as plt
evil = "<svg onload=alert(1)>"
x = tf.Variable(1.0, name="x")
class E(Exception):
    pass
E.__name__ = evil
plt.plot([1, 2])
plt.title(evil)
plt.show()
from playground import figures
figures.MOST_FIGURES = 1
for _ in range(3):
    plt.plot([1, 2])
    plt.show()
with tf.GradientTape() as tape:
    y = x * 2.0
tape.gradient(y, tf.Variable(2.0, name="y"))
raise E(evil)
`);
  let alerted = false;
  page.on("dialog", (dialog) => { alerted = true; return dialog.dismiss(); });
  const told = await run(page);
  assert.match(told, /<svg onload=alert\(1\)>/);
  assert.equal(told.match(/only the first 1 figures are shown/g)?.length, 1);
  assert.equal(await page.locator("#output img.figure").count(), 1);
  assert.equal(await page.locator("[onload], [onerror]").count(), 0);
  assert.equal(alerted, false);
  await page.context().close();
});

const NAMES = [
  "<img src=x onerror=alert(1)>", "</text></svg><script>alert(2)</script>", "${alert(3)}{{alert(3)}}", "x".repeat(3000),
  "\u202egnp.exe\u0000\u0007\u001b[31m\u2028", "",
];

test("hostile tensor names stay text in every pane, and break no layout", async () => {
  const page = await fresh(browser, "/", { viewport: { width: 360, height: 740 } });
  let alerted = false;
  page.on("dialog", (dialog) => { alerted = true; return dialog.dismiss(); });
  const calm = async (where) => {
    assert.equal(await page.locator("[onload], [onerror], #output script, #tape script, #gradients script, #check script").count(), 0, where);
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= room, `${where}: ${wide} of ${room} px`);
  };
  for (const name of NAMES) {
    const shown = JSON.stringify(name.slice(0, 20));
    await tab(page, "Output");
    await write(page, `import json
import gradtape as tf
from gradtape import playground
name = json.loads(r'''${JSON.stringify(name)}''')
v = [tf.Variable([1.0, 2.0], name=name), tf.Variable(3.0, name=name)]
with tf.GradientTape() as tape:
    y = tf.reduce_sum(v[0] ** 2)
playground.show(v[0], name)
playground.plot(name, [1.0, 2.0])
print(tape.gradient(y, v)[1])
`);
    assert.match(await run(page), /None$/, shown);
    await calm(`output, ${shown}`);
    await tab(page, "Tape");
    await page.getByRole("button", { name: "Picture", exact: true }).click();
    await page.locator("#tape .box").first().click();
    await calm(`tape, ${shown}`);
    await page.getByRole("button", { name: "As a table" }).click();
    await calm(`table, ${shown}`);
    await page.getByRole("button", { name: "Picture", exact: true }).click();
    await tab(page, "Gradients");
    await page.getByRole("button", { name: "Check against finite differences" }).click();
    await page.locator(".check-text").waitFor();
    await calm(`gradients, ${shown}`);
    await tab(page, "Check");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.locator(".side-by-side table").waitFor();
    await calm(`comparison, ${shown}`);
  }
  assert.equal(alerted, false);
  await page.context().close();
});

test("the sandbox's document has no origin and no page around it answers", async () => {
  const page = await fresh(browser);
  await page.waitForFunction(() => document.querySelector("iframe") !== null);
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  await frame.waitForLoadState();
  const seen = await frame.evaluate(() => {
    const attempt = (read) => { try { return String(read()); } catch (error) { return error.name; } };
    return {
      origin: self.origin,
      parent: attempt(() => parent.document.title),
      top: attempt(() => top.location.href),
      storage: attempt(() => localStorage.length),
      cookie: attempt(() => document.cookie),
    };
  });
  assert.deepEqual(seen, {
    origin: "null", parent: "SecurityError", top: "SecurityError", storage: "SecurityError",
    cookie: "SecurityError",
  });
  await page.context().close();
});

test("a damaged link says so and runs nothing", async () => {
  for (const fragment of ["#code=1xxxx", "#code=9abc"]) {
    const page = await fresh(browser, `/${fragment}`);
    await page.getByText("Here is your own program").waitFor();
    assert.match(await page.locator("#output").innerText(), /damaged|version/);
    assert.equal(new URL(page.url()).origin, new URL(base).origin);
    await page.context().close();
  }
});

test("a link to nothing is answered in words", async () => {
  const page = await fresh(browser, "/s/bcdfghjkmnpq");
  assert.match(await page.locator("body").innerText(), /no such snippet/i);
  await page.context().close();
});
